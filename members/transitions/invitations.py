"""Asking somebody by e-mail to act for an organisation, and what they answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.enums import (
    AffiliationRole,
    HandoverState,
    InvitationKind,
    InvitationState,
    JoinRequestState,
    OrganisationState,
)
from members.models import ONGOING_STATES, Affiliation, Handover, Invitation, Organisation, User
from members.models.invitation import INVITATION_VALID_FOR, invitation_hash, new_invitation_token
from members.notices.people import InvitationAccepted, InvitationDeclined, InvitationWelcome, mail_invitation
from members.permissions import has_confirmed_address
from members.transitions._organisation import locked_owner
from members.transitions.people import record_consents, register_person
from members.workflow import HANDOVERS, INVITATIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import REGISTRATION, Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: A mail that is under way needs time to arrive before it is asked for again.
RESEND_AFTER = timedelta(minutes=10)
#: Whoever has not answered so many mails will not answer the next one.
MOST_TIMES_SENT = 5
#: So that nobody's account can be used to write to many strangers.
MOST_OPEN = 30
#: The same counted with those taken back: taking back and inviting anew would otherwise go round both limits.
MOST_A_DAY = 40
MOST_TO_ONE_ADDRESS = 3
ADDRESS_RESTS = timedelta(days=30)


def stronger(one: str, other: str) -> AffiliationRole:
    """Of two roles the one that may do more."""
    return max(AffiliationRole(one), AffiliationRole(other), key=lambda role: role.rank)


@transaction.atomic
def invite_person(
    organisation_pk: int,
    *,
    email: str,
    name: str,
    role: AffiliationRole,
    message: str,
    actor: User,
    kind: InvitationKind = InvitationKind.COLLEAGUE,
) -> Invitation:
    """Send somebody a link by which they become one of the organisation's people, in ``role``.

    With ``kind`` CLAIM an organisation of the roster that nobody looks after is offered to them as its owner; only
    the office does that. Raises ``ValidationError`` by field for whoever belongs already or was invited already.
    """
    organisation = _locked_organisation(organisation_pk)
    require(actor, "members.invite_person", organisation)
    if kind == InvitationKind.CLAIM:
        require(actor, "members.invite_to_claim", organisation)
        role = AffiliationRole.OWNER
        _require_ownerless(organisation)
    return issue_invitation(organisation, email=email, name=name, role=role, message=message, actor=actor, kind=kind)


def issue_invitation(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    role: AffiliationRole,
    message: str,
    actor: User,
    kind: InvitationKind = InvitationKind.COLLEAGUE,
    for_handover: bool = False,
) -> Invitation:
    """Make and send an invitation of an organisation that is held already, by somebody who was allowed to."""
    _require_ongoing(organisation)
    address = _address(email)
    if organisation.affiliations.current().filter(user__in=_people_of(address)).exists():
        raise ValidationError({"email": "この方は、すでにこの団体の担当者です。"})
    if organisation.invitations.unanswered().filter(email=address).exists():
        raise ValidationError(
            {"email": "この方には、もう招待を送っています。届いていないときは、「もう一度送る」を押してください。"}
        )
    if not actor.is_staff:
        _within_limits(organisation, address)
    token = new_invitation_token()
    invitation = Invitation(
        kind=kind,
        organisation=organisation,
        email=address,
        name=name.strip(),
        role=role,
        message=message.strip(),
        token_hash=invitation_hash(token),
        invited_by=actor,
        expires_at=timezone.now() + INVITATION_VALID_FOR,
    )
    invitation.full_clean(validate_unique=False, validate_constraints=False)
    invitation.save(force_insert=True)
    audit.record(
        invitation,
        "invitation.sent",
        actor=actor,
        codes={"organisation": organisation.pk, "kind": kind, "role": role, "handover": for_handover},
    )
    mail_invitation(invitation, token, for_handover=for_handover)
    return invitation


def _within_limits(organisation: Organisation, address: str) -> None:
    now = timezone.now()
    if organisation.invitations.unanswered().count() >= MOST_OPEN:
        raise TransitionError(
            "too_many",
            f"返事を待っている招待が{MOST_OPEN}件あります。古い招待を取り消してから、もう一度お試しください。",
        )
    if organisation.invitations.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TransitionError(
            "too_many_today", f"招待は1日に{MOST_A_DAY}件までです。お手数ですが、明日もう一度お願いします。"
        )
    lately = organisation.invitations.filter(email=address, created_at__gt=now - ADDRESS_RESTS)
    if lately.count() >= MOST_TO_ONE_ADDRESS:
        raise ValidationError(
            {"email": "この方には、この1か月に何度も招待を送っています。別の方法で、ご本人に確かめてください。"}
        )


@transaction.atomic
def resend_invitation(pk: int, *, actor: User) -> Invitation:
    """Send a new link; the old one stops working, and the time to answer begins anew."""
    invitation = _locked(pk)
    require(actor, "members.resend_invitation", invitation)
    INVITATIONS.check(invitation, "resend")
    _require_ongoing(invitation.organisation)
    now = timezone.now()
    if now < invitation.sent_at + RESEND_AFTER:
        raise TransitionError(
            "too_soon",
            "送ってから、まだ10分たっていません。迷惑メールに入っていないかを、ご本人に確かめてもらってください。",
        )
    if invitation.times_sent >= MOST_TIMES_SENT:
        raise TransitionError(
            "too_often",
            f"{MOST_TIMES_SENT}回お送りしたため、これ以上は送れません。メールアドレスが合っているかをご確認ください。"
            "取り消すと、あらためて招待できます。",
        )
    renew_invitation(invitation, actor=actor)
    return invitation


def renew_invitation(invitation: Invitation, *, actor: User, for_handover: bool = False) -> None:
    """Give an invitation that is held already a new link and a new end, and mail it."""
    token = new_invitation_token()
    invitation.token_hash = invitation_hash(token)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + INVITATION_VALID_FOR
    invitation.times_sent += 1
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at", "times_sent"])
    audit.record(invitation, "invitation.resent", actor=actor, codes={"times": invitation.times_sent})
    planned = for_handover or Handover.objects.planned().filter(invitation=invitation).exists()
    mail_invitation(invitation, token, for_handover=planned)


@transaction.atomic
def revoke_invitation(pk: int, *, actor: User) -> Invitation:
    """Take an invitation back: its link stops working. A handover that waited for it is off."""
    invitation = _locked(pk)
    require(actor, "members.revoke_invitation", invitation)
    close_invitation(invitation, InvitationState.REVOKED, "revoke", actor=actor)
    _call_off_handover(invitation, actor=actor)
    return invitation


def close_invitation(invitation: Invitation, state: InvitationState, step: str, *, actor: Actor) -> None:
    """End an invitation that is held already without anybody joining."""
    before = INVITATIONS.check(invitation, step)
    invitation.state = state
    invitation.answered_at = timezone.now()
    invitation.save(update_fields=["state", "answered_at"])
    audit.record(invitation, f"invitation.{state.value}", actor=actor, before=before)


@transaction.atomic
def accept_invitation(token: str, *, actor: User, as_another: bool = False) -> Invitation:
    """The person with the link becomes one of the organisation's people.

    Raises ``TransitionError('other_address')`` for somebody who has not confirmed the address that was invited,
    unless they said that they mean it (``as_another``).
    """
    return _accept(_by_token(token), actor=actor, as_another=as_another)


@transaction.atomic
def accept_own_invitation(pk: int, *, actor: User) -> Invitation:
    """Accept, without the link, what was sent to an address that one has confirmed."""
    invitation = _locked(pk)
    require(actor, "members.answer_invitation", invitation)
    return _accept(invitation, actor=actor)


@transaction.atomic
def join_by_invitation(token: str, *, data: Mapping[str, Any], actor: Actor = REGISTRATION) -> User:
    """Make an account for somebody who was invited and has none, and accept for them.

    ``data`` holds name, name_kana and password; that they agree to the terms has been asked. The link came with a
    mail to the address, so the address counts as confirmed. Raises ``TransitionError('address_in_use')`` for whoever
    has an account: they log in.
    """
    invitation = _by_token(token)
    _require_open(invitation)
    user = register_person({**data, "email": invitation.email}, actor=actor)
    address = EmailAddress.objects.select_for_update(of=("self",)).get(user=user)
    address.verified = True
    address.save(update_fields=["verified"])
    audit.record(user, "user.address_confirmed", actor=actor, codes={"by": "invitation"})
    record_consents(user, actor=actor)
    _accept(invitation, actor=user)
    return user


def _accept(invitation: Invitation, *, actor: User, as_another: bool = False) -> Invitation:
    if isinstance(actor, SystemActor) or not actor.is_active:
        raise PermissionDenied("a person accepts")
    before = INVITATIONS.check(invitation, "accept")
    _require_open(invitation)
    if not has_confirmed_address(actor):
        raise TransitionError(
            "address_not_confirmed", "メールアドレスの確認がまだ済んでいません。届いたメールから確認してください。"
        )
    own = EmailAddress.objects.filter(user=actor, verified=True, email=invitation.email).exists()
    if not own and not as_another:
        raise TransitionError(
            "other_address",
            f"この招待は {invitation.email} あてです。いまログインしているのは {actor.email} です。"
            "このアカウントで加わってよいかを選んでください。",
        )
    organisation = invitation.organisation
    if invitation.is_claim:
        _require_ownerless(organisation)
    affiliation, joined = Affiliation.objects.select_for_update(of=("self",)).get_or_create(
        organisation=organisation, user=actor, ended_at=None, defaults={"role": invitation.role}
    )
    role = stronger(affiliation.role, invitation.role)
    if affiliation.role != role:
        affiliation.role = role
        affiliation.save(update_fields=["role"])
    invitation.state = InvitationState.ACCEPTED
    invitation.accepted_by = actor
    invitation.answered_at = timezone.now()
    invitation.save(update_fields=["state", "accepted_by", "answered_at"])
    audit.record(
        invitation,
        "invitation.accepted",
        actor=actor,
        before=before,
        codes={"role": role, "joined": joined, "own_address": own},
    )
    _settle_join_request(organisation, actor)
    planned = Handover.objects.planned().filter(invitation=invitation).first()
    if planned is None:
        outbox.put(InvitationWelcome(invitation))
    else:
        # Handing over begins with an invitation, and ends with its being accepted.
        from members.transitions.handovers import complete_handover

        complete_handover(planned.pk, actor=actor)
    # After the handover: whoever has left by it has a thank-you of its own, and no page of colleagues any more.
    outbox.put(InvitationAccepted(invitation))
    return invitation


def _settle_join_request(organisation: Organisation, user: User) -> None:
    """Whoever had asked to join meanwhile has their answer by this."""
    for asked in organisation.join_requests.waiting().filter(user=user).select_for_update(of=("self",)):
        before, asked.state = asked.state, JoinRequestState.ACCEPTED
        asked.answered_at = timezone.now()
        asked.save(update_fields=["state", "answered_at"])
        audit.record(asked, "joinrequest.accepted", actor=user, before=before, codes={"by": "invitation"})


@transaction.atomic
def decline_invitation(token: str, *, actor: Actor = REGISTRATION) -> Invitation:
    """Whoever has the link says no; nobody has to log in for that. A handover that waited for it is off."""
    return _decline(_by_token(token), actor=actor)


@transaction.atomic
def decline_own_invitation(pk: int, *, actor: User) -> Invitation:
    """Say no, without the link, to what was sent to an address that one has confirmed."""
    invitation = _locked(pk)
    require(actor, "members.answer_invitation", invitation)
    return _decline(invitation, actor=actor)


def _decline(invitation: Invitation, *, actor: Actor) -> Invitation:
    close_invitation(invitation, InvitationState.DECLINED, "decline", actor=actor)
    called_off = _call_off_handover(invitation, actor=actor)
    outbox.put(InvitationDeclined(invitation, handover=called_off))
    return invitation


def _call_off_handover(invitation: Invitation, *, actor: Actor) -> bool:
    handover = Handover.objects.planned().select_for_update(of=("self",)).filter(invitation=invitation).first()
    if handover is None:
        return False
    before = HANDOVERS.check(handover, "cancel")
    handover.state = HandoverState.CANCELLED
    handover.save(update_fields=["state"])
    audit.record(handover, "handover.cancelled", actor=actor, before=before, codes={"invitation": invitation.state})
    return True


def end_invitations_of(organisation: Organisation, *, actor: Actor) -> None:
    """The organisation, held already, takes nobody in any more: what waits for an answer ends, handovers with it."""
    waiting = organisation.invitations.unanswered().order_by("pk").select_for_update(of=("self",))
    for invitation in waiting.select_related("organisation", "invited_by"):
        close_invitation(invitation, InvitationState.REVOKED, "revoke", actor=actor)
        _call_off_handover(invitation, actor=actor)


def _locked_organisation(pk: int) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).get(pk=pk)


def _locked(pk: int) -> Invitation:
    # The organisation first, as whoever changes its people does: two ways round would wait for each other.
    locked_owner(lambda: Invitation.objects.values_list("organisation", flat=True).get(pk=pk))
    return Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "invited_by").get(pk=pk)


def _by_token(token: str) -> Invitation:
    """Raises ``TransitionError('unknown')`` for a link that was replaced by a newer one, or never was."""
    pk = Invitation.objects.by_token(token).values_list("pk", flat=True).first()
    invitation = _locked(pk) if pk is not None else None
    # It may have been sent again while this waited for the lock.
    if invitation is None or invitation.token_hash != invitation_hash(token):
        raise TransitionError(
            "unknown", "この招待は、いまは使えません。新しい招待のメールが届いていないか、ご確認ください。"
        )
    return invitation


def _require_open(invitation: Invitation) -> None:
    if invitation.is_over:
        raise TransitionError(
            "expired", "この招待は期限が過ぎています。お手数ですが、もう一度送ってもらうようお願いしてください。"
        )
    _require_ongoing(invitation.organisation)


def _require_ongoing(organisation: Organisation) -> None:
    if organisation.state not in ONGOING_STATES:
        raise TransitionError("not_ongoing", "この団体は、今は担当者を加えられません。")


def _require_ownerless(organisation: Organisation) -> None:
    if organisation.state != OrganisationState.APPROVED or organisation.people(AffiliationRole.OWNER).exists():
        raise TransitionError(
            "claimed_already",
            "この団体には、すでに代表担当者の方がいます。加わりたいときは、団体のページから申し込んでください。",
        )


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": "メールアドレスの形をご確認ください。例：mori@example.jp"}) from error
    return address


def _people_of(address: str) -> QuerySet[Any]:
    """The numbers of the people whom this address belongs to, confirmed."""
    return EmailAddress.objects.filter(email=address, verified=True).values("user")

"""Inviting an organisation by a personal link: the link, its answer, and what the referrer may see of it.

Whoever holds a link holds it together with the organisation that made it. So nothing that the invited party did may
show through the link, through what the referrer can still do with it, or through the limits on new ones.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.enums import OrganisationState, ReferralSharing, ReferralState
from members.models import ONGOING_STATES, Organisation, Referral, User
from members.notices.referrals import ReferralNews, mail_invited
from members.permissions.referrals import belongs_to_referrer
from members.transitions._organisation import locked
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: Somebody who opened a link and has no account.
INVITED = SystemActor("invited")

#: How many an organisation may make in a day and have out at once. Counted whether or not they were answered, as
#: the referrer could otherwise tell from what is left.
PER_DAY = 20
AT_ONCE = 100
#: How many mails of this kind one address gets from all organisations together, and within what time.
MAILS_TO_ONE_ADDRESS = 3
MAIL_WINDOW = timedelta(days=30)

FIELDS = ("organisation_name", "contact_name", "email", "agreed_by", "agreed_on", "message")


@transaction.atomic
def make_referral(
    organisation_pk: int, *, data: Mapping[str, Any], actor: User, idempotency_key: str | None = None
) -> Referral:
    """Make a personal link in the name of an organisation, and mail it where an address was given with its consent.

    ``data`` holds ``FIELDS``. The same ``idempotency_key`` gives the same referral.
    """
    organisation = locked(organisation_pk)
    require(actor, "members.make_referral", organisation)
    if organisation.state != OrganisationState.APPROVED:
        raise TransitionError("not_active", "登録が終わった団体だけが、ほかの団体を紹介できます。")
    before = Referral.objects.filter(idempotency_key=idempotency_key, referrer=organisation).first()
    if idempotency_key and before is not None:
        return before
    _within_limits(organisation)
    unknown = set(data) - set(FIELDS)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    referral = Referral(referrer=organisation, made_by=actor, idempotency_key=idempotency_key or None, **data)
    _consent_is_whole(referral)
    referral.full_clean(validate_unique=False)
    referral.save(force_insert=True)
    audit.record(
        referral, "referral.made", actor=actor, codes={"referrer": organisation.pk, "mail": bool(referral.email)}
    )
    if referral.email and _may_be_mailed(referral):
        mail_invited(referral)
    return referral


def _within_limits(organisation: Organisation) -> None:
    now = timezone.now()
    made = Referral.objects.filter(referrer=organisation)
    if made.filter(created_at__gt=now - timedelta(days=1)).count() >= PER_DAY:
        raise TransitionError(
            "too_many_today", f"紹介は1日に{PER_DAY}件までです。お手数ですが、明日もう一度お願いします。"
        )
    if made.usable().count() >= AT_ONCE:
        raise TransitionError(
            "too_many_open",
            f"期限の来ていない紹介が{AT_ONCE}件あるため、いまは増やせません。使わないものを取り消してください。",
        )


def _consent_is_whole(referral: Referral) -> None:
    """An address comes with how and when its owner agreed; without an address nothing of this is kept."""
    referral.email = referral.email.strip().lower()
    if not referral.email:
        referral.agreed_by, referral.agreed_on = "", None
        return
    wrong = {}
    if not referral.agreed_by:
        wrong["agreed_by"] = "メールを送るには、ご本人の承諾が必要です。どのように承諾をもらったかを選んでください。"
    if referral.agreed_on is None:
        wrong["agreed_on"] = "承諾をもらった日を入力してください。"
    elif referral.agreed_on > timezone.localdate():
        wrong["agreed_on"] = "これからの日付になっています。承諾をもらった日を入力してください。"
    if wrong:
        raise ValidationError(wrong)


def _may_be_mailed(referral: Referral) -> bool:
    """Whether the address has not said no to such mails, and has not had enough of them."""
    others = Referral.objects.filter(email=referral.email).exclude(pk=referral.pk)
    if others.filter(state=ReferralState.DECLINED).exists():
        return False
    return others.filter(created_at__gt=timezone.now() - MAIL_WINDOW).count() < MAILS_TO_ONE_ADDRESS


@transaction.atomic
def revoke_referral(pk: int, *, actor: Actor) -> Referral:
    """Take a link back, whatever was answered; again has no effect. What was answered stays as it is."""
    referral = Referral.objects.select_for_update(of=("self",)).select_related("referrer").get(pk=pk)
    require(actor, "members.revoke_referral", referral)
    if referral.revoked_at is not None:
        return referral
    before = referral.state
    referral.revoked_at = timezone.now()
    if referral.state == ReferralState.ISSUED:
        referral.state = ReferralState.REVOKED
    referral.save(update_fields=["revoked_at", "state"])
    audit.record(referral, "referral.revoked", actor=actor, before=before)
    return referral


@transaction.atomic
def decline_referral(token: str, *, tell: bool, actor: Actor = INVITED) -> Referral:
    """Say 'not now' to a link; with ``tell``, the referrer hears of it. A mailed address gets no further such mail.

    Raises ``TransitionError``: 'over' when the link is, 'taken' when somebody registers by it. Neither may be told
    apart from a success by whoever holds the link.
    """
    referral = _locked_by_token(token)
    _refuse_when_over(referral)
    if referral.invited_id is not None:
        raise TransitionError("taken", OVER)
    if referral.state == ReferralState.DECLINED:
        return referral
    before = referral.state
    referral.state = ReferralState.DECLINED
    referral.answered_at = timezone.now()
    referral.sharing = ReferralSharing.MEMBERSHIP if tell else ReferralSharing.NOTHING
    referral.consented_at = referral.answered_at
    referral.consented_by = None if isinstance(actor, SystemActor) else actor
    referral.save(update_fields=["state", "answered_at", "sharing", "consented_at", "consented_by"])
    audit.record(referral, "referral.declined", actor=actor, before=before, codes={"told": tell})
    _tell(referral)
    return referral


@transaction.atomic
def accept_referral(
    token: str,
    *,
    organisation: Organisation,
    sharing: ReferralSharing,
    actor: Actor,
    owner: User | None = None,
) -> Referral:
    """Link ``organisation`` to whom invited it, and keep what its owner lets the referrer see.

    ``owner`` is who decided that, where the registration acts for somebody whose address is not confirmed: the trail
    must not name a person who may be forgotten.

    One that is not on the office's desk yet holds the link until ``settle_referrals``. The same organisation again
    has no effect. Raises ``TransitionError``: 'over', 'own_referral', 'taken' by another organisation, 'not_ongoing'.
    """
    # The organisation first, as whoever decides on it does.
    organisation = locked(organisation.pk)
    require(actor, "members.accept_referral", organisation)
    person = owner if isinstance(actor, SystemActor) else actor
    referral = _locked_by_token(token)
    own = person is not None and belongs_to_referrer(person, referral.referrer)
    if own or referral.referrer_id == organisation.pk:
        raise TransitionError("own_referral", "ご自分の団体が出した紹介は、受け取れません。")
    _refuse_when_over(referral)
    if referral.invited_id == organisation.pk:
        return referral
    # A registration whose address was never confirmed gives way to one that comes after it.
    holder = referral.invited
    if holder is not None and holder.state != OrganisationState.DRAFT:
        raise TransitionError("taken", OVER)
    if organisation.state not in (OrganisationState.DRAFT, *ONGOING_STATES):
        raise TransitionError("not_ongoing", "この団体では、いまは紹介を受け取れません。")
    before = referral.state
    referral.invited = organisation
    referral.state = ReferralState.ISSUED
    referral.sharing = ReferralSharing(sharing)
    referral.consented_at = timezone.now()
    referral.consented_by = person
    referral.answered_at = None
    _accept_if_applied(referral, organisation)
    referral.save(
        update_fields=["invited", "state", "sharing", "consented_at", "consented_by", "answered_at"],
    )
    audit.record(
        referral,
        "referral.accepted",
        actor=actor,
        before=before,
        codes={"organisation": organisation.pk, "sharing": sharing},
    )
    _tell(referral)
    return referral


@transaction.atomic
def change_sharing(pk: int, *, sharing: ReferralSharing, actor: User) -> Referral:
    """Let the referrer see more or less from now on; an owner of the invited organisation decides."""
    referral = Referral.objects.select_for_update(of=("self",)).select_related("referrer").get(pk=pk)
    require(actor, "members.change_sharing", referral)
    if referral.sharing == sharing:
        return referral
    before = referral.sharing
    referral.sharing = ReferralSharing(sharing)
    referral.consented_at = timezone.now()
    referral.consented_by = actor
    referral.save(update_fields=["sharing", "consented_at", "consented_by"])
    audit.record(referral, "referral.sharing_changed", actor=actor, before=before, after=sharing)
    _tell(referral)
    return referral


def settle_referrals(organisation: Organisation, *, actor: Actor) -> None:
    """The organisation has applied: what it held is accepted now. Part of the transaction that applies."""
    held = Referral.objects.filter(invited=organisation, state=ReferralState.ISSUED).order_by("pk")
    for referral in held.select_for_update(of=("self",)).select_related("referrer"):
        referral.invited = organisation
        _accept_if_applied(referral, organisation)
        referral.save(update_fields=["state", "answered_at"])
        audit.record(referral, "referral.settled", actor=actor, before=ReferralState.ISSUED)
        _tell(referral)


def tell_referrers(organisation: Organisation) -> None:
    """The organisation is a member now: those who may know it hear so. Part of the transaction that approves."""
    held = Referral.objects.filter(invited=organisation, state=ReferralState.ACCEPTED).order_by("pk")
    # Held, so that a consent taken back in this moment counts.
    for referral in held.select_for_update(of=("self",)).select_related("referrer"):
        referral.invited = organisation
        _tell(referral)


def release_referrals(organisations: Iterable[Organisation]) -> None:
    """Registrations that came to nothing give their links back. Part of the transaction that removes them."""
    Referral.objects.filter(invited__in=list(organisations)).update(
        invited=None, sharing=ReferralSharing.NOTHING, consented_at=None, consented_by=None
    )


#: What is said of a link that is over, revoked or taken: the same, so that nothing shows.
OVER = "このリンクからの受け取りは、いまはできません。"


def _locked_by_token(token: str) -> Referral:
    try:
        # Whom it brought is read after the lock: joined, it would be as it was before whoever we waited for.
        return Referral.objects.select_for_update(of=("self",)).select_related("referrer").get(token=token)
    except Referral.DoesNotExist:
        raise TransitionError("over", OVER) from None


def _refuse_when_over(referral: Referral) -> None:
    if not referral.is_usable or referral.referrer.state != OrganisationState.APPROVED:
        raise TransitionError("over", OVER)


def _accept_if_applied(referral: Referral, organisation: Organisation) -> None:
    if organisation.state != OrganisationState.DRAFT:
        referral.state = ReferralState.ACCEPTED
        referral.answered_at = timezone.now()


def _tell(referral: Referral) -> None:
    """Tell the referrer what it may know; the same news never twice."""
    event = ReferralNews.event_of(referral)
    if event:
        outbox.put(ReferralNews(referral, event))

"""Passing on: somebody leaves, somebody follows, and nothing that was open is lost in between."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.enums import AffiliationRole, HandoverState, InvitationState
from members.handing_over import brief, handover_steps, pass_on, shares_of
from members.models import ONGOING_STATES, Affiliation, Handover, Invitation, Organisation, User
from members.notices.people import HandoverCancelled, HandoverDone, HandoverLeft, HandoverPlanned, HandoverTold
from members.transitions._organisation import locked_owner
from members.transitions.affiliations import keep_an_owner
from members.transitions.invitations import close_invitation, issue_invitation, renew_invitation, stronger
from members.workflow import HANDOVERS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

MAX_NOTE = 2000


@transaction.atomic
def plan_handover(
    affiliation_pk: int,
    *,
    successor: User | None = None,
    invite: Mapping[str, str] | None = None,
    note: str,
    actor: User,
) -> Handover:
    """Pass what somebody looks after to a colleague (at once), or to whoever is invited (once they accept).

    ``invite`` holds email and name. ``note`` is what the leaver says to the successor. The affiliation may have
    ended already: then only the rows pass. Exactly one of ``successor`` and ``invite`` is given.
    """
    if (successor is None) == (invite is None):
        raise TypeError("either a colleague or an invitation")
    affiliation = _locked_affiliation(affiliation_pk)
    organisation, leaver = affiliation.organisation, affiliation.user
    require(actor, "members.plan_handover", affiliation)
    if organisation.state not in ONGOING_STATES:
        raise TransitionError("not_ongoing", "この団体は、今は引き継ぎの手続きができません。")
    if Handover.objects.planned().filter(organisation=organisation, leaver=leaver).exists():
        raise TransitionError(
            "planned_already", "この方の引き継ぎは、もう始まっています。画面を開き直してご確認ください。"
        )
    if _took_part_again(affiliation):
        raise TransitionError("ended", "この方は、いまもこの団体の担当者です。画面を開き直してご確認ください。")
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise ValidationError({"note": f"申し送りは{MAX_NOTE:,}文字までで書いてください。"})
    if successor is not None:
        _require_colleague(organisation, leaver, successor)
    handover = Handover(organisation=organisation, leaver=leaver, successor=successor, requested_by=actor, note=note)
    if invite is not None:
        handover.invitation = _invitation(organisation, affiliation, invite, actor=actor)
    handover.save(force_insert=True)
    audit.record(
        handover,
        "handover.planned",
        actor=actor,
        codes={"organisation": organisation.pk, "leaver": leaver.pk, "invited": invite is not None},
    )
    if successor is not None:
        return complete_handover(handover.pk, actor=actor)
    outbox.put(HandoverPlanned(handover))
    return handover


def _took_part_again(affiliation: Affiliation) -> bool:
    """An old place is named by somebody who has a new one."""
    if affiliation.ended_at is None:
        return False
    again = Affiliation.objects.current().filter(organisation=affiliation.organisation, user=affiliation.user)
    return again.exists()


def _require_colleague(organisation: Organisation, leaver: User, successor: User) -> None:
    if successor.pk == leaver.pk or not organisation.people().filter(pk=successor.pk).exists():
        raise ValidationError({"successor": "いまこの団体の担当者である方から選んでください。"})


def _invitation(
    organisation: Organisation, affiliation: Affiliation, invite: Mapping[str, str], *, actor: User
) -> Invitation:
    """A new invitation in the leaver's role, or the one that is on its way to this address already."""
    email = str(invite.get("email", "")).strip().lower()
    waiting = (
        organisation.invitations.unanswered()
        .filter(email=email)
        .select_for_update(of=("self",))
        .select_related("organisation", "invited_by")
        .first()
    )
    role = AffiliationRole(affiliation.role)
    if waiting is None:
        name = str(invite.get("name", ""))
        return issue_invitation(
            organisation, email=email, name=name, role=role, message="", actor=actor, for_handover=True
        )
    if Handover.objects.filter(invitation=waiting).exists():
        raise ValidationError({"email": "この方は、ほかの方の引き継ぎ先として招待しています。別の方を選んでください。"})
    waiting.role = stronger(waiting.role, role)
    waiting.save(update_fields=["role"])
    # Their letter said nothing of a handover: a new one does.
    renew_invitation(waiting, actor=actor, for_handover=True)
    return waiting


@transaction.atomic
def complete_handover(pk: int, *, actor: Actor) -> Handover:
    """Everything open passes, the leaver's place ends, the brief is written: planned -> done, in one step.

    Raises ``TransitionError('no_successor')`` while whoever was invited has not accepted.
    """
    handover = _locked(pk)
    require(actor, "members.complete_handover", handover)
    before = HANDOVERS.check(handover, "complete")
    organisation, leaver = handover.organisation, handover.leaver
    successor = handover.successor or (handover.invitation.accepted_by if handover.invitation else None)
    if successor is None or successor.pk == leaver.pk:
        raise TransitionError("no_successor", "後任の方が、まだ決まっていません。招待へのお返事をお待ちください。")
    place = (
        Affiliation.objects.current()
        .select_for_update(of=("self",))
        .filter(organisation=organisation, user=successor)
        .first()
    )
    if place is None:
        raise TransitionError(
            "no_successor", "後任の方は、いまこの団体の担当者ではありません。別の方を選んでください。"
        )
    shares = shares_of(organisation, leaver, lock=True)
    written = brief(organisation, leaver, successor, shares)
    pass_on(shares, successor)
    for step in handover_steps:
        step.carry(organisation, leaver, successor)
    _follow_in_role(handover, place, actor=actor)
    handover.successor = successor
    handover.state = HandoverState.DONE
    handover.done_at = timezone.now()
    handover.brief = written
    handover.save(update_fields=["successor", "state", "done_at", "brief"])
    audit.record(
        handover,
        "handover.done",
        actor=actor,
        before=before,
        codes={"successor": successor.pk, **{f"{share.link.key}": share.count for share in shares}},
    )
    outbox.put(HandoverDone(handover))
    outbox.put(HandoverLeft(handover))
    outbox.put(HandoverTold(handover))
    return handover


def _follow_in_role(handover: Handover, place: Affiliation, *, actor: Actor) -> None:
    """The successor may do at least what the leaver might; the leaver may do nothing any more, from now on."""
    held = Affiliation.objects.filter(organisation=handover.organisation, user=handover.leaver)
    left = held.select_for_update(of=("self",)).order_by("-started_at", "-pk").first()
    if left is None:
        return
    role = stronger(place.role, left.role)
    if place.role != role:
        before, place.role = place.role, role
        place.save(update_fields=["role"])
        audit.record(place, "affiliation.role_changed", actor=actor, before=before, after=role)
    if left.ended_at is not None:
        return
    left.organisation = handover.organisation
    keep_an_owner(left, None)
    left.ended_at = timezone.now()
    left.save(update_fields=["ended_at"])
    audit.record(left, "affiliation.ended", actor=actor, before=left.role, after="", codes={"handover": handover.pk})


@transaction.atomic
def cancel_handover(pk: int, *, actor: User) -> Handover:
    """Call off what has not happened yet; the invitation of the successor stops working with it."""
    handover = _locked(pk)
    require(actor, "members.cancel_handover", handover)
    before = HANDOVERS.check(handover, "cancel")
    handover.state = HandoverState.CANCELLED
    handover.save(update_fields=["state"])
    audit.record(handover, "handover.cancelled", actor=actor, before=before)
    invitation = handover.invitation
    if invitation is not None and invitation.state == InvitationState.SENT:
        close_invitation(invitation, InvitationState.REVOKED, "revoke", actor=actor)
    outbox.put(HandoverCancelled(handover, by=actor))
    return handover


def _locked(pk: int) -> Handover:
    # The organisation, its invitation, then the handover, as whoever accepts an invitation holds them.
    locked_owner(lambda: Handover.objects.values_list("organisation", flat=True).get(pk=pk))
    invitation = Handover.objects.values_list("invitation", flat=True).get(pk=pk)
    if invitation is not None:
        Invitation.objects.select_for_update(of=("self",)).get(pk=invitation)
    return (
        Handover.objects.select_for_update(of=("self",))
        .select_related("organisation", "leaver", "successor", "requested_by", "invitation__accepted_by")
        .get(pk=pk)
    )


def _locked_affiliation(pk: int) -> Affiliation:
    # The organisation too: somebody may leave, or be followed, in the same moment. Ended ones are no mistake here.
    locked_owner(lambda: Affiliation.objects.values_list("organisation", flat=True).get(pk=pk))
    return Affiliation.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=pk)

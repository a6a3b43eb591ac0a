"""Several in one introduction: others are asked along, leave again, or are asked to think once more."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Answer, AnswerChannel, Direction, IntroductionState
from matching.enums.doors import Purpose
from matching.models import Introduction, Participant, Post
from matching.notices.introductions import AskedAgain
from matching.notices.parties import (
    InvitationLapsed,
    InvitationReminder,
    InvitedAlong,
    Joining,
    ParticipantLeft,
    Released,
)
from matching.notices.staff import StaffParticipantLeft
from matching.transitions.agreement import give_back_of
from matching.transitions.answers import agree
from matching.transitions.bystanders import reopen_inquiry
from matching.transitions.checks import (
    ANSWER_WITHIN,
    MAX_NOTE,
    answer_due,
    limited,
    person,
    reason_in,
    require_no_open_pair,
    require_open,
    side_in,
)
from matching.transitions.giving import require_quota
from matching.transitions.locks import lock_inquiry, lock_introduction
from matching.transitions.outcomes import complete_when_reported
from matching.transitions.pairs import is_same_side
from matching.transitions.told import spoken_for
from matching.workflow import INTRODUCTIONS, TOGETHER_STATES
from members.enums import OrganisationState
from members.models import Organisation, RelayedGroup
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import note_in_conversation
from tomoiki.notifications import outbox
from tomoiki.vocabulary.lists import labels
from tomoiki.web.working_days import add_working_days
from tomoiki.workflow import TransitionError, require

#: More than that in one conversation would be an assembly.
MOST_PARTICIPANTS = 10

_AS_NEW = {
    "answer": Answer.WAITING,
    "answered_at": None,
    "answered_by": None,
    "answer_channel": AnswerChannel.ONLINE,
    "answer_received_on": None,
    "decline_reason": "",
    "decline_note": "",
    "quantity": None,
    "left_at": None,
    "left_reason": "",
    "left_note": "",
}


@transaction.atomic
def invite_participant(
    pk: int,
    *,
    organisation: Organisation,
    actor: Actor,
    required: bool = False,
    invitation: str = "",
    post: Post | None = None,
    group: RelayedGroup | None = None,
) -> Participant:
    """Ask somebody more to take part, with ``post`` if it brings one, for ``group`` if its desk speaks for it.

    The others cannot agree without a ``required`` one. Who is asked after the agreement joins or does not; nothing
    else depends on it. Who said no or left before is asked anew.
    """
    asker = person(actor)
    held: dict[int, Post] = {}
    introduction = lock_introduction(
        pk, organisations={organisation.pk}, posts_too={post.pk} if post else (), held=held
    )
    require(actor, "matching.invite_participant", introduction)
    before = INTRODUCTIONS.check(introduction, "invite")
    organisation.refresh_from_db(fields=["state"])
    if organisation.state != OrganisationState.APPROVED:
        raise ValidationError({"organisation": f"{organisation}さんは今、登録済みの状態ではありません。"})
    if post is not None:
        _check_post(held[post.pk], organisation, group)
        if introduction.purpose == Purpose.HELP:
            require_quota(held[post.pk], but=introduction)
    if group is not None and (group.desk_id != organisation.pk or not group.active):
        raise PermissionDenied("somebody else's group")
    known = next(
        (each for each in introduction.sides() if is_side_of(each, organisation, group)),
        None,
    )
    if known is not None and known.left_at is None and known.answer != Answer.NO:
        raise ValidationError({"organisation": "この団体は、すでに参加しています。"})
    if known is None and len(introduction.concerned()) >= MOST_PARTICIPANTS:
        raise TransitionError("too_many", f"ひとつのおつなぎに参加できるのは、{MOST_PARTICIPANTS}団体までです。")
    _require_not_beside(introduction, organisation.pk, group, known.post if known else post)
    together = introduction.state in TOGETHER_STATES
    side = known or Participant(
        introduction=introduction,
        organisation=organisation,
        side=post.direction if post else Direction(introduction.post.direction).opposite,
        **spoken_for(organisation, group),
    )
    for name, value in _AS_NEW.items():
        setattr(side, name, value)
    if known is None:
        side.post = held[post.pk] if post else None
    side.required = required and not together
    side.invited_by = asker
    side.invitation = limited("invitation", invitation, MAX_NOTE)
    side.asked_at = None if introduction.state == IntroductionState.PROPOSED else timezone.now()
    side.save()
    if introduction.state == IntroductionState.ASKED:
        introduction.respond_by = max(introduction.respond_by or answer_due(), answer_due())
        introduction.reminded_at = None
    introduction.save(update_fields=["respond_by", "reminded_at", "updated_at"])
    codes: dict[str, str | int | bool | None] = {"organisation": organisation.pk, "required": side.required}
    audit.record(introduction, "introduction.invited", actor=actor, before=before, codes=codes)
    if introduction.state != IntroductionState.PROPOSED:
        introduction = _again(introduction)
        outbox.put(InvitedAlong(introduction, newcomer=side))
        outbox.put(Joining(introduction, newcomer=side, actor=actor))
    return side


def is_side_of(side: Participant, organisation: Organisation, group: RelayedGroup | None) -> bool:
    """Whether ``side`` is this organisation, or this group of its desk."""
    return side.organisation_id == organisation.pk and side.group_id == (group.pk if group else None)


def _check_post(post: Post, organisation: Organisation, group: RelayedGroup | None) -> None:
    if not is_same_side(post, organisation.pk, group.pk if group else None):
        raise ValidationError({"post": "誘う団体の掲載を選んでください。"})
    require_open(post)


def _again(introduction: Introduction) -> Introduction:
    """The same, with the sides as they are now."""
    return Introduction.objects.with_participants().get(pk=introduction.pk)


@transaction.atomic
def release_participant(pk: int, *, participant: int, actor: Actor) -> Introduction:
    """Take back what was asked of somebody who has not answered: the others go on without it."""
    introduction = lock_introduction(pk)
    require(actor, "matching.release_participant", introduction)
    side = side_in(introduction, participant)
    before = INTRODUCTIONS.check(introduction, "release")
    if side.left_at is not None:
        return introduction
    if side.answer != Answer.WAITING:
        raise TransitionError("answered_already", f"{side.honoured}のお返事が、すでに届いています。")
    if not side.joined_later:
        raise TransitionError(
            "cannot_release", "はじめからの参加団体です。進めないときは「取りやめる」を選んでください。"
        )
    _release(introduction, side, before=before, actor=actor, action="introduction.released")
    if before != IntroductionState.PROPOSED:
        outbox.put(Released(introduction, released=side))
    return introduction


@transaction.atomic
def lapse_invitation(pk: int, *, participant: int, actor: Actor) -> Introduction:
    """Somebody who was asked along after the others had agreed never answered: they go on, and it is told so."""
    introduction = lock_introduction(pk)
    require(actor, "matching.lapse_invitation", introduction)
    side = side_in(introduction, participant)
    before = INTRODUCTIONS.check(introduction, "join")
    if not side.is_awaited:
        return introduction
    if invitation_due(side, introduction) >= timezone.localdate():
        raise TransitionError("not_due", "お返事の期限は、まだ過ぎていません。")
    _release(introduction, side, before=before, actor=actor, action="introduction.invitation_lapsed")
    outbox.put(InvitationLapsed(introduction, released=side))
    return introduction


@transaction.atomic
def remind_of_invitation(pk: int, *, participant: int, actor: Actor) -> Introduction:
    """Ask somebody who was asked along once more; the notice's key lets it be told once."""
    introduction = lock_introduction(pk)
    require(actor, "matching.remind_introduction", introduction)
    side = side_in(introduction, participant)
    INTRODUCTIONS.check(introduction, "join")
    if side.is_awaited:
        outbox.put(InvitationReminder(introduction, newcomer=side))
    return introduction


def invitation_due(side: Participant, introduction: Introduction) -> date:
    """The last day to answer for somebody who was asked along."""
    asked = side.asked_at or introduction.asked_at or introduction.created_at
    return add_working_days(timezone.localdate(asked), ANSWER_WITHIN)


def _release(introduction: Introduction, side: Participant, *, before: str, actor: Actor, action: str) -> None:
    side.left_at = timezone.now()
    side.save(update_fields=["left_at"])
    audit.record(introduction, action, actor=actor, before=before, codes={"participant": side.pk})
    introduction.save(update_fields=["updated_at"])
    # Those who wait may have waited for this one only.
    if introduction.state == IntroductionState.ASKED:
        introduction.state = introduction.state_after_answers()
        if introduction.state == IntroductionState.AGREED:
            agree(introduction, actor=actor)


@transaction.atomic
def leave_introduction(pk: int, *, participant: int, reason: str, actor: Actor, note: str = "") -> Introduction:
    """One of several goes its own way; the others go on, and what it brought goes back to its post."""
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.leave_introduction", side)
    if side.left_at is not None:
        return introduction
    before = INTRODUCTIONS.check(introduction, "leave")
    if not may_leave(side, introduction):
        raise TransitionError(
            "end_instead", "続ける団体が足りなくなるため、抜けるかわりに「途中で終わる」を選んでください。"
        )
    label = reason_in("end_reason", reason)
    leave(introduction, side, reason, note=limited("note", note, MAX_NOTE), before=before, actor=actor, label=label)
    return introduction


def leave(
    introduction: Introduction, side: Participant, reason: str, *, note: str, before: str, actor: Actor, label: str
) -> None:
    """Take ``side`` out of a locked introduction and tell everybody; the caller has asked who may."""
    give_back_of(side, introduction, actor=actor)
    side.left_at = timezone.now()
    side.left_reason = reason
    side.left_note = note
    side.quantity = None
    side.save(update_fields=["left_at", "left_reason", "left_note", "quantity"])
    audit.record(
        introduction,
        "introduction.left",
        actor=actor,
        before=before,
        codes={"participant": side.pk, "reason": reason},
    )
    introduction.save(update_fields=["updated_at"])
    note_in_conversation(introduction, line=f"{side.honoured}は、ここで抜けました（{label}）。ほかの団体で続けます。")
    outbox.put(ParticipantLeft(introduction, by=side, reason_label=label))
    outbox.put(StaffParticipantLeft(introduction, by=side, reason_label=label, actor=actor))
    complete_when_reported(introduction, actor=actor)


def may_leave(side: Participant, introduction: Introduction) -> bool:
    """Whether the others can go on without ``side``: it is not whose post it is about, and two remain."""
    rest = [each for each in introduction.together() if each.pk != side.pk]
    return side.is_in and side.post_id != introduction.post_id and len(rest) >= 2


@transaction.atomic
def ask_again(pk: int, *, participant: int, actor: Actor) -> Introduction:
    """Staff let one side think once more: it changed its mind, or answered too late. The others' yes stays."""
    introduction = lock_introduction(pk)
    require(actor, "matching.ask_again", introduction)
    side = side_in(introduction, participant)
    before = INTRODUCTIONS.check(introduction, "ask_again")
    if side.left_at is not None or not side.asked:
        raise TransitionError("cannot_ask", "この団体には、もう一度たずねることができません。")
    if before == IntroductionState.ASKED and side.answer == Answer.WAITING:
        raise TransitionError("still_waiting", "この団体のお返事は、まだ届いていません。")
    if before == IntroductionState.DECLINED and not (side.answer == Answer.NO and side.required):
        raise TransitionError("said_yes", "見送りとお返事した団体を選んでください。")
    for each in {side, *introduction.concerned()}:
        if each.speaks.state != OrganisationState.APPROVED:
            raise TransitionError(
                "partner_not_active",
                f"{each.speaks}は今、登録済みの状態ではないため、もう一度たずねることができません。",
            )
        if each.post is not None:
            require_open(each.post)
            # What is still on its way counts already.
            if before != IntroductionState.ASKED and introduction.purpose == Purpose.HELP:
                require_quota(each.post, but=introduction)
    _require_still_wanted(introduction)
    for each in {side, *introduction.concerned()}:
        _require_not_beside(introduction, each.organisation_id, each.group, each.post)
    for name, value in _AS_NEW.items():
        setattr(side, name, value)
    side.asked_at = timezone.now()
    side.save(update_fields=[*_AS_NEW, "asked_at"])
    introduction.state = IntroductionState.ASKED
    introduction.ended_at = None
    introduction.respond_by = answer_due()
    introduction.reminded_at = None
    introduction.save(update_fields=["state", "ended_at", "respond_by", "reminded_at", "updated_at"])
    audit.record(introduction, "introduction.asked_again", actor=actor, before=before, codes={"participant": side.pk})
    outbox.put(AskedAgain(introduction, asked=side))
    reopen_inquiry(introduction, side, actor=actor)
    return introduction


def _require_still_wanted(introduction: Introduction) -> None:
    """An inquiry that has found enough asks nobody again, not even one that it asked before."""
    if introduction.inquiry_id is None:
        return
    inquiry = lock_inquiry(introduction.inquiry_id)
    counts = any(each.pk == introduction.pk for each in inquiry.interested())
    if not counts and inquiry.has_enough(inquiry.post.quantity_left):
        raise TransitionError(
            "inquiry_has_enough", "この打診は、必要な数がそろっています。もう一度たずねる必要はありません。"
        )


def _require_not_beside(
    introduction: Introduction, organisation: int, group: RelayedGroup | None, post: Post | None
) -> None:
    """Nobody is asked for one post in two introductions at once; whose post it is may talk with several."""
    if is_same_side(introduction.post, organisation, group.pk if group else None):
        return
    purpose = Purpose(introduction.purpose)
    require_no_open_pair(introduction.post, organisation, post, group, purpose=purpose, but=introduction)


def left_label(side: Participant) -> str:
    """Why ``side`` left, in words."""
    return labels("end_reason").get(side.left_reason, "")

"""The answers of those who are asked, and what follows: an agreement, its end, or one who joins."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Answer, IntroductionState
from matching.enums.doors import Purpose
from matching.freshness import mark_stale_in
from matching.models import Introduction, Participant
from matching.notices.introductions import IntroductionAgreed, IntroductionDeclined, SaidYes
from matching.notices.parties import Joined, WithoutOne
from matching.notices.staff import StaffIntroductionAgreed, StaffIntroductionDeclined, StaffLateYes
from matching.transitions.agreement import take_for_newcomer, take_quantities
from matching.transitions.bystanders import ask_the_owner, over, review_inquiry
from matching.transitions.checks import MAX_NOTE, limited, reason_in, require_room, side_in
from matching.transitions.locks import lock_introduction
from matching.transitions.told import ONLINE, Told
from matching.workflow import INTRODUCTIONS, TOGETHER_STATES
from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import note_in_conversation, open_conversation
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def answer_introduction(
    pk: int,
    *,
    participant: int,
    answer: str,
    actor: Actor,
    reason: str = "",
    note: str = "",
    words: str = "",
    quantity: int | None = None,
) -> Introduction:
    """One side says yes, or no with a reason that only staff read. When all said yes, they begin to talk.

    ``words`` are what the other side reads of a no instead of the reason.

    The same answer again changes nothing; another one is refused, since the others have been told of the first.
    """
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.answer_introduction", side)
    if side.group is not None and side.is_awaited:
        raise TransitionError(
            "ask_the_group",
            f"{side.group.name}さんのお返事を、いつ、どのように聞いたかといっしょに記録してください。",
        )
    return give_answer(
        introduction,
        side,
        answer=answer,
        actor=actor,
        reason=reason,
        note=note,
        words=words,
        quantity=quantity,
        told=ONLINE,
    )


def give_answer(
    introduction: Introduction,
    side: Participant,
    *,
    answer: str,
    actor: Actor,
    reason: str,
    note: str,
    quantity: int | None,
    told: Told,
    words: str = "",
) -> Introduction:
    """Record the answer of ``side`` of a locked introduction, and what follows; the caller asked who may."""
    answer = Answer(answer)
    if answer == Answer.WAITING:
        raise ValidationError({"answer": "「ぜひ」か「今回は見送る」を選んでください。"})
    if side.answer == answer:
        return introduction
    if answer == Answer.YES and is_late(introduction, side):
        return note_late_yes(introduction, side, actor=actor)
    require_awaited(side)
    joins = introduction.state in TOGETHER_STATES and side.joined_later
    before = INTRODUCTIONS.check(introduction, "join" if joins else "answer")
    if answer == Answer.NO:
        side.decline_words = limited("words", words, MAX_NOTE)
    reason_label = _write_down(side, answer, actor=actor, reason=reason, note=note, quantity=quantity, told=told)
    if not joins:
        introduction.state = introduction.state_after_answers()
    audit.record(
        introduction,
        "introduction.answered",
        actor=actor,
        before=before,
        codes={
            "participant": side.pk,
            "answer": answer.value,
            "reason": reason if answer == Answer.NO else "",
            **told.codes,
        },
    )
    if joins:
        welcome(introduction, side, actor=actor)
    elif introduction.state == IntroductionState.AGREED:
        agree(introduction, actor=actor)
    elif introduction.state == IntroductionState.DECLINED:
        over(introduction, IntroductionState.DECLINED)
        mark_stale_in(introduction)
        outbox.put(IntroductionDeclined(introduction, by=side))
        outbox.put(StaffIntroductionDeclined(introduction, by=side, reason_label=reason_label))
    else:
        introduction.save(update_fields=["state", "updated_at"])
        if answer == Answer.NO:
            outbox.put(WithoutOne(introduction, by=side))
        elif not ask_the_owner(introduction, side):
            outbox.put(SaidYes(introduction, by=side))
    review_inquiry(introduction.inquiry_id, actor=actor)
    return introduction


def _write_down(
    side: Participant, answer: Answer, *, actor: Actor, reason: str, note: str, quantity: int | None, told: Told
) -> str:
    """Save the answer with the side; the label of the reason of a no."""
    label = ""
    if answer == Answer.NO:
        label = reason_in("decline_reason", reason)
        side.decline_reason = reason
        side.decline_note = limited("note", note, MAX_NOTE)
    elif quantity is not None and side.introduction.purpose == Purpose.HELP:
        require_room(side.post or side.introduction.post, quantity)
        side.quantity = quantity
    side.answer = answer
    side.answered_at = timezone.now()
    side.answered_by = actor if isinstance(actor, User) else None
    side.answer_channel = told.channel
    side.answer_received_on = told.received_on
    side.save(
        update_fields=[
            "answer",
            "answered_at",
            "answered_by",
            "answer_channel",
            "answer_received_on",
            "decline_reason",
            "decline_note",
            "decline_words",
            "quantity",
        ]
    )
    return label


def welcome(introduction: Introduction, side: Participant, *, actor: Actor) -> None:
    """Somebody who was asked along answered those who have agreed already: nothing else changes."""
    introduction.save(update_fields=["updated_at"])
    if side.answer == Answer.NO:
        outbox.put(WithoutOne(introduction, by=side))
        return
    take_for_newcomer(introduction, side, actor=actor)
    audit.record(introduction, "introduction.joined", actor=actor, codes={"participant": side.pk})
    note_in_conversation(introduction, line=f"{side.honoured}が加わりました。これまでのやりとりも読めます。")
    outbox.put(Joined(introduction, by=side))


def is_late(introduction: Introduction, side: Participant) -> bool:
    """Whether ``side`` is one of several candidates, and others were quicker."""
    candidate = introduction.inquiry_id is not None and side.post_id != introduction.post_id
    return candidate and side.is_awaited and introduction.state == IntroductionState.NOT_NEEDED


def note_late_yes(introduction: Introduction, side: Participant, *, actor: Actor) -> Introduction:
    """A yes that came when others had been found: nothing changes, but staff should know of so much good will."""
    audit.record(introduction, "introduction.late_yes", actor=actor, codes={"participant": side.pk})
    outbox.put(StaffLateYes(introduction, by=side, actor=actor))
    return introduction


def require_awaited(side: Participant) -> None:
    """Raise unless ``side`` has been asked and not answered yet."""
    if side.answer != Answer.WAITING:
        raise TransitionError(
            "answered_already",
            f"すでに「{Answer(side.answer).label}」とお返事いただいています。変えたいときは、事務局へご連絡ください。",
        )
    if side.left_at is not None:
        raise TransitionError(
            "released", "このお誘いは取り下げられました。お気持ちに感謝します。くわしくは、事務局へおたずねください。"
        )
    if not side.asked:
        raise TransitionError(
            "not_asked_yet", "今は、候補の団体のお返事を待っています。「ぜひ」が届いたら、お知らせします。"
        )


def agree(introduction: Introduction, *, actor: Actor) -> None:
    """Everybody needed said yes: take what was agreed from the posts, open the conversation, tell everybody."""
    introduction.agreed_at = timezone.now()
    introduction.save(update_fields=["state", "agreed_at", "updated_at"])
    take_quantities(introduction, actor=actor)
    audit.record(introduction, "introduction.agreed", actor=actor, before=IntroductionState.ASKED)
    open_conversation(
        introduction,
        actor=actor,
        line="おつなぎが結ばれました。まずは、ごあいさつと、打ち合わせの候補日をお送りください。"
        "事務局も、このやりとりを読んでいます。",
    )
    outbox.put(IntroductionAgreed(introduction))
    outbox.put(StaffIntroductionAgreed(introduction))

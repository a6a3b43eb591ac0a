"""Those who wait beside what happens: open introductions whose post is gone, and an inquiry that has found enough.

Nobody should wait for an answer that no longer matters.
"""

from collections.abc import Iterable

from django.utils import timezone

from matching.enums import Answer, InquiryEnd, IntroductionState, PostState
from matching.enums.doors import Purpose
from matching.models import Inquiry, Introduction, Participant, Post
from matching.models.inquiries import candidates_in
from matching.notices.inquiries import CandidateInterested, InquiryNotNeeded, NobodyInterested, StaffInquiryClosed
from matching.notices.introductions import IntroductionNotNeeded, IntroductionWithdrawn
from matching.transitions.checks import answer_due
from matching.transitions.giving import tell_of_room
from matching.transitions.locks import (
    lock_if_asked,
    lock_inquiry,
    lock_inquiry_unless_held,
    lock_introductions_about,
)
from matching.workflow import INTRODUCTIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox


def settle_elsewhere(post: Post, *, actor: Actor, but: Introduction | None = None) -> None:
    """``post``, locked, has found enough: those still waiting to help are told so, except ``but``."""
    waiting = [each for each in lock_introductions_about(post) if each.purpose == Purpose.HELP]
    others = [each for each in waiting if but is None or each.pk != but.pk]
    for introduction in others:
        if _end(introduction, "settle_elsewhere", IntroductionState.NOT_NEEDED, actor=actor):
            outbox.put(IntroductionNotNeeded(introduction, settled=post))
    _review(others, actor=actor)


def withdraw_open_introductions(post: Post, *, actor: Actor) -> None:
    """``post``, locked, was closed or taken down: those still waiting with it end."""
    waiting = lock_introductions_about(post)
    for introduction in waiting:
        _withdraw(introduction, actor=actor)
    _review(waiting, actor=actor)


def withdraw(introduction: Introduction, *, actor: Actor) -> None:
    """End a locked introduction to which the answers are open, and tell those who knew of it."""
    _withdraw(introduction, actor=actor)
    _review([introduction], actor=actor)


def _withdraw(introduction: Introduction, *, actor: Actor) -> None:
    if _end(introduction, "withdraw", IntroductionState.WITHDRAWN, actor=actor):
        outbox.put(IntroductionWithdrawn(introduction, by=actor))


def _end(introduction: Introduction, step: str, state: IntroductionState, *, actor: Actor) -> bool:
    """Whether its participants knew of it: a pair that was only prepared has told nobody yet."""
    before = INTRODUCTIONS.check(introduction, step)
    introduction.state = state
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "ended_at", "updated_at"])
    audit.record(introduction, f"introduction.{state.value}", actor=actor, before=before)
    tell_of_room(introduction)
    return before != IntroductionState.PROPOSED


def over(introduction: Introduction, state: IntroductionState) -> None:
    """End a locked introduction, with the word on it that stands there."""
    introduction.state = state
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "ended_at", "end_note", "updated_at"])
    tell_of_room(introduction)


# --- inquiries: the introductions of one post that were asked together ---


def ask_the_owner(introduction: Introduction, side: Participant) -> bool:
    """A candidate of an inquiry said yes: now it is the turn of the post's owner. False where it was asked before."""
    owner = next((each for each in introduction.sides() if not each.asked), None)
    # Somebody asked along says nothing of whether the candidate would.
    if owner is None or introduction.inquiry_id is None or side.joined_later:
        return False
    owner.asked = True
    owner.asked_at = timezone.now()
    owner.save(update_fields=["asked", "asked_at"])
    # Whoever is asked now has as long as everybody.
    introduction.respond_by = answer_due()
    introduction.reminded_at = None
    introduction.save(update_fields=["respond_by", "reminded_at", "updated_at"])
    outbox.put(CandidateInterested(introduction, by=side, owner=owner))
    return True


def _review(introductions: Iterable[Introduction], *, actor: Actor) -> None:
    for pk in sorted({each.inquiry_id for each in introductions if each.inquiry_id is not None}):
        inquiry = lock_inquiry_unless_held(pk)
        if inquiry is not None:
            _look(inquiry, actor=actor)


def review_inquiry(pk: int | None, *, actor: Actor) -> None:
    """See whether an inquiry, whose post is locked, has enough, or nobody to wait for.

    The caller has asked for permission, and saved what it changed.
    """
    if pk is not None:
        _look(lock_inquiry(pk), actor=actor)


def _look(inquiry: Inquiry, *, actor: Actor) -> None:
    if not inquiry.is_open:
        return
    if inquiry.has_enough(inquiry.post.quantity_left):
        close(inquiry, InquiryEnd.ENOUGH, actor=actor)
    elif inquiry.post.state not in _STILL_WANTED:
        close(inquiry, InquiryEnd.POST_OVER, actor=actor)
    elif not awaited(inquiry):
        close(inquiry, InquiryEnd.ANSWERED, actor=actor)


def reopen_inquiry(introduction: Introduction, asked: Participant, *, actor: Actor) -> None:
    """``asked`` of a locked introduction may think again: if it is a candidate, its inquiry waits once more."""
    if introduction.inquiry_id is None:
        return
    inquiry = lock_inquiry(introduction.inquiry_id)
    if not inquiry.is_open and any(side.pk == asked.pk for side in candidates_in(introduction)):
        inquiry.closed_at, inquiry.closed_because = None, ""
        inquiry.save(update_fields=["closed_at", "closed_because"])
        audit.record(inquiry, "inquiry.reopened", actor=actor, codes={"introduction": introduction.pk})
    review_inquiry(inquiry.pk, actor=actor)


#: Of a post that expired, what was asked for before may still come.
_STILL_WANTED = frozenset({PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED})


def awaited(inquiry: Inquiry) -> list[Introduction]:
    """The introductions of a locked inquiry whose candidate has not answered."""
    return [
        each
        for each in inquiry.candidates()
        if each.state == IntroductionState.ASKED and any(side.is_awaited for side in candidates_in(each))
    ]


def close(inquiry: Inquiry, because: InquiryEnd, *, actor: Actor) -> None:
    """End a locked inquiry: whoever has not answered is thanked and told that it need not."""
    for introduction in awaited(inquiry):
        if not lock_if_asked(introduction.pk):
            continue
        if _end(introduction, "settle_elsewhere", IntroductionState.NOT_NEEDED, actor=actor):
            outbox.put(InquiryNotNeeded(introduction, because=because))
    inquiry.closed_at = timezone.now()
    inquiry.closed_because = because
    inquiry.save(update_fields=["closed_at", "closed_because"])
    audit.record(inquiry, "inquiry.closed", actor=actor, codes={"because": because.value})
    said_yes = any(side.answer == Answer.YES for each in inquiry.candidates() for side in candidates_in(each))
    if because in {InquiryEnd.ANSWERED, InquiryEnd.CLOSED} and not said_yes:
        outbox.put(NobodyInterested(inquiry))
    outbox.put(StaffInquiryClosed(inquiry, actor=actor))

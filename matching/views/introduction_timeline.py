"""The way an introduction has come, told to its participants from its own times.

Not from the audit trail: that is for staff, and knows no words that are polite to the other side.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.enums import RAISED, Answer, AppointmentState, IntroductionState, Origin
from matching.models import Appointment, Introduction, Outcome, Participant
from matching.purposes import words_of
from tomoiki.web.templatetags.ui import ja_datetime


@dataclass(frozen=True)
class Step:
    """One row of components/timeline."""

    icon: str
    tone: str
    when: datetime
    what: str
    detail: str = ""


def timeline(
    introduction: Introduction,
    participants: Sequence[Participant],
    outcomes: Sequence[Outcome],
    own: Collection[int],
    appointments: Sequence[Appointment] = (),
) -> list[Step]:
    """What happened, the oldest first. ``own`` are the participants on the reader's side."""
    steps = [
        *_beginning(introduction, participants),
        *_answers(introduction, participants, own),
        *_coming_and_going(introduction, participants),
        *_meeting(introduction),
        *_appointments(appointments),
        *(_reported(outcome, participants) for outcome in outcomes),
        *_end(introduction),
    ]
    # Stable: what happened in one moment stays in the order of the way.
    return sorted(steps, key=lambda step: step.when)


def _responder(introduction: Introduction, participants: Sequence[Participant]) -> Participant | None:
    """Who raised a hand: the side whose yes was recorded with the response."""
    others = [side for side in participants if side.post_id != introduction.post_id and not side.joined_later]
    return others[0] if introduction.origin in RAISED and others else None


def _beginning(introduction: Introduction, participants: Sequence[Participant]) -> Iterator[Step]:
    moment = introduction.asked_at or introduction.created_at
    responder = _responder(introduction, participants)
    if responder is not None:
        seen = "おすすめを見て、" if introduction.origin == Origin.RECOMMENDATION else ""
        words = words_of(introduction.purpose)
        did = words.asked_for if words else "手を挙げました"
        yield Step("hand-stop", "offer", moment, f"{responder.honoured}が{seen}{did}")
    elif introduction.asked_at is None:
        yield Step("clipboard-list", "state", moment, "事務局が準備しています")
    else:
        yield Step("heart-handshake", "state", moment, "事務局が紹介しました")
    if introduction.reminded_at:
        yield Step("mail", "state", introduction.reminded_at, "お返事を、もう一度たずねました")


def _answers(introduction: Introduction, participants: Sequence[Participant], own: Collection[int]) -> Iterator[Step]:
    responder = _responder(introduction, participants)
    for side in participants:
        if side.answered_at is None or side is responder:
            continue
        if side.answer == Answer.YES:
            yield Step("check", "offer", side.answered_at, f"{side.honoured}が「ぜひ」とお返事しました")
        elif side.pk in own:
            yield Step("leaf", "state", side.answered_at, "今回は見送るとお返事しました")
        else:
            yield Step("leaf", "state", side.answered_at, "今回は見送りとなりました")


def _coming_and_going(introduction: Introduction, participants: Sequence[Participant]) -> Iterator[Step]:
    for side in participants:
        if side.joined_later and side.asked_at:
            yield Step("user-plus", "state", side.asked_at, f"{side.honoured}にも参加をお願いしました")
        elif side.asked_at and introduction.inquiry_id:
            yield Step("mail", "state", side.asked_at, f"{side.honoured}にたずねました")
        if side.left_at and side.answer == Answer.YES:
            yield Step("archive", "state", side.left_at, f"{side.honoured}が抜けました", side.left_note)
        elif side.left_at:
            yield Step("archive", "state", side.left_at, f"{side.honoured}への参加のお願いを取り下げました")


def _appointments(appointments: Sequence[Appointment]) -> Iterator[Step]:
    for each in appointments:
        who = each.proposed_by_side.honoured if each.proposed_by_side else "事務局"
        yield Step("calendar", "state", each.created_at, f"{who}が打ち合わせの候補日を出しました")
        if each.fixed_at and each.starts_at:
            what = f"打ち合わせが{ja_datetime(each.starts_at)}に決まりました"
            yield Step("calendar-event", "offer", each.fixed_at, what, each.where)
        if each.ended_at and each.state == AppointmentState.CANCELLED:
            yield Step("archive", "state", each.ended_at, "打ち合わせを取りやめました", each.end_note)


def _meeting(introduction: Introduction) -> Iterator[Step]:
    if introduction.agreed_at:
        began = [
            side for side in introduction.sides() if side.answered_at and side.answered_at <= introduction.agreed_at
        ]
        whose = "両方" if sum(side.answer == Answer.YES for side in began) <= 2 else "全員"
        yield Step("talk", "offer", introduction.agreed_at, f"{whose}の「ぜひ」がそろい、やりとりが始まりました")
    if introduction.started_at:
        yield Step("player-play", "offer", introduction.started_at, "実施に入りました")


def _reported(outcome: Outcome, participants: Sequence[Participant]) -> Step:
    side = next(side for side in participants if side.pk == outcome.participant_id)
    return Step("report", "warning", outcome.reported_at, f"{side.honoured}が報告しました")


_ENDS = {
    IntroductionState.COMPLETED: ("circle-check", "offer", "おつなぎが終わりました。ありがとうございました"),
    IntroductionState.LAPSED: ("hourglass", "state", "お返事の期限が過ぎ、おしまいになりました"),
    IntroductionState.WITHDRAWN: ("archive", "state", "取りやめになりました"),
    IntroductionState.NOT_NEEDED: ("archive", "state", "ほかの相手に決まりました"),
    IntroductionState.ENDED_EARLY: ("archive", "state", "途中で終わりました"),
}


def _end(introduction: Introduction) -> Iterator[Step]:
    end = _ENDS.get(IntroductionState(introduction.state))
    if end is not None and introduction.ended_at:
        icon, tone, what = end
        yield Step(icon, tone, introduction.ended_at, what, introduction.end_note)

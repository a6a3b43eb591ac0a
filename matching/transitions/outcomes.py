"""What happens after everybody agreed: it begins, ends before its time, or is reported and completed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Direction, IbashoChangeKind, IntroductionState
from matching.enums.doors import Purpose
from matching.models import Ibasho, IbashoChange, Introduction, Outcome, Participant
from matching.notices.introductions import IntroductionEndedEarly, IntroductionStarted
from matching.notices.outcomes import IntroductionCompleted, OtherSideReported, OutcomeWanted
from matching.notices.parties import Released
from matching.notices.staff import StaffIntroductionCompleted, StaffIntroductionEndedEarly
from matching.notices.welcome import WelcomeWanted
from matching.transitions.agreement import give_quantities_back
from matching.transitions.appointments import end_appointments
from matching.transitions.checks import MAX_NOTE, MAX_STORY, limited, person, reason_in, side_in
from matching.transitions.giving import tell_of_room
from matching.transitions.ibasho import measure
from matching.transitions.locks import lock_introduction
from matching.workflow import INTRODUCTIONS
from members.models import Organisation
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import close_conversation, note_in_conversation
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: With one report in, the introduction is over after this long without the other.
COMPLETE_AFTER = timedelta(days=30)
#: When those who have not reported are asked how it went: after the start, or after the agreement.
ASK_AFTER_START = timedelta(days=14)
ASK_AFTER_AGREEMENT = timedelta(days=30)

_OUTCOME_FIELDS = ("result", "story", "quantity", "unit", "people_reached", "again", "welcome")
_CHANGE_FIELDS = ("days_before", "days_after", "people_before", "people_after")
_IBASHO_KEYS = frozenset({"ibasho", "name", "municipality", "who_comes", "kind", *_CHANGE_FIELDS})


@transaction.atomic
def start_introduction(pk: int, *, on_behalf: Organisation, actor: Actor) -> Introduction:
    """One side notes that it has begun. Noted by both at once, it has begun once."""
    introduction = lock_introduction(pk)
    require(actor, "matching.start_introduction", introduction)
    side = _side_of(introduction, on_behalf, actor)
    if introduction.state == IntroductionState.UNDER_WAY:
        return introduction
    INTRODUCTIONS.check(introduction, "start")
    _start(introduction, side, actor=actor)
    outbox.put(IntroductionStarted(introduction, by=side))
    return introduction


def _start(introduction: Introduction, side: Participant, *, actor: Actor) -> None:
    before = introduction.state
    introduction.state = IntroductionState.UNDER_WAY
    introduction.started_at = timezone.now()
    introduction.save(update_fields=["state", "started_at", "updated_at"])
    audit.record(introduction, "introduction.started", actor=actor, before=before)
    note_in_conversation(introduction, line=f"{side.honoured}が「実施に入った」と記録しました。")


@transaction.atomic
def end_introduction_early(
    pk: int, *, on_behalf: Organisation | None, reason: str, actor: Actor, note: str = ""
) -> Introduction:
    """A side, or staff (``on_behalf`` None), end it before its time; what it took goes back to the posts."""
    introduction = lock_introduction(pk)
    require(actor, "matching.end_introduction_early", introduction)
    side = None
    if on_behalf is not None:
        side = _side_of(introduction, on_behalf, actor)
    elif not getattr(actor, "is_staff", True):
        raise PermissionDenied("in whose name?")
    before = INTRODUCTIONS.check(introduction, "end_early")
    label = reason_in("end_reason", reason)
    introduction.end_note = limited("note", note, MAX_NOTE)
    end_early(introduction, reason, before=before, actor=actor, label=label)
    outbox.put(IntroductionEndedEarly(introduction, by=side, reason_label=label))
    outbox.put(StaffIntroductionEndedEarly(introduction, actor=actor))
    return introduction


def end_early(introduction: Introduction, reason: str, *, before: str, actor: Actor, label: str) -> None:
    """End a locked introduction and give back what it took; the caller has asked and tells those concerned."""
    introduction.state = IntroductionState.ENDED_EARLY
    introduction.end_reason = reason
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "end_reason", "end_note", "ended_at", "updated_at"])
    audit.record(introduction, "introduction.ended_early", actor=actor, before=before, codes={"reason": reason})
    give_quantities_back(introduction, actor=actor)
    end_appointments(introduction, actor=actor)
    tell_of_room(introduction)
    close_conversation(introduction, actor=actor, line=f"おつなぎは途中で終わりました（{label}）。")


@transaction.atomic
def report_outcome(pk: int, *, participant: int, data: Mapping[str, Any], actor: Actor) -> Outcome:
    """One side tells what came of it. From agreed on: a report says that it has begun.

    ``data`` holds the fields of ``Outcome`` and, under ``ibasho``, what became of a place where people belong:
    a known one (``ibasho``) or a new one's ``name``, ``kind`` and the numbers before and after.
    The same report again (a double click) is the same one.
    """
    reporter = person(actor)
    introduction = lock_introduction(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.report_outcome", side)
    values = {name: data[name] for name in _OUTCOME_FIELDS if name in data}
    if set(data) - {*_OUTCOME_FIELDS, "ibasho"}:
        raise ValueError(f"not part of a report: {sorted(set(data) - {*_OUTCOME_FIELDS, 'ibasho'})}")
    if side.has_reported:
        if all(getattr(side.outcome, name) == value for name, value in values.items()):
            return side.outcome
        raise TransitionError("reported_already", "このおつなぎの報告は、すでに届いています。")
    before = INTRODUCTIONS.check(introduction, "report")
    if not side.is_in:
        raise TransitionError("takes_no_part", "参加している団体だけが、報告できます。")
    if introduction.state == IntroductionState.AGREED:
        _start(introduction, side, actor=actor)
    limited("story", str(values.get("story", "")), MAX_STORY)
    outcome = Outcome(introduction=introduction, participant=side, reported_by=reporter, **values)
    outcome.full_clean(exclude=["introduction", "participant", "reported_by"])
    outcome.save(force_insert=True)
    if data.get("ibasho"):
        _note_ibasho(introduction, outcome, data["ibasho"])
    side.outcome = outcome
    if introduction.first_reported_at is None:
        introduction.first_reported_at = outcome.reported_at
        introduction.save(update_fields=["first_reported_at", "updated_at"])
    audit.record(
        introduction,
        "introduction.reported",
        actor=actor,
        before=before,
        codes={"participant": side.pk, "result": outcome.result, "welcome": outcome.welcome, "again": outcome.again},
    )
    if introduction.state == IntroductionState.UNDER_WAY and not complete_when_reported(introduction, actor=actor):
        outbox.put(OtherSideReported(introduction, by=side))
        if side.side == Direction.OFFER and introduction.purpose == Purpose.HELP:
            outbox.put(WelcomeWanted(introduction, by=side))
    return outcome


def complete_when_reported(introduction: Introduction, *, actor: Actor) -> bool:
    """Call a locked introduction done once everybody needed, and still there, has reported; whether it is."""
    needed = [side for side in introduction.together() if side.required]
    if introduction.state != IntroductionState.UNDER_WAY or not needed:
        return False
    done = all(side.has_reported for side in needed)
    if done:
        _complete(introduction, actor=actor)
    return done


def _note_ibasho(introduction: Introduction, outcome: Outcome, data: Mapping[str, Any]) -> None:
    """Keep what became of an ibasho; it belongs to the side that was helped."""
    unknown = set(data) - _IBASHO_KEYS
    if unknown:
        raise ValueError(f"not part of an ibasho: {sorted(unknown)}")
    numbers = {name: data.get(name) for name in _CHANGE_FIELDS}
    change = IbashoChange(outcome=outcome, kind=data.get("kind", ""), **numbers)
    change.full_clean(exclude=["outcome", "ibasho"])
    change.ibasho = ibasho = _ibasho(introduction, data)
    change.save(force_insert=True)
    _note_before(introduction, ibasho, change)
    measure(
        ibasho,
        on=timezone.localdate(outcome.reported_at),
        numbers={"open_days_a_month": change.days_after, "people_a_time": change.people_after},
        outcome=outcome,
    )


def _note_before(introduction: Introduction, ibasho: Ibasho, change: IbashoChange) -> None:
    """What was before the introduction, where nobody has told it yet: so before and after can be compared."""
    before = {"open_days_a_month": change.days_before, "people_a_time": change.people_before}
    begun = introduction.started_at or introduction.agreed_at
    if change.kind == IbashoChangeKind.OPENED:
        if ibasho.opened_on is None:
            ibasho.opened_on = timezone.localdate()
            ibasho.save(update_fields=["opened_on", "updated_at"])
        return
    if begun is None or not any(before.values()) or ibasho.measures.exists():
        return
    day = min(timezone.localdate(begun), timezone.localdate() - timedelta(days=1))
    measure(ibasho, on=day, numbers=before)


def _ibasho(introduction: Introduction, data: Mapping[str, Any]) -> Ibasho:
    taking_part = {side.organisation_id for side in introduction.sides()}
    known: Ibasho | None = data.get("ibasho")
    if known is not None:
        if known.organisation_id not in taking_part:
            raise PermissionDenied("somebody else's ibasho")
        return Ibasho.objects.select_for_update(of=("self",)).get(pk=known.pk)
    name = str(data.get("name") or "").strip()
    if not name:
        raise ValidationError({"name": "居場所の名前を書いてください。"})
    # Where partners called for partners nobody is helped by the others: it is then the one who called.
    helped = next((side for side in introduction.together() if side.side == Direction.NEED), introduction.sides()[0])
    ibasho, _ = Ibasho.objects.get_or_create(
        organisation=helped.organisation,
        name=name,
        defaults={
            "municipality": data.get("municipality") or helped.organisation.municipality,
            "who_comes": data.get("who_comes") or "",
        },
    )
    return ibasho


def _complete(introduction: Introduction, *, actor: Actor) -> None:
    before = introduction.state
    introduction.state = IntroductionState.COMPLETED
    introduction.ended_at = timezone.now()
    introduction.save(update_fields=["state", "ended_at", "updated_at"])
    audit.record(introduction, "introduction.completed", actor=actor, before=before)
    for side in introduction.sides():
        if side.is_awaited:
            # Asked along, and not quick enough: there is nothing left to join.
            side.left_at = timezone.now()
            side.save(update_fields=["left_at"])
            outbox.put(Released(introduction, released=side))
    tell_of_room(introduction)
    note_in_conversation(introduction, line="おつなぎが終わりました。ありがとうございました。")
    outbox.put(IntroductionCompleted(introduction))
    outbox.put(StaffIntroductionCompleted(introduction, actor=actor))


@transaction.atomic
def complete_overdue(pk: int, *, actor: Actor) -> Introduction:
    """One side reported long ago and the other did not: call it done. A late report is still welcome."""
    introduction = lock_introduction(pk)
    require(actor, "matching.complete_introduction", introduction)
    INTRODUCTIONS.check(introduction, "complete")
    reported = introduction.first_reported_at
    if reported is None or reported > timezone.now() - COMPLETE_AFTER:
        raise TransitionError("not_due", "報告がそろうのを、もう少し待ちます。")
    _complete(introduction, actor=actor)
    return introduction


@transaction.atomic
def ask_for_outcome(pk: int, *, actor: Actor) -> Introduction:
    """Ask those who have not reported, once, how it went. Nothing happens where it is over meanwhile."""
    introduction = lock_introduction(pk)
    require(actor, "matching.complete_introduction", introduction)
    if introduction.state in INTRODUCTIONS.transitions["end_early"].sources:
        outbox.put(OutcomeWanted(introduction))
    return introduction


def _side_of(introduction: Introduction, organisation: Organisation, actor: Actor) -> Participant:
    """The side that ``organisation`` speaks for, when ``actor`` may act for it."""
    side = next((each for each in introduction.together() if each.speaks.pk == organisation.pk), None)
    if side is None:
        raise PermissionDenied("takes no part")
    require(actor, "matching.act_for_organisation", organisation)
    return side

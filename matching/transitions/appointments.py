"""The partners of an introduction find a date: one side proposes, the others tick, somebody fixes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import AppointmentState, Suits
from matching.models import Appointment, AppointmentDate, AppointmentReply, Introduction, Participant
from matching.notices.appointments import (
    AppointmentCancelled,
    AppointmentFixed,
    AppointmentMoved,
    AppointmentProposed,
    AppointmentTicked,
    AppointmentTomorrow,
)
from matching.transitions.checks import MAX_NOTE, limited, person, side_in
from matching.transitions.locks import lock_introduction
from matching.workflow import APPOINTMENTS, INTRODUCTIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.conversations.transitions import note_in_conversation
from tomoiki.notifications import outbox
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow import require

MOST_DATES = 5
#: Nobody plans further ahead than this, and a slip of the year is caught.
FURTHEST = timedelta(days=366)
SHORTEST, LONGEST = 15, 600


@transaction.atomic
def propose_appointment(
    pk: int,
    *,
    participant: int | None,
    dates: Sequence[datetime],
    actor: Actor,
    minutes: int = 60,
    place: str = "",
    online_url: str = "",
    note: str = "",
    idempotency_key: str | None = None,
) -> Appointment:
    """Propose ``dates`` in the name of one side of the introduction ``pk``; None is the secretariat.

    Dates that were being talked about before are replaced. The same ``idempotency_key`` proposes once.
    """
    proposer = person(actor)
    introduction = lock_introduction(pk)
    require(actor, "matching.propose_appointment", introduction)
    if idempotency_key:
        known = Appointment.objects.filter(idempotency_key=idempotency_key, introduction=introduction).first()
        if known is not None:
            return known
    side = _acting_side(introduction, participant, actor)
    before = INTRODUCTIONS.check(introduction, "meet")
    moments = _dates(dates)
    appointment = Appointment(
        introduction=introduction,
        proposed_by_side=side,
        proposed_by=proposer,
        minutes=_minutes(minutes),
        place=limited("place", place, 200),
        online_url=online_url.strip(),
        note=limited("note", note, 500),
        idempotency_key=idempotency_key or None,
    )
    _require_place(appointment)
    for old in Appointment.objects.filter(introduction=introduction, state=AppointmentState.PROPOSED):
        APPOINTMENTS.check(old, "replace")
        _over(old, AppointmentState.REPLACED, actor=actor, action="appointment.replaced")
    appointment.save(force_insert=True)
    AppointmentDate.objects.bulk_create(AppointmentDate(appointment=appointment, starts_at=each) for each in moments)
    if side is not None:
        # Whoever proposes can come.
        _tick(appointment, side, {date.pk: Suits.YES for date in appointment.dates.all()}, proposer.pk)
    audit.record(
        introduction, "appointment.proposed", actor=actor, before=before, codes={"appointment": appointment.pk}
    )
    note_in_conversation(introduction, line=f"{_who(side)}が、打ち合わせの候補日を出しました。都合をお答えください。")
    outbox.put(AppointmentProposed(introduction, appointment, actor=actor))
    return appointment


@transaction.atomic
def answer_appointment(pk: int, *, participant: int, suits: Mapping[int, str], actor: Actor) -> Appointment:
    """One side says of every date whether it suits: ``suits`` by the date's number. The newest answer counts."""
    appointment, introduction = _lock(pk)
    side = side_in(introduction, participant)
    require(actor, "matching.answer_appointment", side)
    if not side.is_in:
        raise PermissionDenied("takes no part")
    APPOINTMENTS.check(appointment, "answer")
    dates = {date.pk for date in appointment.dates.all()}
    if set(suits) != dates or not set(suits.values()) <= set(Suits.values):
        raise ValidationError("すべての候補日に、○・△・×のどれかを選んでください。")
    before = _all_in(appointment, introduction)
    changed = _tick(appointment, side, suits, person(actor).pk)
    if not changed:
        return appointment
    audit.record(
        introduction, "appointment.answered", actor=actor, codes={"appointment": appointment.pk, "participant": side.pk}
    )
    all_in = _all_in(appointment, introduction)
    outbox.put(AppointmentTicked(introduction, appointment, actor=actor, side=side, all_in=all_in))
    if all_in and not before:
        note_in_conversation(introduction, line="候補日の都合がそろいました。打ち合わせの日を決めてください。")
    return appointment


@transaction.atomic
def fix_appointment(pk: int, *, date: int, actor: Actor) -> Appointment:
    """Decide for one of the dates. Fixed twice at once for the same date, it is fixed once."""
    appointment, introduction = _lock(pk)
    require(actor, "matching.fix_appointment", introduction)
    chosen = next((each for each in appointment.dates.all() if each.pk == date), None)
    if chosen is None:
        raise ValidationError({"date": "候補日のなかから選んでください。"})
    if appointment.is_fixed and appointment.starts_at == chosen.starts_at:
        return appointment
    before = APPOINTMENTS.check(appointment, "fix")
    INTRODUCTIONS.check(introduction, "meet")
    _require_ahead(chosen.starts_at, "date")
    appointment.state = AppointmentState.FIXED
    appointment.starts_at = chosen.starts_at
    appointment.fixed_at = timezone.now()
    appointment.fixed_by = person(actor)
    appointment.save(update_fields=["state", "starts_at", "fixed_at", "fixed_by", "updated_at"])
    audit.record(introduction, "appointment.fixed", actor=actor, codes={"appointment": pk, "before": before})
    note_in_conversation(introduction, line=f"打ち合わせの日が決まりました：{_when_and_where(appointment)}")
    outbox.put(AppointmentFixed(introduction, appointment, actor=actor))
    return appointment


@transaction.atomic
def move_appointment(
    pk: int, *, starts_at: datetime, actor: Actor, minutes: int, place: str, online_url: str, note: str = ""
) -> Appointment:
    """Put a fixed appointment to another time or place; calendars take it over by its higher number."""
    appointment, introduction = _lock(pk)
    require(actor, "matching.move_appointment", introduction)
    APPOINTMENTS.check(appointment, "move")
    INTRODUCTIONS.check(introduction, "meet")
    values = {
        "starts_at": starts_at,
        "minutes": _minutes(minutes),
        "place": limited("place", place, 200),
        "online_url": online_url.strip(),
        "note": limited("note", note, 500),
    }
    if all(getattr(appointment, name) == value for name, value in values.items()):
        return appointment
    _require_ahead(starts_at, "starts_at")
    for name, value in values.items():
        setattr(appointment, name, value)
    _require_place(appointment)
    appointment.sequence += 1
    appointment.save(update_fields=[*values, "sequence", "updated_at"])
    audit.record(introduction, "appointment.moved", actor=actor, codes={"appointment": pk})
    note_in_conversation(introduction, line=f"打ち合わせが変わりました：{_when_and_where(appointment)}")
    outbox.put(AppointmentMoved(introduction, appointment, actor=actor))
    return appointment


@transaction.atomic
def cancel_appointment(pk: int, *, actor: Actor, note: str = "") -> Appointment:
    """Call off an appointment, or what was proposed for one. Called off twice, it is off once."""
    appointment, introduction = _lock(pk)
    require(actor, "matching.cancel_appointment", introduction)
    if appointment.state == AppointmentState.CANCELLED:
        return appointment
    APPOINTMENTS.check(appointment, "cancel")
    appointment.end_note = limited("note", note, MAX_NOTE)
    appointment.sequence += 1
    _over(appointment, AppointmentState.CANCELLED, actor=actor, action="appointment.cancelled")
    what = ja_datetime(appointment.starts_at) + "の打ち合わせ" if appointment.starts_at else "打ち合わせの候補日"
    note_in_conversation(introduction, line=f"{what}は、取りやめになりました。")
    outbox.put(AppointmentCancelled(introduction, appointment, actor=actor))
    return appointment


@transaction.atomic
def remind_of_appointment(pk: int, *, actor: Actor) -> Appointment:
    """On the day before: tell everybody once, unless it was called off meanwhile."""
    appointment, introduction = _lock(pk)
    require(actor, "matching.remind_introduction", introduction)
    if appointment.is_fixed and not appointment.is_past and introduction.state in _MEETING:
        outbox.put(AppointmentTomorrow(introduction, appointment, actor=actor))
    return appointment


_MEETING = INTRODUCTIONS.transitions["meet"].sources


def end_appointments(introduction: Introduction, *, actor: Actor) -> None:
    """An introduction ended before its time: what was ahead of a locked one does not take place."""
    ahead = Appointment.objects.filter(introduction=introduction).select_for_update(of=("self",), no_key=True)
    for appointment in ahead.order_by("pk"):
        if appointment.is_proposed or (appointment.is_fixed and not appointment.is_past):
            appointment.sequence += 1
            _over(appointment, AppointmentState.CANCELLED, actor=actor, action="appointment.cancelled")


def _lock(pk: int) -> tuple[Appointment, Introduction]:
    """Lock the introduction of an appointment, then the appointment. Raises ``Appointment.DoesNotExist``."""
    introduction = lock_introduction(Appointment.objects.values_list("introduction", flat=True).get(pk=pk))
    appointment = Appointment.objects.for_page().select_for_update(of=("self",), no_key=True).get(pk=pk)
    appointment.introduction = introduction
    return appointment, introduction


def _acting_side(introduction: Introduction, participant: int | None, actor: Actor) -> Participant | None:
    if participant is None:
        if not getattr(actor, "is_staff", False):
            raise PermissionDenied("in whose name?")
        return None
    side = side_in(introduction, participant)
    require(actor, "matching.answer_appointment", side)
    if not side.is_in:
        raise PermissionDenied("takes no part")
    return side


def _dates(dates: Sequence[datetime]) -> list[datetime]:
    moments = sorted(set(dates))
    if not moments:
        raise ValidationError({"first": "候補日を、ひとつ以上入力してください。"})
    if len(moments) > MOST_DATES:
        raise ValidationError({"first": f"候補日は{MOST_DATES}つまでです。"})
    for each in moments:
        _require_ahead(each, "first")
    return moments


def _require_ahead(moment: datetime, field: str) -> None:
    if moment <= timezone.now():
        raise ValidationError({field: f"{ja_datetime(moment)}は、もう過ぎています。これからの日時にしてください。"})
    if moment > timezone.now() + FURTHEST:
        raise ValidationError({field: "1年より先の日時です。年をお確かめください。"})


def _minutes(minutes: int) -> int:
    if not SHORTEST <= minutes <= LONGEST:
        raise ValidationError({"minutes": f"{SHORTEST}分から{LONGEST // 60}時間までにしてください。"})
    return minutes


def _require_place(appointment: Appointment) -> None:
    if not appointment.place and not appointment.online_url:
        raise ValidationError({"place": "場所か、オンラインの入口のどちらかを書いてください。"})
    appointment.clean_fields(
        exclude=[field.name for field in Appointment._meta.fields if field.name not in {"place", "online_url"}]
    )


def _tick(appointment: Appointment, side: Participant, suits: Mapping[int, str], user: int) -> bool:
    """Keep what ``side`` says of the dates; whether anything is new."""
    now = timezone.now()
    known = {
        reply.date_id: reply
        for reply in AppointmentReply.objects.filter(date__appointment=appointment, participant=side)
    }
    fresh = {pk: value for pk, value in suits.items() if pk not in known or known[pk].suits != value}
    for pk, value in fresh.items():
        AppointmentReply.objects.update_or_create(
            date_id=pk, participant=side, defaults={"suits": value, "replied_by_id": user, "replied_at": now}
        )
    return bool(fresh)


def _all_in(appointment: Appointment, introduction: Introduction) -> bool:
    """Whether everybody who takes part has answered."""
    answered: set[Any] = set(
        AppointmentReply.objects.filter(date__appointment=appointment).values_list("participant", flat=True)
    )
    return {side.pk for side in introduction.together()} <= answered


def _over(appointment: Appointment, state: AppointmentState, *, actor: Actor, action: str) -> None:
    appointment.state = state
    appointment.ended_at = timezone.now()
    appointment.save(update_fields=["state", "ended_at", "end_note", "sequence", "updated_at"])
    audit.record(appointment.introduction, action, actor=actor, codes={"appointment": appointment.pk})


def _who(side: Participant | None) -> str:
    return side.honoured if side is not None else "事務局"


def _when_and_where(appointment: Appointment) -> str:
    where = f"、{appointment.where}" if appointment.where else ""
    return f"{ja_datetime(appointment.starts_at)}{where}（{appointment.minutes}分）"

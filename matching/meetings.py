"""Appointments as the page of an introduction and their own page show them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from matching.enums import AppointmentState, Suits
from matching.models import Appointment, AppointmentDate, Introduction, Participant
from matching.workflow import INTRODUCTIONS
from tomoiki.web.templatetags.ui import ja_datetime


@dataclass(frozen=True)
class Mark:
    """What one side said of one date: ○, △, × or nothing yet."""

    side: Participant
    suits: Suits | None

    @property
    def mark(self) -> str:
        return self.suits.mark if self.suits else "－"

    @property
    def words(self) -> str:
        return self.suits.label.split()[-1] if self.suits else "まだ答えていません"


@dataclass(frozen=True)
class DateRow:
    """One of the dates with everybody's mark."""

    date: AppointmentDate
    marks: Sequence[Mark]
    past: bool

    @property
    def starts_at(self) -> datetime:
        return self.date.starts_at

    @property
    def suits_all(self) -> bool:
        return bool(self.marks) and all(mark.suits == Suits.YES for mark in self.marks)

    @property
    def suits_nobody_else(self) -> bool:
        return any(mark.suits == Suits.NO for mark in self.marks)

    @property
    def summary(self) -> str:
        """○2・△1, for the radio button that fixes it."""
        counts = [(kind, sum(mark.suits == kind for mark in self.marks)) for kind in Suits]
        return "・".join(f"{kind.mark}{number}" for kind, number in counts if number) or "まだお返事がありません"


@dataclass(frozen=True)
class AppointmentCard:
    """An appointment, and what waits for the reader in it."""

    appointment: Appointment
    rows: Sequence[DateRow]
    #: Of the reader's sides: those that have not answered.
    to_answer: Sequence[Participant]
    #: Of all who take part.
    silent: Sequence[Participant]
    #: Whether the introduction closed before a date was found: nobody answers any more.
    over: bool = False

    @property
    def state_label(self) -> str:
        return "日にちの相談は終わりました" if self.over else self.appointment.get_state_display()

    @property
    def url(self) -> str:
        return self.appointment.get_absolute_url()

    @property
    def starts_at(self) -> datetime:
        """When it is, or was first proposed for."""
        return self.appointment.starts_at or self.rows[0].starts_at

    @property
    def call(self) -> tuple[str, str]:
        """(button, what it is about) for whoever has to do something next; the button is empty where nobody has."""
        if self.to_answer:
            return "都合を答える", "打ち合わせの候補日が届いています。それぞれの日に、○・△・×をつけてください。"
        if self.appointment.is_proposed and self.none_suits:
            return "候補日を見る", "全員が行ける日がありません。別の候補日を出してください。"
        if self.appointment.is_proposed:
            return "打ち合わせの日を決める", "全員の都合がそろいました。日を決めると、全員にお知らせします。"
        return "", f"打ち合わせは、{ja_datetime(self.starts_at)}です。前の日に、もう一度お知らせします。"

    @property
    def calendar_url(self) -> str:
        return reverse("matching:appointment_calendar", args=[self.appointment.pk])

    @property
    def all_in(self) -> bool:
        return not self.silent

    @property
    def none_suits(self) -> bool:
        """Whether everybody answered, and somebody cannot come on any of the dates."""
        return self.all_in and all(row.suits_nobody_else or row.past for row in self.rows)

    @property
    def proposer(self) -> str:
        side = self.appointment.proposed_by_side
        return side.honoured if side else "事務局"

    @property
    def sentence(self) -> str:
        """Where it stands and what comes next."""
        if self.appointment.is_fixed:
            if self.appointment.is_past:
                return "打ち合わせは終わりました。"
            return "この日時に決まりました。前の日に、もう一度お知らせします。"
        if self.appointment.state == AppointmentState.CANCELLED:
            return "この打ち合わせは、取りやめになりました。"
        if self.appointment.state == AppointmentState.REPLACED:
            return "あとから、別の候補日が出されました。"
        if self.over:
            return "おつなぎが終わったため、日にちの相談も終わりました。お返事はいりません。"
        if self.to_answer:
            return "次は、あなたのお返事です。それぞれの日に、○・△・×をつけてください。"
        if self.none_suits:
            return "全員が行ける日がありません。別の候補日を出してください。"
        if self.all_in:
            return "全員の都合がそろいました。どなたかが、日を決めてください。"
        return f"{'、'.join(side.honoured for side in self.silent)}のお返事を待っています。"


def card_of_appointment(
    appointment: Appointment, introduction: Introduction, acting: Collection[int], *, now: datetime
) -> AppointmentCard:
    """``acting``: the numbers of the sides for which the reader may answer."""
    sides = introduction.together()
    rows = []
    answered: set[int] = set()
    for date in appointment.dates.all():
        said = {reply.participant_id: Suits(reply.suits) for reply in date.replies.all()}
        answered |= set(said)
        rows.append(DateRow(date, [Mark(side, said.get(side.pk)) for side in sides], date.starts_at <= now))
    over = appointment.is_proposed and not INTRODUCTIONS.allows(introduction, "meet")
    silent = [side for side in sides if side.pk not in answered] if appointment.is_proposed and not over else []
    return AppointmentCard(appointment, rows, [side for side in silent if side.pk in acting], silent, over)


def appointments_of(introduction: Introduction) -> list[Appointment]:
    """All of them, the oldest first, asked once for each introduction."""
    known: list[Appointment] | None = introduction.__dict__.get("_appointments")
    if known is None:
        rows = introduction.appointments.for_page().order_by("created_at", "pk")
        sides = {side.pk: side for side in introduction.sides()}
        known = introduction.__dict__["_appointments"] = list(rows)
        for each in known:
            # With the group that its desk speaks for, as the introduction has it.
            if each.proposed_by_side_id:
                each.proposed_by_side = sides[each.proposed_by_side_id]
    return known


def appointment_cards(introduction: Introduction, acting: Collection[int]) -> list[AppointmentCard]:
    """Those being arranged, and those fixed that are not over for a day."""
    now = timezone.now()
    lately = now - timedelta(days=1)
    return [
        card_of_appointment(each, introduction, acting, now=now)
        for each in appointments_of(introduction)
        if each.is_proposed or (each.is_fixed and each.starts_at is not None and each.starts_at >= lately)
    ]

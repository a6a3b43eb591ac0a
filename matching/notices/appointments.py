"""What the sides are told about where and when they meet."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.models import Appointment, Introduction, Participant
from matching.notices.introductions import IntroductionNotice
from matching.notices.people import named, people_by_side
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Urgency
from tomoiki.web.templatetags.ui import ja_datetime, ja_short_date


class AppointmentNotice(IntroductionNotice):
    """To everybody who takes part, but for whoever did it."""

    action_label = "打ち合わせを見る"

    def __init__(self, introduction: Introduction, appointment: Appointment, *, actor: Actor) -> None:
        super().__init__(introduction)
        self.appointment = appointment
        self.actor = actor

    def key(self) -> str:
        return f"{self.code}:{self.appointment.pk}:{self.appointment.sequence}"

    def told(self) -> Iterable[Participant]:
        return self.introduction.together()

    def audience(self) -> Iterable[User]:
        return [person for person in super().audience() if person != self.actor]

    def link(self, recipient: User) -> str:
        return self.appointment.get_absolute_url()

    @property
    def when(self) -> str:
        return ja_datetime(self.appointment.starts_at) if self.appointment.starts_at else ""

    @property
    def by(self) -> str:
        side = self._side_of_actor()
        return named([side]) if side else "事務局"

    def _side_of_actor(self) -> Participant | None:
        if not isinstance(self.actor, User):
            return None
        sides = people_by_side(self.introduction.together()).get(self.actor, [])
        return sides[0] if sides else None

    def context(self, recipient: User) -> Mapping[str, Any]:
        own = [side for side in self.people[recipient] if side.group_id]
        return {
            **super().context(recipient),
            "appointment": self.appointment,
            "by": self.by,
            "when": self.when,
            "dates": [date.starts_at for date in self.appointment.dates.all()],
            "groups": [side.own_name for side in own],
            "calendar": reverse("matching:appointment_calendar", args=[self.appointment.pk]),
        }


class AppointmentProposed(AppointmentNotice):
    """To the others: dates to choose from."""

    code = "matching_appointment_proposed"
    action_label = "都合を答える"

    def subject(self, recipient: User) -> str:
        return f"打ち合わせの候補日が届きました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        days = "、".join(ja_short_date(date.starts_at) for date in self.appointment.dates.all())
        return f"{days}。都合のよい日に○をつけてください。"


class AppointmentTicked(AppointmentNotice):
    """To the others' bell: somebody said which dates suit."""

    code = "matching_appointment_ticked"
    urgency = Urgency.BELL

    def __init__(
        self, introduction: Introduction, appointment: Appointment, *, actor: Actor, side: Participant, all_in: bool
    ) -> None:
        super().__init__(introduction, appointment, actor=actor)
        self.side = side
        self.all_in = all_in

    def key(self) -> str:
        return f"{self.code}:{self.appointment.pk}:{self.side.pk}"

    def subject(self, recipient: User) -> str:
        return f"{named([self.side], 24)}が、候補日の都合を答えました"

    def digest_text(self, recipient: User) -> str:
        return (
            "全員の都合がそろいました。日にちを決めてください。"
            if self.all_in
            else "ほかの団体のお返事を待っています。"
        )


class AppointmentFixed(AppointmentNotice):
    """To everybody, whoever fixed it too: the calendar file is behind the link."""

    code = "matching_appointment_fixed"

    def audience(self) -> Iterable[User]:
        return self.people

    def subject(self, recipient: User) -> str:
        return f"打ち合わせは{self.when}に決まりました"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.title}」の打ち合わせです。{self.appointment.where}"


class AppointmentMoved(AppointmentFixed):
    """To everybody: it is at another time, or elsewhere."""

    code = "matching_appointment_moved"

    def subject(self, recipient: User) -> str:
        return f"打ち合わせが変わりました：{self.when}"


class AppointmentCancelled(AppointmentNotice):
    """To the others: it does not take place."""

    code = "matching_appointment_cancelled"

    def subject(self, recipient: User) -> str:
        return f"打ち合わせは取りやめになりました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return self.appointment.end_note or "あらためて候補日を出すことができます。"


class AppointmentTomorrow(AppointmentNotice):
    """To everybody, on the day before."""

    code = "matching_appointment_tomorrow"

    def subject(self, recipient: User) -> str:
        return f"あす、打ち合わせがあります：{self.when}"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.title}」の打ち合わせです。{self.appointment.where}"

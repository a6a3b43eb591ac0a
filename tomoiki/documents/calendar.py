"""Appointments as iCalendar files (RFC 5545), which telephones and office calendars take over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Repeat:
    """An event that comes again, until ``until`` (the last day, included) if one is known.

    ``weekdays``: on which days of the week (0 is Monday); without any, every day. ``months`` narrows it to these.
    """

    until: date | None = None
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()

    def rule(self, *, whole_days: bool) -> Mapping[str, Any]:
        """The RRULE; the end stands in UTC beside a time, as a day beside a day (RFC 5545 3.3.10)."""
        rule: dict[str, Any] = {"FREQ": "WEEKLY" if self.weekdays else "DAILY"}
        if self.until is not None:
            last = datetime.combine(self.until, time.max.replace(microsecond=0), JAPAN).astimezone(UTC)
            rule["UNTIL"] = self.until if whole_days else last
        if self.weekdays:
            rule["BYDAY"] = [_WEEKDAYS[day] for day in sorted(self.weekdays)]
        if self.months:
            rule["BYMONTH"] = sorted(self.months)
        return rule


_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Event:
    """One appointment. ``uid`` stays the same when it is moved, with a higher ``sequence``.

    Days instead of moments make it last whole days, ``ends_at`` the last of them. Without ``ends_at`` nobody knows
    for how long it goes on.
    """

    uid: str
    title: str
    starts_at: datetime | date
    ends_at: datetime | date | None = None
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False
    repeat: Repeat | None = None
    categories: tuple[str, ...] = field(default=())

    @property
    def whole_days(self) -> bool:
        return not isinstance(self.starts_at, datetime)


def calendar_file(events: Iterable[Event], *, name: str = "") -> bytes:
    """The .ics of ``events``; ``name`` is what the calendar is called where it is shown as one.

    Raises ``ValueError`` for an event that ends before it starts.
    """
    from icalendar import Calendar  # needed only where a calendar is made
    from icalendar import Event as Component  # as above

    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_OWNER}//{settings.SITE_NAME}//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        component = Component()
        component.add("uid", event.uid)
        component.add("dtstamp", timezone.now())
        component.add("summary", event.title)
        _add_times(component, event)
        if event.categories:
            component.add("categories", list(event.categories))
        component.add("sequence", event.sequence)
        component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
        for key, value in (("location", event.place), ("description", event.description), ("url", event.url)):
            if value:
                component.add(key, value)
        calendar.add_component(component)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _add_times(component: Any, event: Event) -> None:
    if event.ends_at is not None and _moment(event.ends_at) < _moment(event.starts_at):
        raise ValueError(f"{event.uid} ends before it starts")
    component.add("dtstart", _in_japan(event.starts_at))
    if event.ends_at is not None:
        # The end of whole days is the day after the last of them.
        component.add("dtend", _in_japan(event.ends_at) + (timedelta(days=1) if event.whole_days else timedelta()))
    if event.repeat is not None:
        component.add("rrule", event.repeat.rule(whole_days=event.whole_days))


def _in_japan(moment: datetime | date) -> datetime | date:
    return moment.astimezone(JAPAN) if isinstance(moment, datetime) else moment


def _moment(moment: datetime | date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, JAPAN)

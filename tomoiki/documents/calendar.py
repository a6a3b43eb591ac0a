"""Appointments as iCalendar files (RFC 5545), which telephones and office calendars take over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Event:
    """One appointment. ``uid`` stays the same when it is moved, with a higher ``sequence``."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False


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
        if event.ends_at < event.starts_at:
            raise ValueError(f"{event.uid} ends before it starts")
        component = Component()
        component.add("uid", event.uid)
        component.add("dtstamp", timezone.now())
        component.add("summary", event.title)
        component.add("dtstart", event.starts_at.astimezone(JAPAN))
        component.add("dtend", event.ends_at.astimezone(JAPAN))
        component.add("sequence", event.sequence)
        component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
        for key, value in (("location", event.place), ("description", event.description), ("url", event.url)):
            if value:
                component.add(key, value)
        calendar.add_component(component)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())

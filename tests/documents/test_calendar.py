"""Appointments as other calendars read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tomoiki.documents.calendar import Event, calendar_file

JAPAN = ZoneInfo("Asia/Tokyo")


def event(**changes: object) -> Event:
    values: dict[str, object] = {
        "uid": "appointment-7@tomoiki.example",
        "title": "打ち合わせ：部屋の下見, 2回目",
        "starts_at": datetime(2027, 4, 1, 5, 0, tzinfo=UTC),
        "ends_at": datetime(2027, 4, 1, 6, 30, tzinfo=UTC),
    }
    return Event(**(values | changes))  # type: ignore[arg-type]


def read(*events: Event, name: str = "") -> Calendar:
    calendar = Calendar.from_ical(calendar_file(events, name=name))
    assert isinstance(calendar, Calendar)
    return calendar


def test_an_appointment_keeps_its_identity_and_its_time_in_japan() -> None:
    (found,) = read(event()).walk("VEVENT")
    assert str(found["UID"]) == "appointment-7@tomoiki.example"
    start = found.decoded("DTSTART")
    assert start == datetime(2027, 4, 1, 14, 0, tzinfo=JAPAN)
    assert found["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert found.decoded("DTEND") == datetime(2027, 4, 1, 15, 30, tzinfo=JAPAN)
    assert found.decoded("DTSTAMP").tzinfo is not None
    assert str(found["STATUS"]) == "CONFIRMED"
    assert found.decoded("SEQUENCE") == 0


def test_commas_line_breaks_and_long_japanese_lines_survive() -> None:
    long = "持ち物：\n筆記用具, 上履き; " + "とても長い説明。" * 40
    raw = calendar_file([event(description=long, place="藤沢市 みほんビル2階", url="https://tomoiki.example/x/")])
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    (found,) = read(event(description=long, place="藤沢市 みほんビル2階")).walk("VEVENT")
    assert str(found["DESCRIPTION"]) == long
    assert str(found["LOCATION"]) == "藤沢市 みほんビル2階"
    assert str(found["SUMMARY"]) == "打ち合わせ：部屋の下見, 2回目"


def test_a_moved_and_then_cancelled_appointment_says_so() -> None:
    (found,) = read(event(sequence=2, cancelled=True)).walk("VEVENT")
    assert found.decoded("SEQUENCE") == 2
    assert str(found["STATUS"]) == "CANCELLED"


def test_several_appointments_share_one_description_of_japan_time() -> None:
    calendar = read(event(), event(uid="appointment-8@tomoiki.example"), name="ともいき")
    assert len(calendar.walk("VEVENT")) == 2
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert str(calendar["X-WR-CALNAME"]) == "ともいき"
    assert calendar["VERSION"] == "2.0"


def test_an_appointment_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="appointment-7"):
        calendar_file([event(ends_at=datetime(2027, 4, 1, 4, 0, tzinfo=UTC))])

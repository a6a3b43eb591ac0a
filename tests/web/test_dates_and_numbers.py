"""Dates, spans and numbers as they are read in Japan, in Japan time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from tomoiki.web.templatetags import ui

NOW = datetime(2027, 4, 1, 5, 0, tzinfo=UTC)  # 14:00 in Japan, a Thursday


def shown(expression: str, value: Any) -> str:
    return Template("{{ value|%s }}" % expression).render(Context({"value": value}))  # noqa: UP031 - braces


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("ja_datetime", NOW, "2027年4月1日（木） 14:00"),
        ("ja_datetime", datetime(2027, 3, 31, 15, 5, tzinfo=UTC), "2027年4月1日（木） 0:05"),
        ("ja_datetime", date(2027, 4, 1), "2027年4月1日（木）"),
        ("ja_date", datetime(2027, 3, 31, 15, tzinfo=UTC), "2027年4月1日（木）"),
        ("ja_short_date", date(2027, 12, 3), "12月3日（金）"),
        ("ja_time", time(9, 5), "9:05"),
        ("ja_time", date(2027, 4, 1), ""),
        ("ja_date", None, ""),
        ("ja_datetime", "", ""),
        ("ja_count", 1234, "1,234件"),
        ('ja_count:"人"', 2480, "2,480人"),
        ("ja_count", None, ""),
        ("file_size", 245_760, "240KB"),
        ("file_size", 1, "1KB"),
        ("file_size", 1_572_864, "1.5MB"),
        ("file_size", 1_048_575, "1.0MB"),
        ("file_size", None, ""),
    ],
)
def test_a_value_is_shown_as_people_read_it(expression: str, value: Any, text: str) -> None:
    assert shown(expression, value) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "たった今"),
        (timedelta(minutes=5), "5分前"),
        (timedelta(hours=3), "3時間前"),
        (timedelta(hours=15), "きのう"),
        (timedelta(days=3), "3日前"),
        (timedelta(days=7), "2027年3月25日（木）"),
        (timedelta(days=-1), "2027年4月2日（金）"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_has_passed_is_told_in_words(ago: timedelta, text: str) -> None:
    assert shown("elapsed", NOW - ago) == text
    assert shown("ja_since", NOW - ago) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 3, 31), "過ぎました"),
        (date(2027, 4, 1), "きょうまで"),
        (date(2027, 4, 2), "あすまで"),
        (date(2027, 4, 24), "あと23日"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_is_left_is_counted_in_days(day: date, text: str) -> None:
    assert shown("ja_days_left", day) == text


# Hypothesis wants the bounds without a zone.
@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_every_moment_has_a_date_with_its_weekday(moment: datetime) -> None:
    text = ui.ja_date(moment)
    assert text.startswith(str((moment + timedelta(hours=9)).year))
    assert text[-3:-1] in {f"（{weekday}" for weekday in "月火水木金土日"}

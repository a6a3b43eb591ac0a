"""Days on which offices answer."""

from datetime import date

import pytest

from tomoiki.web.working_days import add_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 4, 1), True),
        (date(2027, 4, 3), False),
        (date(2027, 4, 29), False),  # 昭和の日
        (date(2027, 3, 22), False),  # the Monday after a holiday on Sunday
        (date(2027, 12, 29), False),
        (date(2028, 1, 3), False),
        (date(2028, 1, 4), True),
    ],
)
def test_weekends_holidays_and_the_turn_of_the_year_do_not_count(day: date, works: bool) -> None:
    assert is_working_day(day) == works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2027, 4, 1), 0, date(2027, 4, 1)),
        (date(2027, 4, 1), 1, date(2027, 4, 2)),
        (date(2027, 4, 2), 1, date(2027, 4, 5)),
        (date(2027, 4, 26), 10, date(2027, 5, 14)),
        (date(2027, 12, 28), 1, date(2028, 1, 4)),
    ],
)
def test_counting_begins_the_day_after(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end

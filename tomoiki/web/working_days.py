"""Days on which offices answer: neither weekends nor holidays, nor the last days of the year and the first."""

from datetime import date, timedelta

# Offices of prefecture and municipalities are closed from 29 December to 3 January.
_CLOSED = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def is_working_day(day: date) -> bool:
    """Whether offices are open on ``day``."""
    import jpholiday  # reads its rules of a hundred years when imported; few requests need them

    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED and not jpholiday.is_holiday(day)


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day

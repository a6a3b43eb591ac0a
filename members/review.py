"""When an applicant may expect the office's answer."""

from datetime import date, datetime, timedelta

import jpholiday
from django.utils import timezone

from members.workflow import REVIEW_WORKING_DAYS


def is_working_day(day: date) -> bool:
    """Whether the office is at work: no weekend, no public holiday, not 29 December to 3 January."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not year_end and not jpholiday.is_holiday(day)


def review_due(applied_at: datetime) -> date:
    """The day by which staff mean to decide on an application."""
    day = timezone.localtime(applied_at).date()
    left = REVIEW_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        if is_working_day(day):
            left -= 1
    return day

"""When an applicant may expect the office's answer."""

from datetime import date, datetime

from django.utils import timezone

from members.workflow import REVIEW_WORKING_DAYS
from tomoiki.web.working_days import add_working_days


def review_due(applied_at: datetime) -> date:
    """The day by which staff mean to decide on an application."""
    return add_working_days(timezone.localtime(applied_at).date(), REVIEW_WORKING_DAYS)

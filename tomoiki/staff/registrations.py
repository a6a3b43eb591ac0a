"""The staff app's share: its role after each migration, and mail that needs a look."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tomoiki.notifications.models import Message
from tomoiki.staff import roles
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, staff_waiting, summarise

__all__ = ["roles"]

MAIL_DAYS = 1


def _mails(user: Any) -> QueueSummary:
    return summarise(Message.objects.needing_a_look(), "created_at", MAIL_DAYS)


def _first_mails(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Message.objects.needing_a_look().order_by("created_at", "pk")[:limit]:
        yield StaffTask(
            subject=each.subject,
            url=reverse("admin:notifications_message_change", args=[each.pk]),
            since=each.created_at,
            kind=each.to_address,
            note=each.get_state_display(),
        )


staff_waiting.register(
    StaffQueue(
        "mails",
        label="届かないメール",
        task="届かないメール",
        tone="danger",
        target_days=MAIL_DAYS,
        url=lambda: reverse("admin:notifications_message_changelist") + "?state__in=failed,uncertain",
        summary=_mails,
        first=_first_mails,
        allows=lambda user: user.has_perm("notifications.view_message"),
        order=80,
    )
)

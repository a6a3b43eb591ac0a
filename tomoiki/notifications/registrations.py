"""What notifications tell the shared parts of every page: the number on the bell, and whether mail flows."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from tomoiki.notifications import links, permissions  # noqa: F401 - they register themselves
from tomoiki.notifications.models import Message, Notification
from tomoiki.web.header import HeaderBadge, header_badges
from tomoiki.web.health import ReadinessCheck, readiness_checks


class OutboxLags(RuntimeError):
    """Mail that should have left long ago is still waiting: no worker, or no mail server."""


def unread(user: Any) -> int:
    """How many notices ``user`` has not opened; the bell shows no more than 99."""
    return Notification.objects.of(user).unread().order_by()[:100].count()


def outbox_lag() -> str:
    """How long the oldest mail that could leave has been waiting; raises when it is too long."""
    now = timezone.now()
    oldest = (
        Message.objects.sendable(now)
        .order_by("next_attempt_at", "pk")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
    seconds = int((now - oldest).total_seconds()) if oldest else 0
    if seconds > settings.OUTBOX_LAG_LIMIT_SECONDS:
        raise OutboxLags(f"{seconds} s")
    return f"{seconds} s"


header_badges.register(HeaderBadge("notifications", unread))
readiness_checks.register(ReadinessCheck("outbox", outbox_lag))

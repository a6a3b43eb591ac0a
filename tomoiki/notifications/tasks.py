"""Background work of the outbox. Each task may run twice, or be cut off and run again."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from tomoiki.notifications import engine
from tomoiki.notifications.models import NOBODY, UNDER_WAY, Message

log = structlog.get_logger(__name__)

_BATCH = 1_000


@shared_task
def send_messages(pks: list[int]) -> None:
    """Send fresh messages, and what had to wait behind them. Called after commit."""
    engine.send_due(pks)


@shared_task
def sweep_outbox() -> None:
    """Send whatever is due and nobody was woken for, after taking back what dead workers held. Called by beat."""
    engine.take_back_stale()
    engine.send_due()


@shared_task
def clear_old_bodies() -> int:
    """Wipe the bodies of old mail, and of account mails that were never sent and whose links have expired."""
    now = timezone.now()
    old = ~Q(state__in=UNDER_WAY) & Q(created_at__lt=now - timedelta(days=settings.MAIL_BODY_DAYS))
    expired = ~Q(state__in=UNDER_WAY) & Q(secret=True, created_at__lt=now - timedelta(days=_secret_days()))
    cleared = 0
    while True:
        batch = list(
            Message.objects.filter(old | expired, cleared_at=None).order_by().values_list("pk", flat=True)[:_BATCH]
        )
        if not batch:
            break
        cleared += (
            Message.objects.filter(pk__in=batch)
            .exclude(state__in=UNDER_WAY)
            .update(text_body="", html_body="", cleared_at=now)
        )
    # What could not be delivered to somebody who left.
    left = Message.objects.filter(expired, forget_address=True).exclude(to_address=NOBODY)
    left.update(to_address=NOBODY, last_error="")
    log.info("outbox.cleared", messages=cleared)
    return cleared


def _secret_days() -> int:
    return int(settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS)

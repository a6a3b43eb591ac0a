"""Waking a worker for what was marked to be done. When the broker is down nothing is lost: beat sweeps."""

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)


def wake_after_commit(task: str) -> None:
    """Ask for the task named ``task`` once the current transaction has committed."""
    transaction.on_commit(lambda: wake(task), robust=True)


def wake(task: str) -> None:
    """Enqueue the task named ``task``; a broker that does not answer is logged and left to the sweep."""
    from celery import current_app  # the application is made after the settings are read

    try:
        current_app.send_task(task, retry=False)
    except Exception as error:  # kombu and redis raise many kinds; the sweep covers all of them
        log.warning("background.broker_unreachable", error=type(error).__name__, task=task)

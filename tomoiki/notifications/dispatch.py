"""Waking a worker for fresh mail. When the broker is down nothing is lost: beat sweeps the outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from django.db import transaction

from tomoiki.notifications.models import Message

log = structlog.get_logger(__name__)

_held: ContextVar[bool] = ContextVar("outbox_held", default=False)


@contextmanager
def held() -> Iterator[None]:
    """Wake no worker for what is put within the block: for loading data of the past in bulk."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def dispatch_after_commit(messages: list[Message]) -> None:
    """Ask for ``messages`` to be sent once the current transaction has committed."""
    pks = [message.pk for message in messages]
    if pks and not _held.get():
        transaction.on_commit(lambda: wake_worker(pks), robust=True)


def wake_worker(pks: list[int]) -> None:
    """Enqueue the sending of ``pks``; a broker that does not answer is logged and left to the sweep."""
    from tomoiki.notifications.tasks import send_messages  # tasks import the engine, which imports this module

    try:
        send_messages.apply_async(args=(pks,), retry=False)
    except Exception as error:  # kombu and redis raise many kinds; the sweep covers all of them
        log.warning("outbox.broker_unreachable", error=type(error).__name__, messages=len(pks))

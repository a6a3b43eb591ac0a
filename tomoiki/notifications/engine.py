"""The one engine that sends mail.

A message is *claimed* by one of many workers (safe to take back: nothing has left), *in flight* from just before the
dialogue with the mail server (committed, so that a worker that dies leaves a trace), and then sent, bounced or failed.
What certainly has not left is tried again, more and more slowly. What may have left is *uncertain*: staff decide, and
nothing is ever blindly sent again.
"""

import os
import socket
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tomoiki.audit import trail
from tomoiki.audit.actors import OUTBOX
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.mime import BadAddress, Unsendable, compose
from tomoiki.notifications.models import NOBODY, Message
from tomoiki.notifications.states import WORKFLOW
from tomoiki.notifications.transport import MaybeSent, NoConnection, NotSent, Refused, Rejected, Transport

log = structlog.get_logger(__name__)

BATCH = 20
#: A run ends after this long, well within a task's time limit; the sweep goes on.
RUN_SECONDS = 200.0

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
#: How long to wait after each failed attempt; after the last one the message has failed. Two days in all.
BACK_OFF = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    30 * _MINUTE,
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    12 * _HOUR,
    20 * _HOUR,
)
#: Somebody sits waiting for an account mail.
BACK_OFF_SECRET = (
    timedelta(seconds=30),
    _MINUTE,
    2 * _MINUTE,
    5 * _MINUTE,
    5 * _MINUTE,
    10 * _MINUTE,
    30 * _MINUTE,
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
)
#: Ends that staff look into later: these are kept in the trail.
_REMARKABLE = frozenset({MessageState.FAILED, MessageState.BOUNCED, MessageState.UNCERTAIN})


def send_due(
    pks: Sequence[int] | None = None, *, transport: Transport | None = None, seconds: float = RUN_SECONDS
) -> Counter[str]:
    """Send what is due, batch by batch over one connection, and count what became of it, by state.

    With ``pks``, only what is due to the people of these messages, so that a message which had to wait for an
    earlier one follows it at once.
    """
    worker = worker_name()
    among = Q(to_address__in=Message.objects.filter(pk__in=pks).values("to_address")) if pks is not None else None
    transport = transport or Transport.from_settings()
    ends = time.monotonic() + seconds
    tally: Counter[str] = Counter()
    batch: list[Message] = []
    try:
        while time.monotonic() < ends and (batch := claim(worker, among=among)):
            while batch and time.monotonic() < ends:
                state = deliver(batch[0], transport)
                batch.pop(0)
                tally[state] += 1
    except NoConnection as error:
        for message in batch:
            tally[_try_later(message, error)] += 1
        batch = []
        log.warning("outbox.no_connection", error=error.reply)
    finally:
        release(batch)
        transport.close()
    if tally:
        log.info("outbox.run", worker=worker, **tally)
    return tally


def worker_name() -> str:
    """Unique for each run, so that a run never takes another one's claim for its own."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:12]}"


def claim(worker: str, *, limit: int = BATCH, among: Q | None = None) -> list[Message]:
    """Take up to ``limit`` sendable messages for ``worker``, account mails first, past what others hold."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        waiting = Message.objects.sendable(now).select_for_update(skip_locked=True, of=("self",))
        waiting = waiting.order_by("next_attempt_at", "pk")
        if among is not None:
            waiting = waiting.filter(among)
        batch = list(waiting.filter(secret=True)[:limit])
        if len(batch) < limit:
            batch += waiting.filter(secret=False)[: limit - len(batch)]
        step = WORKFLOW.transitions["claim"]
        for message in batch:
            message.state, message.claimed_at, message.claimed_by = str(step.target), now, worker
        Message.objects.filter(pk__in=[message.pk for message in batch]).update(
            state=step.target, claimed_at=now, claimed_by=worker
        )
    return batch


def release(batch: Sequence[Message]) -> None:
    """Give back claimed messages that are not going to be sent now."""
    for message in batch:
        _move(message, "take_back", claimed_at=None, claimed_by="")


def deliver(message: Message, transport: Transport) -> str:
    """Send one claimed message and return its new state. Raises ``NoConnection`` with the claim unchanged."""
    try:
        envelope = compose(message)
    except BadAddress as error:
        return _move(message, "bounce", last_error=str(error)[:500], **_secret_wiped(message))
    except Unsendable as error:
        return _move(message, "give_up", last_error=str(error)[:500])
    transport.open()
    departed = _move(message, "depart", in_flight_at=timezone.now(), attempts=message.attempts + 1)
    if departed != MessageState.IN_FLIGHT:
        # The claim was taken back meanwhile, or staff called the message off.
        return departed
    try:
        transport.send(sender=envelope.sender, recipient=envelope.recipient, content=envelope.content)
    except NotSent as error:
        return _try_later(message, error)
    except Refused as error:
        return _move(message, "bounce", last_error=error.reply, **_secret_wiped(message))
    except Rejected as error:
        return _move(message, "give_up", last_error=error.reply)
    except MaybeSent as error:
        return _move(message, "lose_sight", last_error=error.reply)
    return _move(message, "arrive", sent_at=timezone.now(), last_error="", **_secret_wiped(message))


def take_back_stale(now: datetime | None = None) -> Counter[str]:
    """Clear up after workers that died: their claims go back, what they had in flight becomes uncertain."""
    now = now or timezone.now()
    tally: Counter[str] = Counter()
    stale_claims = Message.objects.filter(
        state=MessageState.CLAIMED, claimed_at__lt=now - timedelta(seconds=settings.MAIL_CLAIM_STALE_SECONDS)
    )
    for message in stale_claims:
        tally[_move(message, "take_back", claimed_at=None, claimed_by="", last_error="worker lost before sending")] += 1
    stale_flights = Message.objects.filter(
        state=MessageState.IN_FLIGHT, in_flight_at__lt=now - timedelta(seconds=settings.MAIL_IN_FLIGHT_STALE_SECONDS)
    )
    for message in stale_flights:
        tally[_move(message, "lose_sight", last_error="worker lost while sending")] += 1
    if tally:
        log.warning("outbox.stale", **tally)
    return tally


def _try_later(message: Message, error: NotSent) -> str:
    """Queue ``message`` again with back-off, or give it up after its last attempt."""
    attempts = message.attempts + (1 if message.state == MessageState.CLAIMED else 0)
    delays = BACK_OFF_SECRET if message.secret else BACK_OFF
    if attempts > len(delays):
        return _move(message, "give_up", attempts=attempts, last_error=error.reply)
    return _move(
        message,
        "retry",
        attempts=attempts,
        last_error=error.reply,
        next_attempt_at=timezone.now() + delays[attempts - 1],
        claimed_at=None,
        claimed_by="",
        in_flight_at=None,
    )


def _move(message: Message, name: str, **changes: object) -> str:
    """Carry out one step of the table, unless somebody else moved the message; return the state it has now.

    The condition stands in the UPDATE itself: of two workers that believe to hold a message, one is right.
    """
    step = WORKFLOW.transitions[name]
    target = MessageState(step.target or "")
    with transaction.atomic(durable=True):
        moved = Message.objects.filter(pk=message.pk, state__in=step.sources, claimed_by=message.claimed_by).update(
            state=target, **changes
        )
        if not moved:
            return str(Message.objects.values_list("state", flat=True).get(pk=message.pk))
        before, message.state = message.state, str(target)
        for field, value in changes.items():
            setattr(message, field, value)
        if target in _REMARKABLE:
            trail.record(message, f"message.{target}", actor=OUTBOX, before=before)
    return str(target)


def _secret_wiped(message: Message) -> dict[str, object]:
    """An account mail's body is gone once it has been of use, and the address of somebody who left with it."""
    if not message.secret:
        return {}
    wiped: dict[str, object] = {"text_body": "", "html_body": "", "cleared_at": timezone.now()}
    return {**wiped, "to_address": NOBODY} if message.forget_address else wiped

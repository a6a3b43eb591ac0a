"""What the admin's start page shows: what waits for staff, the most urgent of it, and this fiscal year's figures."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from tomoiki.staff.figures import figures_of_year, fiscal_year_start
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, staff_waiting

ROWS = 10


@dataclass(frozen=True)
class QueueCard:
    """A card: how much of one kind waits, and since when."""

    queue: StaffQueue
    summary: QueueSummary
    url: str


@dataclass(frozen=True)
class UrgentRow:
    """A row of the table: a task and the queue it belongs to."""

    queue: StaffQueue
    task: StaffTask

    def pressure(self, now: datetime) -> float:
        """How much of its target time has gone: 1 when it should be done by now."""
        waited = (now - self.task.since).total_seconds() / 86_400
        return waited / max(self.queue.target_days, 1)


def start_page(user: Any) -> dict[str, Any]:
    """The context of the start page. The number of queries grows with the queues, not with what waits in them."""
    queues = sorted((queue for queue in staff_waiting if queue.allows(user)), key=lambda each: each.order)
    cards = [QueueCard(queue, queue.summary(user), queue.url()) for queue in queues]
    now = timezone.now()
    urgent = _in_turn(
        [
            [UrgentRow(card.queue, task) for task in card.queue.first(user, ROWS)]
            for card in cards
            if card.summary.count
        ],
        now,
    )
    return {
        "queue_cards": cards,
        "urgent": urgent[:ROWS],
        "urgent_more": sum(card.summary.count for card in cards) - len(urgent[:ROWS]),
        "figures": figures_of_year(fiscal_year_start()),
        "year_start": fiscal_year_start(),
    }


def _in_turn(queues: list[list[UrgentRow]], now: datetime) -> list[UrgentRow]:
    """The rows of all queues by turns, the most pressing first in each turn.

    By pressure alone one queue that lies far behind (needs without a partner) would hide all others.
    """
    turns = zip_longest(*(sorted(queue, key=lambda row: row.pressure(now), reverse=True) for queue in queues))
    return [
        row
        for turn in turns
        for row in sorted((row for row in turn if row), key=lambda row: row.pressure(now), reverse=True)
    ]

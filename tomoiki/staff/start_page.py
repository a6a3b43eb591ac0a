"""What the admin's start page shows: what waits for staff, the most urgent of it, and this fiscal year's figures."""

from dataclasses import dataclass
from datetime import datetime
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
    urgent = [
        UrgentRow(card.queue, task) for card in cards if card.summary.count for task in card.queue.first(user, ROWS)
    ]
    urgent.sort(key=lambda row: row.pressure(now), reverse=True)
    return {
        "queue_cards": cards,
        "urgent": urgent[:ROWS],
        "urgent_more": sum(card.summary.count for card in cards) - len(urgent[:ROWS]),
        "figures": figures_of_year(fiscal_year_start()),
        "year_start": fiscal_year_start(),
    }

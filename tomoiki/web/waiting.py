"""What waits for a person: the rows that a member's home and the staff's start page begin with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from tomoiki.web.registry import Registry


class Urgency(IntEnum):
    """How far up a row stands; within one urgency the earliest due date comes first."""

    SOON = 0
    NORMAL = 1
    LATER = 2


@dataclass(frozen=True)
class WaitingItem:
    """One row: what waits, in plain words, with one button.

    ``icon`` names an icon of the sprite, ``tone`` the colour of its circle (need, offer, state, warning, motif).
    ``due`` is the day by which it should be done, ``since`` when it began to wait.
    """

    icon: str
    title: str
    detail: str
    url: str
    button: str
    tone: str = "state"
    urgency: Urgency = Urgency.NORMAL
    due: date | None = None
    since: datetime | None = None

    def sort_key(self) -> tuple[int, date, float]:
        return (self.urgency, self.due or date.max, self.since.timestamp() if self.since else 0.0)


@dataclass(frozen=True)
class WaitingSource:
    """An app's share: ``find`` gives the rows for one person in a bounded number of queries."""

    name: str
    find: Callable[[Any], Iterable[WaitingItem]]


#: What waits for a member, shown on /me/.
member_waiting: Registry[WaitingSource] = Registry("member waiting", key=lambda source: source.name)


def waiting_for(user: Any) -> list[WaitingItem]:
    """Everything that waits for ``user``, most urgent first."""
    rows = [item for source in member_waiting for item in source.find(user)]
    return sorted(rows, key=WaitingItem.sort_key)


@dataclass(frozen=True)
class QueueSummary:
    """A queue in numbers: how much waits, since when, and how much of it for longer than the target."""

    count: int
    oldest: datetime | None = None
    overdue: int = 0


@dataclass(frozen=True)
class StaffTask:
    """One row of the staff's table: with what, what kind, what to mind, since when, and where it is decided."""

    subject: str
    url: str
    since: datetime
    kind: str = ""
    note: str = ""


@dataclass(frozen=True)
class StaffQueue:
    """What waits for staff in one app.

    ``label`` heads its card, ``task`` stands in the table's rows, ``tone`` is the card's colour (need, warning,
    danger, state), ``url`` leads to the whole list. ``target_days`` is how long it should take at most.
    ``summary`` and ``first`` (the longest waiting, so many) answer for one person in a bounded number of queries;
    ``allows`` says whether the person may see it at all.
    """

    name: str
    label: str
    task: str
    tone: str
    target_days: int
    url: Callable[[], str]
    summary: Callable[[Any], QueueSummary]
    first: Callable[[Any, int], Iterable[StaffTask]]
    allows: Callable[[Any], bool]
    order: int = 50


#: What waits for staff, shown on the admin's start page.
staff_waiting: Registry[StaffQueue] = Registry("staff waiting", key=lambda queue: queue.name)


def summarise(queryset: QuerySet[Any], since: str, target_days: int) -> QueueSummary:
    """Count ``queryset``, its oldest ``since`` and what waits longer than ``target_days``, in one query."""
    late = Q(**{f"{since}__lt": timezone.now() - timedelta(days=target_days)})
    found = queryset.order_by().aggregate(n=Count("pk"), oldest=Min(since), late=Count("pk", filter=late))
    return QueueSummary(count=found["n"], oldest=found["oldest"], overdue=found["late"])

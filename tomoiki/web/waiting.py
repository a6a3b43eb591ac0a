"""What waits for a person: the rows that a member's home and the staff's start page begin with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

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

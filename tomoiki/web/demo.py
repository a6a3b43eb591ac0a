"""The demo's data as stories that are told in time: each app registers its own, one clock runs them all.

A story is a generator: it yields the moment at which it goes on, and then does, through transitions, what happened
at that moment. The command ``load_demo`` runs all stories in the order of their moments while the clock stands
there, so that trails, notices and dates are as true as if a year had passed.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from tomoiki.web.registry import Registry

Story = Iterator[datetime]

OFFICE_HOURS = (9, 18)


@dataclass
class DemoWorld:
    """What stories share: one source of chance, the span of time, and what earlier stories made, by name."""

    random: Random
    start: datetime
    end: datetime
    made: dict[str, Any] = field(default_factory=dict)

    def days_before_end(self, days: float) -> datetime:
        """A working moment about ``days`` before the end, and never after it."""
        moment = self.end - timedelta(days=days)
        while (found := self.working(moment)) > self.end:
            moment -= timedelta(hours=6)
        return found

    def later(self, moment: datetime, *, days: tuple[float, float]) -> datetime:
        """A working moment between so many ``days`` after ``moment``."""
        return self.working(moment + timedelta(days=self.random.uniform(*days)))

    def working(self, moment: datetime) -> datetime:
        """``moment`` moved to the next office hour of a weekday in Japan."""
        local = timezone.localtime(moment)
        first, last = OFFICE_HOURS
        if not first <= local.hour < last:
            days = 1 if local.hour >= last else 0
            local = (local + timedelta(days=days)).replace(hour=first, minute=self.random.randrange(60))
        while local.weekday() >= 5:
            local += timedelta(days=1)
        return max(local, moment)


@dataclass(frozen=True)
class DemoShare:
    """An app's share of the demo: ``stories`` are asked for once, before the clock starts."""

    name: str
    stories: Callable[[DemoWorld], Iterable[Story]]


demo_shares: Registry[DemoShare] = Registry("demo shares", key=lambda share: share.name)


def play(
    world: DemoWorld,
    travel: Callable[[datetime], AbstractContextManager[Any]],
    progress: Callable[[float], None] = lambda done: None,
) -> int:
    """Run all stories up to ``world.end`` and return the number of moments.

    ``travel`` sets the clock for a block; ``progress`` is told how much of the span has passed, from 0 to 1. What a
    story would do after the end is left undone: it is still waiting.
    """
    order = count()
    waiting: list[tuple[datetime, int, Story]] = []

    def queue(story: Story) -> None:
        moment = next(story, None)
        if moment is not None and moment <= world.end:
            heapq.heappush(waiting, (moment, next(order), story))

    for share in demo_shares:
        for story in share.stories(world):
            queue(story)
    moments = 0
    span = (world.end - world.start).total_seconds()
    while waiting:
        moment, _, story = heapq.heappop(waiting)
        with travel(moment):
            queue(story)
        moments += 1
        progress(min(1.0, max(0.0, (moment - world.start).total_seconds() / span)))
    return moments

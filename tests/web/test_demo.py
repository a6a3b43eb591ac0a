"""The clock of the demo: stories are told in the order of their moments, and nothing after the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomoiki.web import demo
from tomoiki.web.demo import DemoShare, DemoWorld, Story, play
from tomoiki.web.registry import Registry

END = datetime(2027, 4, 1, 0, 30, tzinfo=UTC)  # Thursday, 9:30 in Japan


def world() -> DemoWorld:
    return DemoWorld(random=Random(1), start=END - timedelta(days=365), end=END)


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> Registry[DemoShare]:
    registry: Registry[DemoShare] = Registry("demo shares", key=lambda share: share.name)
    monkeypatch.setattr(demo, "demo_shares", registry)
    return registry


def test_stories_of_all_apps_are_told_in_the_order_of_their_moments(shares: Registry[DemoShare]) -> None:
    told: list[tuple[str, datetime]] = []
    clock: list[datetime] = []

    @contextmanager
    def travel(moment: datetime) -> Iterator[None]:
        clock.append(moment)
        yield

    def story(name: str, *days: int) -> Story:
        for day in days:
            yield END - timedelta(days=day)
            told.append((name, clock[-1]))

    shares.register(DemoShare("one", lambda world: [story("a", 30, 10, -1)]))
    shares.register(DemoShare("two", lambda world: [story("b", 20, 5)]))
    assert play(world(), travel) == 4
    assert told == [(name, END - timedelta(days=day)) for name, day in (("a", 30), ("b", 20), ("a", 10), ("b", 5))]


@given(st.floats(min_value=0, max_value=300))
def test_a_moment_before_the_end_is_at_work_and_not_after_the_end(days: float) -> None:
    moment = world().days_before_end(days)
    japan = moment.astimezone(ZoneInfo("Asia/Tokyo"))
    assert moment <= END
    assert japan.weekday() < 5
    assert 9 <= japan.hour < 18

"""A worker that is killed while it keeps recommendations leaves the old list and the mark for its successor."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matching import recommendation_tasks
from matching.models import Post, Recommendation
from matching.suggesting import storing
from tests.factories.matching import OfferFactory
from tests.factories.recommendations import RecommendationFactory, kitchen_need, kitchen_offer
from tests.faults.workers import celery_worker, wait_until
from tomoiki.celery import app

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue that no other test and no other worker knows."""
    name = f"fault-{uuid4().hex}"
    yield name
    with app.connection_for_write() as broker:
        redis = broker.default_channel.client  # type: ignore[attr-defined]
        redis.delete(name, f"_kombu.binding.{name}")


def test_killed_while_keeping_it_leaves_nothing_half_done(queue: str, tmp_path: Path) -> None:
    need, offer = kitchen_need(stale_at=timezone.now()), kitchen_offer()
    old = RecommendationFactory(need=need, offer=OfferFactory(resource="transport", title="車を出せます", body=""))

    # The pair's row waits for a lock that is held here: the mark is gone and the old pair with it, uncommitted.
    with transaction.atomic(), celery_worker(queue, tmp_path) as worker:
        Recommendation.objects.create(need=need, offer=offer, score=1)
        recommendation_tasks.refresh_stale_posts.apply_async(queue=queue)
        wait_until(somebody_waits_for_us, worker)
        worker.kill()
        transaction.set_rollback(True)

    need.refresh_from_db()
    assert need.stale_at is not None
    assert list(Recommendation.objects.all()) == [old]

    with celery_worker(queue, tmp_path) as successor:
        # Twice: once would do.
        recommendation_tasks.refresh_stale_posts.apply_async(queue=queue)
        recommendation_tasks.refresh_stale_posts.apply_async(queue=queue)
        wait_until(lambda: not Post.objects.filter(stale_at__isnull=False).exists(), successor)

    [row] = Recommendation.objects.all()
    assert (row.need, row.offer) == (need, offer)
    before = Recommendation.objects.values().get()
    assert storing.refresh(need.pk)
    assert Recommendation.objects.values().get() == before


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])

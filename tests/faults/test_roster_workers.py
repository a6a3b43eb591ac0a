"""A worker that is killed while it saves a roster saves nothing of it, and its successor saves all of it once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from members import tasks
from members.enums import ImportState
from members.models import Organisation, RosterImport
from members.roster.engine import work_once
from members.transitions import confirm_roster_import
from tests.factories.members import OrganisationFactory, StaffFactory
from tests.factories.roster import lines_of, sent
from tests.faults.workers import celery_worker, wait_until
from tomoiki.audit.models import Entry
from tomoiki.celery import app

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
ROWS = 400
#: Where the worker finds what the test has sent.
FILES = str(settings.STORAGES["default"]["OPTIONS"]["location"])


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue that no other test and no other worker knows."""
    name = f"fault-{uuid4().hex}"
    yield name
    with app.connection_for_write() as broker:
        redis = broker.default_channel.client  # type: ignore[attr-defined]
        redis.delete(name, f"_kombu.binding.{name}")


def test_killed_while_saving_nothing_is_saved_and_the_successor_saves_it_once(queue: str, tmp_path: Path) -> None:
    staff = StaffFactory()
    last = OrganisationFactory(roster_key=f"K-{ROWS}", name=f"NPO法人ためしの輪{ROWS}")
    job = sent(lines_of(ROWS), by=staff)
    work_once()
    confirm_roster_import(job.pk, actor=staff)

    # The last line waits for a row that is held here: all others are written, and nothing is committed.
    with (
        transaction.atomic(),
        celery_worker(queue, tmp_path, TEST_FILES=FILES) as worker,
    ):
        Organisation.objects.select_for_update().get(pk=last.pk)
        tasks.work_on_roster_imports.apply_async(queue=queue)
        wait_until(somebody_waits_for_us, worker)
        worker.kill()

    job.refresh_from_db()
    assert (job.state, Organisation.objects.count()) == (ImportState.SAVING, 1)
    assert not Entry.objects.filter(action="organisation.imported").exists()

    # Not before it counts as silent.
    assert work_once() is None
    RosterImport.objects.update(alive_at="2020-01-01T00:00:00Z")
    with celery_worker(queue, tmp_path, TEST_FILES=FILES) as successor:
        tasks.work_on_roster_imports.apply_async(queue=queue)
        tasks.work_on_roster_imports.apply_async(queue=queue)
        wait_until(lambda: state_of(job) == ImportState.DONE, successor)

    assert Organisation.objects.count() == ROWS
    assert Entry.objects.filter(action="organisation.imported").count() == ROWS - 1
    assert Entry.objects.about(last).filter(action="organisation.imported_again").count() == 1
    assert Entry.objects.about(job).filter(action="rosterimport.taken_over").count() == 1


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def state_of(job: RosterImport) -> str:
    return str(RosterImport.objects.values_list("state", flat=True).get(pk=job.pk))

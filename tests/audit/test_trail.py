"""The trail: written with the change it tells of, and never changed or shortened afterwards."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory
from tomoiki.audit import trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    organisation = OrganisationFactory.create()
    with transaction.atomic():
        return trail.record(
            organisation,
            "organisation.approved",
            actor=UserFactory.create(),
            before="applied",
            fields=["state", "approved_at"],
            codes={"reason": "complete"},
        )


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # A table whose foreign keys are still to be checked could not be truncated anyway.
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}")


def test_a_record_says_who_did_what_to_which_object(entry: Entry) -> None:
    assert entry.actor is not None
    assert (entry.action, entry.before, entry.after) == ("organisation.approved", "applied", "approved")
    assert entry.fields == ["approved_at", "state"]
    assert entry.codes == {"reason": "complete"}
    assert entry.subject is not None
    assert list(Entry.objects.about(entry.subject)) == [entry]


def test_a_part_of_the_portal_can_act_too() -> None:
    organisation = OrganisationFactory.create()
    with transaction.atomic():
        entry = trail.record(organisation, "organisation.noted", actor=SCHEDULER)
    assert (entry.actor, entry.system_actor) == (None, "scheduler")


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused() -> None:
    organisation = OrganisationFactory.create()
    with pytest.raises(trail.NotInTransaction):
        trail.record(organisation, "organisation.noted", actor=SCHEDULER)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET action = 'organisation.rejected'",
        "UPDATE audit_entry SET actor_id = NULL, system_actor = 'x'",
        "DELETE FROM audit_entry",
        "SET LOCAL tomoiki.allow_truncate = on; DELETE FROM audit_entry",
        "SET LOCAL tomoiki.allow_truncate = off; TRUNCATE audit_entry",
        "RESET tomoiki.allow_truncate; SET LOCAL tomoiki.allow_truncate = ''; TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_shorten_the_trail(entry: Entry, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        run(sql)
    assert Entry.objects.get().action == "organisation.approved"


def test_the_model_refuses_too(entry: Entry) -> None:
    entry.action = "organisation.rejected"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save(update_fields=["action"])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    with pytest.raises(TypeError):
        entry.delete()


def test_only_a_database_made_for_tests_may_be_emptied() -> None:
    """The setting that lets a flush through is not enough: the database's name must say that it is for tests."""
    migration = import_module("tomoiki.audit.migrations.0003_append_only")
    assert "starts_with(current_database()::text, 'test_')" in migration.CREATE
    with connection.cursor() as cursor:
        cursor.execute("SELECT starts_with(current_database()::text, 'test_'), starts_with('tomoiki', 'test_')")
        assert cursor.fetchone() == (True, False)


def test_the_guard_can_be_taken_down_and_put_up_again() -> None:
    migration = import_module("tomoiki.audit.migrations.0003_append_only")
    run(migration.DROP)
    assert guards() == set()
    run(migration.CREATE)
    assert guards() == {"audit_entry_no_change", "audit_entry_no_truncate"}


def guards() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal")
        return {row[0] for row in cursor.fetchall()}


def test_a_person_in_the_trail_cannot_be_deleted(entry: Entry) -> None:
    assert entry.actor is not None
    with pytest.raises(ProtectedError):
        entry.actor.delete()


def test_an_entry_carries_the_number_of_its_request(client: Client) -> None:
    person = UserFactory.create()
    client.force_login(person)
    client.post(reverse("notifications:preferences"), {})
    response = client.post(reverse("notifications:preferences"), {"by_mail": ["post"]})
    assert response.status_code == 302
    numbers = [entry.request_id for entry in Entry.objects.about(person)]
    assert len(numbers) == len(set(numbers)) == 2
    assert all(numbers)


def test_staff_read_the_trail_and_change_nothing(
    client: Client, entry: Entry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(StaffFactory.create(is_superuser=True))
    with django_assert_max_num_queries(20):
        html = client.get(reverse("admin:audit_entry_changelist")).content.decode()
    assert "organisation.approved" in html
    for words, found in (("organisation.approved", True), (str(entry.object_id), True), ("organisation", False)):
        html = client.get(reverse("admin:audit_entry_changelist"), {"q": words}).content.decode()
        assert (reverse("admin:audit_entry_change", args=[entry.pk]) in html) is found
    page = reverse("admin:audit_entry_change", args=[entry.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"action": "x"}).status_code == 403
    assert client.post(f"/admin/audit/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403

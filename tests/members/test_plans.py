"""Lists of organisations lead through an index, however many there are. How long they take is measured by the bench."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from members import duplicates
from members.directory import Directory, in_kana_order
from members.enums import OrganisationState
from members.models import Organisation
from members.models.lookups import office_order
from tests.bench.data import fill_organisations
from tests.factories.members import OrganisationFactory
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db

ROWS = 800


def scan_off(*ways: str) -> None:
    """Forbid the planner ``ways`` for the rest of the test, so that few rows are read as many would be."""
    with connection.cursor() as cursor:
        for way in ways:
            cursor.execute(f"SET LOCAL enable_{way} = off")


@pytest.fixture
def rows() -> list[Organisation]:
    made = fill_organisations(ROWS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_organisation, members_branch")
    scan_off("seqscan")
    return made


@pytest.fixture
def directory(rows: list[Organisation]) -> Directory:
    return Directory(AnonymousUser())


def newest(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return found.order_by("-approved_at", "-pk")[:21]


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_newest_are_read_in_their_order(directory: Directory) -> None:
    said = newest(directory.everything()).explain()
    assert "using organisation_directory" in said
    assert "Sort" not in said


def test_readings_are_read_in_their_order_from_anywhere(directory: Directory) -> None:
    page = in_kana_order(directory.everything()).filter(kana__gte="タ").order_by("kana", "pk")[:21]
    said = page.explain()
    assert "using organisation_by_kana" in said
    assert "Index Cond" in said
    assert "Sort" not in said


def test_words_of_every_length_lead_through_the_index_of_letters(directory: Directory) -> None:
    indexes = {"search_text": "organisation_search", "search_text_members": "organisation_members_search"}
    for word in ("鯨", "捕鯨", "の会12", "鯨尺の会"):
        for column, index in indexes.items():
            found = Organisation.objects.active().filter(**{f"{column}__holds": word})
            assert f"Bitmap Index Scan on {index} " in newest(found).explain(), word


def test_one_value_is_read_in_the_order_of_the_list(rows: list[Organisation]) -> None:
    scan_off("bitmapscan")
    for name, index in {
        "kind": "organisation_by_kind",
        "stage": "organisation_by_stage",
        "municipality": "organisation_by_place",
    }.items():
        said = newest(Organisation.objects.active().filter(**{name: getattr(rows[0], name)})).explain()
        # The list's own order is as good, while what is asked for is not rare.
        assert f"using {index}" in said or "using organisation_directory" in said, name
        assert "Sort" not in said


def test_themes_and_places_have_indexes_to_be_found_by(directory: Directory, rows: list[Organisation]) -> None:
    scan_off("indexscan", "indexonlyscan")
    assert "on organisation_themes" in Organisation.objects.filter(themes__overlap=["children"]).explain()
    assert "on organisation_areas" in Organisation.objects.filter(areas__overlap=["14205"]).explain()
    # Several ways to be in a place are asked while the list is read in its order: one pass, stopped when it is full.
    scan_off("bitmapscan")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = on")
    said = newest(directory.everything().filter(directory.within({"14205"}))).explain()
    assert "using organisation_directory" in said
    # Of the branches, that of the place alone or with their organisation.
    assert "Index Cond: (municipality_id = " in said


def test_the_office_reads_its_list_and_its_queue_in_their_order(rows: list[Organisation]) -> None:
    everything = Organisation.objects.exclude(state=OrganisationState.DRAFT)
    said = everything.order_by(*office_order())[:50].explain()
    assert "using organisation_office" in said
    assert "Sort" not in said
    said = Organisation.objects.waiting_for_staff()[:20].explain()
    assert "organisation_waiting" in said


def test_doubles_are_looked_up_by_index(rows: list[Organisation]) -> None:
    twin = OrganisationFactory(
        name="株式会社ここち住宅",
        corporate_number="1234567890123",
        phone=rows[9].phone,
        website="https://dantai10.example/about",
        municipality=Municipality.objects.get(code="14205"),
        state=OrganisationState.APPLIED,
    )
    with CaptureQueriesContext(connection) as queries:
        duplicates.candidates(twin)
    said = "\n".join(plan(query["sql"]) for query in queries if "asked" in query["sql"])
    for index in (
        "organisation_number",
        "members_organisation_name_normalised",
        "organisation_phone_digits",
        "organisation_website_host",
        "organisation_core_trgm",
    ):
        assert index in said, index
    assert "members_organisation_pkey on members_organisation organisation" not in said

"""Two workers, two presses, two files in the same moment."""

import pytest

from members.enums import ImportState
from members.models import Invitation, Organisation, RosterImport
from members.roster.engine import work_once
from members.transitions import confirm_roster_import, import_organisation, imports, send_claim_invitation
from tests.factories.members import StaffFactory
from tests.factories.roster import RosterContactFactory, RosterImportFactory, lines_of, sent
from tests.members.test_at_once import at_once
from tomoiki.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_never_have_one_job() -> None:
    RosterImportFactory()
    taken: list[RosterImport | None] = []
    at_once(*[lambda: taken.append(imports.take_roster_import())] * 2)
    assert sorted(each is None for each in taken) == [False, True]
    assert RosterImport.objects.get().attempts == 1


def test_two_workers_save_two_files_of_the_same_organisations_once() -> None:
    staff = StaffFactory()
    # The same organisations in two files that differ.
    jobs = [sent(rows, by=staff) for rows in (lines_of(20), [*lines_of(20), []])]
    for _ in jobs:
        work_once()
    for job in jobs:
        confirm_roster_import(job.pk, actor=staff)

    at_once(work_once, work_once)
    while work_once() is not None:
        pass

    assert Organisation.objects.count() == 20
    assert sorted(RosterImport.objects.values_list("state", flat=True)) == [ImportState.CHECKED, ImportState.DONE]
    assert RosterImport.objects.get(state=ImportState.CHECKED).counts["unchanged"] == 20


def test_two_of_the_office_confirm_one_import_once() -> None:
    job = RosterImportFactory(state=ImportState.CHECKED, counts={"created": 1})
    one, other = StaffFactory(), StaffFactory()
    results = at_once(
        lambda: confirm_roster_import(job.pk, actor=one), lambda: confirm_roster_import(job.pk, actor=other)
    )
    assert results == ["done", "wrong_state"]
    assert Entry.objects.about(job).filter(action="rosterimport.confirmed").count() == 1


def test_the_same_file_sent_by_two_presses_is_one_import() -> None:
    staff = StaffFactory()
    at_once(lambda: sent(lines_of(1), by=staff), lambda: sent(lines_of(1), by=staff))
    assert RosterImport.objects.count() == 1


def test_one_line_imported_twice_makes_one_organisation() -> None:
    staff = StaffFactory()
    data = {"roster_key": "K-1", "name": "みほんの縁側", "kind": "npo"}
    results = at_once(*[lambda: import_organisation(data, actor=staff)] * 2)
    assert results in (["done", "done"], ["done", "invalid"])
    assert Organisation.objects.count() == 1


def test_two_of_the_office_invite_one_organisation_once() -> None:
    contact = RosterContactFactory()
    one, other = StaffFactory(), StaffFactory()
    results = at_once(
        lambda: send_claim_invitation(contact.pk, message="", actor=one),
        lambda: send_claim_invitation(contact.pk, message="", actor=other),
    )
    assert results == ["done", "invited_already"]
    assert Invitation.objects.count() == 1

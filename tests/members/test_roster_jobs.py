"""A roster's way from the file to the organisations: checked, looked over, saved all at once."""

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members.enums import ImportState
from members.models import Organisation, RosterImport
from members.models.imports import SILENT_FOR
from members.roster import engine
from members.roster.engine import work_once
from members.roster.resource import RosterResource
from members.tasks import forget_roster_contacts, work_on_roster_imports
from members.transitions import cancel_roster_import, confirm_roster_import, imports, start_roster_import
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.roster import (
    HEADINGS,
    RosterContactFactory,
    RosterImportFactory,
    csv_of,
    lines_of,
    sent,
    stored,
    xlsx_of,
)
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.web import background
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return StaffFactory()


def worked(job: RosterImport) -> RosterImport:
    """The job after a worker has had it."""
    assert work_once() is not None
    job.refresh_from_db()
    return job


def saved(rows: Any, *, by: Any) -> RosterImport:
    job = worked(sent(rows, by=by))
    confirm_roster_import(job.pk, actor=by)
    return worked(job)


def test_a_check_saves_nothing_and_says_what_would_be(staff):
    job = worked(sent(lines_of(3), by=staff))

    assert (job.state, job.rows_total, job.failure) == (ImportState.CHECKED, 3, "")
    assert job.counts == {"created": 3, "updated": 0, "unchanged": 0, "kept": 0, "rejected": 0, "problems": 0}
    assert [each["name"] for each in job.preview] == ["NPO法人ためしの輪1", "NPO法人ためしの輪2", "NPO法人ためしの輪3"]
    assert job.rejected_file is None
    assert not Organisation.objects.exists()


def test_confirmed_it_is_saved_in_the_name_of_whoever_confirmed_and_tells_nobody(staff):
    other = StaffFactory()
    job = worked(sent(lines_of(3), by=staff))
    confirm_roster_import(job.pk, actor=other)
    assert not Organisation.objects.exists()

    worked(job)

    assert (job.state, job.rows_done, job.finished_at is not None) == (ImportState.DONE, 3, True)
    assert Organisation.objects.active().count() == 3
    assert set(Entry.objects.filter(action="organisation.imported").values_list("actor", flat=True)) == {other.pk}
    assert list(Entry.objects.about(job).order_by("pk").values_list("action", "after")) == [
        ("rosterimport.started", "waiting"),
        ("rosterimport.taken", "checking"),
        ("rosterimport.checked", "checked"),
        ("rosterimport.confirmed", "queued"),
        ("rosterimport.taken", "saving"),
        ("rosterimport.done", "done"),
    ]
    assert not Message.objects.exists()
    assert not Notification.objects.exists()


def test_importing_again_changes_nothing_and_cannot_be_confirmed(staff):
    saved(lines_of(3), by=staff)
    before = list(Organisation.objects.order_by("pk").values())

    job = worked(sent(lines_of(3), by=staff))

    assert (job.counts["unchanged"], job.preview) == (3, [])
    with pytest.raises(TransitionError) as refused:
        confirm_roster_import(job.pk, actor=staff)
    assert refused.value.code == "nothing_to_save"
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_what_changes_is_shown_old_and_new(staff):
    saved(lines_of(2), by=staff)
    rows = lines_of(2)
    rows[1][3] = "鎌倉市"

    job = worked(sent(rows, by=staff))

    assert job.counts["updated"] == 1
    organisation = Organisation.objects.get(roster_key="K-1")
    assert job.preview == [
        {
            "sheet": "",
            "row": 2,
            "outcome": "updated",
            "organisation": organisation.pk,
            "name": "NPO法人ためしの輪1",
            "changes": [["市区町村", "藤沢市", "鎌倉市"]],
            "differs": [],
        }
    ]


BAD = [
    list(HEADINGS),
    ["K-1", "みほん食堂", "NPO", "緑区", "見本 花子", "hanako@mihon"],
    ["K-2", "", "NPO", "藤沢市", "", ""],
    ["K-3", "みほん工業", "企業", "藤沢市", "", ""],
    ["K-3", "みほん商店", "企業", "藤沢市", "", ""],
    ["K-4", "みほん銀行", "ぎんこうかも", "", "", ""],
]


def test_every_error_is_named_by_sheet_row_column_value_and_remedy(staff):
    job = worked(sent(xlsx_of({"会員": BAD}), by=staff, name="名簿.xlsx"))

    assert (job.counts["created"], job.counts["rejected"], job.counts["problems"]) == (1, 4, 5)
    assert [(each["sheet"], each["row"], each["column"], each["value"]) for each in job.problems] == [
        ("会員", 2, "市区町村", "緑区"),
        ("会員", 2, "メールアドレス", "hanako@mihon"),
        ("会員", 3, "団体名", ""),
        ("会員", 5, "名簿の番号", "K-3"),
        ("会員", 6, "種類", "ぎんこうかも"),
    ]
    assert job.problems[3]["message"] == "シート「会員」の4行目と同じ名簿の番号です。"
    assert all(each["message"] and each["remedy"] for each in job.problems)


def test_the_rejected_rows_come_back_corrected_and_are_taken(staff):
    from openpyxl import load_workbook

    job = worked(sent(xlsx_of({"会員": BAD}), by=staff, name="名簿.xlsx"))
    assert job.rejected_file is not None
    with job.rejected_file.content.open("rb") as opened:
        sheet = load_workbook(opened).active
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["直すところ", *HEADINGS, "もとのシート", "もとの行"]
    assert len(rows) == 5
    assert rows[1][0].splitlines()[0].startswith("市区町村：「緑区」は、2か所にあります。")
    assert rows[1][-2:] == ["会員", 2]

    again = worked(sent(xlsx_of(rows), by=staff, name="直す行.xlsx"))
    # As it is, with the same faults; the one that stood twice stands alone now.
    assert (again.counts["rejected"], again.counts["created"]) == (3, 1)
    assert again.notes == []
    rows[1][4], rows[1][6] = "横浜市緑区", "hanako@mihon.example"
    rows[2][2] = "みほんの家"
    rows[4][3] = "金融機関"
    corrected = worked(sent(xlsx_of(rows), by=staff, name="直した行.xlsx"))
    assert (corrected.counts["rejected"], corrected.counts["created"]) == (0, 4)


def test_nothing_that_was_sent_is_a_formula_in_the_rejected_rows(staff):
    from openpyxl import load_workbook

    job = worked(sent([list(HEADINGS), ["=1+1", '=HYPERLINK("http://x.example")', "?", "", "@SUM(1)", "-"]], by=staff))
    assert job.rejected_file is not None
    with job.rejected_file.content.open("rb") as opened:
        cells = [cell for cell in load_workbook(opened).active[2] if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.quotePrefix for cell in cells if cell.value[:1] in "=+-@"} == {True}


def test_what_was_saved_is_what_was_looked_over(staff):
    """The world changes between the check and the saving: staff look again, and nothing was saved."""
    job = worked(sent(lines_of(2), by=staff))
    confirm_roster_import(job.pk, actor=staff)
    OrganisationFactory(name="NPO法人ためしの輪1", roster_key="K-1")

    worked(job)

    assert (job.state, job.confirmed_at) == (ImportState.CHECKED, None)
    assert (job.counts["created"], job.counts["updated"]) == (1, 1)
    assert Organisation.objects.count() == 1
    assert Entry.objects.about(job).filter(action="rosterimport.changed_meanwhile").count() == 1
    confirm_roster_import(job.pk, actor=staff)
    assert worked(job).state == ImportState.DONE
    assert Organisation.objects.count() == 2


def test_a_line_that_fails_while_saving_takes_back_all(staff, monkeypatch):
    job = worked(sent(lines_of(3), by=staff))
    confirm_roster_import(job.pk, actor=staff)
    really = RosterResource.save_instance

    def breaks_at_the_last(self, instance, is_create, row, **kwargs):
        if kwargs["row_number"] == 3:
            raise RuntimeError("the disk is full")
        return really(self, instance, is_create, row, **kwargs)

    monkeypatch.setattr(RosterResource, "save_instance", breaks_at_the_last)
    worked(job)

    assert (job.state, job.failure.startswith("思いがけない問題")) == (ImportState.FAILED, True)
    assert not Organisation.objects.exists()
    assert not Entry.objects.filter(action="organisation.imported").exists()


def test_a_task_out_of_time_says_so(staff, monkeypatch):
    job = sent(lines_of(1), by=staff)

    def too_long(*args, **kwargs):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(engine, "read_roster", too_long)
    assert worked(job).failure.startswith("時間がかかりすぎた")


def test_at_the_end_of_its_time_a_worker_stops_at_once(staff, monkeypatch):
    job = worked(sent(lines_of(3), by=staff))
    confirm_roster_import(job.pk, actor=staff)
    begun = []

    def out_of_time(self, instance, is_create, row, **kwargs):
        begun.append(kwargs["row_number"])
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(RosterResource, "save_instance", out_of_time)
    assert worked(job).failure.startswith("時間がかかりすぎた")
    assert begun == [1]


def test_a_file_without_our_headings_fails_with_what_to_do(staff):
    job = worked(sent("番号,氏名\n1,見本\n".encode(), by=staff))
    assert (job.state, "見出し" in job.failure) == (ImportState.FAILED, True)


def test_whoever_lost_the_right_meanwhile_saves_nothing(staff):
    job = worked(sent(lines_of(1), by=staff))
    confirm_roster_import(job.pk, actor=staff)
    staff.groups.clear()

    assert worked(job).failure.startswith("取り込みを始めた人に")
    assert not Organisation.objects.exists()


def test_the_same_file_sent_twice_is_one_import(staff):
    one, other = sent(lines_of(1), by=staff), sent(lines_of(1), by=staff)
    assert one == other
    cancel_roster_import(one.pk, actor=staff)
    assert sent(lines_of(1), by=staff) != one


def test_only_staff_with_the_right_send_confirm_and_cancel():
    owner, clerk, staff = member_of(OrganisationFactory()), StaffFactory(in_the_office=False), StaffFactory()
    job = RosterImportFactory(state=ImportState.CHECKED, counts={"created": 1})
    for actor in (owner, clerk):
        with pytest.raises(PermissionDenied):
            start_roster_import(stored(csv_of(lines_of(2)), by=actor), actor=actor)
        with pytest.raises(PermissionDenied):
            confirm_roster_import(job.pk, actor=actor)
        with pytest.raises(PermissionDenied):
            cancel_roster_import(job.pk, actor=actor)
    assert cancel_roster_import(job.pk, actor=staff).state == ImportState.CANCELLED


@pytest.mark.parametrize("state", ["waiting", "checking", "queued", "saving", "done", "failed", "cancelled"])
def test_only_what_is_checked_can_be_confirmed(staff, state):
    job = RosterImportFactory(state=state, counts={"created": 1})
    with pytest.raises(TransitionError) as refused:
        confirm_roster_import(job.pk, actor=staff)
    assert refused.value.code == "wrong_state"


@pytest.mark.parametrize("state", ["saving", "done", "failed", "cancelled"])
def test_what_is_being_saved_or_over_cannot_be_called_off(staff, state):
    with pytest.raises(TransitionError):
        cancel_roster_import(RosterImportFactory(state=state).pk, actor=staff)


# --- workers ---


def test_a_silent_workers_job_is_taken_over_and_whoever_had_it_saves_nothing(staff):
    job = worked(sent(lines_of(2), by=staff))
    confirm_roster_import(job.pk, actor=staff)
    dead = imports.take_roster_import()
    assert dead is not None
    assert imports.take_roster_import() is None
    RosterImport.objects.filter(pk=job.pk).update(alive_at=timezone.now() - SILENT_FOR - timedelta(seconds=1))

    worked(job)

    assert (job.state, Organisation.objects.count()) == (ImportState.DONE, 2)
    with pytest.raises(TransitionError) as refused:
        imports.finish_roster_import(dead, actor=staff)
    assert refused.value.code == "taken_over"


def test_files_are_checked_side_by_side_and_saved_one_after_the_other(staff):
    queued = RosterImportFactory(state=ImportState.QUEUED)
    RosterImportFactory(state=ImportState.SAVING, alive_at=timezone.now())
    waiting = RosterImportFactory(state=ImportState.WAITING)

    assert imports.take_roster_import() == waiting
    assert imports.take_roster_import() is None
    queued.refresh_from_db()
    assert queued.state == ImportState.QUEUED


def test_a_job_that_fells_every_worker_is_given_up(staff):
    job = RosterImportFactory(state=ImportState.CHECKING, attempts=imports.MOST_ATTEMPTS)
    assert work_once() is None
    job.refresh_from_db()
    assert (job.state, job.failure.startswith("何度試しても")) == (ImportState.FAILED, True)


def test_what_was_called_off_while_it_was_checked_stays_called_off(staff, monkeypatch):
    job = sent(lines_of(1), by=staff)
    really = engine._settle

    def called_off_just_before(*args):
        cancel_roster_import(job.pk, actor=staff)
        return really(*args)

    monkeypatch.setattr(engine, "_settle", called_off_just_before)
    assert worked(job).state == ImportState.CANCELLED


def test_a_worker_is_woken_after_the_commit_and_a_broker_that_is_down_costs_only_time(
    staff, monkeypatch, django_capture_on_commit_callbacks
):
    woken: list[str] = []

    def broken(name: str, **options: Any) -> None:
        woken.append(name)
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.current_app.send_task", broken)
    with django_capture_on_commit_callbacks(execute=True):
        job = sent(lines_of(1), by=staff)
        assert woken == []
    assert woken == [imports.TASK]

    work_on_roster_imports()
    job.refresh_from_db()
    assert job.state == ImportState.CHECKED


def test_one_task_wakes_the_next_while_something_waits(staff, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(background, "wake", woken.append)
    for number in range(2):
        sent(lines_of(1, start=number + 1), by=staff)
    work_on_roster_imports()
    work_on_roster_imports()
    work_on_roster_imports()
    assert woken == [imports.TASK]


def test_whom_the_roster_named_is_forgotten_once_the_organisation_has_people():
    kept, gone = RosterContactFactory(), RosterContactFactory()
    member_of(gone.organisation)
    assert forget_roster_contacts() == 1
    assert type(kept).objects.get() == kept
    assert Entry.objects.about(gone.organisation).get().action == "organisation.contact_forgotten"

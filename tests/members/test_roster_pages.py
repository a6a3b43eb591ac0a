"""The roster on the staff's desk: sending, looking over, inviting, writing out; and who may."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.enums import ImportState, InvitationKind, InvitationState, OrganisationState
from members.models import Invitation, Organisation, RosterContact, RosterImport
from members.roster.engine import work_once
from members.roster.writing import csv_lines
from members.transitions import confirm_roster_import, send_claim_invitation
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.roster import (
    RosterContactFactory,
    RosterImportFactory,
    corporate_number,
    csv_of,
    lines_of,
    sent,
    stored,
)
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message
from tomoiki.places.models import Municipality
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db

LIST = "admin:members_rosterimport_changelist"


@pytest.fixture
def staff(client):
    person = StaffFactory()
    client.force_login(person)
    return person


def with_rights(client, *codenames):
    person = StaffFactory(in_the_office=False)
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(person)
    return person


def page(client, job, query=""):
    return client.get(reverse("admin:members_rosterimport_change", args=[job.pk]) + query).content.decode()


def press(client, job, name):
    job.refresh_from_db()
    url = reverse("admin:members_rosterimport_transition", args=[job.pk, name])
    return client.post(url, {"seen": version_of(job)}, follow=True)


# --- sending and looking over ---


def test_from_the_upload_to_done(client, staff):
    url = reverse("admin:members_rosterimport_add")
    assert "名簿のファイル" in client.get(url).content.decode()
    answer = client.post(url, {"file": SimpleUploadedFile("会員名簿.csv", csv_of(lines_of(2), encoding="cp932"))})
    job = RosterImport.objects.get()
    assert answer.url == reverse("admin:members_rosterimport_change", args=[job.pk])
    assert "順番を待っています" in page(client, job)

    work_once()
    text = page(client, job)
    assert "まだ何も保存していません" in text
    assert "NPO法人ためしの輪1" in text
    press(client, job, "confirm")
    work_once()
    assert "取り込みました" in page(client, job)
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("meibo.pdf", b"%PDF-1.7", "この種類のファイルは読み取れません"),
        ("meibo.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "古い形式のファイルか、パスワードのかかったファイル"),
    ],
)
def test_what_is_no_roster_is_refused_beside_the_field(client, staff, name, content, said):
    answer = client.post(reverse("admin:members_rosterimport_add"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RosterImport.objects.exists()


def test_a_button_shows_how_far_it_is_and_with_scripts_its_part_comes_by_itself(client, staff):
    job = RosterImportFactory(state=ImportState.CHECKING, rows_total=3_000, rows_done=1_240, alive_at=timezone.now())
    text = page(client, job)
    assert 'http-equiv="refresh"' not in text
    assert "いまの様子を見る" in text
    assert 'max="3000"' in text
    assert "3,000行のうち、1,240行が済みました" in text
    fragment = reverse("admin:members_rosterimport_progress", args=[job.pk])
    assert f'hx-get="{fragment}"' in text

    answer = client.get(fragment)
    assert "1,240行" in answer.content.decode()
    assert "HX-Refresh" not in answer.headers
    RosterImport.objects.update(state=ImportState.CHECKED)
    assert client.get(fragment).headers["HX-Refresh"] == "true"
    assert "http-equiv" not in page(client, job)


def test_the_problems_are_listed_page_by_page(client, staff):
    problem = {
        "sheet": "会員",
        "column": "種類",
        "value": "?",
        "message": "分かりません。",
        "remedy": "直してください。",
    }
    job = RosterImportFactory(
        state=ImportState.CHECKED,
        problems=[{**problem, "row": number} for number in range(1, 121)],
        counts={"rejected": 120, "problems": 120},
    )
    first, last = page(client, job), page(client, job, "?page=3")
    assert "会員 50行目" in first
    assert "会員 51行目" not in first
    assert "会員 120行目" in last
    assert "この内容で取り込む" not in first


def test_whoever_decides_about_an_older_page_decides_nothing(client, staff):
    job = RosterImportFactory(state=ImportState.CHECKED, counts={"created": 1})
    seen = version_of(job)
    RosterImport.objects.update(counts={"created": 2})
    url = reverse("admin:members_rosterimport_transition", args=[job.pk, "confirm"])
    assert "内容が変わりました" in client.post(url, {"seen": seen}, follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == ImportState.CHECKED


def test_the_list_costs_the_same_for_one_and_three(client, staff, django_assert_num_queries):
    RosterImportFactory()
    client.get(reverse(LIST))
    with django_assert_num_queries(7):
        client.get(reverse(LIST))
    for _ in range(2):
        RosterImportFactory()
    with django_assert_num_queries(7):
        client.get(reverse(LIST))


def test_the_example_and_how_to_write_a_roster(client, staff):
    answer = client.get(reverse("admin:members_rosterimport_example"))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["名簿", "書き方"]
    assert "法人番号" in client.get(reverse("admin:members_rosterimport_help")).content.decode()


def test_what_waits_stands_on_the_start_page(client, staff):
    RosterImportFactory(state=ImportState.CHECKED, counts={"rejected": 3})
    text = client.get(reverse("admin:index")).content.decode()
    assert "名簿の取り込み" in text
    assert "取り込めない行が3件" in text


# --- who may ---

PAGES = [
    ("members_rosterimport_changelist", ()),
    ("members_rosterimport_add", ()),
    ("members_rosterimport_example", ()),
    ("members_rosterimport_help", ()),
    ("members_rosterimport_claims", ()),
    ("members_rosterimport_export", ("organisations",)),
    ("members_rosterimport_export", ("people",)),
]


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_nobody_but_staff_with_the_right_opens_a_page(client, name, arguments):
    url = reverse(f"admin:{name}", args=arguments)
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    with_rights(client)
    assert client.get(url).status_code == 403
    client.force_login(StaffFactory())
    assert client.get(url).status_code == 200


def test_who_may_look_may_not_send_confirm_or_invite(client):
    job = RosterImportFactory(state=ImportState.CHECKED, counts={"created": 1})
    with_rights(client, "view_rosterimport")
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(reverse("admin:members_rosterimport_add")).status_code == 403
    assert client.get(reverse("admin:members_rosterimport_claims")).status_code == 403
    press(client, job, "confirm")
    job.refresh_from_db()
    assert job.state == ImportState.CHECKED


def test_a_rosters_file_opens_to_those_who_may_import_and_to_nobody_else(client):
    job = RosterImportFactory()
    RosterImport.objects.update(rejected_file=stored(csv_of(lines_of(9)), by=job.made_by))
    job.refresh_from_db()
    for file in (job.file, job.rejected_file):
        client.force_login(member_of(OrganisationFactory()))
        assert client.get(file.url).status_code == 404
        with_rights(client, "view_rosterimport")
        assert client.get(file.url).status_code == 404
        client.force_login(StaffFactory())
        answer = client.get(file.url)
        assert answer.headers["Content-Disposition"].startswith("attachment")


# --- invitations to claim ---


def claims(client, step, contacts, message=""):
    return client.post(
        reverse("admin:members_rosterimport_claims"),
        {"step": step, "contacts": [each.pk for each in contacts], "message": message},
        follow=True,
    )


def test_the_mail_is_looked_over_before_anything_is_sent(client, staff):
    one, other = RosterContactFactory(), RosterContactFactory()
    text = claims(client, "review", [one, other], "説明会でお会いしました。").content.decode()
    assert "2件の団体に招待を送ります" in text
    assert f"「{one.organisation.name}」を、引き継いでくださる方" in text
    assert "説明会でお会いしました。" in text
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()

    assert "2件の団体に、招待を送りました" in claims(client, "send", [one, other]).content.decode()
    invitation = Invitation.objects.get(organisation=one.organisation)
    assert (invitation.kind, invitation.role, invitation.email, invitation.invited_by) == (
        InvitationKind.CLAIM,
        "owner",
        one.email,
        staff,
    )
    assert Message.objects.count() == 2


def test_nobody_is_invited_twice(client, staff):
    contact = RosterContactFactory()
    claims(client, "send", [contact])
    assert "すでに招待したか" in claims(client, "send", [contact]).content.decode()
    with pytest.raises(TransitionError) as refused:
        send_claim_invitation(contact.pk, message="", actor=staff)
    assert refused.value.code == "invited_already"
    Invitation.objects.update(state=InvitationState.DECLINED)
    with pytest.raises(TransitionError):
        send_claim_invitation(contact.pk, message="", actor=staff)
    assert Invitation.objects.count() == 1


def test_only_those_that_nobody_answers_for_and_with_an_address_stand_in_the_list(client, staff):
    waiting = RosterContactFactory()
    without = RosterContactFactory(email="")
    claimed, invited = RosterContactFactory(), RosterContactFactory(invited_at=timezone.now())
    member_of(claimed.organisation)
    gone = RosterContactFactory(organisation=OrganisationFactory(state=OrganisationState.WITHDRAWN))
    text = client.get(reverse("admin:members_rosterimport_claims")).content.decode()
    assert waiting.organisation.name in text
    for each in (without, claimed, invited, gone):
        assert each.organisation.name not in text
    assert "メールアドレスが名簿にない団体が、ほかに1件" in text
    assert "checked" not in text
    assert "checked" in client.get(reverse("admin:members_rosterimport_claims") + "?all=1").content.decode()


def test_the_list_of_claims_costs_the_same_for_one_and_three(client, staff, django_assert_num_queries):
    url = reverse("admin:members_rosterimport_claims")
    RosterContactFactory()
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)
    for _ in range(2):
        RosterContactFactory()
    with django_assert_num_queries(8):
        client.get(url)


def test_choosing_nobody_is_said_beside_the_list(client, staff):
    RosterContactFactory()
    answer = claims(client, "review", [])
    assert answer.status_code == 422
    assert "1つ以上選んでください" in answer.content.decode()


# --- writing out ---


def exported(client, what, *, query="", **data):
    url = reverse("admin:members_rosterimport_export", args=[what]) + query
    return client.post(url, {"format": "xlsx", **data})


def rows_of(answer):
    content = b"".join(answer.streaming_content)
    if "csv" in answer.headers["Content-Type"]:
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def a_few_of_all_sorts():
    place = Municipality.objects.get(code="14205")
    OrganisationFactory(
        name="=みほん+食堂",
        municipality=place,
        corporate_number=corporate_number(3),
        postal_code="2510024",
        roster_key="K-1",
    )
    OrganisationFactory(kind="other", kind_other="@商店会", name="みほん商店会", listed_publicly=False, name_kana="")
    OrganisationFactory(name="双子", municipality=place)
    OrganisationFactory(name="双子", municipality=place)
    member_of(OrganisationFactory(name="担当者のいる団体", phone="045-111-1111"))
    OrganisationFactory(name="申し込み中", state=OrganisationState.APPLIED)
    RosterContactFactory(organisation=OrganisationFactory(name="連絡先のある団体"), name="+見本")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_written_out_and_comes_back_changes_nothing(client, staff, kind):
    a_few_of_all_sorts()
    before = list(Organisation.objects.order_by("pk").values())
    answer = exported(client, "organisations", format=kind, personal="on")
    content = b"".join(answer.streaming_content)

    job = sent(content, by=staff, name=f"一覧.{kind}")
    work_once()

    job.refresh_from_db()
    assert (job.problems, job.preview, job.failure) == ([], [], "")
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 7, "kept": 0, "rejected": 0, "problems": 0}
    assert list(Organisation.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_nothing_written_out_is_a_formula(client, staff, kind):
    a_few_of_all_sorts()
    answer = exported(client, "organisations", format=kind, personal="on")
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
        assert "'=みほん+食堂" in cells
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝＋－＠")]
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert "f" not in {cell.data_type for row in sheet for cell in row}
        assert all(cell.quotePrefix for row in sheet for cell in row if str(cell.value or "")[:1] in tuple("=+-@"))


def test_the_list_is_written_out_as_it_was_narrowed(client, staff):
    a_few_of_all_sorts()
    rows = rows_of(exported(client, "organisations", query="?kind=other"))
    assert [row[2] for row in rows[1:]] == ["みほん商店会"]
    assert (
        "しぼりこんだ"
        in client.get(
            reverse("admin:members_rosterimport_export", args=["organisations"]) + "?kind=other"
        ).content.decode()
    )


def test_people_come_along_only_with_the_right(client):
    RosterContactFactory(email="hanako@mihon.example")
    with_rights(client, "view_organisation")
    rows = rows_of(exported(client, "organisations", personal="on"))
    assert "メールアドレス" not in rows[0]
    assert "hanako@mihon.example" not in str(rows)
    assert exported(client, "people").status_code == 403

    with_rights(client, "view_organisation", "export_people")
    assert "hanako@mihon.example" in str(rows_of(exported(client, "organisations", personal="on")))


def test_people_of_now_with_where_they_belong(client, staff):
    person = member_of(OrganisationFactory(name="みほんの縁側"), name="見本 花子")
    rows = rows_of(exported(client, "people", format="csv"))
    assert len(rows) == 2
    assert (rows[1][1], rows[1][4], rows[1][8]) == ("みほんの縁側", "見本 花子", person.email)


def test_the_trail_keeps_who_wrote_out_what(client, staff):
    OrganisationFactory()
    client.get(reverse("admin:members_rosterimport_export", args=["organisations"]))
    assert not Entry.objects.filter(action="user.exported").exists()
    exported(client, "organisations", personal="on")
    entry = Entry.objects.get(action="user.exported")
    assert (entry.actor, entry.codes) == (staff, {"what": "organisations", "count": 1, "personal": True})


def test_a_csv_is_written_as_it_is_read():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    assert [next(lines) for _ in range(3)] == ["\ufeff", "n\r\n", "0\r\n"]
    assert read == [0]


def test_the_round_trip_of_an_import_is_unchanged_too(client, staff):
    job = sent(lines_of(2), by=staff)
    work_once()
    confirm_roster_import(job.pk, actor=staff)
    work_once()
    assert RosterContact.objects.count() == 2
    content = b"".join(exported(client, "organisations", format="csv", personal="on").streaming_content)
    again = sent(content, by=staff)
    work_once()
    again.refresh_from_db()
    assert again.counts["unchanged"] == 2

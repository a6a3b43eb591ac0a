"""New versions of the texts: prepared, published, announced, read beside the old ones, agreed to at the next visit."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from members import transitions
from members.document_changes import changes_between
from members.enums import ConsentKind
from members.models import Consent, ConsentDocument
from members.reconfirmation_tasks import announce_documents
from members.waiting_consents import consents_waiting
from tests.factories.members import (
    PASSWORD,
    ConsentDocumentFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def prepared(days: int = 30, **fields: object) -> ConsentDocument:
    made: ConsentDocument = ConsentDocumentFactory(
        **{"published_at": None, "in_force_from": timezone.now() + timedelta(days=days), **fields}
    )
    return made


# --- publishing ---


def test_what_is_prepared_holds_for_nobody_even_when_its_day_has_come() -> None:
    document = prepared()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert document not in ConsentDocument.objects.current()


def test_a_published_version_holds_from_its_day() -> None:
    document = prepared()
    transitions.publish_consent_document(document.pk, actor=StaffFactory())
    assert document not in ConsentDocument.objects.current()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert document in ConsentDocument.objects.current()
    assert Entry.objects.about(document).get().action == "consentdocument.published"


def test_publishing_is_done_once_ahead_of_time_and_in_order() -> None:
    office = StaffFactory()
    later = prepared(days=40)
    transitions.publish_consent_document(later.pk, actor=office)
    for document, code in ((later, "published"), (prepared(days=-1), "too_soon"), (prepared(days=20), "out_of_order")):
        with pytest.raises(TransitionError) as refused:
            transitions.publish_consent_document(document.pk, actor=office)
        assert refused.value.code == code
    other_kind = prepared(days=20, kind=ConsentKind.PRIVACY)
    assert transitions.publish_consent_document(other_kind.pk, actor=office).published_at


def test_members_publish_nothing() -> None:
    with pytest.raises(PermissionDenied):
        transitions.publish_consent_document(prepared().pk, actor=member_of(OrganisationFactory()))


def test_everybody_is_told_once_whoever_comes_later_too() -> None:
    people = [UserFactory(), UserFactory()]
    for left_out in ({"is_active": False}, {"email_confirmed": False}, {"anonymised_at": timezone.now()}):
        UserFactory(**left_out)
    document = prepared(summary="第3条が変わります。")
    assert announce_documents() == 0
    transitions.publish_consent_document(document.pk, actor=UserFactory(is_staff=True, email_confirmed=False))
    assert announce_documents() == 2
    assert announce_documents() == 0
    people.append(UserFactory())
    assert announce_documents() == 1
    told = Notification.objects.filter(code="members_document_published").order_by("recipient")
    assert [each.recipient for each in told] == people
    mail = Message.objects.filter(code="members_document_published").first()
    assert mail is not None
    assert "第3条が変わります。" in mail.text_body
    assert reverse("members:document_changes", args=[document.kind, document.pk]) in mail.text_body


def test_who_agreed_already_is_not_told_of_what_they_read() -> None:
    document = prepared()
    transitions.publish_consent_document(document.pk, actor=UserFactory(is_staff=True, email_confirmed=False))
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        UserFactory()
        assert announce_documents() == 0


def test_the_office_publishes_by_a_button_and_then_changes_nothing(client: Client) -> None:
    client.force_login(StaffFactory())
    document = prepared(body="第1条（目的）\n\n新しい目的です。")
    change = reverse("admin:members_consentdocument_change", args=[document.pk])
    publish = reverse("admin:members_consentdocument_transition", args=[document.pk, "publish"])
    assert 'name="body"' in client.get(change).content.decode()
    page = client.get(publish)
    client.post(publish, {"seen": page.context["seen"]})
    document.refresh_from_db()
    assert document.published_at is not None
    assert 'name="body"' not in client.get(change).content.decode()
    assert client.post(change, {"body": "別の本文"}).status_code == 403


# --- reading ---


def test_every_published_version_stays_readable_by_everybody(client: Client) -> None:
    first = ConsentDocument.objects.get(kind=ConsentKind.TERMS)
    second = ConsentDocumentFactory(version="第2版", body=f"{first.body}\n\n第13条（追加）\n\nあたらしい条文です。")
    hidden = prepared(version="第3版")
    for document in (first, second):
        address = reverse("members:document", args=["terms", document.pk])
        assert document.version in client.get(address).content.decode()
    assert client.get(reverse("members:document", args=["terms", hidden.pk])).status_code == 404
    assert client.get(reverse("members:document", args=["privacy", first.pk])).status_code == 404
    assert client.get(reverse("members:document_versions", args=["cookies"])).status_code == 404
    listed = client.get(reverse("members:document_versions", args=["terms"])).content.decode()
    assert "第2版" in listed
    assert "第3版" not in listed
    changes = client.get(reverse("members:document_changes", args=["terms", second.pk])).content.decode()
    assert "あたらしい条文です。" in changes
    assert client.get(reverse("members:document_changes", args=["terms", first.pk])).status_code == 404
    assert reverse("members:document_versions", args=["terms"]) in client.get(reverse("pages:terms")).content.decode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("同じ文です。", "同じ文です。", []),
        ("ひとつめ。", "ひとつめ。\n\n加えた段落です。", [("added", [("added", "加えた段落です。")])]),
        ("ひとつめ。\n\n消える段落です。", "ひとつめ。", [("removed", [("removed", "消える段落です。")])]),
        (
            "登録は14日で消します。",
            "登録は30日で消します。",
            [("changed", [("same", "登録は"), ("removed", "14"), ("added", "30"), ("same", "日で消します。")])],
        ),
        ("", "はじめての文。", [("added", [("added", "はじめての文。")])]),
        ("行の\r\n終わり", "行の\n終わり", []),
    ],
)
def test_what_changed_is_told_word_by_word(before: str, after: str, expected: list[object]) -> None:
    found = changes_between(before, after)
    assert [(each.kind, [(part.kind, part.text) for part in each.parts]) for each in found] == expected


def test_a_change_stands_under_its_heading() -> None:
    before = "第1条（目的）\n\n同じ。\n\n第2条（費用）\n\n費用はありません。"
    (change,) = changes_between(before, before.replace("費用はありません。", "費用は、まだありません。"))
    assert change.heading == "第2条（費用）"


def test_markup_in_a_text_is_shown_as_it_is(client: Client) -> None:
    second = ConsentDocumentFactory(body="<script>alert(1)</script>")
    for name in ("document", "document_changes"):
        html = client.get(reverse(f"members:{name}", args=["terms", second.pk])).content.decode()
        assert "<script>alert" not in html


# --- agreeing ---


def test_whoever_has_not_agreed_is_asked_once_at_the_next_visit_and_locked_out_of_nothing(client: Client) -> None:
    user = member_of(OrganisationFactory())
    ConsentDocumentFactory(version="第2版")
    login = {"login": user.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), login)
    assert answer.headers["Location"] == reverse("members:consents")
    assert "第2版" in client.get(reverse("members:consents")).content.decode()
    for name in ("pages:me", "members:account", "matching:board"):
        assert client.get(reverse(name)).status_code == 200
    assert len(list(consents_waiting(user))) == 1
    document = ConsentDocument.objects.get(version="第2版")
    client.post(reverse("members:consents"), {f"agrees_{document.pk}": "on"})
    assert Consent.objects.filter(user=user, document=document).exists()
    assert list(consents_waiting(user)) == []
    client.logout()
    assert client.post(reverse("account_login"), login).headers["Location"] == reverse("pages:me")


def test_what_was_not_ticked_is_not_agreed_to(client: Client) -> None:
    user = UserFactory()
    document = ConsentDocumentFactory()
    client.force_login(user)
    response = client.post(reverse("members:consents"), {})
    assert set(response.context["form"].errors) == {f"agrees_{document.pk}"}
    assert not Consent.objects.filter(document=document).exists()


def test_a_version_that_came_while_one_was_reading_is_asked_anew(client: Client) -> None:
    user = UserFactory()
    read = ConsentDocumentFactory()
    client.force_login(user)
    client.get(reverse("members:consents"))
    newer = ConsentDocumentFactory()
    client.post(reverse("members:consents"), {f"agrees_{read.pk}": "on"})
    assert not Consent.objects.filter(document=newer).exists()
    assert transitions.agree_to_documents(user, documents=[read.pk], actor=user) == []


def test_nobody_agrees_for_another() -> None:
    document = ConsentDocumentFactory()
    with pytest.raises(PermissionDenied):
        transitions.agree_to_documents(UserFactory(agreed=False), documents=[document.pk], actor=StaffFactory())


def test_one_reads_what_one_agreed_to_and_nobody_elses(client: Client) -> None:
    user = UserFactory()
    UserFactory()
    client.force_login(user)
    response = client.get(reverse("members:consents"))
    assert {each.user_id for each in response.context["given"]} == {user.pk}


def test_the_office_is_asked_by_nobody() -> None:
    assert list(consents_waiting(StaffFactory(agreed=False))) == []


def test_what_waits_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = UserFactory(agreed=False)
    with django_assert_num_queries(1):
        assert len(list(consents_waiting(user))) == 1


def test_the_office_takes_out_who_agreed_to_what_and_when(client: Client) -> None:
    user = UserFactory(name="=1+1")
    address = reverse("admin:members_consent_export")
    client.force_login(user)
    assert client.post(address).status_code == 404
    office = StaffFactory(agreed=False)
    client.force_login(office)
    assert client.get(address).status_code == 405
    sheet = load_workbook(BytesIO(client.post(address).content)).active
    assert sheet.max_row == 3
    name = sheet.cell(row=2, column=2)
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert Entry.objects.filter(action="consents.exported", actor=office).count() == 1
    reader = StaffFactory(in_the_office=False, agreed=False)
    reader.user_permissions.set(Permission.objects.filter(codename="view_consent"))
    client.force_login(reader)
    assert client.post(address).status_code == 403
    page = client.get(reverse("admin:members_consent_changelist"))
    assert page.status_code == 200
    assert address not in page.content.decode()


# --- the next version, at the office's desk ---


def test_the_next_version_begins_with_the_text_of_the_newest(client: Client) -> None:
    client.force_login(StaffFactory())
    newest = ConsentDocumentFactory(version="第2版", body="第1条（目的）\n\nいまの本文です。")
    listed = client.get(reverse("admin:members_consentdocument_changelist")).content.decode()
    add = reverse("admin:members_consentdocument_add")
    for kind in ConsentKind:
        assert f"{add}?kind={kind}" in listed
        assert f"{kind.label}の次の版を作る" in listed
    form = client.get(add, {"kind": newest.kind}).context["adminform"].form
    assert form["kind"].value() == newest.kind
    assert form["body"].value() == newest.body
    assert client.get(add, {"kind": "cookies"}).status_code == 200


def test_whoever_publishes_sees_the_differences_and_a_warning_when_most_would_go(client: Client) -> None:
    client.force_login(StaffFactory())
    first = ConsentDocumentFactory(version="第2版", body="第1条（目的）\n\nいまの本文です。\n\n第2条\n\n続きです。")
    warning = "半分より多くが、なくなります"
    for version, body, warned in (
        ("第3版", f"{first.body}\n\n第3条\n\n加えました。", False),
        ("第4版", "短い。", True),
    ):
        document = prepared(version=version, kind=first.kind, body=body)
        for address in (
            reverse("admin:members_consentdocument_transition", args=[document.pk, "publish"]),
            reverse("admin:members_consentdocument_change", args=[document.pk]),
        ):
            page = client.get(address).content.decode()
            assert "前の版（第2版）から変わったところ" in page
            assert (warning in page) is warned

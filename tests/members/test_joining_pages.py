"""Registering by the three screens, without a browser: nothing lost, nothing twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole, OrganisationState
from members.models import Affiliation, Consent, JoinRequest, Organisation, RegistrationDraft, User
from tests.factories.members import (
    PASSWORD,
    ConsentDocumentFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.members.joining import ORGANISATION, consent, fill_in, finish, follow_confirmation
from tomoiki.notifications.models import Message, Notification

pytestmark = pytest.mark.django_db


def test_three_screens_and_a_mail_lead_to_an_application(client: Client) -> None:
    office = StaffFactory()
    fill_in(client)
    check = client.get(reverse("members:join_check")).content.decode()
    for words in ("NPO法人　みどりの縁側", "ミドリノエンガワ", "5835678256246", "藤沢市", "haruko@midori.example"):
        assert words in check
    answer = finish(client)
    assert answer.headers["Location"] == reverse("members:join_done")
    assert "haruko@midori.example" in client.get(reverse("members:join_done")).content.decode()

    organisation = Organisation.objects.get()
    assert organisation.state == OrganisationState.DRAFT
    assert organisation.website == "https://midori.example"
    assert organisation.municipality is not None
    assert organisation.municipality.name == "藤沢市"
    user = User.objects.get(email="haruko@midori.example")
    assert (user.name, user.name_kana, user.check_password(PASSWORD)) == ("森 春子", "モリ ハルコ", True)
    assert set(Consent.objects.filter(user=user).values_list("document__kind", flat=True)) == {"terms", "privacy"}
    assert not RegistrationDraft.objects.exists()
    assert not Notification.objects.filter(recipient=office).exists()

    assert "の申込みが事務局に届きました" in follow_confirmation(client, user.email)
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.APPLIED
    assert Affiliation.objects.get().title == "事務局長"
    assert Notification.objects.filter(recipient=office, code="members_application_waiting").count() == 1


def test_what_was_filled_in_is_there_again_after_the_tab_was_closed(client: Client) -> None:
    fill_in(client)
    assert 'value="NPO法人　みどりの縁側"' in client.get(reverse("members:join")).content.decode()
    assert 'value="haruko@midori.example"' in client.get(reverse("members:join_person")).content.decode()
    # Another visitor sees nothing of it.
    assert 'value="NPO法人　みどりの縁側"' not in Client().get(reverse("members:join")).content.decode()


def test_the_draft_never_holds_a_password(client: Client) -> None:
    fill_in(client)
    answer = finish(client, agrees_terms="")
    assert answer.status_code == 200
    assert PASSWORD not in str(RegistrationDraft.objects.get().data)
    assert PASSWORD not in answer.content.decode()


def test_looking_at_a_screen_leaves_nothing_behind(client: Client) -> None:
    for name in ("join", "join_person", "join_check", "join_done"):
        client.get(reverse(f"members:{name}"))
    assert not RegistrationDraft.objects.exists()


def test_the_later_screens_need_the_earlier_ones(client: Client) -> None:
    assert client.get(reverse("members:join_person")).headers["Location"] == reverse("members:join")
    assert client.get(reverse("members:join_check")).headers["Location"] == reverse("members:join")
    client.post(reverse("members:join"), ORGANISATION)
    assert client.get(reverse("members:join_check")).headers["Location"] == reverse("members:join_person")


def test_a_kind_may_be_named_in_the_address(client: Client) -> None:
    html = client.get(reverse("members:join"), {"kind": "university"}).content.decode()
    assert re.search(r'value="university"[^>]*checked', html)


def test_what_was_typed_wrong_is_kept_and_told_beside_its_field(client: Client) -> None:
    wrong = {**ORGANISATION, "name": "", "corporate_number": "1234567890123", "kind": "other"}
    html = client.post(reverse("members:join"), wrong).content.decode()
    for words in ("入力してください。", "数字のどこかが違うようです", "どのような団体かを、短く書いてください"):
        assert words in html
    assert 'value="1234567890123"' in html
    assert 'aria-describedby="id_corporate_number_helptext id_corporate_number_error"' in html
    assert "縁側でお茶を飲む会です。" in html
    assert not RegistrationDraft.objects.exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "入力してください"),
        ("mijikai", "10 文字以上"),
        ("haruko@midori.example", "メールアドレス"),
        ("1234509876", "数字"),
    ],
)
def test_a_weak_password_is_told_in_japanese_beside_its_field(client: Client, password: str, words: str) -> None:
    fill_in(client)
    answer = finish(client, password=password)
    assert answer.status_code == 200
    errors = answer.context["form"].errors["password"]
    assert words in " ".join(errors)
    assert not User.objects.exists()


# --- the postal code without JavaScript ---


def test_the_button_fills_the_address_and_keeps_what_was_typed(client: Client) -> None:
    typed = {**ORGANISATION, "municipality": "", "address": "", "name": "", "lookup": "1"}
    html = client.post(reverse("members:join"), typed).content.decode()
    assert re.search(r'<option value="14205" selected', html)
    assert 'value="藤沢市鵠沼橘"' in html
    assert "続けて、番地や建物名を入力してください" in html
    assert "縁側でお茶を飲む会です。" in html
    assert "error-summary" not in html
    assert not RegistrationDraft.objects.exists()


def test_a_house_number_that_was_typed_is_kept(client: Client) -> None:
    typed = {**ORGANISATION, "address": "鎌倉市２丁目の家", "lookup": "1"}
    html = client.post(reverse("members:join"), typed).content.decode()
    assert 'value="鎌倉市２丁目の家"' in html
    assert "そのままにしました" in html


def test_a_code_outside_the_prefecture_and_one_that_is_not_there(client: Client) -> None:
    html = client.post(
        reverse("members:join"), {**ORGANISATION, "postal_code": "1000001", "lookup": "1"}
    ).content.decode()
    assert re.search(r'<option value="outside" selected', html)
    html = client.post(
        reverse("members:join"), {**ORGANISATION, "postal_code": "0000000", "lookup": "1"}
    ).content.decode()
    assert "見つかりませんでした" in html


# --- twice ---


def test_pressing_the_last_button_again_registers_nothing_more(client: Client) -> None:
    fill_in(client)
    for _ in range(2):
        assert finish(client).headers["Location"] == reverse("members:join_done")
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_registers_once(client: Client) -> None:
    fill_in(client)
    cookies = client.cookies
    data = {"password": PASSWORD, **consent()}

    def press(_: int) -> str:
        try:
            visitor = Client()
            visitor.cookies = cookies
            return str(visitor.post(reverse("members:join_check"), data).headers["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, range(2))) == [reverse("members:join_done")] * 2
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)


# --- consent ---


def test_without_consent_there_is_no_account(client: Client) -> None:
    fill_in(client)
    answer = finish(client, agrees_privacy="")
    assert answer.context["form"].errors["agrees_privacy"] == [
        "個人情報の取り扱いを読み、よろしければ印を付けてください。"
    ]
    assert not User.objects.exists()


def test_terms_that_changed_meanwhile_are_shown_before_they_are_agreed_to(client: Client) -> None:
    fill_in(client)
    before = consent()
    newer = ConsentDocumentFactory(version="第2版")
    ConsentDocumentFactory(version="第3版", in_force_from=timezone.now() + timedelta(days=30))
    answer = client.post(reverse("members:join_check"), {"password": PASSWORD, **before})
    html = answer.content.decode()
    assert "規約が新しくなりました" in html
    assert "第2版" in html
    assert not User.objects.exists()
    seen = re.search(r'name="seen_terms" value="(\d+)"', html)
    assert seen is not None
    assert int(seen[1]) == newer.pk
    finish(client)
    assert Consent.objects.filter(document=newer).exists()


# --- with an account ---


def test_a_member_registers_another_organisation_without_another_account(client: Client) -> None:
    office = StaffFactory()
    user = member_of(OrganisationFactory(), name="森 春子", name_kana="モリ ハルコ")
    client.force_login(user)
    client.post(reverse("members:join"), ORGANISATION)
    html = client.get(reverse("members:join_person")).content.decode()
    assert 'value="森 春子"' in html
    assert 'name="email"' not in html
    client.post(
        reverse("members:join_person"), {"name": "森 春子", "name_kana": "モリ ハルコ", "title": "理事", "phone": ""}
    )
    assert 'name="password"' not in client.get(reverse("members:join_check")).content.decode()
    assert client.post(reverse("members:join_check"), consent()).headers["Location"] == reverse("members:join_done")
    organisation = Organisation.objects.get(name_normalised="ミドリノ縁側")
    assert organisation.state == OrganisationState.APPLIED
    assert Affiliation.objects.get(organisation=organisation).role == AffiliationRole.OWNER
    assert User.objects.exclude(is_staff=True).count() == 1
    assert Notification.objects.filter(recipient=office).count() == 1
    assert EmailAddress.objects.filter(user=user).count() == 1
    assert not RegistrationDraft.objects.exists()


def test_a_member_joins_another_organisation(client: Client) -> None:
    known = OrganisationFactory(name="NPO法人みどりの縁側")
    user = UserFactory()
    client.force_login(user)
    client.post(reverse("members:join"), {**ORGANISATION, "join": known.pk})
    client.post(reverse("members:join_person"), {"name": "森", "name_kana": "モリ", "message": "", "phone": ""})
    client.post(reverse("members:join_check"), consent())
    assert JoinRequest.objects.get().user == user
    assert "の方にお伝えしました" in client.get(reverse("members:join_done")).content.decode()


def test_what_was_typed_can_be_thrown_away(client: Client) -> None:
    fill_in(client)
    assert client.get(reverse("members:join_clear")).status_code == 405
    client.post(reverse("members:join_clear"))
    assert not RegistrationDraft.objects.exists()
    assert 'value="NPO法人　みどりの縁側"' not in client.get(reverse("members:join")).content.decode()

"""Registering by the three screens, without a browser: nothing lost, nothing twice, nothing told to strangers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole, OrganisationState
from members.models import Affiliation, Consent, ConsentDocument, JoinRequest, Organisation, RegistrationDraft, User
from tests.factories.members import (
    PASSWORD,
    ConsentDocumentFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.notifications.models import Message, Notification

pytestmark = pytest.mark.django_db

ORGANISATION = {
    "kind": "npo",
    "name": "NPO法人　みどりの縁側",
    "name_kana": "みどりのえんがわ",
    "corporate_number": "５-8356-7825-６246",
    "postal_code": "２５１－００２４",
    "municipality": "14205",
    "address": "藤沢市鵠沼橘1-1-1",
    "phone": "",
    "website": "midori.example",
    "description": "縁側でお茶を飲む会です。",
}
PERSON = {
    "name": "森 春子",
    "name_kana": "もり はるこ",
    "email": "Haruko＠midori.example",
    "title": "事務局長",
    "phone": "",
}


def consent() -> dict[str, Any]:
    """What the last screen sends of the texts in force."""
    fields: dict[str, Any] = {}
    for document in ConsentDocument.objects.current():
        fields |= {f"seen_{document.kind}": document.pk, f"agrees_{document.kind}": "on"}
    return fields


def fill_in(client: Client, organisation: dict[str, str] = {}, person: dict[str, str] = {}) -> None:  # noqa: B006
    """The first two screens."""
    answer = client.post(reverse("members:join"), {**ORGANISATION, **organisation})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("members:join_person"))
    answer = client.post(reverse("members:join_person"), {**PERSON, **person})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("members:join_check"))


def finish(client: Client, **more: Any) -> Any:
    """The last screen."""
    return client.post(reverse("members:join_check"), {"password": PASSWORD, **consent(), **more})


def follow_confirmation(client: Client, email: str) -> str:
    """Open the link of the mail and press its button; the page that follows."""
    mail = Message.objects.filter(to_address=email).latest("pk")
    path = re.search(r"http://testserver(/account/confirm-email/\S+)", mail.text_body)
    assert path is not None, mail.text_body
    client.get(path[1])
    assert Organisation.objects.exclude(state=OrganisationState.DRAFT).count() == 0
    return str(client.post(path[1], follow=True).content.decode())


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


# --- registered already ---


@pytest.fixture
def known() -> Organisation:
    organisation: Organisation = OrganisationFactory(
        name="特定非営利活動法人みどりの縁側", corporate_number="5835678256246"
    )
    return organisation


def test_who_comes_second_is_led_to_join(client: Client, known: Organisation) -> None:
    owner = member_of(known, name="代表 太郎")
    answer = client.post(reverse("members:join"), ORGANISATION)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "この法人番号の団体が、すでに登録されています" in html
    assert "別の団体として" not in html
    assert "代表 太郎" not in html
    assert owner.email not in html
    # There is no way round it.
    assert client.post(reverse("members:join"), {**ORGANISATION, "join": "none"}).status_code == 200

    answer = client.post(reverse("members:join"), {**ORGANISATION, "join": known.pk})
    assert answer.headers["Location"] == reverse("members:join_person")
    person = {**PERSON, "message": "広報の係です"}
    del person["title"]
    client.post(reverse("members:join_person"), person)
    assert "代表担当者" in client.get(reverse("members:join_check")).content.decode()
    finish(client)
    assert not JoinRequest.objects.exists()
    assert Organisation.objects.count() == 1
    follow = Message.objects.get(to_address="haruko@midori.example")
    path = re.search(r"http://testserver(/account/confirm-email/\S+)", follow.text_body)
    assert path is not None
    client.post(path[1])
    request = JoinRequest.objects.get()
    assert (request.organisation, request.user.email, request.message) == (
        known,
        "haruko@midori.example",
        "広報の係です",
    )
    assert Notification.objects.filter(recipient=owner, code="members_join_requested").count() == 1


def test_the_same_name_hereabouts_is_asked_about_once(client: Client, known: Organisation) -> None:
    other = {**ORGANISATION, "corporate_number": ""}
    html = client.post(reverse("members:join"), other).content.decode()
    assert "同じ名前の団体が、すでに登録されています" in html
    answer = client.post(reverse("members:join"), {**other, "join": "none"})
    assert answer.headers["Location"] == reverse("members:join_person")
    # Coming back to mend something does not ask again.
    assert client.post(reverse("members:join"), other).status_code == 302
    assert RegistrationDraft.objects.get().data["join"] is None


def test_an_organisation_that_was_not_offered_cannot_be_named(client: Client) -> None:
    stranger = OrganisationFactory(name="よその会", listed_publicly=False)
    client.post(reverse("members:join"), {**ORGANISATION, "join": stranger.pk})
    assert RegistrationDraft.objects.get().data["join"] is None


def test_a_colleagues_address_leads_to_the_organisation(client: Client) -> None:
    known = OrganisationFactory(name="みどり総合研究所")
    colleague = member_of(known, email="tanaka@midori.example", name="田中 一")
    hidden = OrganisationFactory(name="みどり別館", listed_publicly=False)
    member_of(hidden, email="suzuki@midori.example")
    client.post(reverse("members:join"), ORGANISATION)
    html = client.post(reverse("members:join_person"), PERSON).content.decode()
    assert "「@midori.example」の団体が、すでに登録されています" in html
    assert "みどり総合研究所" in html
    assert colleague.name not in html
    assert "みどり別館" not in html
    answer = client.post(reverse("members:join_person"), {**PERSON, "join": known.pk})
    assert answer.headers["Location"] == reverse("members:join_check")
    assert RegistrationDraft.objects.get().data["join"] == known.pk


def test_a_providers_address_leads_nowhere(client: Client) -> None:
    member_of(OrganisationFactory(), email="dareka@gmail.com")
    fill_in(client, person={"email": "haruko@gmail.com"})


def test_a_number_taken_while_the_form_was_open_is_told(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    person = {key: value for key, value in PERSON.items() if key != "email"}
    client.post(reverse("members:join"), ORGANISATION)
    client.post(reverse("members:join_person"), person)
    OrganisationFactory(corporate_number="5835678256246")
    answer = finish(client)
    assert "すでに登録されています" in answer.content.decode()
    assert not Organisation.objects.of(user).exists()


# --- strangers learn nothing ---


def test_an_address_in_use_looks_like_any_other(client: Client) -> None:
    owner = UserFactory(email="haruko@midori.example", name="本人")
    fill_in(client)
    taken = finish(client)
    taken_done = client.get(reverse("members:join_done")).content.decode()
    taken_join = client.get(reverse("members:join")).content.decode()

    fresh_client = Client()
    fill_in(fresh_client, organisation={"corporate_number": ""}, person={"email": "natsuko@midori2.example"})
    fresh = finish(fresh_client)
    fresh_done = fresh_client.get(reverse("members:join_done")).content.decode()
    fresh_join = fresh_client.get(reverse("members:join")).content.decode()
    assert (taken.status_code, taken.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert taken_done == fresh_done.replace("natsuko@midori2.example", "haruko@midori.example")
    assert without_token(taken_join) == without_token(fresh_join)

    assert User.objects.filter(email="haruko@midori.example").get() == owner
    assert not Organisation.objects.of(owner).exists()
    mail = Message.objects.get(to_address="haruko@midori.example")
    assert "すでに登録があります" in mail.text_body

    # The owner of the address loses nothing: the form is there once they have logged in.
    client.force_login(owner)
    assert 'value="NPO法人　みどりの縁側"' in client.get(reverse("members:join")).content.decode()


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def test_a_program_that_fills_in_the_trap_registers_nothing(client: Client) -> None:
    answer = client.post(reverse("members:join"), {**ORGANISATION, "nickname": "bot"})
    assert answer.status_code == 200
    assert not RegistrationDraft.objects.exists()
    fill_in(client)
    assert finish(client, surname_check="bot").status_code == 200
    assert not User.objects.exists()


def test_a_flood_is_stopped_and_the_form_kept(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"join": "100/m/ip", "signup": "1/m/ip"}
    fill_in(client)
    finish(client)
    fill_in(client, organisation={"name": "二つ目", "corporate_number": ""}, person={"email": "b@futatsume.example"})
    answer = finish(client)
    assert answer.status_code == 429
    assert "1分ほど待って" in answer.content.decode()
    assert Organisation.objects.count() == 1


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

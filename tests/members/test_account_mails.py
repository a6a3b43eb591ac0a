"""allauth's mails: through the outbox, secret, in Japanese, with links that nobody else can bend."""

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from members.second_factor import has_second_factor
from tests.factories.members import PASSWORD, StaffFactory, UserFactory
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db


def test_a_lost_password_is_replaced_through_a_secret_mail(client: Client, settings: Settings) -> None:
    person = UserFactory.create()
    client.post(reverse("account_reset_password"), {"email": person.email})

    message = Message.objects.get()
    assert message.secret
    assert message.recipient == person
    assert message.code == "account.password_reset_key"
    assert message.subject == "【ともいき】パスワードの決め直し"
    assert f"{person.name} さま" in message.text_body
    assert "パスワードの決め直しの申込みがあったため、お送りしています。" in message.text_body
    assert '<html lang="ja">' in message.html_body
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", message.text_body)
    assert link is not None

    page = client.get(link[1], follow=True)
    assert page.status_code == 200
    client.post(page.request["PATH_INFO"], {"password1": "atarashii-kagi-9", "password2": "atarashii-kagi-9"})
    person.refresh_from_db()
    assert person.check_password("atarashii-kagi-9")
    told = Message.objects.get(code="account.password_reset")
    assert "操作した日時" in told.text_body


def test_a_link_never_leads_to_the_host_that_a_request_claims(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://tomoiki.example"
    person = UserFactory.create()
    client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "evil.example"})
    body = Message.objects.get().text_body
    assert "https://tomoiki.example/account/password/reset/key/" in body
    assert "evil.example" not in body


def test_an_unknown_address_is_answered_alike_and_told_so_by_mail(client: Client) -> None:
    known = client.post(reverse("account_reset_password"), {"email": UserFactory.create().email})
    unknown = client.post(reverse("account_reset_password"), {"email": "shiranai@machi.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    message = Message.objects.get(to_address="shiranai@machi.example")
    assert message.recipient is None
    assert "登録が見つかりませんでした" in message.text_body
    assert "http://testserver/join/" in message.text_body


def test_an_address_is_confirmed_by_a_link_and_a_button(client: Client) -> None:
    person = UserFactory.create(email_confirmed=False)
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    body = Message.objects.get(code__startswith="account.email_confirmation").text_body
    link = re.search(r"http://testserver(/\S+)", body)
    assert link is not None
    # Mail scanners follow links: looking changes nothing.
    assert client.get(link[1]).status_code == 200
    assert not EmailAddress.objects.get(user=person).verified
    client.post(link[1])
    assert EmailAddress.objects.get(user=person).verified


def test_a_confirmation_can_be_sent_without_a_request() -> None:
    person = UserFactory.create(email_confirmed=False)
    confirmation = EmailConfirmationHMAC.create(EmailAddress.objects.get(user=person))
    get_adapter().send_confirmation_mail(None, confirmation, signup=True)
    message = Message.objects.get()
    assert reverse("account_confirm_email", args=[confirmation.key]) in message.text_body
    assert "参加の申込みがあったため、お送りしています。" in message.text_body


def test_who_has_an_account_already_is_told_by_mail_only() -> None:
    person = UserFactory.create()
    get_adapter().send_account_already_exists_mail(person.email)
    message = Message.objects.get()
    assert message.recipient == person
    assert "http://testserver/account/password/reset/" in message.text_body


def test_signing_up_is_the_portals_own_business(client: Client) -> None:
    html = client.get(reverse("account_signup")).content.decode()
    assert reverse("members:join") in html
    client.post(reverse("account_signup"), {"email": "x@machi.example", "password1": PASSWORD})
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(("factory", "name"), [(UserFactory, "pages:me"), (StaffFactory, "admin:index")])
def test_people_land_where_their_work_is(client: Client, factory: type[UserFactory], name: str) -> None:
    person = factory.create()
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse(name)


def test_an_address_is_known_in_any_case(client: Client) -> None:
    person = UserFactory.create(email="mori@hinata.example")
    response = client.post(reverse("account_login"), {"login": " Mori@Hinata.example", "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([], False),
        (["recovery_codes"], False),
        (["totp"], True),
        (["webauthn"], True),
        (["totp", "recovery_codes"], True),
    ],
)
def test_a_second_factor_is_an_app_or_a_passkey(types: list[str], expected: bool) -> None:
    person = UserFactory.create()
    for kind in types:
        Authenticator.objects.create(user=person, type=kind, data={})
    assert has_second_factor(person) is expected

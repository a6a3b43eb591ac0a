"""The styleguide, the pages for when something goes wrong, and the pages of logging in."""

import pytest
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from tomoiki.web import errors, styleguide


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "もう一度お試しください"),
        (errors.server_error, 500, "もう一度お試しください"),
        (errors.csrf_failure, 403, "もう一度送ってください"),
    ],
)
def test_an_error_page_needs_neither_session_nor_database(view, status: int, words: str) -> None:
    response = view(RequestFactory().get("/"))
    assert response.status_code == status
    assert words in response.content.decode()
    assert 'href="/"' in response.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_where_to_go(client: Client) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert reverse("matching:board") in response.content.decode()


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_styleguide_shows_every_component(client: Client) -> None:
    response = client.get(reverse("web:styleguide"))
    html = response.content.decode()
    assert response.status_code == 200
    for mark in (
        "stepper",
        "waiting__row",
        "error-summary",
        "talk__bubble",
        "timeline",
        "pagination",
        "choices--chips",
    ):
        assert mark in html, mark
    assert "{%" not in html


@override_settings(DEBUG=False, DEMO=False)
def test_the_styleguide_is_not_there_in_production() -> None:
    with pytest.raises(Http404):
        styleguide.show(RequestFactory().get("/styleguide/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("account_login", "ログインする"),
        ("account_reset_password", "メールを送る"),
        ("account_reset_password_done", "メールを送りました"),
        ("account_reset_password_from_key_done", "新しいパスワードが決まりました"),
        ("account_email_verification_sent", "メールアドレスの確認が、まだ済んでいません"),
        ("account_inactive", "この登録は、いま使えません"),
    ],
)
def test_the_pages_of_logging_in_speak_japanese_and_keep_the_frame(client: Client, name: str, words: str) -> None:
    html = client.get(reverse(name)).content.decode()
    assert words in html
    assert 'href="#main"' in html


@pytest.mark.django_db
def test_a_failed_login_keeps_the_address_and_says_what_is_wrong(client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "mori@hinata.example", "password": "wrong-password"})
    html = response.content.decode()
    assert 'value="mori@hinata.example"' in html
    assert "data-error-summary" in html
    assert "wrong-password" not in html

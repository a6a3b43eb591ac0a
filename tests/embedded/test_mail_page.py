"""The demo's mailbox: a newcomer finds the mails that the portal sent, and a mail can do no harm there."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import Resolver404, clear_url_caches, resolve, reverse

from tomoiki.embedded.mailbox import Mailbox

pytestmark = pytest.mark.django_db

LINK = "http://localhost:8000/account/confirm-email/MQ:abc/"
HTML = '<!DOCTYPE html><html lang="ja"><head><style>p{color:green}</style></head><body><p>こんにちは</p></body></html>'


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.DEMO_MAIL_FOLDER = str(tmp_path)
    return tmp_path


def keep(folder: Path, name: str, *, subject: str = "確認のお願い", html: str = HTML, text: str = f"{LINK}\n") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = (
        subject,
        "ともいき事務局 <office@tomoiki.example>",
        "sato@hinata.example",
    )
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


OLD, NEW = "20270401-050000-000000-aaaaaa", "20270401-060000-000000-bbbbbb"


def policy(response) -> dict[str, str]:
    directives = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in directives}


def test_the_newest_mail_stands_on_top_for_everybody(client: Client, folder: Path):
    keep(folder, OLD, subject="きのうの便り")
    keep(folder, NEW, subject="けさの便り")
    page = client.get(reverse("embedded:mail")).content.decode()
    assert re.findall(r"(きのう|けさ)の便り", page) == ["けさ", "きのう"]
    # 06:00 UTC is told in Japan's time.
    assert "2027年4月1日（木） 15:00" in page


def test_without_mails_the_page_says_what_brings_one(client: Client, folder: Path):
    assert "メールはまだありません" in client.get(reverse("embedded:mail")).content.decode()


@pytest.mark.parametrize("nowhere", ["", "/nonexistent/folder"])
def test_without_a_folder_the_page_is_empty(client: Client, settings, nowhere):
    settings.DEMO_MAIL_FOLDER = nowhere
    assert client.get(reverse("embedded:mail")).status_code == 200


def test_a_link_in_the_text_can_be_followed(client: Client, folder: Path):
    keep(folder, NEW)
    page = client.get(reverse("embedded:mail_detail", args=[NEW])).content.decode()
    assert f'<a href="{LINK}" rel="nofollow">{LINK}</a>' in page
    assert "office@tomoiki.example" in page
    assert "sato@hinata.example" in page


def test_markup_in_the_text_is_shown_and_not_obeyed(client: Client, folder: Path):
    keep(folder, NEW, subject="<b>太字</b>", text="<script>alert(1)</script>", html="")
    page = client.get(reverse("embedded:mail_detail", args=[NEW])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>太字" not in page
    # No HTML part, no frame.
    assert "<iframe" not in page
    assert client.get(reverse("embedded:mail_html", args=[NEW])).status_code == 404


def test_only_the_page_of_a_mail_may_hold_a_frame_and_only_of_this_site(client: Client, folder: Path):
    keep(folder, NEW)
    response = client.get(reverse("embedded:mail_detail", args=[NEW]))
    assert policy(response)["frame-src"] == "'self'"
    assert policy(response)["script-src"] == "'self'"
    assert response["X-Frame-Options"] == "DENY"
    assert re.search(r'<iframe[^>]*sandbox="allow-top-navigation-by-user-activation"', response.content.decode())
    assert "frame-src" not in policy(client.get(reverse("embedded:mail")))


def test_the_framed_mail_may_have_its_styles_and_nothing_else(client: Client, folder: Path):
    keep(folder, NEW)
    response = client.get(reverse("embedded:mail_html", args=[NEW]))
    assert policy(response) == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-top-navigation-by-user-activation",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    page = response.content.decode()
    assert page.startswith('<!DOCTYPE html><base target="_top"><html lang="ja">')
    assert "こんにちは" in page


@pytest.mark.parametrize("name", ["x", "state", OLD, "20270401-060000-000000-BBBBBB", "20270401-060000-000000-bbbbbb0"])
def test_no_other_name_opens_anything(client: Client, folder: Path, name):
    keep(folder, NEW)
    (folder / "state.eml").write_text("Subject: not a mail of the sink\n\n", encoding="utf-8")
    for view in ("embedded:mail_detail", "embedded:mail_html"):
        assert client.get(reverse(view, args=[name])).status_code == 404


def test_a_name_with_a_way_out_of_the_folder_is_no_name(folder: Path):
    (folder.parent / "outside.eml").write_text("Subject: outside\n\n", encoding="utf-8")
    assert Mailbox(folder).get("../outside") is None


def test_a_mail_in_an_unknown_charset_is_shown_as_far_as_it_can_be(folder: Path):
    (folder / f"{NEW}.eml").write_bytes(b"Content-Type: text/plain; charset=klingon\n\nhello \xff\n")
    mail = Mailbox(folder).get(NEW)
    assert mail is not None
    assert mail.text == "hello \ufffd\n"
    assert mail.received_at == datetime(2027, 4, 1, 6, tzinfo=UTC)


def test_in_production_the_page_has_no_address():
    from importlib import reload  # the addresses are made when the module is read

    import tomoiki.urls

    try:
        with override_settings(DEMO=False, DEBUG=False):
            reload(tomoiki.urls)
            clear_url_caches()
            for path in ("/demo/mail/", "/styleguide/"):
                with pytest.raises(Resolver404):
                    resolve(path)
    finally:
        reload(tomoiki.urls)
        clear_url_caches()
    assert resolve("/demo/mail/").view_name == "embedded:mail"

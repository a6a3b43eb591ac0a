"""Mails: complete as text, readable as HTML, honest about who writes and why."""

import re
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string

CONTEXT: dict[str, Any] = {
    "subject": "お返事をお待ちしています",
    "recipient": "森 春子",
    "reason": "おつなぎの参加者のため",
    "action_url": "https://tomoiki.example/introductions/1/",
    "action_label": "返事をする",
    "preferences_url": "https://tomoiki.example/notifications/preferences/",
    "can_switch_off": True,
    "site_name": "ともいき",
    "site_owner": "ともいき社会推進コンソーシアム",
    "site_url": "https://tomoiki.example",
}
MAIL = '{% extends "layouts/email.txt" %}{% block body %}「{{ title }}」にお返事ください。{% endblock %}'


def text_mail(**more: Any) -> str:
    return str(engines["django"].from_string(MAIL).render({**CONTEXT, "title": "A & B の部屋", **more}))


def test_the_text_says_to_whom_what_where_from_whom_and_why() -> None:
    text = text_mail()
    for words in (
        "森 春子 さま",
        "「A & B の部屋」にお返事ください。",
        "返事をする\nhttps://tomoiki.example/introductions/1/",
        "ともいき社会推進コンソーシアム",
        "このメールは、おつなぎの参加者のため、お送りしています。",
        "https://tomoiki.example/notifications/preferences/",
    ):
        assert words in text
    assert not re.search(r"\n{4,}", text)


def test_a_notice_that_cannot_be_switched_off_does_not_offer_it() -> None:
    assert "preferences" not in text_mail(can_switch_off=False)


def test_the_body_alone_is_what_the_html_is_made_of() -> None:
    assert text_mail(body_only=True).strip() == "「A & B の部屋」にお返事ください。"


def html_mail(body: str, **more: Any) -> str:
    return render_to_string("layouts/email_from_text.html", {**CONTEXT, "body_text": body, **more})


def test_the_html_sets_paragraphs_and_links() -> None:
    html = html_mail("こんにちは。\n\nhttps://tomoiki.example/posts/1/ をご覧ください。")
    assert "<p>こんにちは。</p>" in html
    assert 'href="https://tomoiki.example/posts/1/"' in html
    assert "おつなぎの参加者のため、お送りしています。" in html
    assert ">返事をする</a>" in html
    assert '<html lang="ja">' in html


def test_what_people_wrote_is_no_markup_in_a_mail() -> None:
    html = html_mail("<b>太字</b><script>alert(1)</script>", recipient="<i>森</i>")
    assert "<script" not in html
    assert "&lt;b&gt;太字&lt;/b&gt;" in html
    assert "&lt;i&gt;森&lt;/i&gt;" in html


def test_the_html_asks_nothing_of_another_site() -> None:
    html = html_mail("こんにちは。", action_url="")
    assert not re.search(r"<(img|link|script|iframe)\b|url\(", html)


@pytest.mark.parametrize(
    ("template", "context", "words"),
    [
        (
            "account/email/email_confirmation_message.txt",
            {"activate_url": "https://x.example/k/"},
            "https://x.example/k/",
        ),
        ("account/email/email_confirmation_signup_message.txt", {"activate_url": "https://x.example/k/"}, "確認する"),
        ("account/email/password_reset_key_message.txt", {"password_reset_url": "https://x.example/r/"}, "/r/"),
        ("account/email/account_already_exists_message.txt", {"email": "a@b.example"}, "すでに登録があります"),
        ("account/email/password_changed_message.txt", {"ip": "192.0.2.1"}, "192.0.2.1"),
        ("mfa/email/totp_activated_message.txt", {"user_agent": "Firefox"}, "Firefox"),
    ],
)
def test_account_mails_are_japanese_and_signed(template: str, context: dict[str, Any], words: str) -> None:
    text = render_to_string(template, {**CONTEXT, "action_url": "", **context})
    assert words in text
    assert "ともいき社会推進コンソーシアム" in text
    assert "Hello" not in text

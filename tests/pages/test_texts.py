"""Pages to read: they open to everybody, name themselves, and say what is true."""

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from members.enums import ConsentKind, OrganisationKind, Stage
from members.models import ConsentDocument
from tests.factories.members import ConsentDocumentFactory, StaffFactory, UserFactory
from tomoiki.pages.questions import GROUPS, TEASER
from tomoiki.pages.templatetags.furigana import with_readings
from tomoiki.web.templatetags.legal_text import legal_text

pytestmark = pytest.mark.django_db

PUBLIC = [
    "pages:home",
    "pages:about",
    "pages:ibasho",
    "pages:faq",
    "pages:easy",
    "pages:accessibility",
    "pages:privacy",
    "pages:terms",
    "pages:contact",
    "pages:contact_sent",
    "pages:organisations",
    "courses:intro",
    "accompaniment:intro",
]


def html_of(client: Client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_opens_to_everybody(client: Client, name: str) -> None:
    html_of(client, name)
    for person in (UserFactory(), StaffFactory()):
        client.force_login(person)
        html_of(client, name)


def test_every_page_has_a_title_and_a_description_of_its_own(client: Client) -> None:
    titles, descriptions = [], []
    for name in PUBLIC:
        html = html_of(client, name)
        title = re.search(r"<title>(.+?)</title>", html)
        description = re.search(r'<meta name="description" content="([^"]{20,})">', html)
        assert title is not None, name
        assert description is not None, name
        assert html.count("<h1") == 1, name
        titles.append(title[1])
        if name != "pages:contact_sent":
            descriptions.append(description[1])
    assert len(set(titles)) == len(titles)
    assert len(set(descriptions)) == len(descriptions)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_page_only_reads(client: Client, name: str) -> None:
    if name != "pages:contact":
        assert client.post(reverse(name)).status_code == 405


def test_the_questions_are_answered_for_everybody_and_for_each_kind(client: Client) -> None:
    html = html_of(client, "pages:faq")
    for group in GROUPS:
        assert f'id="{group.code}"' in html
        for question in group.questions:
            assert question.question in html
            assert all(paragraph in html for paragraph in question.answer)
    # Desks of municipalities and of welfare councils have one role, and so one part.
    asked = {group.code for group in GROUPS}
    expected = set(OrganisationKind.values) - {OrganisationKind.OTHER, OrganisationKind.WELFARE_COUNCIL}
    assert asked == {"common", *expected}


def test_every_question_has_a_place_of_its_own() -> None:
    slugs = [question.slug for group in GROUPS for question in group.questions]
    assert len(set(slugs)) == len(slugs)
    assert len(TEASER) == 4


def test_about_names_every_stage_of_taking_part(client: Client) -> None:
    html = html_of(client, "pages:about")
    assert all(stage.label in html for stage in Stage)


def test_plain_japanese_has_a_reading_over_every_kanji(client: Client) -> None:
    html = html_of(client, "pages:easy")
    main = html[html.index('<div class="easy">') : html.index("<footer")]
    assert "《" not in main
    bare = re.sub(r"<ruby>.*?</ruby>", "", main)
    bare = re.sub(r"<[^>]+>", "", bare)
    assert re.findall(r"[一-鿿]", bare) == []


def test_readings_stand_over_the_kanji_before_them_only() -> None:
    assert with_readings("お金《かね》はいりません") == (
        "お<ruby>金<rp>（</rp><rt>かね</rt><rp>）</rp></ruby>はいりません"
    )
    template = Template("{% load furigana %}{% furigana %}<p>{{ typed }}</p>{% endfurigana %}")
    assert "&lt;b&gt;" in template.render(Context({"typed": "<b>"}))


@pytest.mark.parametrize(("name", "kind"), [("pages:terms", ConsentKind.TERMS), ("pages:privacy", ConsentKind.PRIVACY)])
def test_the_text_in_force_is_shown_with_its_version(client: Client, name: str, kind: ConsentKind) -> None:
    now = timezone.now()
    ConsentDocumentFactory(kind=kind, version="第2版", body="いまの本文です。", in_force_from=now - timedelta(days=1))
    ConsentDocumentFactory(
        kind=kind, version="第3版", body="あすからの本文です。", in_force_from=now + timedelta(days=1)
    )
    ConsentDocument.objects.filter(version="第1版").update(in_force_from=now - timedelta(days=100))
    html = html_of(client, name)
    assert "第2版" in html
    assert "いまの本文です。" in html
    assert "あすからの本文です。" not in html


def test_without_any_version_the_page_says_so(client: Client) -> None:
    ConsentDocument.objects.all().delete()
    html = html_of(client, "pages:terms")
    assert "いま、準備しています" in html
    assert reverse("pages:contact") in html


def test_a_legal_text_has_headings_paragraphs_and_lists_and_no_markup() -> None:
    text = "はじめに\n二行目\n\n第1条（目的）\n\n<b>太字</b>\n\n・一つ\n・二つ\n\n1. 集める情報\n\n本文"
    assert str(legal_text(text)).split("\n") == [
        "<p>はじめに<br>二行目</p>",
        "<h2>第1条（目的）</h2>",
        "<p>&lt;b&gt;太字&lt;/b&gt;</p>",
        "<ul><li>一つ</li><li>二つ</li></ul>",
        "<h2>1. 集める情報</h2>",
        "<p>本文</p>",
    ]


def test_search_engines_are_asked_to_leave_ones_own_pages_alone(client: Client) -> None:
    with override_settings(DEMO=False):
        response = client.get(reverse("pages:robots"))
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /me/", "Disallow: /admin/"} <= set(lines)
    assert "Disallow: /" not in lines


def test_search_engines_are_asked_to_leave_the_demo_alone(client: Client) -> None:
    with override_settings(DEMO=True):
        assert "Disallow: /" in client.get(reverse("pages:robots")).content.decode().splitlines()

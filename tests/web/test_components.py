"""Components say everything in words, escape what people wrote, and need no style or script of their own."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from tomoiki.web.header import unread_for
from tomoiki.web.icons import icon_names
from tomoiki.web.pagination import KeysetPage

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def drawn(source: str, **context: Any) -> str:
    return " ".join(Template(source).render(Context(context)).split())


def test_a_button_with_an_address_is_a_link_and_without_is_a_button() -> None:
    assert drawn('{% button "見る" href="/board/" %}') == '<a class="button" href="/board/"><span>見る</span></a>'
    html = drawn('{% button "送る" name="step" value="2" variant="need" disabled=True %}')
    assert html == (
        '<button class="button button--need" type="submit" name="step" value="2" disabled><span>送る</span></button>'
    )


def test_a_button_of_a_row_says_which_row_to_those_who_do_not_see_it() -> None:
    assert '<span class="visually-hidden">：夏祭り</span>' in drawn('{% button "開く" href="#" about="夏祭り" %}')


def test_what_people_wrote_is_never_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    for source in ("{% button evil %}", "{% chip evil %}", "{% alert evil %}", "{% stepper 1 evil %}"):
        assert "<img" not in drawn(source, evil=evil)
    html = drawn('{% include "components/message.html" with name=evil body=evil only %}', evil=evil)
    assert "<img" not in html


def test_directions_are_told_by_word() -> None:
    assert "困りごと" in drawn('{% direction_chip "need" %}')
    assert "できること" in drawn('{% direction_chip "offer" %}')


def test_an_unknown_icon_is_logged_and_shown_as_other(caplog: pytest.LogCaptureFixture) -> None:
    assert "#other" in drawn('{% icon "no-such-drawing" %}')
    assert "no-such-drawing" in caplog.text


def test_an_icon_is_hidden_from_readers_unless_it_stands_alone() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "bell" %}')
    assert 'role="img" aria-label="お知らせ"' in drawn('{% icon "bell" label="お知らせ" %}')


@pytest.mark.parametrize(
    ("current", "words"),
    [
        (1, ["（いまここ）", "", "", "", ""]),
        (3, ["（済み）", "（済み）", "（いまここ）", "", ""]),
        (6, ["（済み）"] * 5),
    ],
)
def test_the_five_steps_tell_where_an_introduction_stands(current: int, words: list[str]) -> None:
    html = drawn("{% stepper current %}", current=current)
    labels = re.findall(r"<span>(\S+?)<span class=\"visually-hidden\">(.*?)</span>", html)
    assert labels == list(zip(["紹介", "お返事", "打ち合わせ", "実施", "報告"], words, strict=True))
    assert html.count('aria-current="step"') == (1 if current <= 5 else 0)


def test_a_way_that_ended_says_so() -> None:
    assert "（ここで終わりました）" in drawn("{% stepper 3 stopped=True %}")


def test_form_steps_mark_the_screen_one_is_on() -> None:
    html = drawn('{% form_steps 2 "団体" "担当者" "確認" %}')
    assert html.count('aria-current="step"') == 1
    assert "団体<span" in html


def test_a_post_card_shows_place_time_and_amount_before_who() -> None:
    facts = [{"icon": "map-pin", "main": "藤沢市", "label": "場所"}, {"icon": "users", "main": "15人"}]
    html = drawn(
        '{% include "components/post_card.html" with url="/posts/1/" direction="need" resource="place" '
        'resource_label="場所" title="部屋をさがしています" kind="npo" who="ひなたの庭" %}',
        facts=facts,
    )
    order = [html.index(word) for word in ("困りごと", "部屋をさがしています", "藤沢市", "15人", "ひなたの庭")]
    assert order == sorted(order)
    assert html.count("<a ") == 1


def test_pages_keep_the_other_conditions() -> None:
    context: dict[str, Any] = {"page": KeysetPage(items=[], next_cursor="n", previous_cursor="")}
    request = RequestFactory().get("/board/", {"q": "部屋", "cursor": "old"})
    template = Template('{% include "components/pagination.html" %}')
    html = template.render(RequestContext(request, context))
    assert 'href="?q=%E9%83%A8%E5%B1%8B&amp;cursor=n"' in html
    assert "前へ" not in html


def test_an_empty_definition_is_left_out() -> None:
    html = drawn('{% include "components/definitions.html" %}', rows=[("団体名", "ひなたの庭"), ("電話", "")])
    assert "ひなたの庭" in html
    assert "電話" not in html


def test_the_bell_counts_only_for_people_who_are_signed_in() -> None:
    assert unread_for(SimpleNamespace(is_authenticated=False)) == 0


def test_the_menu_marks_the_page_one_is_on() -> None:
    match = SimpleNamespace(view_name="matching:board", namespace="matching")
    request = SimpleNamespace(resolver_match=match)
    assert drawn('{% here "matching" %}', request=request) == 'aria-current="true"'
    assert drawn('{% here "matching:board" %}', request=request) == 'aria-current="page"'
    assert drawn('{% here "courses" %}', request=request) == ""


def test_the_sprite_has_every_icon_that_the_templates_name() -> None:
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'{% icon "([^"]+)"', source)) | set(re.findall(r'\bicon="([^"]+)"', source))
    assert named - icon_names() == set()


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    """The content policy would drop them; mails are the only exception, and data for allauth is no script."""
    for path in TEMPLATES.rglob("*.html"):
        if (path.parent.name == "layouts" and "email" in path.name) or "email" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style\b|\son[a-z]+=|hx-on|javascript:|data:image", source), path
        for script in re.findall(r"<script\b[^>]*>", source):
            assert "src=" in script or 'type="application/json"' in script, path


def test_every_component_is_in_the_readme() -> None:
    readme = (TEMPLATES / "components" / "README.md").read_text(encoding="utf-8")
    tags = {"alert", "avatar", "breadcrumbs", "button", "chip", "figure", "form_steps", "motif", "stepper"}
    for path in (TEMPLATES / "components").glob("*.html"):
        name = path.stem
        assert (f"{{% {name}" if name in tags else f"| `{name}` |") in readme, name

"""Web addresses in what people typed become links, also without spaces around them."""

import pytest
from django.template import engines

from tomoiki.web.templatetags.ui import linked


def a(address: str) -> str:
    return f'<a href="{address}" rel="nofollow noopener">{address}</a>'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("地図はありません。", "地図はありません。"),
        (
            "こちらです。https://machi.example/をご覧ください",
            f"こちらです。{a('https://machi.example/')}をご覧ください",
        ),
        ("（https://machi.example/a?b=1）", f"（{a('https://machi.example/a?b=1')}）"),
        ("See (https://machi.example/a).", f"See ({a('https://machi.example/a')})."),
        ("https://machi.example/(a)", a("https://machi.example/(a)")),
        ("https://a.example/ と\nhttp://b.example/", f"{a('https://a.example/')} と\n{a('http://b.example/')}"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://", "https://"),
    ],
)
def test_addresses_are_linked_and_nothing_else(typed: str, shown: str) -> None:
    assert linked(typed) == shown


def test_what_was_typed_stays_text() -> None:
    drawn = (
        engines["django"]
        .from_string("{{ text|linked }}")
        .render({"text": '<script>x</script> https://machi.example/?a=1&b=2"onclick="x <b>'})
    )
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert 'href="https://machi.example/?a=1&amp;b=2"' in drawn
    assert 'onclick="' not in drawn

"""Readings over kanji: ``漢字《かんじ》`` as Japanese writers mark them, turned into ``<ruby>``."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_MARKED = re.compile(r"([一-鿿々ヶ〇0-9０-９]+)《([^》]+)》")


@register.tag("furigana")
def do_furigana(parser: template.base.Parser, token: template.base.Token) -> "FuriganaNode":
    """``{% furigana %}<p>困《こま》りごと</p>{% endfurigana %}``"""
    nodelist = parser.parse(("endfurigana",))
    parser.delete_first_token()
    return FuriganaNode(nodelist)


class FuriganaNode(template.Node):
    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return with_readings(self.nodelist.render(context))


def with_readings(html: str) -> SafeString:
    """``html``, which is safe already, with every ``漢字《かんじ》`` as a ruby element."""
    return mark_safe(_MARKED.sub(_ruby, html))


def _ruby(found: re.Match[str]) -> str:
    return format_html("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>", found[1], found[2])

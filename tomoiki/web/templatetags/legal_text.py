"""Long texts that staff keep as plain text: paragraphs, headings, lists."""

import re

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# 第1条（目的）, 1. 目的, # 目的, ■目的: a line of its own that begins a part.
_HEADING = re.compile(
    r"^(?:#+\s*|■\s*)(?P<marked>.+)$|^(?P<plain>第[0-9０-９一二三四五六七八九十百]+条\s*[（(].+[）)])$"
)
# 1. お預かりする情報: a heading where it is a paragraph of its own.
_NUMBERED = re.compile(r"^[0-9０-９]+[.．]\s*\S.*$")
_BULLET = re.compile(r"^\s*[・*-]\s*(?P<text>.+)$")


@register.filter
def legal_text(body: str) -> SafeString:
    """``body`` as HTML. A line 「第1条（目的）」, 「# 目的」 or 「■目的」, and a paragraph 「1. 目的」, is a heading;
    「・」 or 「- 」 begins an item.

    Everything is escaped: nothing in it is taken for markup.
    """
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        parts += _block([line for line in block.split("\n") if line.strip()])
    return mark_safe("\n".join(parts))


def _block(lines: list[str]) -> list[str]:
    if len(lines) == 1 and _NUMBERED.match(lines[0]):
        return [format_html("<h2>{}</h2>", lines[0].strip())]
    parts: list[str] = []
    words: list[str] = []
    items: list[str] = []

    def close() -> None:
        if words:
            parts.append(format_html("<p>{}</p>", mark_safe("<br>".join(escape(word) for word in words))))
            words.clear()
        if items:
            parts.append(format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items))))
            items.clear()

    for line in lines:
        heading, bullet = _HEADING.match(line.strip()), _BULLET.match(line)
        if heading:
            close()
            parts.append(format_html("<h2>{}</h2>", heading["marked"] or heading["plain"]))
        elif bullet:
            if words:
                close()
            items.append(bullet["text"])
        else:
            if items:
                close()
            words.append(line.strip())
    close()
    return parts

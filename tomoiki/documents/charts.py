"""Charts as SVG that a page with the strictest content policy shows inline, each with its figures as a table.

A Vega-Lite specification is drawn on the server. Its data must stand in it: nothing is ever fetched.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tomoiki.documents.pdf import FONTS

SVG = "http://www.w3.org/2000/svg"
ET.register_namespace("", SVG)
FONT = "BIZ UDPGothic, Hiragino Sans, Noto Sans JP, Noto Sans CJK JP, sans-serif"
# The tokens --action, --ink, --ink-soft and --line: an SVG inside a page cannot rely on its style sheets in a mail.
GREEN, INK, INK_SOFT, LINE = "#197a4b", "#1a1a1c", "#4d4d4d", "#d8d8db"
_ELEMENTS = {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clipPath", "title", "desc"}
_ELEMENTS |= {"linearGradient", "stop"}
# A clip path or a gradient of the drawing itself.
_OWN_REFERENCE = re.compile(r"url\(#[\w-]+\)")
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)")

CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK_SOFT,
        "labelFontSize": 14,
        "titleColor": INK_SOFT,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "ticks": False,
        "labelPadding": 8,
    },
    "bar": {"color": GREEN, "cornerRadiusEnd": 4},
    "line": {"color": GREEN, "strokeWidth": 3, "point": {"size": 60, "color": GREEN}},
    "text": {"color": INK, "fontSize": 14},
}


class UnsafeChart(Exception):
    """A drawing holds what a page may not show: a script, a style sheet, a link, or something fetched."""


@dataclass(frozen=True)
class Chart:
    """A drawing and the same in words: ``svg`` and ``table`` are safe to stand in a page."""

    svg: SafeString
    table: SafeString


@cache
def _register_fonts() -> None:
    import vl_convert  # brings a whole JavaScript engine, needed only by processes that draw

    vl_convert.register_font_directory(str(FONTS))


def render_svg(spec: Mapping[str, Any], *, title: str, description: str) -> SafeString:
    """The SVG of a Vega-Lite ``spec`` with ``title`` and ``description`` for those who cannot see it.

    Raises ``UnsafeChart`` when the specification asks for something outside itself.
    """
    import vl_convert  # brings a whole JavaScript engine, needed only by processes that draw

    if any(_asks_outside(spec)):
        raise UnsafeChart("the data of a chart must stand in its specification")
    _register_fonts()
    drawn = vl_convert.vegalite_to_svg(dict(spec), config=CONFIG, allowed_base_urls=[])
    return _safe(drawn, title=title, description=description)


def _asks_outside(value: Any) -> "Sequence[bool]":
    if isinstance(value, Mapping):
        return [key in {"url", "href"} or any(_asks_outside(inner)) for key, inner in value.items()]
    if isinstance(value, list | tuple):
        return [any(_asks_outside(inner)) for inner in value]
    return []


def _safe(drawn: str, *, title: str, description: str) -> SafeString:
    """``drawn`` without style attributes (their values become presentation attributes), named for screen readers."""
    root = ET.fromstring(drawn)  # noqa: S314 - drawn by our own library a moment ago
    # Several charts may stand in one page, and ids must be theirs alone.
    key = f"chart-{uuid4().hex[:8]}"
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.removeprefix(f"{{{SVG}}}") not in _ELEMENTS:
            raise UnsafeChart(str(element.tag))
        _clean_attributes(element)
        _own_names(element, key)
    width, height = root.attrib.pop("width", ""), root.attrib.pop("height", "")
    root.attrib.setdefault("viewBox", f"0 0 {width} {height}")
    root.attrib |= {
        "class": "chart__picture",
        "role": "img",
        "focusable": "false",
        "aria-labelledby": f"{key}-title {key}-text",
    }
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        words = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{key}-{'text' if position else 'title'}"})
        words.text = text
        root.insert(position, words)
    return mark_safe(ET.tostring(root, encoding="unicode"))  # our own drawing, checked above


def _clean_attributes(element: ET.Element) -> None:
    """Turn declarations into attributes and drop what Vega says of each mark. Raises ``UnsafeChart``."""
    for name in list(element.attrib):
        if name == "style":
            for prop, value in _DECLARATION.findall(element.attrib.pop("style")):
                element.attrib.setdefault(prop, value.strip())
        elif name.startswith("on") or name.endswith("href"):
            raise UnsafeChart(name)
        elif name.startswith("aria-") or name in {"role", "class", "tabindex"}:
            # Vega labels every mark in English; the chart is one picture, told by its title and its table.
            del element.attrib[name]


def _own_names(element: ET.Element, key: str) -> None:
    """Put ``key`` before ids and references within the drawing. Raises ``UnsafeChart`` for any other reference."""
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{key}-{value}")
        elif "url(" in value:
            if not _OWN_REFERENCE.fullmatch(value):
                raise UnsafeChart(value)
            element.set(name, value.replace("url(#", f"url(#{key}-"))


def figures_table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> SafeString:
    """The figures of a chart as an HTML table; the first cell of a row names it."""
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((row[0], format_html_join("", "<td>{}</td>", ((cell,) for cell in row[1:]))) for row in rows),
    )
    return format_html(
        '<table class="table"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        caption,
        head,
        body,
    )


def bar_chart(title: str, figures: Sequence[tuple[str, int]], *, unit: str = "件", of: str = "") -> Chart:
    """Horizontal bars, one for each of ``figures`` (label, number), in the order given, each with its number.

    ``unit`` follows the numbers; ``of`` heads the labels' column in the table.
    """
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 420,
        "height": {"step": 36},
        "data": {"values": [{"label": label, "n": n, "text": f"{n:,}{unit}"} for label, n in figures]},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "domain": False}},
            "x": {"field": "n", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}},
        },
        "layer": [
            {"mark": {"type": "bar", "height": 20}},
            {"mark": {"type": "text", "align": "left", "dx": 8}, "encoding": {"text": {"field": "text"}}},
        ],
    }
    words = "、".join(f"{label} {n:,}{unit}" for label, n in figures) or "まだ記録がありません。"
    return Chart(
        svg=render_svg(spec, title=title, description=words),
        table=figures_table(title, [of or "項目", f"数（{unit}）"], [(label, f"{n:,}") for label, n in figures]),
    )

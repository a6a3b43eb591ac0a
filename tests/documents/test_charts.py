"""Charts: a drawing that the strictest content policy accepts, and the same figures as a table."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tomoiki.documents.charts import UnsafeChart, bar_chart, figures_table, render_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def test_bars_show_every_label_with_its_number() -> None:
    chart = bar_chart("種類ごとの困りごと", [("場所", 1041), ("食べもの", 22)], of="種類")
    root = drawn(chart.svg)
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"場所", "食べもの", "1,041件", "22件"} <= set(words)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "種類ごとの困りごと"
    assert description.text == "場所 1,041件、食べもの 22件"
    assert str(root.get("aria-labelledby")).split() == [title.get("id"), description.get("id")]


def test_the_figures_stand_in_a_table_as_well() -> None:
    table = str(bar_chart("種類ごとの困りごと", [("場所", 1041)], of="種類", unit="件").table)
    assert "<caption>種類ごとの困りごと</caption>" in table
    assert '<th scope="col">種類</th><th scope="col">数（件）</th>' in table
    assert '<th scope="row">場所</th><td>1,041</td>' in table


def test_a_page_with_the_strict_policy_may_show_the_drawing() -> None:
    svg = str(bar_chart("数", [("場所", 3)]).svg)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=|url\((?!#)", svg)
    # The page decides how wide it is.
    root = drawn(svg)
    assert root.get("width") is None
    assert root.get("viewBox")


def test_what_users_typed_is_text_in_the_drawing_and_in_the_table() -> None:
    chart = bar_chart("<b>題</b>", [("<script>alert(1)</script>", 1), ("A & B", 2)])
    assert "<script" not in chart.svg
    assert "<b>" not in chart.svg
    assert "<script" not in chart.table
    assert "<b>" not in chart.table
    labels = [text.text for text in drawn(chart.svg).iter(f"{SVG}text")]
    assert "A & B" in labels


def test_no_figures_are_said_in_words() -> None:
    description = drawn(bar_chart("数", []).svg).find(f"{SVG}desc")
    assert description is not None
    assert description.text == "まだ記録がありません。"


def test_two_charts_on_one_page_keep_their_names_apart() -> None:
    first, second = (str(bar_chart("数", [("場所", 1)]).svg) for _ in range(2))
    assert set(re.findall(r' id="([^"]+)"', first)).isdisjoint(re.findall(r' id="([^"]+)"', second))
    for svg in (first, second):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(re.findall(r' id="([^"]+)"', svg))


def test_a_label_that_looks_like_an_id_is_left_alone() -> None:
    svg = str(bar_chart("数", [('id="clip0" url(#clip0)', 1)]).svg)
    assert 'id="clip0" url(#clip0)' in [text.text for text in drawn(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "https://elsewhere.example/data.csv"}, "mark": "bar", "encoding": {}},
        {
            "data": {"values": [{"a": 1}]},
            "mark": {"type": "image", "url": "https://elsewhere.example/a.png"},
            "encoding": {"x": {"field": "a", "type": "quantitative"}},
        },
        {
            "data": {"values": [{"a": 1}]},
            "mark": "point",
            "encoding": {"x": {"field": "a"}, "href": {"value": "javascript:alert(1)"}},
        },
    ],
)
def test_a_chart_asks_for_nothing_outside_itself(spec: dict[str, Any]) -> None:
    with pytest.raises(UnsafeChart):
        render_svg(spec, title="数", description="数")


def test_cells_of_a_table_are_escaped() -> None:
    table = str(figures_table("題", ["<i>"], [["<u>", "<s>"]]))
    assert "<i>" not in table
    assert "<u>" not in table
    assert "<s>" not in table

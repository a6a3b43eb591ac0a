"""QR codes: the right modules with enough quiet around them."""

import io
import re
import xml.etree.ElementTree as ET

import segno
from PIL import Image

from tomoiki.documents.qr import QUIET_ZONE, qr_png, qr_svg

ADDRESS = "https://tomoiki.example/board/?area=14205&kind=<npo>"


def test_the_picture_has_the_modules_of_the_address_and_a_quiet_zone() -> None:
    scale = 4
    picture = Image.open(io.BytesIO(qr_png(ADDRESS, scale=scale))).convert("L")
    matrix = segno.make_qr(ADDRESS, error="m").matrix
    side = len(matrix) + 2 * QUIET_ZONE
    assert picture.size == (side * scale, side * scale)
    middle = scale // 2
    seen = [
        [picture.getpixel((column * scale + middle, row * scale + middle)) == 0 for column in range(side)]
        for row in range(side)
    ]
    empty = [False] * side
    quiet = [False] * QUIET_ZONE
    expected = [
        *[empty] * QUIET_ZONE,
        *[[*quiet, *(bool(module) for module in row), *quiet] for row in matrix],
        *[empty] * QUIET_ZONE,
    ]
    assert seen == expected


def test_a_creased_print_is_still_read() -> None:
    assert segno.make_qr(ADDRESS, error="m").error == "M"


def test_the_drawing_may_stand_in_a_page_and_says_where_it_leads() -> None:
    svg = qr_svg(ADDRESS, title="困りごと <一覧>")
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "困りごと <一覧>"
    assert not re.search(r"\sstyle=|<style|<script|href=", svg)

"""What an upload is, told by its content alone, and what is kept of it."""

import io
import zipfile

import pytest
from PIL import Image

from tests.files.samples import PDF, office, picture
from tomoiki.files import inspection
from tomoiki.files.enums import FileKind
from tomoiki.files.inspection import LONGEST_EDGE, MAX_BYTES, UploadRefused, inspect


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_position_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    kept = inspect(picture(640, 480, with_position=True))
    assert kept.kind == FileKind.IMAGE
    assert (kept.content_type, kept.extension) == ("image/jpeg", "jpg")
    shown = opened(kept.content)
    assert dict(shown.getexif()) == {}
    assert "comment" not in shown.info
    assert "icc_profile" not in shown.info
    assert b"Sumaho" not in kept.content
    # Orientation 6 is a quarter turn clockwise: left becomes top.
    assert shown.size == (480, 640)
    red, _, blue = shown.convert("RGB").getpixel((240, 20))  # type: ignore[misc]
    assert red > 200
    assert blue < 60
    for variant, _, _ in kept.variants.values():
        assert dict(opened(variant).getexif()) == {}


def test_a_large_picture_is_made_smaller_and_has_two_smaller_copies() -> None:
    kept = inspect(picture(3200, 1600))
    assert (kept.width, kept.height) == (LONGEST_EDGE, LONGEST_EDGE // 2)
    assert {name: (width, height) for name, (_, width, height) in kept.variants.items()} == {
        "480": (480, 240),
        "1200": (1200, 600),
    }
    assert {opened(content).format for content, _, _ in kept.variants.values()} == {"WEBP"}


def test_a_small_picture_needs_no_copies() -> None:
    assert inspect(picture(300, 200)).variants == {}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "JPEG"])
def test_every_usual_picture_is_taken_whatever_it_is_called(kind: str) -> None:
    assert inspect(picture(200, 100, kind)).kind == FileKind.IMAGE


def test_transparency_is_kept() -> None:
    kept = inspect(picture(200, 100, "PNG", mode="RGBA"))
    assert kept.content_type == "image/png"
    assert opened(kept.content).getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    kept = inspect(picture(200, 100) + b"<script>alert(1)</script>" + office())
    assert b"<script>" not in kept.content
    assert not zipfile.is_zipfile(io.BytesIO(kept.content))


def test_a_pdf_is_kept_as_it_is() -> None:
    kept = inspect(PDF)
    assert (kept.kind, kept.content, kept.content_type) == (FileKind.PDF, PDF, "application/pdf")


@pytest.mark.parametrize(
    ("main_part", "extension"),
    [("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")],
)
def test_office_files_are_told_apart_by_their_main_part(main_part: str, extension: str) -> None:
    kept = inspect(office(main_part))
    assert (kept.kind, kept.extension) == (FileKind.OFFICE, extension)
    assert kept.content_type.startswith("application/vnd.openxmlformats-officedocument")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "この種類のファイル"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "この種類のファイル"),
        (b"MZ\x90\x00" + b"\x00" * 200, "この種類のファイル"),
        (b"%PDF-1.7\nno end", "PDFとして読み取れません"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64, "HEIC"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "古い形式"),
        (office("word/document.xml", "word/vbaProject.bin"), "マクロ"),
        (office("word/document.xml", "word/activeX/activeX1.xml"), "マクロ"),
        (office("notes.txt", types=False), "この種類のファイル"),
        (b"PK\x03\x04broken", "壊れている"),
        (picture(200, 100)[:400], "壊れている"),
    ],
)
def test_anything_else_is_refused_and_the_message_says_why(content: bytes, words: str) -> None:
    with pytest.raises(UploadRefused, match=words):
        inspect(content)


def test_too_many_bytes_pixels_or_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UploadRefused, match="10MBまで"):
        inspect(b"\xff\xd8" + b"\x00" * MAX_BYTES)
    monkeypatch.setattr(inspection, "MAX_PIXELS", 200 * 100 - 1)
    with pytest.raises(UploadRefused, match="画素数"):
        inspect(picture(200, 100))
    monkeypatch.setattr(inspection, "MAX_UNPACKED_BYTES", 5)
    with pytest.raises(UploadRefused, match="中身が大きすぎる"):
        inspect(office())


def test_a_package_that_unpacks_to_too_much_is_never_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(210):
                part.write(b"\x00" * 1024 * 1024)
    assert len(buffer.getvalue()) < MAX_BYTES
    with pytest.raises(UploadRefused, match="中身が大きすぎる"):
        inspect(buffer.getvalue())

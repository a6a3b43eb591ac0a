"""What an upload really is, by its content, and a safe form of it to keep."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tomoiki.files.enums import FileKind

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 10 * 1024 * 1024
# Telephones take up to 50 megapixels in one JPEG of less than 10 MB; what is beyond is taken for a bomb.
MAX_PIXELS = 60_000_000
# What is kept: enough for a full page in print, small enough for the disk.
LONGEST_EDGE = 2400
VARIANT_WIDTHS = {"480": 480, "1200": 1200}
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# An Office file is a ZIP; unpacked it may be a hundred times as large, but not beyond this.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 5_000

OFFICE_TYPES = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLE = "この種類のファイルは読み取れません。Excel（.xlsx）か、CSVで保存したファイルを選んでください。"


class UploadRefused(Exception):
    """The upload cannot be taken; the message says why and what to do, to the person who sent it."""


@dataclass(frozen=True)
class Inspected:
    """An upload in the form in which it is kept. ``variants``: name -> (bytes of a WebP, width, height)."""

    kind: FileKind
    content: bytes
    content_type: str
    extension: str
    width: int | None = None
    height: int | None = None
    variants: dict[str, tuple[bytes, int, int]] = field(default_factory=dict)


def inspect(content: bytes) -> Inspected:
    """Tell what ``content`` is and return it safe to keep; its name and declared type play no part.

    Raises ``UploadRefused``.
    """
    if not content:
        raise UploadRefused("ファイルの中身が空です。別のファイルを選んでください。")
    if len(content) > MAX_BYTES:
        raise UploadRefused("ファイルが大きすぎます。10MBまでのファイルを選んでください。")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise UploadRefused(
            "この写真の形式（HEIC）は使えません。iPhoneでは「設定」→「カメラ」→「フォーマット」で「互換性優先」を選んで撮るか、"
            "写真のスクリーンショットを送ってください。"
        )
    if content.startswith(_OLD_OFFICE):
        raise UploadRefused(
            "古い形式のファイルか、パスワードのかかったファイルのため、受け取れません。"
            "パスワードを外し、新しい形式（.docx、.xlsx、.pptx）かPDFで保存し直してください。"
        )
    if _extension(content) in {".pdf"} or content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _picture(content)


def _extension(content: bytes) -> str:
    import puremagic  # reads its table of signatures on import

    try:
        return str(puremagic.from_string(content))
    except (puremagic.PureError, ValueError):
        return ""


def _pdf(content: bytes) -> Inspected:
    # The trailer stands at the end; whatever follows it by more than this is not a PDF alone.
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise UploadRefused("PDFとして読み取れませんでした。ファイルが壊れていないか確かめてください。")
    return Inspected(FileKind.PDF, content, "application/pdf", "pdf")


def _office(content: bytes) -> Inspected:
    refused = UploadRefused(
        "この種類のファイルは受け取れません。写真（JPEG、PNG）、PDF、Word・Excel・PowerPointのファイルを選んでください。"
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UploadRefused("ファイルが壊れているため、読み取れませんでした。") from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UploadRefused("ファイルの中身が大きすぎるため、受け取れません。")
    if "[Content_Types].xml" not in names:
        raise refused
    if any(name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower() for name in names):
        raise UploadRefused("マクロの入ったファイルは受け取れません。マクロなしの形式かPDFで保存し直してください。")
    for extension, (main_part, content_type) in OFFICE_TYPES.items():
        if main_part in names:
            return Inspected(FileKind.OFFICE, content, content_type, extension)
    raise refused


def inspect_table(content: bytes) -> Inspected:
    """Tell whether ``content`` is a list to be read: an XLSX, or text as a CSV holds it, in whatever encoding.

    Raises ``UploadRefused``.
    """
    if content.startswith((b"PK\x03\x04", _OLD_OFFICE)) or not content or len(content) > MAX_BYTES:
        inspected = inspect(content)
        if inspected.extension != "xlsx":
            raise UploadRefused(_NO_TABLE)
        return replace(inspected, kind=FileKind.TABLE)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if content.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")) or (not wide and b"\x00" in content):
        raise UploadRefused(_NO_TABLE)
    return Inspected(FileKind.TABLE, content, "text/csv", "csv")


def _picture(content: bytes) -> Inspected:
    """Decode and encode anew: only pixels survive, so neither position nor anything hidden does."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # only uploads need it

    try:
        with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise UploadRefused("写真の画素数が大きすぎます。小さくしてから送ってください。")
            # Lets a JPEG be decoded at a fraction of its size; other formats ignore it.
            opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            opened.load()
            picture = _in_srgb(ImageOps.exif_transpose(opened))
    except UploadRefused:
        raise
    except UnidentifiedImageError as error:
        raise UploadRefused(
            "この種類のファイルは受け取れません。写真（JPEG、PNG）、PDF、Word・Excel・PowerPointのファイルを選んでください。"
        ) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UploadRefused("写真が壊れているため、読み取れませんでした。別の写真を選んでください。") from error
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    transparent = picture.mode == "RGBA"
    encoded = io.BytesIO()
    if transparent:
        picture.save(encoded, "PNG", optimize=True)
    else:
        picture.save(encoded, "JPEG", quality=88, optimize=True, progressive=True)
    variants = {}
    for name, width in VARIANT_WIDTHS.items():
        if picture.width > width:
            size = (width, max(1, round(picture.height * width / picture.width)))
            smaller = io.BytesIO()
            picture.resize(size, Image.Resampling.LANCZOS).save(smaller, "WEBP", quality=80, method=4)
            variants[name] = (smaller.getvalue(), *size)
    return Inspected(
        FileKind.IMAGE,
        encoded.getvalue(),
        "image/png" if transparent else "image/jpeg",
        "png" if transparent else "jpg",
        picture.width,
        picture.height,
        variants,
    )


def _in_srgb(picture: Image.Image) -> Image.Image:
    """A copy in RGB or RGBA without profile and metadata, in the colours that every screen understands."""
    from PIL import Image, ImageCms  # Pillow takes a while to load; only uploads need it

    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
            picture = converted if converted is not None else picture
        except (ImageCms.PyCMSError, OSError):
            # A broken profile only costs a shade of colour.
            pass
    picture = picture.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare

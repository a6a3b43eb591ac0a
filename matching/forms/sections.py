"""How the page of a post's form is parted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms

from matching.forms.resources import KindPart, is_filled


@dataclass(frozen=True)
class Section:
    """A part of the page: its heading, a line below it, rows of fields that stand beside each other; what each
    resource asks; and what is folded away, since few need it."""

    title: str
    lead: str
    rows: tuple[tuple[forms.BoundField, ...], ...]
    folded: tuple[forms.BoundField, ...] = ()
    kinds: tuple[KindPart, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether the folded part must stand open, since something is in it."""
        return is_filled(self.folded)

    def fields(self) -> Iterator[forms.BoundField]:
        """Everything that it asks, folded or not."""
        for part in self.kinds:
            yield from (*part.fields, *part.folded)
        for row in self.rows:
            yield from row
        yield from self.folded

    @property
    def other_kinds(self) -> tuple[KindPart, ...]:
        return tuple(part for part in self.kinds if not part.chosen)

    @property
    def chosen_kind(self) -> KindPart | None:
        return next((part for part in self.kinds if part.chosen), None)

"""The part of a post's form in which each resource asks its own questions.

All resources' questions stand on the page: without JavaScript folded, with it only those of the chosen one in sight.
So nothing that was typed is lost when somebody chooses another; what the others hold is neither checked nor stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from matching.enums import Direction
from matching.models import Post
from matching.resources import KINDS, ResourceKind, kind_of
from matching.resources.kind import side
from tomoiki.vocabulary.words import Words

#: Columns that some resources ask for, and what they are for all others.
_ONLY_SOME: dict[str, Any] = {"skills": [], "carrying": ""}


@dataclass(frozen=True)
class KindPart:
    """What one resource asks: in sight, and behind 「もっと書く」."""

    code: str
    label: str
    heading: str
    fields: tuple[forms.BoundField, ...]
    folded: tuple[forms.BoundField, ...]
    chosen: bool
    #: How it asks for the quantity, and what it counts, where that is plain.
    how_many: str
    unit: str

    @property
    def opens(self) -> bool:
        """Whether the folded part must stand open, since something is in it."""
        return is_filled(self.folded)


def is_filled(fields: tuple[forms.BoundField, ...]) -> bool:
    """Whether any of ``fields`` holds an answer or a complaint."""
    return any(field.errors or field.value() not in (None, "", [], False) for field in fields)


class AsksResource(forms.Form):
    """The questions of all resources, of which only those of the chosen one count."""

    direction: Direction
    post: Post | None
    draft: bool

    def ask_resources(self, words: Words) -> None:
        for kind in KINDS.values():
            held = kind.values_of(self.post) if self.post is not None and self.post.resource == kind.code else {}
            made = kind.form_fields(self.direction, lists=words, before=held)
            if self.draft:
                for field in made.values():
                    field.required = False
            self.fields |= made

    @staticmethod
    def lists() -> tuple[str, ...]:
        """The vocabularies that the resources' questions use."""
        return tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.vocabularies()))

    @property
    def chosen(self) -> ResourceKind:
        """The resource that is chosen now: as it was sent, or as it is shown first."""
        value = self["resource"].value()
        return kind_of(value if isinstance(value, str) else "")

    def kind_parts(self) -> Iterator[KindPart]:
        """Every resource's part of the page, in the order in which they can be chosen."""
        chosen = self.chosen.code
        for code, kind in KINDS.items():
            asked = [(each, self[kind.named(each.code)]) for each in kind.asked(self.direction)]
            yield KindPart(
                code=code,
                label=kind.label,
                heading=side(kind.heading, self.direction),
                fields=tuple(field for each, field in asked if not each.folded),
                folded=tuple(field for each, field in asked if each.folded),
                chosen=code == chosen,
                how_many=side(kind.how_many, self.direction),
                unit=str(kind.unit or "") if kind.unit_is_plain else "",
            )

    def forget_other_resources(self) -> None:
        """What stands in the parts of other resources is nobody's mistake."""
        chosen = self.chosen
        for kind in KINDS.values():
            if kind.code != chosen.code:
                for each in kind.asked(self.direction):
                    self.errors.pop(kind.named(each.code), None)

    def resource_data(self) -> dict[str, Any]:
        """``details`` and the columns that the chosen resource asks for; the others' columns are emptied."""
        kind = self.chosen
        values = {**_ONLY_SOME, **kind.from_form(self.cleaned_data, self.direction)}
        if self.post is not None and self.post.resource == kind.code:
            # What no question asks any more stays as it was.
            known = {each.code for each in kind.asked(self.direction)}
            gone = {code: value for code, value in self.post.details.items() if code not in known}
            values["details"] = {**gone, **values["details"]}
        return values

    def field_for(self, name: str) -> str:
        """The form's own name for a field that the domain names: ``carrying`` is food-carrying here."""
        own = self.chosen.named(name)
        return own if own in self.fields else name

"""What all resources have in common: asking, checking and showing what they declare."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from matching.enums import Direction, Resource, Unit
from matching.resources.details import Detail
from tomoiki.vocabulary.words import Words

if TYPE_CHECKING:
    from matching.models import Post

#: icon, label (read aloud, or beside it on paper), main, detail: what ``components/facts.html`` draws.
Fact = dict[str, str]


class ResourceKind:
    """One resource: a subclass declares its fields once, and has one template for the post's page.

    ``lists`` arguments are the words of the vocabularies that its fields use; whoever shows many posts loads them
    once for all (``Words.load(*lists_of(posts))``), others leave them out.
    """

    code: ClassVar[str] = ""
    details: ClassVar[tuple[Detail, ...]] = ()
    #: What heads its part of the form, for a need and for an offer.
    heading: ClassVar[tuple[str, str]] = ("くわしく", "くわしく")
    #: How the form asks for the quantity, for a need and for an offer.
    how_many: ClassVar[tuple[str, str]] = ("だいたいの数でかまいません。例：15", "一度に、または全部でどれくらいか。")
    #: What a number most likely counts.
    unit: ClassVar[Unit | None] = None
    #: Whether the form puts that unit beside a number by itself: not where people count in several ways.
    unit_is_plain: ClassVar[bool] = True
    #: Whether what one partner takes is gone for the others: 30 of 50 meals. Twelve people do not use up a room.
    divisible: ClassVar[bool] = True
    #: What else people call it.
    synonyms: ClassVar[tuple[str, ...]] = ()

    @property
    def template(self) -> str:
        """How a post of this resource reads on its own page."""
        return f"matching/resources/{self.code or 'other'}.html"

    @property
    def label(self) -> str:
        return str(Resource(self.code).label) if self.code else ""

    def detail(self, code: str) -> Detail | None:
        return next((each for each in self.details if each.code == code), None)

    def asked(self, direction: str) -> Iterator[Detail]:
        """The fields that a need, or an offer, is asked for."""
        return (each for each in self.details if each.say(direction) is not None)

    def columns(self) -> tuple[str, ...]:
        """The columns of ``Post`` that only such resources fill."""
        return tuple(each.code for each in self.details if each.column)

    def vocabularies(self) -> tuple[str, ...]:
        """The lists whose words it uses."""
        return tuple(dict.fromkeys(name for each in self.details for name in each.lists))

    def load(self) -> Words:
        """The words of its lists: one query, or none."""
        wanted = self.vocabularies()
        return Words.load(*wanted) if wanted else Words(())

    # --- the form ---

    def named(self, code: str) -> str:
        """The name of a form field; two resources may ask for the same."""
        return f"{self.code}-{code}"

    def form_fields(
        self, direction: str, *, lists: Words | None = None, before: Mapping[str, Any] | None = None
    ) -> dict[str, forms.Field]:
        """The form fields by name. ``before`` are the stored values: what was chosen once may stay chosen."""
        words, held = self.load() if lists is None else lists, before or {}
        asked = self.asked(direction)
        return {self.named(each.code): each.asked(direction, words, held.get(each.code)) for each in asked}

    def values_of(self, post: "Post") -> dict[str, Any]:
        """The answers of a post by code, columns and details alike; what has not the shape of an answer is none."""
        found = {}
        for each in self.details:
            value = getattr(post, each.code) if each.column else post.details.get(each.code)
            if value not in (None, "", [], False) and each.of_its_sort(value):
                found[each.code] = value
        return found

    def to_form(self, post: "Post") -> dict[str, Any]:
        """What the form shows of a stored post, by the names of the form fields."""
        return {self.named(code): value for code, value in self.values_of(post).items()}

    def from_form(self, cleaned: Mapping[str, Any], direction: str) -> dict[str, Any]:
        """The columns of this resource and ``details``, out of a form's cleaned data."""
        values: dict[str, Any] = {"details": {}}
        for each in self.asked(direction):
            stored = each.to_stored(cleaned[self.named(each.code)])
            if each.column:
                values[each.code] = stored
            elif stored not in (None, "", [], False):
                values["details"][each.code] = stored
        return values

    # --- the rules ---

    def clean(
        self,
        details: Mapping[str, Any],
        direction: str,
        *,
        before: Mapping[str, Any] | None = None,
        lists: Words | None = None,
    ) -> dict[str, Any]:
        """``details`` as they may be stored. ``before`` is what is stored now: it may stay as it is, also when its
        list or its question is gone. Raises ``ValidationError`` with one entry per field.
        """
        held, kept, errors = dict(before or {}), {}, {}
        words = self.load() if lists is None else lists
        known = {each.code: each for each in self.asked(direction) if not each.column}
        for code, value in details.items():
            if code in held and held[code] == value:
                kept[code] = value
                continue
            if code not in known:
                errors[code] = ["この種類には、この項目はありません。"]
                continue
            try:
                cleaned = known[code].clean(value, direction, words, held.get(code))
            except ValidationError as error:
                errors |= error.message_dict
                continue
            if cleaned not in (None, "", [], False):
                kept[code] = cleaned
        if errors:
            raise ValidationError(errors)
        return kept

    def missing(self, post: "Post") -> dict[str, str]:
        """What must be answered before it is handed in: name of the field -> what to do."""
        answers = self.values_of(post)
        return {
            each.code: f"「{each.asked_as(post.direction)}」を選んでください。"
            for each in self.asked(post.direction)
            if each.needed and each.code not in answers
        }

    # --- reading ---

    def facts(self, post: "Post", lists: Words | None = None, *, brief: bool = False) -> list[Fact]:
        """What it says of itself, in the order of its declaration; ``brief`` is what a card has room for.

        Place, date and field stand before it: those are the same for every resource.
        """
        answers = self.values_of(post)
        words = self._words(answers, lists)
        found = []
        for each in self.asked(post.direction):
            if each.code not in answers or (brief and not each.brief):
                continue
            text = each.reads(answers[each.code], post.direction, words, short=brief)
            if text:
                found.append({"icon": each.icon, "label": each.name, "main": text, "detail": ""})
        return found

    def rows(self, values: Mapping[str, Any], direction: str, lists: Words | None = None) -> dict[str, tuple[str, str]]:
        """code -> (name, text) of stored values, for comparing two versions and for exports."""
        words = self._words(values, lists)
        known = {each.code: each for each in self.details}
        rows = {}
        for code, value in values.items():
            each = known.get(code)
            if each is not None and value not in (None, "", [], False) and each.of_its_sort(value):
                rows[code] = (each.name, each.text(value, direction, words))
        return rows

    def words(self, post: "Post", lists: Words | None = None) -> list[str]:
        """What a search box finds it by, and what the meaning of its text includes: only what it affirms."""
        answers = self.values_of(post)
        words = self._words(answers, lists)
        found = [self.label, *self.synonyms]
        for each in self.asked(post.direction):
            if each.code in answers:
                found += each.found_by(answers[each.code], post.direction, words)
        return list(dict.fromkeys(word for word in found if word))

    def requirements(self, post: "Post") -> dict[str, object]:
        """Plain facts that recommendation compares; see ``matching.resources`` for what each key means.

        A key is there only when somebody said so: what nobody said fits anything.
        """
        plain: dict[str, object] = {}
        answers = self.values_of(post)
        for each in self.asked(post.direction):
            if each.code in answers:
                plain |= each.plain(answers[each.code])
        return plain

    def amount(self, post: "Post") -> tuple[int | None, str]:
        """How much, and of what, for comparing a need with an offer."""
        return post.quantity, post.unit

    def _words(self, answers: Iterable[str], lists: Words | None) -> Words:
        if lists is not None:
            return lists
        wanted = dict.fromkeys(name for each in self.details if each.code in set(answers) for name in each.lists)
        return Words.load(*wanted) if wanted else Words(())


def side(texts: Sequence[str], direction: str) -> str:
    """The text of this direction out of (need, offer)."""
    return texts[0] if direction == Direction.NEED else texts[1]

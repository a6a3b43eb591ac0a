"""The sorts of fields that a resource may declare for itself.

One sort knows everything about its value: how it is asked, what may be stored, how it reads, what a search box finds
it by and what recommendation compares. Forms and transitions check with the same form field, so that nothing is stored
which no form would have taken.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from matching.enums import Carrying, Direction
from tomoiki.vocabulary.words import Words
from tomoiki.web.fields import JapaneseDateField, JapaneseIntegerField, TextField
from tomoiki.web.templatetags.ui import ja_date
from tomoiki.web.widgets import CardRadioSelect, ChipCheckboxSelect

_UNREADABLE = "内容を読み取れませんでした。もう一度入力してください。"
_NOT_OFFERED = "選べない項目が入っています。もう一度選んでください。"
#: What a card has room for of several words.
SHOWN_WORDS = 3


@dataclass(frozen=True)
class Say:
    """How one direction is asked, and how its answer reads: ``{}`` stands for the answer."""

    label: str
    help: str = ""
    reads: str = "{}"


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One field of a resource.

    ``code`` is its key in ``Post.details`` (with ``column`` the name of the post's column) and never changes. A
    direction without a ``Say`` is not asked. ``brief`` ones stand on the card, ``folded`` ones behind 「もっと書く」 in
    the form; ``needed`` ones must be answered before a post is handed in.
    """

    code: str
    need: Say | None = None
    offer: Say | None = None
    #: What the fact is called where no sentence says it: to screen readers, in a comparison, on paper.
    name: str
    icon: str = "info-circle"
    brief: bool = False
    folded: bool = False
    needed: bool = False
    column: bool = False
    #: Whether a search box finds the post by the answer; never by what it denies.
    searchable: bool = True
    #: Further words that it is found by once it is answered.
    terms: tuple[str, ...] = ()

    #: The lists whose words it needs.
    lists: ClassVar[tuple[str, ...]] = ()
    #: What is stored where nothing was answered: nothing.
    empty: ClassVar[Any] = ""

    def say(self, direction: str) -> Say | None:
        return self.need if direction == Direction.NEED else self.offer

    def asked_as(self, direction: str) -> str:
        """The question in the words of the form."""
        said = self.say(direction)
        return said.label if said else self.name

    # --- asking ---

    def asked(self, direction: str, words: Words, before: Any = None) -> forms.Field:
        """The form field; ``before`` is what is stored: what was chosen once may stay chosen."""
        said = self.say(direction)
        if said is None:
            raise LookupError(f"{self.code} is not asked of {direction}")
        made = self.field(direction, words, before)
        made.label, made.help_text, made.required = said.label, said.help, self.needed
        return made

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        raise NotImplementedError

    def to_stored(self, cleaned: Any) -> Any:
        """What a form field cleaned, as JSON."""
        return cleaned

    def clean(self, value: Any, direction: str, words: Words, before: Any = None) -> Any:
        """``value`` as it may be stored; ``empty`` for no answer. Raises ``ValidationError`` beside its field."""
        if value in (None, "", [], False):
            return self.empty
        if not self.of_its_sort(value):
            raise ValidationError({self.code: [_UNREADABLE]})
        asked = self.asked(direction, words, before)
        asked.required = False
        try:
            return self.to_stored(asked.clean(self.typed(value)))
        except ValidationError as error:
            raise ValidationError({self.code: error.messages}) from error

    def typed(self, value: Any) -> Any:
        """A stored value as a form would send it."""
        return value

    def of_its_sort(self, value: Any) -> bool:
        return isinstance(value, str)

    # --- reading ---

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        """The answer alone: 台所、駐車場."""
        return str(value)

    def reads(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        """The answer as a sentence says it: 台所、駐車場あり."""
        said, text = self.say(direction), self.text(value, direction, words, short=short)
        return said.reads.format(text) if said and text else text

    def found_by(self, value: Any, direction: str, words: Words) -> list[str]:
        """What a search box finds it by."""
        if not self.searchable:
            return []
        return [word for word in (self.text(value, direction, words), *self.terms) if word]

    def plain(self, value: Any) -> dict[str, object]:
        """What recommendation compares."""
        return {self.code: value}


@dataclass(frozen=True, kw_only=True)
class Passage(Detail):
    """A few words; ``rows`` lines high, one line for 1."""

    max_length: int = 100
    rows: int = 1

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": self.rows}) if self.rows > 1 else forms.TextInput()
        return TextField(max_length=self.max_length, widget=widget)

    def plain(self, value: Any) -> dict[str, object]:
        """Free words are compared by their meaning, with the post's own."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Tick(Detail):
    """Something that is so once it is ticked; not ticked means that nobody said."""

    empty: ClassVar[Any] = False

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        return forms.BooleanField()

    def of_its_sort(self, value: Any) -> bool:
        return value is True

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        said = self.say(direction)
        if not value or said is None:
            return ""
        return said.label if said.reads == "{}" else said.reads

    def reads(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        return self.text(value, direction, words)


@dataclass(frozen=True, kw_only=True)
class Number(Detail):
    """A whole number of something."""

    empty: ClassVar[Any] = None
    unit: str
    least: int = 1
    most: int = 100_000
    searchable: bool = False

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        return JapaneseIntegerField(unit=self.unit, min_value=self.least, max_value=self.most)

    def typed(self, value: Any) -> Any:
        return str(value)

    def of_its_sort(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        return f"{value:,}{self.unit}"


@dataclass(frozen=True, kw_only=True)
class Day(Detail):
    """A date, stored as 2027-04-01."""

    searchable: bool = False

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        return JapaneseDateField()

    def to_stored(self, cleaned: Any) -> Any:
        return cleaned.isoformat() if isinstance(cleaned, date) else ""

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        try:
            return ja_date(date.fromisoformat(value))
        except ValueError:
            return str(value)


@dataclass(frozen=True, kw_only=True)
class OneOf(Detail):
    """One of a few answers, each in the words of either direction: code -> (need, offer).

    ``means`` is what an answer says to recommendation, where that is not its code.
    """

    options: Mapping[str, tuple[str, str]]
    means: Mapping[str, object] | None = None
    searchable: bool = False

    def labels(self, direction: str) -> dict[str, str]:
        side = 0 if direction == Direction.NEED else 1
        return {code: texts[side] for code, texts in self.options.items() if texts[side]}

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        # What must be answered lies open; the rest takes one line.
        first = [] if self.needed else [("", "選んでください")]
        widget = CardRadioSelect() if self.needed else forms.Select()
        made = forms.ChoiceField(choices=[*first, *self.labels(direction).items()], widget=widget)
        # The field's own messages would name the code that somebody sent.
        made.error_messages["invalid_choice"] = _NOT_OFFERED
        return made

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        return self.labels(direction).get(value, "")

    def plain(self, value: Any) -> dict[str, object]:
        meaning = self.means.get(value) if self.means is not None else value
        return {} if meaning is None else {self.code: meaning}


@dataclass(frozen=True, kw_only=True)
class AnyOf(Detail):
    """Any terms of a list that staff edit, or of ``options`` that the program knows (code -> label).

    ``each`` makes every chosen code a fact of its own to recommendation: {"kitchen": True}.
    """

    empty: ClassVar[Any] = []
    vocabulary: str = ""
    options: Mapping[str, str] | None = None
    each: bool = False

    @property
    def lists(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.vocabulary,) if self.vocabulary else ()

    def offered(self, words: Words, before: Collection[str]) -> list[tuple[str, str]]:
        if self.options is not None:
            return list(self.options.items())
        return words.choices(self.vocabulary, keep=before)

    def field(self, direction: str, words: Words, before: Any) -> forms.Field:
        kept = before if isinstance(before, list | tuple) else ()
        made = forms.MultipleChoiceField(choices=self.offered(words, kept), widget=ChipCheckboxSelect)
        made.error_messages["invalid_choice"] = _NOT_OFFERED
        return made

    def to_stored(self, cleaned: Any) -> Any:
        return list(dict.fromkeys(cleaned))

    def of_its_sort(self, value: Any) -> bool:
        return isinstance(value, list | tuple) and all(isinstance(code, str) for code in value)

    def named(self, value: Any, words: Words) -> list[str]:
        """What the codes are called, in the order of the list; those that nobody knows are left out."""
        if self.options is not None:
            return [label for code, label in self.options.items() if code in value]
        return words.labels(self.vocabulary, value)

    def text(self, value: Any, direction: str, words: Words, *, short: bool = False) -> str:
        named = self.named(value, words)
        if short and len(named) > SHOWN_WORDS:
            return f"{'、'.join(named[:SHOWN_WORDS])}ほか"
        # Many a word of a list has a 「・」 of its own.
        return "、".join(named)

    def found_by(self, value: Any, direction: str, words: Words) -> list[str]:
        return [*self.named(value, words), *self.terms] if self.searchable else []

    def plain(self, value: Any) -> dict[str, object]:
        return dict.fromkeys(value, True) if self.each else {self.code: sorted(value)}


#: Who carries, in the words of whoever receives and of whoever gives.
CARRYING_WORDS: dict[str, tuple[str, str]] = {
    Carrying.DELIVERED.value: ("届けてほしい", "届けます"),
    Carrying.COLLECTED.value: ("取りに行きます", "取りに来てほしい"),
    Carrying.EITHER.value: ("届けてもらっても、取りに行ってもよい", "届けても、取りに来てもらってもよい"),
    Carrying.NO_MEANS.value: ("受け取りに行く手段がありません", "運ぶ手段がありません"),
}

CARRYING = OneOf(
    code="carrying",
    column=True,
    needed=True,
    brief=True,
    name="運び方",
    icon="truck",
    need=Say("だれが運びますか", "手段がないときは、運べる団体をいっしょにさがします。"),
    offer=Say("だれが運びますか", "手段がないときは、運べる団体をいっしょにさがします。"),
    options=CARRYING_WORDS,
)

COST = OneOf(
    code="cost",
    folded=True,
    name="費用",
    icon="funding",
    need=Say("費用", reads="費用：{}"),
    offer=Say("費用", reads="費用：{}"),
    options={
        "free": ("無料だと助かります", "無料"),
        "actual": ("実費なら払えます", "実費だけ"),
        "paid": ("払えます", "有料"),
        "talk": ("相談したい", "相談して決めます"),
    },
)


def carried_by(need: str, offer: str) -> str:
    """Who carries between a need and an offer: "offer", "need", "transport" (nobody has means), "" (nobody said)."""
    if offer in (Carrying.DELIVERED, Carrying.EITHER):
        return "offer"
    if need in (Carrying.COLLECTED, Carrying.EITHER):
        return "need"
    return "transport" if need and offer else ""

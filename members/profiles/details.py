"""The sorts of fields that a kind may declare for its profile; their answers stand in ``Organisation.details``.

One sort knows everything about its value: how it is asked, what may be stored, and how it is shown. The forms and the
transition check with the same form fields, so that nothing is stored which no form would have taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from members.enums import FieldAudience
from tomoiki.vocabulary.words import Words
from tomoiki.web.fields import JapaneseEmailField, PhoneField, TextField
from tomoiki.web.widgets import ChipCheckboxSelect

_UNREADABLE = "内容を読み取れませんでした。もう一度入力してください。"


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: words as chips, a text, or rows of label and value."""

    chips: tuple[str, ...] = ()
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.chips or self.text or self.rows)

    def words(self) -> Iterable[str]:
        """Everything readable in it, for a search box."""
        return (*self.chips, self.text, *(value for _, value in self.rows))


@dataclass(frozen=True)
class Detail:
    """One field of a kind's profile.

    ``code`` is its key in the JSON and never changes; two kinds that use one code mean the same by it, so that an
    answer survives a change of kind. ``audience`` is who reads it until the organisation says otherwise;
    ``section`` the page of the form on which it is asked. One that ``follows`` another says more about it: it is shown
    with it and to the same readers.
    """

    code: str
    audience: FieldAudience = FieldAudience.PUBLIC
    section: str = "kind"
    follows: str = ""
    #: What is stored where nothing was answered: nothing.
    empty: ClassVar[Any] = ""

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        """The form fields by name. ``before`` is what is stored: what was chosen once may stay chosen."""
        raise NotImplementedError

    def to_form(self, value: Any) -> dict[str, Any]:
        """A stored value, by the names of the form fields."""
        return {self.code: value}

    def from_form(self, cleaned: Mapping[str, Any]) -> Any:
        """The answer in a form's cleaned data, as it is stored."""
        return cleaned[self.code]

    def clean(self, value: Any, words: Words, before: Any) -> Any:
        """``value`` as it may be stored. Raises ``ValidationError`` with one entry per form field."""
        errors: dict[str, list[str]] = {}
        cleaned: dict[str, Any] = {}
        given = self.to_form(self.of_its_sort(value))
        for name, each in self.fields(words, before).items():
            try:
                cleaned[name] = each.clean(given.get(name))
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return self.from_form(cleaned)

    def of_its_sort(self, value: Any) -> Any:
        """``value`` if it has the shape of such an answer. Raises ``ValidationError``."""
        if value in (None, ""):
            return self.empty
        if not isinstance(value, type(self.empty)):
            raise ValidationError({self.code: [_UNREADABLE]})
        return value

    def shown(self, value: Any, words: Words) -> Shown:
        """The answer as a page shows it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Passage(Detail):
    """A few words or sentences; ``rows`` lines high, one line for 1."""

    max_length: int = 300
    rows: int = 3

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        widget = forms.Textarea(attrs={"rows": self.rows}) if self.rows > 1 else forms.TextInput()
        return {self.code: TextField(required=False, max_length=self.max_length, widget=widget)}

    def shown(self, value: Any, words: Words) -> Shown:
        return Shown(text=str(value or ""))


@dataclass(frozen=True)
class Names(Detail):
    """Several names, one a line: faculties, titles of a newspaper."""

    empty: ClassVar[Any] = []
    most: int = 30
    max_length: int = 60

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        return {self.code: NamesField(required=False, most=self.most, each=self.max_length)}

    def to_form(self, value: Any) -> dict[str, Any]:
        return {self.code: "\n".join(str(name) for name in value or [])}

    def shown(self, value: Any, words: Words) -> Shown:
        return Shown(chips=tuple(value or ()))


@dataclass(frozen=True)
class OneOf(Detail):
    """One term of a list."""

    vocabulary: str = ""

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        choices = [("", "選んでください"), *words.choices(self.vocabulary, keep=[before] if before else ())]
        return {self.code: forms.ChoiceField(required=False, choices=choices)}

    def shown(self, value: Any, words: Words) -> Shown:
        return Shown(text=words.label(self.vocabulary, value) if value else "")


@dataclass(frozen=True)
class AnyOf(Detail):
    """Any terms of a list."""

    empty: ClassVar[Any] = []
    vocabulary: str = ""

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        # What a term means is told by the list itself where it needs telling; as chips they are read at a glance.
        return {
            self.code: forms.MultipleChoiceField(
                required=False, choices=words.choices(self.vocabulary, keep=before or ()), widget=ChipCheckboxSelect
            )
        }

    def from_form(self, cleaned: Mapping[str, Any]) -> Any:
        return list(dict.fromkeys(cleaned[self.code]))

    def shown(self, value: Any, words: Words) -> Shown:
        return Shown(chips=tuple(words.labels(self.vocabulary, value or ())))


@dataclass(frozen=True)
class ContactPoint(Detail):
    """Whom to write to: a section, a name, a telephone number, an address, and for a desk its hours."""

    empty: ClassVar[Any] = {}
    audience: FieldAudience = FieldAudience.MEMBERS
    section: str = "contact"
    parts: tuple[str, ...] = field(default=("section", "name", "phone", "mail"))

    def fields(self, words: Words, before: Any) -> dict[str, forms.Field]:
        made = {
            "section": TextField(required=False, max_length=80),
            "name": TextField(required=False, max_length=60),
            "phone": PhoneField(required=False),
            "mail": JapaneseEmailField(required=False),
            "hours": TextField(required=False, max_length=80),
        }
        return {self.named(part): made[part] for part in self.parts}

    def named(self, part: str) -> str:
        """The form field of one part."""
        return f"{self.code}_{part}"

    def to_form(self, value: Any) -> dict[str, Any]:
        return {self.named(part): (value or {}).get(part, "") for part in self.parts}

    def from_form(self, cleaned: Mapping[str, Any]) -> Any:
        return {part: cleaned[self.named(part)] for part in self.parts if cleaned[self.named(part)]}

    def shown(self, value: Any, words: Words) -> Shown:
        from members.profiles.questions import QUESTIONS  # the texts know the lists, and these nothing of the texts

        held = value or {}
        rows = [
            (words.label(QUESTIONS, f"any-{self.named(part)}"), held[part]) for part in self.parts if held.get(part)
        ]
        return Shown(rows=tuple(rows))


class NamesField(forms.CharField):
    """Several names, one a line, without blank lines and repeats."""

    widget = forms.Textarea

    def __init__(self, *, most: int, each: int, **kwargs: Any) -> None:
        self.most, self.each = most, each
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = TextField(required=self.required).clean(value).split("\n")
        names = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
        if len(names) > self.most:
            raise ValidationError(f"{self.most}個までにまとめてください（いまは{len(names)}個）。", code="too_many")
        if any(len(name) > self.each for name in names):
            raise ValidationError(f"1行は{self.each}文字までで書いてください。", code="too_long")
        return names

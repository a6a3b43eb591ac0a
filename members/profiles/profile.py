"""What every kind's profile has, and what a kind adds to it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from members.enums import FieldAudience, OrganisationKind
from members.models import Organisation
from members.profiles.details import AnyOf, Detail, OneOf, Shown
from members.profiles.questions import QUESTIONS
from tomoiki.vocabulary.words import Word, Words

#: Fields that all kinds share, and who reads them until the organisation says otherwise.
SHARED: Mapping[str, FieldAudience] = {
    "description": FieldAudience.PUBLIC,
    "stage": FieldAudience.PUBLIC,
    "themes": FieldAudience.PUBLIC,
    "areas": FieldAudience.PUBLIC,
    "logo": FieldAudience.PUBLIC,
    "website": FieldAudience.PUBLIC,
    "links": FieldAudience.PUBLIC,
    "branches": FieldAudience.PUBLIC,
    "phone": FieldAudience.MEMBERS,
    "address": FieldAudience.MEMBERS,
    "corporate_number": FieldAudience.MEMBERS,
}
#: Who it is: whoever may see the organisation at all may read these.
ALWAYS = ("name", "name_kana", "kind", "kind_other", "municipality")
#: Read by whoever reads the other one: a postal code alone says half of an address.
TOGETHER = {"postal_code": "address"}


@dataclass(frozen=True)
class Fact:
    """One answered question, as a page shows it."""

    code: str
    label: str
    shown: Shown
    audience: FieldAudience
    #: What was said about it besides.
    note: str = ""


class Profile:
    """The profile of one organisation, read through the fields of its kind.

    A kind is a subclass that declares its fields. ``words`` are the lists the profile shows words of
    (``Profile.lists()``); whoever has many organisations loads them once for all.
    """

    kind: ClassVar[OrganisationKind]
    #: The kind's own fields, in the order in which they are asked and shown.
    details: ClassVar[tuple[Detail, ...]] = ()
    #: What heads the kind's own part, in the form and on the page.
    heading: ClassVar[str] = ""
    #: What a good page of this kind has, the most telling first: the meter and the one next thing follow it.
    wanted: ClassVar[tuple[str, ...]] = ()
    #: Nice to have: counted by the meter, and never asked for at a member's home.
    extra: ClassVar[tuple[str, ...]] = ("logo", "website")

    def __init__(self, organisation: Organisation, words: Words | None = None) -> None:
        self.organisation = organisation
        self._words = words

    @classmethod
    def lists(cls) -> tuple[str, ...]:
        """The lists whose words this kind shows."""
        own = (each.vocabulary for each in cls.details if isinstance(each, OneOf | AnyOf))
        return (QUESTIONS, "theme", *dict.fromkeys(own))

    @property
    def words(self) -> Words:
        """The words of its lists; one query, when first asked."""
        if self._words is None:
            self._words = Words.load(*self.lists())
        return self._words

    @classmethod
    def detail(cls, code: str) -> Detail | None:
        """The kind's field of that code, if it has one."""
        return next((each for each in cls.details if each.code == code), None)

    @classmethod
    def default_audiences(cls) -> dict[str, FieldAudience]:
        """Every field whose audience an organisation of this kind may choose, with the one it begins with."""
        return {**SHARED, **{each.code: each.audience for each in cls.details if not each.follows}}

    @classmethod
    def together(cls) -> dict[str, str]:
        """Fields that have no audience of their own: whoever reads the other one reads them."""
        return {**TOGETHER, **{each.code: each.follows for each in cls.details if each.follows}}

    def question(self, name: str) -> Word:
        """How this kind is asked about a field (or a part of one)."""
        for code in (f"{self.kind}-{name}", f"any-{name}"):
            word = self.words.get(QUESTIONS, code)
            if word is not None:
                return word
        return Word(name, name, "")

    def asked(self, *sections: str) -> Iterator[Detail]:
        """The kind's fields on these pages of the form, without questions that staff took out of use."""
        for each in self.details:
            if each.section in sections and self.question(each.code).active:
                yield each

    def value(self, code: str) -> Any:
        """The stored answer; one that no longer has the shape of its field counts as none."""
        detail = self.detail(code)
        if detail is None:
            raise LookupError(code)
        found = self.organisation.details.get(code, detail.empty)
        return found if isinstance(found, type(detail.empty)) else detail.empty

    def facts(self, readable: Iterable[str], *sections: str) -> list[Fact]:
        """The answered questions of these pages that may be read."""
        may = set(readable)
        audiences = self.audiences()
        notes = {each.follows: str(self.value(each.code)) for each in self.details if each.follows and each.code in may}
        found = []
        for each in self.details:
            if each.follows or each.code not in may or (sections and each.section not in sections):
                continue
            shown, note = each.shown(self.value(each.code), self.words), notes.get(each.code, "")
            if shown or note:
                found.append(Fact(each.code, self.question(each.code).label, shown, audiences[each.code], note))
        return found

    def audiences(self) -> dict[str, FieldAudience]:
        """Who reads each field: what the organisation chose, else what its kind begins with."""
        return {
            name: _audience(self.organisation.audiences.get(name), default)
            for name, default in self.default_audiences().items()
        }

    def clean_details(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The stored details with the answers of ``given``, as they may be stored.

        What other kinds asked stays where it is: nothing is lost when staff change the kind, and change it back.
        Raises ``ValidationError`` with one entry per form field.
        """
        held = dict(self.organisation.details)
        errors: dict[str, Any] = {}
        for code, value in given.items():
            detail = self.detail(code)
            if detail is None:
                errors[code] = ["この種類の団体には、この項目はありません。"]
                continue
            try:
                cleaned = detail.clean(value, self.words, self.value(code))
            except ValidationError as error:
                errors |= error.message_dict
                continue
            if cleaned == detail.empty:
                held.pop(code, None)
            else:
                held[code] = cleaned
        if errors:
            raise ValidationError(errors)
        return held

    def clean_audiences(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The stored choices of audience with those of ``given``; only what differs from the default is kept.

        Raises ``ValidationError``.
        """
        defaults = self.default_audiences()
        held = dict(self.organisation.audiences)
        for name, value in given.items():
            if name not in defaults or value not in FieldAudience.values:
                raise ValidationError({"audiences": "公開する相手として読み取れませんでした。"})
            held.pop(name, None)
            if value != defaults[name]:
                held[name] = str(value)
        return held


def _audience(chosen: Any, default: FieldAudience) -> FieldAudience:
    # What nobody understands any more is shown to nobody who might not be meant.
    if chosen is None:
        return default
    return FieldAudience(chosen) if chosen in FieldAudience.values else FieldAudience.STAFF

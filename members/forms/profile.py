"""What an organisation tells of itself, asked on short pages: one form a page, in the words of its kind."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from members.enums import FieldAudience, Stage
from members.forms.organisations import OUTSIDE, AddressForm
from members.forms.rows import BranchRows, LinkRows, RowsFormSet
from members.profiles import Profile
from members.profiles.details import ContactPoint
from members.profiles.links import WebAddressField
from tomoiki.files.fields import ImageUploadField, TakesUploads
from tomoiki.places.forms import RegionCheckboxSelect, area_choices
from tomoiki.vocabulary.words import Word
from tomoiki.web.fields import KanaField, PhoneField, TextField
from tomoiki.web.widgets import CardRadioSelect, ChipCheckboxSelect

_ONLY = {
    FieldAudience.MEMBERS: "登録団体の方だけに見えます。",
    FieldAudience.STAFF: "あなたの団体と事務局だけに見えます。",
}


@dataclass(frozen=True)
class Group:
    """Fields that belong together on the page; without a title they stand by themselves."""

    title: str
    lead: str
    fields: tuple[forms.BoundField, ...]


class SectionForm(TakesUploads, forms.Form):
    """One page of the profile. ``profile`` is that of the organisation, as it is stored."""

    use_required_attribute = False
    #: The page's name: also where a kind's own fields say that they are asked.
    section: ClassVar[str] = ""
    #: The fields of ``Organisation`` that are asked here.
    shared: ClassVar[tuple[str, ...]] = ()
    #: The rows on this page, where it has some, and what they are called in the form.
    rows_class: ClassVar[type[RowsFormSet] | None] = None

    def __init__(self, *args: Any, profile: Profile, rows: RowsFormSet | None = None, **kwargs: Any) -> None:
        self.profile = profile
        self.rows = rows
        super().__init__(*args, **kwargs)
        for detail in profile.asked(self.section):
            self.fields |= detail.fields(profile.words, profile.value(detail.code))
        self._say()

    def _say(self) -> None:
        """Ask with the words of the kind, and tell who will read the answer where that is not everybody."""
        audiences, together = self.profile.audiences(), self.profile.together()
        inside = {name for point in self._points() for name in point.fields(self.profile.words, {})}
        for name, each in self.fields.items():
            word = self.profile.question(name)
            # Without words of its own a field keeps its label.
            if word.label != name:
                each.label, each.help_text = word.label, word.help_text or each.help_text
            audience = audiences.get(together.get(name, name), FieldAudience.PUBLIC)
            if audience in _ONLY and name not in inside:
                each.help_text = f"{each.help_text}{_ONLY[audience]}"

    def _points(self) -> Iterator[ContactPoint]:
        for detail in self.profile.asked(self.section):
            if isinstance(detail, ContactPoint):
                yield detail

    def groups(self) -> Iterator[Group]:
        """The fields as the page shows them: each contact with its parts under one heading."""
        inside: set[str] = set()
        contacts = []
        for point in self._points():
            names = [name for name in self.fields if name.startswith(f"{point.code}_")]
            inside |= set(names)
            word = self.profile.question(point.code)
            lead = f"{word.help_text}{_ONLY.get(self.profile.audiences()[point.code], '')}"
            contacts.append(Group(word.label, lead, tuple(self[name] for name in names)))
        yield Group("", "", tuple(self[name] for name in self.fields if name not in inside))
        yield from contacts

    @property
    def rows_word(self) -> Word | None:
        """How the rows are asked for."""
        return self.profile.question(self.rows.name) if self.rows is not None else None

    @property
    def rows_alone(self) -> bool:
        """Whether the page asks for nothing but its rows."""
        return not self.fields

    @property
    def every(self) -> list[forms.BaseForm]:
        """The form and the rows that are to stay, for the summary of what is missing."""
        rows = self.rows.staying() if self.rows is not None else []
        return [self, *rows]

    @classmethod
    def stored(cls, profile: Profile) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        values = {name: getattr(profile.organisation, name) for name in cls.shared}
        for detail in profile.asked(cls.section):
            values |= detail.to_form(profile.value(detail.code))
        return values

    @classmethod
    def seen(cls, profile: Profile) -> str:
        """What tells whether somebody changed this very page meanwhile, rather than another one."""
        held = [cls.stored(profile), cls.rows_class.stored(profile.organisation) if cls.rows_class else None]
        text = json.dumps(held, sort_keys=True, default=lambda value: str(getattr(value, "pk", value)))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def values(self) -> dict[str, Any]:
        """What ``update_profile`` takes."""
        data = {name: self.cleaned_data[name] for name in self.shared}
        details = {detail.code: detail.from_form(self.cleaned_data) for detail in self.profile.asked(self.section)}
        if details:
            data["details"] = details
        if self.rows is not None:
            data[self.rows.name] = self.rows.values()
        return data

    def is_valid(self) -> bool:
        """Both the fields and the rows, so that all complaints are told at once."""
        fields = super().is_valid()
        return (self.rows is None or self.rows.is_valid()) and fields


class AboutForm(SectionForm):
    """Who it is, in its own words, with its mark."""

    section = "about"
    shared = ("description", "themes", "stage", "logo")

    description = TextField(
        label="活動の紹介", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    themes = forms.MultipleChoiceField(label="テーマ", required=False, widget=ChipCheckboxSelect)
    stage = forms.ChoiceField(
        label="いまの関わり方",
        choices=Stage.choices,
        widget=CardRadioSelect(descriptions={stage.value: stage.meaning for stage in Stage}),
    )
    logo = ImageUploadField(label="ロゴ", required=False)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, profile=profile, **kwargs)
        themes = self.fields["themes"]
        themes.choices = profile.words.choices("theme", keep=profile.organisation.themes)  # type: ignore[attr-defined]


class KindForm(SectionForm):
    """What only its kind is asked."""

    section = "kind"


class PlaceForm(SectionForm, AddressForm):
    """Where it is, and where it is active."""

    section = "place"
    shared = ("name_kana", "postal_code", "municipality", "address", "areas")

    name_kana = KanaField(label="団体名のフリガナ", max_length=160, required=False)
    areas = forms.MultipleChoiceField(label="活動する地域", required=False, widget=RegionCheckboxSelect)

    field_order = ("name_kana", "postal_code", "municipality", "address", "areas")

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, profile=profile, **kwargs)
        self.fields["areas"].choices = area_choices()  # type: ignore[attr-defined]

    @classmethod
    def stored(cls, profile: Profile) -> dict[str, Any]:
        place = profile.organisation.municipality
        return {**super().stored(profile), "municipality": place.code if place else OUTSIDE}


class ContactForm(SectionForm):
    """How to reach it."""

    section = "contact"
    shared = ("phone",)

    phone = PhoneField(label="代表電話", required=False)


class LinksForm(SectionForm):
    """Its pages on the web."""

    section = "links"
    shared = ("website",)
    rows_class = LinkRows

    website = WebAddressField(label="ウェブサイト", required=False)


class BranchesForm(SectionForm):
    """Where else it is."""

    section = "branches"
    rows_class = BranchRows


class VisibilityForm(SectionForm):
    """Who reads which field, and whether it stands in the public directory."""

    section = "visibility"
    shared = ("listed_publicly",)

    listed_publicly = forms.BooleanField(
        label="団体の一覧に載せる",
        help_text="印を外すと、だれでも見られる一覧には出ません。登録済みの団体の方だけに見えます。",
        required=False,
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, profile=profile, **kwargs)
        for name in profile.default_audiences():
            # A question that is asked no more stays while its answer does.
            self.fields[_chosen(name)] = forms.ChoiceField(
                label=profile.question(name).label, choices=FieldAudience.choices
            )

    def _say(self) -> None:
        """The labels are the questions of other pages."""

    def audience_fields(self) -> Iterator[forms.BoundField]:
        for name in self.fields:
            if name.startswith("audience-"):
                yield self[name]

    @classmethod
    def stored(cls, profile: Profile) -> dict[str, Any]:
        chosen = {_chosen(name): audience.value for name, audience in profile.audiences().items()}
        return {**super().stored(profile), **chosen}

    def values(self) -> dict[str, Any]:
        names = self.profile.default_audiences()
        return {**super().values(), "audiences": {name: self.cleaned_data[_chosen(name)] for name in names}}


def _chosen(name: str) -> str:
    return f"audience-{name}"


FORMS: Mapping[str, type[SectionForm]] = {
    form.section: form
    for form in (AboutForm, KindForm, PlaceForm, ContactForm, LinksForm, BranchesForm, VisibilityForm)
}

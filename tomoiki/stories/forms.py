"""Writing a story, and answering whether it may be published."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from members.models import Organisation
from tomoiki.files.fields import ImageUploadField, TakesUploads
from tomoiki.places.forms import RegionCheckboxSelect, area_choices
from tomoiki.stories.enums import PersonAgreed, PersonAppears
from tomoiki.stories.models import SECTIONS, Story, StoryPerson
from tomoiki.stories.transitions import MAX_PARTNERS, MAX_PERSONS, MAX_PHOTOS, MAX_QUOTES, NEEDED
from tomoiki.text.normalisation import normalise_name
from tomoiki.vocabulary.words import Words
from tomoiki.web.fields import TextField
from tomoiki.web.widgets import CardRadioSelect, ChipCheckboxSelect

OFFICE = "office"
_HELP = {
    "challenge": "はじめに、だれが、どんなことに困っていましたか。",
    "done": "どの団体が、何を持ち寄り、どんなことをしましたか。",
    "happened": "その結果、何が変わりましたか。来た人のようすや数字があれば、それも。",
    "future": "続けていること、次にやりたいこと、読む人に伝えたいこと。",
}


def _section(name: str) -> TextField:
    return TextField(
        label=SECTIONS[name],
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_HELP[name],
    )


class StoryForm(forms.Form):
    """The texts of a story, and where it is found. What else stands in it has forms of its own."""

    use_required_attribute = False

    on_behalf = forms.ChoiceField(label="どの団体として書きますか", widget=forms.RadioSelect)
    title = TextField(
        label="題",
        max_length=80,
        help_text="例：休館日のモデルハウスが、放課後の居場所になるまで",
        error_messages={"required": "題を書いてください。あとから直せます。"},
    )
    lead = TextField(
        label="ひとことで",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一覧に出る、2、3行の紹介です。",
    )
    challenge = _section("challenge")
    done = _section("done")
    happened = _section("happened")
    future = _section("future")
    themes = forms.MultipleChoiceField(label="テーマ", required=False, widget=ChipCheckboxSelect)
    areas = forms.MultipleChoiceField(label="地域", required=False, widget=RegionCheckboxSelect)
    # A double click brings the same key twice and makes one draft.
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    source = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], office: bool, story: Story | None = None, **kwargs: Any
    ) -> None:
        """``organisations``: those that may be written for; ``office``: whether the secretariat may be, too."""
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.pk): each for each in organisations}
        for name in NEEDED:
            self.fields[name].required_when = "公開には必要"  # type: ignore[attr-defined]
        words = Words.load("theme")
        self.fields["themes"].choices = words.choices(  # type: ignore[attr-defined]
            "theme", keep=story.themes if story else ()
        )
        self.fields["areas"].choices = area_choices()  # type: ignore[attr-defined]
        if story is not None:
            # Who writes it stays so.
            del self.fields["on_behalf"]
            return
        choices = [(key, each.name) for key, each in self.organisations.items()]
        if office:
            choices.append((OFFICE, "事務局"))
        field: Any = self.fields["on_behalf"]
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]
            field.widget = forms.HiddenInput()
        if not self.initial.get("key"):
            self.initial["key"] = uuid4().hex

    def acting(self) -> Organisation | None:
        """The organisation in whose name it is written; None for the office."""
        return self.organisations.get(self.cleaned_data.get("on_behalf", ""))

    def texts(self) -> dict[str, Any]:
        """What ``save_story`` takes, without the lists."""
        return {name: self.cleaned_data[name] for name in ("title", "lead", *SECTIONS, "themes", "areas")}


class _Row(forms.Form):
    """One row of a list; a row in which nothing stands does not count."""

    use_required_attribute = False
    quiet_labels = True
    #: What must stand in a row that counts, with what is said where it does not.
    needed: Mapping[str, str] = {}
    # Django does not clean a spare row that came back as it was given out.
    is_empty = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.is_empty = not any(cleaned.get(name) for name in self._telling()) and not self.errors
        if not self.is_empty:
            for name, message in self.needed.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return cleaned

    def _telling(self) -> Sequence[str]:
        return [name for name, field in self.fields.items() if not isinstance(field.widget, forms.HiddenInput)]


class NamesOrganisation:
    """A row that names a registered organisation by its name, or by the number it came with."""

    def organisation(self, name: str, known: str) -> Organisation:
        """Raises ``ValidationError`` where the name fits none, or several."""
        active = Organisation.objects.active()
        if known.isdecimal() and len(known) < 19:
            same = active.filter(pk=int(known)).first()
            if same is not None and same.name == name:
                return same
        found = list(active.filter(name_normalised=normalise_name(name)[:160]).order_by("pk")[:2])
        if not found:
            raise ValidationError("この名前の団体は登録されていません。団体の一覧にある名前を書いてください。")
        if len(found) > 1:
            raise ValidationError("同じ名前の団体がいくつかあります。事務局にご相談ください。")
        return found[0]


class PartnerRow(NamesOrganisation, _Row):
    """An organisation that took part."""

    known = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    name = TextField(label="団体名", required=False, max_length=120, help_text="登録している名前を書いてください。")
    named_as = TextField(
        label="事例での名前",
        required=False,
        max_length=120,
        help_text="窓口が代わりに答える自治会・町内会などのときだけ、その名前を書いてください。",
    )
    role = TextField(label="受けもったこと", required=False, max_length=100, help_text="例：場所の提供")
    needed = {"name": "団体名を書いてください。"}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.found = self.organisation(name, self.cleaned_data.get("known", "")) if name else None
        return name

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"organisation": self.found, "named_as": given["named_as"], "role": given["role"]}


class PersonRow(NamesOrganisation, _Row):
    """Somebody who is named or shown."""

    known = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    person = TextField(
        label="だれか", required=False, max_length=80, help_text="例：代表の山道さん、2枚目の写真の左の親子"
    )
    appears = forms.ChoiceField(
        label="どう出るか", required=False, choices=[("", "選んでください"), *PersonAppears.choices]
    )
    through = TextField(
        label="本人に同意をたずねる団体", required=False, max_length=120, help_text="上に書いた団体のどれかです。"
    )
    needed = {
        "person": "だれかを書いてください。",
        "appears": "どう出るかを選んでください。",
        "through": "本人に同意をたずねる団体を書いてください。",
    }

    def clean_through(self) -> str:
        name: str = self.cleaned_data["through"]
        self.found = self.organisation(name, self.cleaned_data.get("known", "")) if name else None
        return name

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"name": given["person"], "appears": given["appears"], "organisation": self.found}


class PhotoRow(TakesUploads, _Row):
    """A picture, with what it shows."""

    photo = ImageUploadField(label="写真", required=False)
    alt = TextField(
        label="写真の説明",
        required=False,
        max_length=120,
        help_text="見られない人のために、写っているものを書いてください。例：広い和室で、子どもが絵本を読んでいる",
    )
    caption = TextField(label="写真に添える言葉", required=False, max_length=120)
    needed = {"alt": "写真を見られない人のために、写真の説明を書いてください。"}

    def _telling(self) -> Sequence[str]:
        # Words for a picture that was taken out mean nothing.
        return ["photo"]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"file": given["photo"], "alt": given["alt"], "caption": given["caption"]}


class QuoteRow(NamesOrganisation, _Row):
    """Somebody's words."""

    known = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    text = TextField(label="ことば", required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    said_by = TextField(
        label="だれの声か", required=False, max_length=80, help_text="例：海風町内会の会長、来ていた小学生"
    )
    of = TextField(
        label="どの団体の声か",
        required=False,
        max_length=120,
        help_text="団体の声のときだけ。上に書いた団体のどれかです。",
    )
    needed = {"text": "ことばを書いてください。"}

    def clean_of(self) -> str:
        name: str = self.cleaned_data["of"]
        self.found = self.organisation(name, self.cleaned_data.get("known", "")) if name else None
        return name

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"text": given["text"], "source": given["said_by"], "organisation": self.found}


class _Rows(BaseFormSet[Any]):
    """All rows of one list."""

    def told(self) -> list[dict[str, Any]]:
        """What ``save_story`` takes."""
        return [each.told() for each in self.forms if not each.is_empty]


PartnerRows = formset_factory(PartnerRow, formset=_Rows, extra=1, max_num=MAX_PARTNERS)
PersonRows = formset_factory(PersonRow, formset=_Rows, extra=1, max_num=MAX_PERSONS)
PhotoRows = formset_factory(PhotoRow, formset=_Rows, extra=1, max_num=MAX_PHOTOS)
QuoteRows = formset_factory(QuoteRow, formset=_Rows, extra=1, max_num=MAX_QUOTES)

#: List of ``save_story`` -> (its forms, heading, what stands under it).
LISTS = {
    "partners": (
        PartnerRows,
        "いっしょに取り組んだ団体",
        "自分の団体も書いてください。公開の前に、全部の団体に同意をうかがいます。",
    ),
    "quotes": (QuoteRows, "参加した人の声", "お礼のことばや感想を、そのまま載せます。"),
    "photos": (PhotoRows, "写真", "1枚目が一覧に出ます。位置の情報は消してから載せます。"),
    "persons": (
        PersonRows,
        "名前の出る人、写真に写っている人",
        "ひとりずつ書いてください。本人（お子さんは保護者の方も）の同意は、その団体が確かめます。",
    ),
}


def rows_from(content: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """``partners``, ``persons``, ``photos`` and ``quotes`` as the rows' initials."""

    def of(organisation: Organisation | None) -> tuple[str, str]:
        return (str(organisation.pk), organisation.name) if organisation else ("", "")

    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for each in content.get("partners", ()):
        known, name = of(each["organisation"])
        rows["partners"].append(
            {"known": known, "name": name, "named_as": each.get("named_as", ""), "role": each.get("role", "")}
        )
    for each in content.get("persons", ()):
        known, name = of(each["organisation"])
        rows["persons"].append({"known": known, "through": name, "person": each["name"], "appears": each["appears"]})
    for each in content.get("photos", ()):
        rows["photos"].append({"photo": each["file"], "alt": each.get("alt", ""), "caption": each.get("caption", "")})
    for each in content.get("quotes", ()):
        known, name = of(each.get("organisation"))
        rows["quotes"].append({"known": known, "of": name, "text": each["text"], "said_by": each.get("source", "")})
    return rows


class ConsentForm(forms.Form):
    """One decision: may it be published as it is?"""

    use_required_attribute = False

    YES, NO = "yes", "no"
    answer = forms.ChoiceField(
        label="公開してよいですか",
        choices=[(YES, "同意する"), (NO, "直してほしい")],
        widget=CardRadioSelect(
            two_columns=True,
            descriptions={
                YES: "このまま公開してかまいません。あとから取り消せます。",
                NO: "直してほしいところを書くと、書いた団体に伝わります。",
            },
        ),
        error_messages={"required": "どちらかを選んでください。"},
    )
    persons = forms.MultipleChoiceField(
        label="次の方から、公開の同意をいただきましたか",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="お子さんのときは、保護者の方の同意も確かめてください。同意する場合は、全員に印が要ります。",
    )
    agreed = forms.ChoiceField(
        label="どうやって確かめましたか", required=False, choices=[("", "選んでください"), *PersonAgreed.choices]
    )
    note = TextField(
        label="直してほしいところ",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="「直してほしい」のときだけ書いてください。書いた団体と事務局が読みます。",
    )
    partner = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, persons: Sequence[StoryPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required_when = "直してほしいときは必須"  # type: ignore[attr-defined]
        for name in ("persons", "agreed"):
            self.fields[name].required_when = "同意するときは必須"  # type: ignore[attr-defined]
        if not persons:
            del self.fields["persons"], self.fields["agreed"]
            return
        self.fields["persons"].choices = [  # type: ignore[attr-defined]
            (str(each.pk), f"{each.name}（{each.get_appears_display()}）") for each in persons
        ]

    def told(self) -> dict[str, Any]:
        """What ``decide_consent`` takes."""
        given = self.cleaned_data
        return {
            "agrees": given["answer"] == self.YES,
            "version": given["version"],
            "persons": [int(each) for each in given.get("persons", ())],
            "agreed": given.get("agreed", ""),
            "note": given["note"] if given["answer"] == self.NO else "",
        }

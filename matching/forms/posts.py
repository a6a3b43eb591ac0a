"""Writing a need or an offer, and changing one that is published."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from matching.enums import Direction, PostState, Resource, Unit, Visibility
from matching.forms.post_words import WORDS, Words
from matching.forms.relay import NAMED, RELAY_FIELDS, UNNAMED, AsksGroup
from matching.forms.resources import AsksResource
from matching.forms.sections import Section
from matching.models import Post
from matching.pointing_out import texts_in
from matching.resources import kind_of
from matching.resources.kind import side
from members.models import Organisation
from tomoiki.files.fields import ImageUploadField, TakesUploads
from tomoiki.places.forms import RegionCheckboxSelect, area_choices
from tomoiki.vocabulary.words import Words as Lists
from tomoiki.web.fields import JapaneseDateField, JapaneseIntegerField, JapaneseTimeField, TextField
from tomoiki.web.pointing_out import PointsOutPersonalData
from tomoiki.web.widgets import CardRadioSelect, ChipCheckboxSelect

WEEKDAYS = tuple(enumerate("月火水木金土日"))
MONTHS = tuple((month, f"{month}月") for month in range(1, 13))

#: What the form writes, in the order of the page; the rest of a post is written by transitions.
POST_FIELDS = (
    "resource",
    "title",
    "body",
    "areas",
    "area_note",
    "online",
    "available_from",
    "available_until",
    "weekdays",
    "time_from",
    "time_until",
    "when_note",
    "quantity",
    "unit",
    "quantity_note",
    "themes",
    "photo",
    "photo_alt",
    "visibility",
)
#: What only an offer is asked.
OFFER_FIELDS = ("season", "quota")
#: What each resource asks for itself.
RESOURCE_FIELDS = ("skills", "carrying", "details")


#: Fields that another one makes required, and how their labels say so.
REQUIRED_WHEN = {"unit": "数を入れたときは必須", "photo_alt": "写真を載せるときは必須"}


def new_key() -> str:
    """What tells one form page from another: a double click brings the same one twice."""
    return secrets.token_urlsafe(24)


class PostForm(AsksGroup, AsksResource, TakesUploads, forms.Form):
    """A need or an offer on one page.

    ``organisations`` are those in whose name the writer may act; with ``draft`` a mere beginning will do.
    """

    on_behalf = forms.ModelChoiceField(
        label="掲載する団体",
        queryset=Organisation.objects.none(),
        empty_label="選んでください",
        help_text="どの団体の名前で載せるかを選びます。",
    )
    resource = forms.ChoiceField(
        label="種類",
        choices=Resource.choices,
        widget=CardRadioSelect(icons={code: code for code in Resource.values}, attrs={"class": "resource-choices"}),
    )
    title = TextField(label="見出し", max_length=60)
    body = TextField(label="くわしい内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 8}))
    areas = forms.MultipleChoiceField(label="市区町村", required=False, widget=RegionCheckboxSelect)
    area_note = TextField(
        label="場所についてひとこと", max_length=60, required=False, help_text="例：善行駅から歩いて10分くらい"
    )
    online = forms.BooleanField(label="オンラインでもできる", required=False)
    available_from = JapaneseDateField(label="いつから", required=False)
    available_until = JapaneseDateField(label="いつまで", required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label="曜日", choices=WEEKDAYS, coerce=int, required=False, widget=ChipCheckboxSelect
    )
    time_from = JapaneseTimeField(label="何時から", required=False)
    time_until = JapaneseTimeField(label="何時まで", required=False)
    when_note = TextField(
        label="日時についてひとこと", max_length=60, required=False, help_text="例：まずは半年、祝日はお休み"
    )
    quantity = JapaneseIntegerField(label="数", required=False, min_value=1, max_value=1_000_000_000)
    unit = forms.ChoiceField(label="単位", required=False, choices=[("", "選んでください"), *Unit.choices])
    quantity_note = TextField(
        label="量についてひとこと", max_length=60, required=False, help_text="例：小学生が中心、見守りの大人が3人"
    )
    season = forms.TypedMultipleChoiceField(
        label="使える月",
        choices=MONTHS,
        coerce=int,
        required=False,
        widget=ChipCheckboxSelect,
        help_text="一年のうち、できる月が決まっているときだけ選んでください。",
    )
    quota = JapaneseIntegerField(
        label="同時に受けられる数",
        unit="件",
        required=False,
        min_value=1,
        max_value=100,
        help_text="いくつの団体まで、同時に話を進められますか。空けておくと、数は決めません。",
    )
    themes = forms.MultipleChoiceField(
        label="テーマ", required=False, widget=ChipCheckboxSelect, help_text="あてはまるものをいくつでも選べます。"
    )
    photo = ImageUploadField(label="写真", required=False)
    photo_alt = TextField(
        label="写真の説明",
        max_length=100,
        required=False,
        help_text="写真を見られない人のために、写っているものを書いてください。例：広い和室で、子どもが絵本を読んでいる",
    )
    visibility = forms.ChoiceField(
        label="見られる人",
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        widget=CardRadioSelect(
            descriptions={
                Visibility.PUBLIC: "登録していない人も読めます。力になれる人に、いちばん届きます。",
                Visibility.MEMBERS: "ログインした参加団体の担当者だけが読めます。",
            },
            two_columns=True,
        ),
    )
    # A double click brings the same key twice and makes one draft.
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    # When the writer's page was made, to notice that another tab has saved since.
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    error_messages: ClassVar[dict[str, str]] = {
        "unit": "単位を選んでください。",
        "unit_open": "食、個、セット、kgなど、何を数えているかを選んでください。",
        "unit_alone": "数を入力してください。",
        "taken": "もう決まっている数（%(taken)s）より少なくはできません。",
        "order": "「いつまで」は「いつから」より後の日にしてください。",
        "past": "もう過ぎた日です。これからの日を入力してください。",
        "alt": "写真を見られない人のために、写真の説明を書いてください。",
    }

    def __init__(
        self,
        *args: Any,
        direction: str,
        organisations: Sequence[Organisation],
        post: Post | None = None,
        draft: bool = False,
        **kwargs: Any,
    ) -> None:
        self.direction = Direction(direction)
        self.organisations = organisations
        self.post = post
        initial: dict[str, Any] = initial_of(post) if post else {"key": new_key(), "visibility": Visibility.PUBLIC}
        if len(organisations) == 1:
            initial["on_behalf"] = organisations[0].pk
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.draft = draft
        lists = Lists.load("theme", *self.lists())
        self.ask_resources(lists)
        self.ask_group()
        self._say(WORDS[self.direction])
        if self.chosen.code:
            self.fields["quantity"].help_text = side(self.chosen.how_many, self.direction)
        areas, themes, on_behalf = self.fields["areas"], self.fields["themes"], self.fields["on_behalf"]
        areas.choices = area_choices()  # type: ignore[attr-defined]
        # Those on offer, and those that the post bears from before.
        themes.choices = lists.choices("theme", keep=self.post.themes if self.post else ())  # type: ignore[attr-defined]
        on_behalf.queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            pk__in=[organisation.pk for organisation in organisations]
        )
        if len(organisations) == 1:
            on_behalf.widget = forms.HiddenInput()
        if self.direction == Direction.NEED:
            for name in OFFER_FIELDS:
                del self.fields[name]
        for name, when in REQUIRED_WHEN.items():
            self.fields[name].required_when = when  # type: ignore[attr-defined]
        if draft:
            for name in ("resource", "title", "body"):
                self.fields[name].required = False

    def _say(self, words: Words) -> None:
        for name, text in (
            ("resource", words.resource),
            ("title", words.title),
            ("body", words.body),
            ("areas", words.area),
            ("quantity", words.quantity),
        ):
            self.fields[name].help_text = text

    @property
    def acting(self) -> Organisation | None:
        """The one organisation that acts, when there is no choice."""
        return self.organisations[0] if len(self.organisations) == 1 else None

    def sections(self) -> Iterator[Section]:
        """The page in numbered parts."""
        for number, part in enumerate(self.parts(), start=1):
            yield replace(part, title=f"{number}. {part.title}")

    def parts(self) -> Iterator[Section]:
        """What the page asks, in its order."""
        words = WORDS[self.direction]
        what = "困りごと" if self.direction == Direction.NEED else "できること"
        if "group_named" in self.fields:
            rows = ("on_behalf_of",), ("group_agreed_by", "group_agreed_on"), ("group_named",)
            lead = "自治会・町内会など、ご自分では登録していない団体の代わりに出すときだけ、選んでください。"
            fixed = self.fixed_group() if "on_behalf_of" not in self.fields else None
            if fixed is not None:
                lead = f"{fixed.name}さんの代わりに出しています。内容を変えるときは、あらためて承諾をもらってください。"
            yield self._section("だれの代わりに", lead, *(row for row in rows if row[0] in self.fields))
        yield self._section(what, "", ("resource",), ("title",), ("body",))
        yield replace(
            self._section("くわしく", "", ("quantity", "unit"), folded=("quantity_note", "quota")),
            kinds=tuple(self.kind_parts()),
        )
        yield self._section("場所", "", ("areas",), ("online",), folded=("area_note",))
        yield self._section(
            "日時",
            words.when,
            ("available_from", "available_until"),
            ("weekdays",),
            ("time_from", "time_until"),
            folded=("season", "when_note"),
        )
        yield self._section("テーマと写真", "", ("themes",), ("photo",), ("photo_alt",))
        shown = ("visibility",) if self.fields["on_behalf"].widget.is_hidden else ("on_behalf", "visibility")
        yield self._section("公開のしかた", "", *((name,) for name in shown))

    def _section(self, title: str, lead: str, *rows: tuple[str, ...], folded: tuple[str, ...] = ()) -> Section:
        return Section(
            title,
            lead,
            tuple(tuple(self[name] for name in row) for row in rows),
            tuple(self[name] for name in folded if name in self.fields),
        )

    def clean_available_until(self) -> date | None:
        until: date | None = self.cleaned_data["available_until"]
        unchanged = self.post is not None and self.post.available_until == until
        if until and not unchanged and until < timezone.localdate():
            raise forms.ValidationError(self.error_messages["past"], code="past")
        return until

    def clean_quantity(self) -> int | None:
        quantity: int | None = self.cleaned_data["quantity"]
        taken = self.post.quantity_taken if self.post else 0
        if taken and (quantity is None or quantity < taken):
            raise forms.ValidationError(self.error_messages["taken"], code="taken", params={"taken": taken})
        return quantity

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("available_from"), cleaned.get("available_until")
        if start and end and end < start:
            self.add_error("available_until", self.error_messages["order"])
        if "quantity" in cleaned and "unit" in cleaned:
            if cleaned["quantity"] is not None and not cleaned["unit"]:
                plain = self.chosen.unit_is_plain
                self.add_error("unit", self.error_messages["unit" if plain else "unit_open"])
            elif cleaned["quantity"] is None and cleaned["unit"]:
                self.add_error("quantity", self.error_messages["unit_alone"])
        if cleaned.get("photo") and not cleaned.get("photo_alt") and "photo_alt" not in self.errors:
            self.add_error("photo_alt", self.error_messages["alt"])
        if "photo" in cleaned and not cleaned["photo"]:
            # A description of nothing would come back with the next photo.
            cleaned["photo_alt"] = ""
        self.check_group(cleaned)
        self.forget_other_resources()
        return cleaned

    def post_data(self) -> dict[str, Any]:
        """The cleaned values of the post's own fields."""
        names = (*POST_FIELDS, *(name for name in (*OFFER_FIELDS, *RELAY_FIELDS) if name in self.fields))
        return {**{name: self.cleaned_data[name] for name in names}, **self.resource_data()}

    def changes(self) -> dict[str, Any]:
        """Of ``post_data``, what differs from the post as it stands."""
        return {
            name: value
            for name, value in self.post_data().items()
            if _comparable(value) != _comparable(getattr(self.post, name))
        }

    def is_outdated(self, post: Post) -> bool:
        """Whether ``post`` was saved after the page was made that this form came from."""
        seen = self.seen_version()
        return seen is not None and seen != post.updated_at

    def seen_version(self) -> datetime | None:
        """When the post was last changed before this form was opened; None for a new one."""
        return parse_version(self.cleaned_data.get("version", ""))

    def follow(self, post: Post) -> None:
        """Take the newest version, so that sending once more writes over what another tab saved."""
        data: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = version_of(post)
        self.data = data


class RevisionForm(PointsOutPersonalData, PostForm):
    """A change to a post that stands on the board: what was published stays until staff have read it."""

    note = TextField(
        label="直すところ・理由",
        max_length=200,
        required=False,
        help_text="事務局に伝わります。例：場所が決まったため、市区町村と日時を直しました",
    )

    error_messages: ClassVar[dict[str, str]] = {
        **PostForm.error_messages,
        "same": "変わったところがありません。直してから送ってください。",
    }

    def parts(self) -> Iterator[Section]:
        yield from super().parts()
        yield self._section("事務局へ", "", ("note",))

    def ask_group(self) -> None:
        """Whose it is was settled when it was handed in; what the group agreed to may change."""
        self.desk_without_groups = None
        if self.fixed_group() is not None:
            self.ask_agreement()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes():
            raise forms.ValidationError(self.error_messages["same"], code="same")
        if not self.errors:
            self.check_personal_data(cleaned)
        return cleaned

    def public_texts(self, cleaned: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
        """What is new: the rest was looked through when it was handed in."""
        return texts_in(self.changes())


def version_of(post: Post) -> str:
    return post.updated_at.isoformat()


def parse_version(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def initial_of(post: Post) -> dict[str, Any]:
    """What the form shows of a post that was begun already."""
    values = {name: getattr(post, name) for name in (*POST_FIELDS, *OFFER_FIELDS, *RELAY_FIELDS)}
    values |= kind_of(post.resource).to_form(post)
    if post.on_behalf_of is not None:
        # A draft of which nobody said yet whether it may be named asks again.
        known = post.group_named or post.state != PostState.DRAFT
        values["group_named"] = (NAMED if post.group_named else UNNAMED) if known else ""
    return {**values, "version": version_of(post)}


def _comparable(value: Any) -> Any:
    """``value`` without the order in which its parts were chosen."""
    if isinstance(value, dict):
        return {key: _comparable(each) for key, each in value.items()}
    return sorted(value) if isinstance(value, list | tuple) else value

"""What a visitor may ask of the board."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from matching.enums import Direction, Resource
from matching.models import Post
from matching.post_search import asked_of_database, read
from matching.search import Query
from members.enums import OrganisationKind
from tomoiki.places.lookups import Choices, around, choices_by_region, neighbours_of
from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary import synonyms
from tomoiki.vocabulary.lists import choices as vocabulary_choices
from tomoiki.web.fields import JapaneseDateField
from tomoiki.web.templatetags.ui import WEEKDAYS, ja_date
from tomoiki.web.widgets import IconCheckboxSelect


@dataclass(frozen=True)
class Condition:
    """One condition that is set, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Lists:
    """What may be chosen among: themes, and municipalities by region."""

    themes: list[tuple[str, str]]
    areas: Choices

    @classmethod
    def load(cls) -> "Lists":
        """As they are now, in two queries."""
        return cls(vocabulary_choices("theme"), choices_by_region())


def area_question(codes: set[str]) -> Q:
    """Posts for one of ``codes``; one without a municipality is meant for the whole prefecture."""
    return Q(areas__overlap=sorted(codes)) | Q(areas=[])


class AnyOf(django_filters.MultipleChoiceFilter):
    """Rows with any of the chosen values, asked in one lookup and without DISTINCT, which would break the index."""

    def __init__(self, *args: Any, lookup: str = "in", **kwargs: Any) -> None:
        self.lookup = lookup
        super().__init__(*args, **{"distinct": False, **kwargs})

    def filter(self, qs: QuerySet[Post], value: list[str]) -> QuerySet[Post]:
        return qs.filter(**{f"{self.field_name}__{self.lookup}": list(value)}) if value else qs


class Day(django_filters.Filter):
    """A day as people write it: 2027/4/1, 令和9年4月1日."""

    field_class = JapaneseDateField


class BoardFilterForm(forms.Form):
    """Drawn with what is asked most on top, the rest folded away."""

    template_name = "matching/board_filter.html"
    quiet_labels = True
    #: Behind 「ほかの条件」.
    folded = ("theme", "kind", "weekday", "since", "until", "online")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "「この日まで」は、「この日から」より後の日にしてください。")
        return cleaned

    @property
    def words(self) -> forms.BoundField:
        """The box for words stands above the filter, which a phone folds away."""
        return self["q"]

    def main_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name not in (self.words.name, *self.folded))

    def folded_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name in self.folded)

    def folded_is_set(self) -> bool:
        """Whether the folded part must stand open, since something in it is chosen."""
        return any(self.data.get(name) for name in self.folded)


class BoardFilter(django_filters.FilterSet):
    """The conditions of the board. Several values of one kind widen it, several kinds narrow it."""

    q = django_filters.CharFilter(
        method="with_words",
        label="ことばでさがす",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "placeholder": "例：子ども 居場所"}),
    )
    direction = AnyOf(
        label="さがすもの",
        choices=Direction.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--row"}),
    )
    area = django_filters.ChoiceFilter(method="in_area", label="市区町村", empty_label="県内すべて")
    nearby = django_filters.BooleanFilter(
        method="anything", label="となりの市区町村も", widget=forms.CheckboxInput, required=False
    )
    resource = AnyOf(
        label="種類",
        choices=Resource.choices,
        widget=IconCheckboxSelect(icons={code: code for code in Resource.values}),
    )
    theme = AnyOf(field_name="themes", lookup="overlap", label="テーマ", widget=IconCheckboxSelect)
    kind = AnyOf(
        field_name="organisation_kind",
        label="団体の種類",
        choices=OrganisationKind.choices,
        widget=IconCheckboxSelect(icons={code: code for code in OrganisationKind.values}),
    )
    weekday = django_filters.MultipleChoiceFilter(
        method="on_weekdays",
        label="曜日",
        choices=[(str(number), f"{name}曜") for number, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--row"}),
    )
    since = Day(method="from_day", label="この日から")
    until = Day(method="until_day", label="この日まで")
    online = django_filters.BooleanFilter(
        method="possible_online", label="オンラインでもできるもの", widget=forms.CheckboxInput
    )

    #: What somebody may keep as a search: days pass.
    kept = ("q", "direction", "area", "nearby", "resource", "theme", "kind", "weekday", "online")

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []
        form = BoardFilterForm

    def __init__(self, *args: Any, loosely: bool = False, lists: "Lists | None" = None, **kwargs: Any) -> None:
        """``loosely``: also what has only some of the words; see ``Query.looser``. ``lists``: loaded for several."""
        self.loosely = loosely
        super().__init__(*args, **kwargs)
        # Lists that staff keep: asked once here, since a callable would be asked at every turn.
        self.lists = lists or Lists.load()
        self.filters["theme"].extra["choices"] = self.lists.themes
        self.filters["area"].extra["choices"] = self.lists.areas

    def with_words(self, posts: QuerySet[Post], name: str, value: str) -> QuerySet[Post]:
        query = self.query
        if query is None:
            return posts
        return posts.filter(asked_of_database((self.loosely and query.looser) or query.condition))

    @cached_property
    def query(self) -> Query | None:
        """What the box for words asks; None where it asks for nothing."""
        typed = self.form.cleaned_data.get("q") if self.is_bound and self.form.is_valid() else ""
        asked = read(typed, self.synonyms) if typed else None
        return None if asked is None or asked.empty else asked

    @cached_property
    def synonyms(self) -> Synonyms:
        """Those in use, asked once for a page."""
        return synonyms.current()

    def on_weekdays(self, posts: QuerySet[Post], name: str, value: list[str]) -> QuerySet[Post]:
        """On one of these days; what names no day may be on any."""
        days = [int(day) for day in value]
        return posts.filter(Q(weekdays__overlap=days) | Q(weekdays=[])) if days else posts

    def from_day(self, posts: QuerySet[Post], name: str, value: date | None) -> QuerySet[Post]:
        """Not over before that day."""
        return posts.filter(Q(available_until=None) | Q(available_until__gte=value)) if value else posts

    def until_day(self, posts: QuerySet[Post], name: str, value: date | None) -> QuerySet[Post]:
        """Begun by that day."""
        return posts.filter(Q(available_from=None) | Q(available_from__lte=value)) if value else posts

    def in_area(self, posts: QuerySet[Post], name: str, value: str) -> QuerySet[Post]:
        codes = around([value])
        if self.form.cleaned_data.get("nearby"):
            codes |= neighbours_of([value])
        return posts.filter(area_question(codes))

    def possible_online(self, posts: QuerySet[Post], name: str, value: bool | None) -> QuerySet[Post]:
        return posts.filter(online=True) if value else posts

    def anything(self, posts: QuerySet[Post], name: str, value: Any) -> QuerySet[Post]:
        """For a field that only widens another."""
        return posts

    def conditions(self, path: str) -> list[Condition]:
        """The conditions that are set, each with the address of ``path`` without it."""
        if not self.is_bound:
            return []
        # What could not be read is left out, as it is from the list.
        self.is_valid()
        chosen = self.form.cleaned_data
        found: list[Condition] = []
        if chosen.get("q"):
            found.append(Condition(chosen["q"], self._without(path, "q")))
        for name in ("direction", "resource", "theme", "kind"):
            labels = dict(self.form.fields[name].choices)
            found += [
                Condition(str(labels[value]), self._without(path, name, value)) for value in chosen.get(name) or []
            ]
            if name == "direction" and chosen.get("area"):
                found.append(Condition(self._area_label(chosen), self._without(path, "area")))
        if chosen.get("weekday"):
            days = "・".join(WEEKDAYS[int(day)] for day in chosen["weekday"])
            found.append(Condition(f"{days}曜", self._without(path, "weekday")))
        for name, word in (("since", "から"), ("until", "まで")):
            if chosen.get(name):
                found.append(Condition(f"{ja_date(chosen[name])}{word}", self._without(path, name)))
        if chosen.get("online"):
            found.append(Condition("オンラインでもできる", self._without(path, "online")))
        return found

    def _area_label(self, chosen: dict[str, Any]) -> str:
        regions = self.filters["area"].extra["choices"]
        name = {code: label for _, group in regions for code, label in group}[chosen["area"]]
        return f"{name}とその近く" if chosen.get("nearby") else name

    def _without(self, path: str, name: str, value: str | None = None) -> str:
        query: QueryDict = self.data.copy()
        # The place in the list belongs to the list as it was; nearby means nothing without its municipality.
        # Without words there is no order by words.
        together = {"area": ("nearby",), "q": ("order",)}
        for gone in ("cursor", name, *together.get(name, ())):
            if gone != name or value is None:
                query.pop(gone, None)
        if value is not None:
            query.setlist(name, [each for each in query.getlist(name) if each != value])
        # Fields that a form sends empty would stand in the address for nothing.
        for key in [key for key, values in query.lists() if not any(values)]:
            del query[key]
        return f"{path}?{query.urlencode()}" if query else path

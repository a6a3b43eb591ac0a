"""What a visitor may ask of the directory of organisations."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from matching.filters import AnyOf, Condition
from members.directory import Directory
from members.enums import OrganisationKind, Stage
from members.models import Organisation
from tomoiki.places.lookups import around, choices_by_region, neighbours_of
from tomoiki.vocabulary.lists import choices as vocabulary_choices
from tomoiki.web.widgets import IconCheckboxSelect

#: What the address holds beside conditions: how the same result is shown.
NEWEST, BY_KANA = "", "kana"
LIST, MAP = "", "map"


class DirectoryFilterForm(forms.Form):
    """Drawn with what is asked most on top, the rest folded away."""

    template_name = "matching/board_filter.html"
    quiet_labels = True
    #: Behind 「ほかの条件」.
    folded = ("stage",)

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


class DirectoryFilter(django_filters.FilterSet):
    """The conditions of the directory. Several kinds widen it, several conditions narrow it.

    Each asks ``members.directory``, which lets nobody find what they may not read.
    """

    q = django_filters.CharFilter(
        method="with_words",
        label="ことばでさがす",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "placeholder": "例：子ども食堂"}),
    )
    area = django_filters.ChoiceFilter(
        method="in_area",
        label="市区町村",
        empty_label="県内すべて",
        help_text="拠点か支店があるところと、活動している地域",
    )
    nearby = django_filters.BooleanFilter(
        method="anything", label="となりの市区町村も含める", widget=forms.CheckboxInput, required=False
    )
    kind = AnyOf(
        label="団体の種類",
        choices=OrganisationKind.choices,
        widget=IconCheckboxSelect(
            icons={code: "organisation" if code == "other" else code for code in OrganisationKind.values}
        ),
    )
    theme = django_filters.MultipleChoiceFilter(method="about", label="テーマ", widget=IconCheckboxSelect)
    stage = django_filters.MultipleChoiceFilter(
        method="of_stage", label="参加ステージ", choices=Stage.choices, widget=IconCheckboxSelect
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = []
        form = DirectoryFilterForm

    def __init__(self, data: QueryDict, *, directory: Directory) -> None:
        super().__init__(data, queryset=directory.everything())
        self.directory = directory
        # Lists that staff keep: asked once here, since a callable would be asked at every turn.
        self.filters["theme"].extra["choices"] = vocabulary_choices("theme")
        self.filters["area"].extra["choices"] = choices_by_region()

    @property
    def themes(self) -> Mapping[str, str]:
        """Code -> label of the themes in use."""
        return dict(self.filters["theme"].extra["choices"])

    @property
    def places(self) -> Mapping[str, str]:
        """Code -> name of the municipalities in use, in their order."""
        return {code: name for _, group in self.filters["area"].extra["choices"] for code, name in group}

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood; what was not is left out, as it is from the list."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def place(self) -> str:
        """The code of the chosen municipality, or empty."""
        return str(self.chosen.get("area", ""))

    def anywhere(self) -> QuerySet[Organisation]:
        """The result without the condition of place, which a map shows all places of."""
        chosen = {name: value for name, value in self.chosen.items() if name not in ("area", "nearby")}
        organisations: QuerySet[Organisation] = self.queryset
        for name, value in chosen.items():
            organisations = self.filters[name].filter(organisations, value)
        return organisations

    def with_words(self, organisations: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return organisations.filter(self.directory.with_words(value))

    def in_area(self, organisations: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        codes = around([value])
        if self.form.cleaned_data.get("nearby"):
            codes |= neighbours_of([value])
        return organisations.filter(self.directory.within(codes))

    def about(self, organisations: QuerySet[Organisation], name: str, value: list[str]) -> QuerySet[Organisation]:
        return organisations.filter(self.directory.about(value)) if value else organisations

    def of_stage(self, organisations: QuerySet[Organisation], name: str, value: list[str]) -> QuerySet[Organisation]:
        return organisations.filter(self.directory.of_stage(value)) if value else organisations

    def anything(self, organisations: QuerySet[Organisation], name: str, value: Any) -> QuerySet[Organisation]:
        """For a field that only widens another."""
        return organisations

    def conditions(self, path: str) -> list[Condition]:
        """The conditions that are set, each with the address of ``path`` without it."""
        chosen = self.chosen
        found: list[Condition] = []
        if "q" in chosen:
            found.append(Condition(chosen["q"], self.address(path, without="q")))
        if self.place:
            found.append(Condition(self.places[self.place], self.address(path, without="area")))
            if "nearby" in chosen:
                found.append(Condition("となりの市区町村も", self.address(path, without="nearby")))
        for name in ("kind", "theme", "stage"):
            labels = dict(self.form.fields[name].choices)
            found += [
                Condition(str(labels[value]), self.address(path, without=name, value=value))
                for value in chosen.get(name, [])
            ]
        return found

    def cleared(self, path: str) -> str:
        """The address without any condition, shown as it is shown now."""
        return _address(path, {name: self.data.getlist(name) for name in ("order", "view")})

    def address(self, path: str, *, without: str = "", value: str | None = None, **changed: str) -> str:
        """The address of ``path`` with these conditions, apart from one of them (or one ``value`` of it)."""
        query = {name: self.data.getlist(name) for name in self.data}
        # The place in the list belongs to the list as it was; nearby means nothing without its municipality.
        query.pop("cursor", None)
        if without == "area":
            query.pop("nearby", None)
        query[without] = [each for each in query.get(without, []) if value is not None and each != value]
        return _address(path, query | {name: [each] for name, each in changed.items()})


def _address(path: str, query: Mapping[str, list[str]]) -> str:
    """Without fields that a form sent empty, which would stand in the address for nothing."""
    kept = QueryDict(mutable=True)
    for name, values in query.items():
        if any(values):
            kept.setlist(name, [each for each in values if each])
    return f"{path}?{kept.urlencode()}" if kept else path

"""What a visitor may ask of the stories."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from members.enums import OrganisationKind
from tomoiki.places.lookups import around, choices_by_region
from tomoiki.stories.models import Story, StoryPartner
from tomoiki.vocabulary.lists import choices as vocabulary_choices
from tomoiki.web.widgets import IconCheckboxSelect


@dataclass(frozen=True)
class Condition:
    """One condition that is set, and the address of the list without it."""

    label: str
    url: str


class StoryFilterForm(forms.Form):
    quiet_labels = True


class StoryFilter(django_filters.FilterSet):
    """By theme, kind of organisation and municipality. Several values of one kind widen it, several kinds narrow it."""

    area = django_filters.ChoiceFilter(method="in_area", label="市区町村", empty_label="県内すべて")
    theme = django_filters.MultipleChoiceFilter(method="about", label="テーマ", widget=IconCheckboxSelect)
    kind = django_filters.MultipleChoiceFilter(
        method="with_kind",
        label="団体の種類",
        choices=OrganisationKind.choices,
        widget=IconCheckboxSelect(
            icons={code: "organisation" if code == "other" else code for code in OrganisationKind.values}
        ),
    )

    class Meta:
        model = Story
        fields: ClassVar[list[str]] = []
        form = StoryFilterForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lists that staff keep: asked once here, since a callable would be asked at every turn.
        self.filters["theme"].extra["choices"] = vocabulary_choices("theme")
        self.filters["area"].extra["choices"] = choices_by_region()

    def in_area(self, stories: QuerySet[Story], name: str, value: str) -> QuerySet[Story]:
        return stories.filter(areas__overlap=sorted(around([value])))

    def about(self, stories: QuerySet[Story], name: str, value: list[str]) -> QuerySet[Story]:
        return stories.filter(themes__overlap=value) if value else stories

    def with_kind(self, stories: QuerySet[Story], name: str, value: list[str]) -> QuerySet[Story]:
        if not value:
            return stories
        return stories.filter(Exists(StoryPartner.objects.filter(story=OuterRef("pk"), organisation__kind__in=value)))

    def conditions(self, path: str) -> Iterator[Condition]:
        """The conditions that are set, each with the address of ``path`` without it."""
        if not self.is_bound or not self.form.is_valid():
            return
        chosen = self.form.cleaned_data
        if chosen.get("area"):
            names = {code: label for _, group in self.filters["area"].extra["choices"] for code, label in group}
            yield Condition(names[chosen["area"]], self._without(path, "area", chosen["area"]))
        for name in ("theme", "kind"):
            labels = dict(self.form.fields[name].choices)
            for value in chosen.get(name) or []:
                yield Condition(str(labels[value]), self._without(path, name, value))

    def _without(self, path: str, name: str, value: str) -> str:
        query: QueryDict = self.data.copy()
        # The place in the list belongs to the list as it was.
        query.pop("cursor", None)
        query.setlist(name, [each for each in query.getlist(name) if each != value])
        for key in [key for key, values in query.lists() if not any(values)]:
            del query[key]
        return f"{path}?{query.urlencode()}" if query else path

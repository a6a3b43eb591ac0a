"""What a visitor may ask of the directory of organisations."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from matching.filters import AnyOf, Condition
from members.enums import OrganisationKind
from members.models import Organisation
from tomoiki.places.lookups import around, choices_by_region
from tomoiki.text import normalise_name, split_words
from tomoiki.web.widgets import IconCheckboxSelect


class DirectoryFilterForm(forms.Form):
    quiet_labels = True


class DirectoryFilter(django_filters.FilterSet):
    """The conditions of the directory. Several kinds widen it, several conditions narrow it."""

    q = django_filters.CharFilter(
        method="with_words",
        label="ことばでさがす",
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "placeholder": "例：子ども食堂"}),
    )
    area = django_filters.ChoiceFilter(method="in_area", label="市区町村", empty_label="県内すべて")
    kind = AnyOf(
        label="団体の種類",
        choices=OrganisationKind.choices,
        widget=IconCheckboxSelect(
            icons={code: "organisation" if code == "other" else code for code in OrganisationKind.values}
        ),
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = []
        form = DirectoryFilterForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked once here, since a callable would be asked at every turn.
        self.filters["area"].extra["choices"] = choices_by_region()

    def with_words(self, organisations: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        for word in split_words(value):
            organisations = organisations.filter(
                Q(name__icontains=word)
                | Q(name_kana__icontains=word)
                | Q(name_normalised__contains=normalise_name(word))
                | Q(description__icontains=word)
            )
        return organisations

    def in_area(self, organisations: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return organisations.filter(municipality__code__in=around([value]))

    def conditions(self, path: str) -> list[Condition]:
        """The conditions that are set, each with the address of ``path`` without it."""
        chosen = self.form.cleaned_data if self.is_bound and self.form.is_valid() else {}
        found: list[Condition] = []
        if chosen.get("q"):
            found.append(Condition(chosen["q"], self._without(path, "q")))
        if chosen.get("area"):
            names = {code: label for _, group in self.filters["area"].extra["choices"] for code, label in group}
            found.append(Condition(names[chosen["area"]], self._without(path, "area")))
        found += [
            Condition(str(OrganisationKind(kind).label), self._without(path, "kind", kind))
            for kind in chosen.get("kind") or []
        ]
        return found

    def _without(self, path: str, name: str, value: str = "") -> str:
        query: QueryDict = self.data.copy()
        kept = [each for each in query.getlist(name) if value and each != value]
        query.setlist(name, kept)
        # The place in the list belongs to the list as it was.
        query.pop("cursor", None)
        for key in [key for key, values in query.lists() if not any(values)]:
            del query[key]
        return f"{path}?{query.urlencode()}" if query else path

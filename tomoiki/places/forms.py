"""Choosing among sixty municipalities on a phone."""

from typing import Any

from django import forms

from tomoiki.places.enums import Region
from tomoiki.places.models import Municipality


def area_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The municipalities by region; a ward goes by its own name, for its city stands above it. One query."""
    regions: dict[str, list[tuple[str, str]]] = {region.value: [] for region in Region}
    municipalities = list(Municipality.objects.selectable())
    cities = {municipality.parent_id for municipality in municipalities}
    for each in municipalities:
        name = f"{each.name}（全域）" if each.pk in cities else each.short_name
        regions[each.region].append((each.code, name))
    return [(str(region.label), regions[region.value]) for region in Region if regions[region.value]]


class RegionCheckboxSelect(forms.CheckboxSelectMultiple):
    """Any of many municipalities, folded by region so that sixty choices fit a phone without a script."""

    template_name = "places/widgets/regions.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["regions"] = [
            {"name": region, "options": options, "open": any(option["selected"] for option in options)}
            for region, options, _ in context["widget"]["optgroups"]
        ]
        return context

"""Controls that only the forms of matching need."""

from typing import Any

from django import forms


class RegionCheckboxSelect(forms.CheckboxSelectMultiple):
    """Any of many municipalities, folded by region so that sixty choices fit a phone without a script."""

    template_name = "matching/widgets/regions.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["regions"] = [
            {"name": region, "options": options, "open": any(option["selected"] for option in options)}
            for region, options, _ in context["widget"]["optgroups"]
        ]
        return context

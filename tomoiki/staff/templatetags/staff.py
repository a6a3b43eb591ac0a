"""What the admin's templates need besides Django's own tags: cells that name their column, fields in groups."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import template
from django.contrib.admin.views.main import PAGE_VAR
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def labelled_cells(cells: Iterable[str], headers: Sequence[dict[str, Any]]) -> SafeString:
    """A row of a change list, each cell with ``data-label``: on a phone the row is a card that names its columns."""
    # The cells are Django's own escaped HTML and begin with "<td" or "<th"; only the label is new.
    return in_words(mark_safe("".join(_labelled(cell, header) for cell, header in zip(cells, headers, strict=False))))


def _labelled(cell: str, header: dict[str, Any]) -> SafeString:
    label = strip_tags(str(header["text"]))
    if not label or cell.startswith("<th"):
        return mark_safe(cell)
    return format_html('{} data-label="{}"{}', mark_safe(cell[:3]), label, mark_safe(cell[3:]))


_BOOLEAN = re.compile(r'<img src="[^"]*icon-(yes|no|unknown)[^"]*" alt="(?:True|False|None)">')
_WORDS = {"yes": "はい", "no": "いいえ", "unknown": ""}


@register.filter
def in_words(html: Any) -> SafeString:
    """Django's pictures for yes and no, whose names are English, as words."""
    # Only its own picture is replaced, by a constant; everything else is escaped unless it was safe before.
    return mark_safe(_BOOLEAN.sub(lambda found: _WORDS[found[1]], conditional_escape(html)))


@register.simple_tag
def page_address(cl: Any, number: int) -> str:
    """The address of another page of a change list, with its other conditions."""
    address: str = cl.get_query_string({PAGE_VAR: number})
    return address


@register.filter
def has_choice(choices: Sequence[dict[str, Any]]) -> bool:
    """Whether a filter is set to something else than 「すべて」."""
    return any(choice.get("selected") for choice in choices[1:])


@dataclass
class FieldGroup:
    """Neighbours in a fieldset that are drawn alike."""

    readonly: bool
    fields: list[Any] = field(default_factory=list)


@register.filter
def grouped_lines(fieldset: Any) -> Iterator[FieldGroup]:
    """The fields of an admin fieldset as runs of read-only and of editable ones."""
    group: FieldGroup | None = None
    for line in fieldset:
        for each in line:
            if group is None or group.readonly != each.is_readonly:
                if group is not None:
                    yield group
                group = FieldGroup(each.is_readonly)
            group.fields.append(each)
    if group is not None:
        yield group


@register.filter
def has_rows(inline_formset: Any) -> bool:
    """Whether an inline has anything to show: rows, or a blank one to fill in."""
    return bool(inline_formset.formset.total_form_count() or inline_formset.has_add_permission)


@register.filter
def ja_waiting(since: datetime | None) -> str:
    """How long something has waited, in whole days: きょうから, 3日."""
    if since is None:
        return ""
    days = (timezone.localdate() - timezone.localdate(since)).days
    return "きょうから" if days <= 0 else f"{days:,}日"

"""What several views ask."""

from collections.abc import Iterable
from typing import Any, cast

import rules
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from members.models import Organisation


def organisation_or_404(request: HttpRequest, pk: int, permission: str) -> Organisation:
    """The organisation for somebody who holds ``permission``.

    Whoever does not belong to it is told that there is no such page; whoever does, that it is not for their role.
    """
    organisation: Organisation = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("municipality"), pk=pk
    )
    if rules.has_perm(permission, request.user, organisation):
        return organisation
    # 403 to one's own people, 404 to everybody else.
    get_object_or_404(Organisation.objects.of(request.user), pk=pk)
    raise PermissionDenied(permission)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put what a transition refused beside its fields, where the form has these."""
    # Which of the two there is depends on how it was raised.
    found_by_name = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, found in found_by_name.items():
        form.add_error(name if name in form.fields else None, found)


def as_words(form: forms.Form, name: str, value: Any) -> str:
    """A value of a form's field in words, for two people who changed the same thing to compare."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return "はい" if value else "いいえ"
    if isinstance(field, forms.ChoiceField):
        labels: dict[Any, Any] = {}
        for key, label in cast("Iterable[tuple[Any, Any]]", field.choices):
            labels.update(label if isinstance(label, list | tuple) else [(key, label)])
        chosen = value if isinstance(value, list) else [getattr(value, "code", value)]
        return "、".join(str(labels.get(each, each)) for each in chosen if each) or "（空欄）"
    if isinstance(field, forms.FileField):
        return str(value) if value else "（なし）"
    return str(field.prepare_value(value) or "（空欄）")

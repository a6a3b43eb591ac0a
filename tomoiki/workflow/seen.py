"""Whether somebody decides about what they saw: the version of an object that a form was opened with."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model


def version_of(obj: Model) -> str:
    """What ``obj`` looks like now, as a short text: a form that saw another version must not decide about this one."""
    values = [(each.attname, each.value_to_string(obj)) for each in obj._meta.concrete_fields]
    return hashlib.blake2s(repr(values).encode(), digest_size=12).hexdigest()


class SeenVersionForm(forms.ModelForm):
    """A form that knows what its object looked like when it was opened, and refuses to overwrite a newer one."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["seen"].initial = version_of(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk is not None and cleaned.get("seen") != version_of(self.instance):
            raise ValidationError(
                "この画面を開いたあとに、ほかの人が内容を変えました。入力したものは下に残っています。"
                "別の画面で開き直し、いまの内容を確かめてから書き直してください。",
                code="changed_meanwhile",
            )
        return cleaned

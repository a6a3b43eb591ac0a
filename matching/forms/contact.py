"""Choosing who looks after a post."""

from collections.abc import Sequence
from typing import Any

from django import forms

from members.models import User


class ContactForm(forms.Form):
    """One of the organisation's people who may act for it."""

    use_required_attribute = False

    contact = forms.ModelChoiceField(
        label="担当の方",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "担当の方を選んでください。",
            "invalid_choice": "いまこの団体の担当者である方から選んでください。",
        },
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = User.objects.filter(pk__in=[each.pk for each in people]).order_by("name_kana", "pk")

"""The parts of an admin page: buttons that call transitions, what they ask for, and panels between the fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Panel:
    """A part of a change page that is not a field: people, a conversation, likely duplicates."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TransitionButton:
    """A button of an object's page that calls a transition.

    ``name`` is the transition's in the workflow's table and stands in the address. ``run`` is the transition
    itself, called as ``run(pk, actor=user, **cleaned_data)``. ``permission`` is the rule that it requires: who does
    not hold it is shown no button. ``next`` says what happens then, ``done`` what has happened.
    ``form`` asks for what the transition needs, on a page of its own; ``confirm`` asks once more on such a page:
    always, or of those objects of which it says why, in a sentence to be read there.
    ``shown`` decides where the table alone cannot; ``initial`` fills the form in from the object.
    """

    name: str
    label: str
    run: Callable[..., Any]
    permission: str
    next: str
    done: str
    tone: str = ""
    icon: str = ""
    form: type[forms.Form] | None = None
    confirm: bool | Callable[[Any], str] = False
    shown: Callable[[Any], bool] | None = None
    initial: Callable[[Any], dict[str, Any]] | None = None

    def asks(self, obj: Any) -> bool:
        """Whether it has a page of its own before ``obj`` is changed."""
        return self.confirm is True or self.form is not None or bool(self.warning(obj))

    def warning(self, obj: Any) -> str:
        """What is to be considered first; empty where there is nothing."""
        return self.confirm(obj) if callable(self.confirm) else ""


class MessageForm(forms.Form):
    """The reason that goes to the people concerned, word by word."""

    message = forms.CharField(
        label="相手に伝える理由",
        help_text="この文章が、そのまま相手に届きます。どこをどう直せばよいかを、具体的に書いてください。",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put a transition's errors beside the fields they name; those of fields that the form lacks stand on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))

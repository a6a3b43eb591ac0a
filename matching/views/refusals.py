"""What the domain refused, shown where the person can mend it."""

from django import forms
from django.core.exceptions import ValidationError

from matching.forms.resources import AsksResource
from tomoiki.workflow.table import TransitionError


def tell(form: forms.Form, error: TransitionError | ValidationError) -> None:
    """Add ``error`` to ``form``: beside the field it names, above the form otherwise."""
    if isinstance(error, TransitionError):
        form.add_error(None, error.message)
        return
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for field, problems in by_field.items():
        # A form may have its own name for what the domain names.
        name = form.field_for(field) if isinstance(form, AsksResource) else field
        for problem in problems:
            form.add_error(name if name in form.fields else None, problem)

from typing import Any

from django import forms

from tomoiki.pages.enums import ContactTopic
from tomoiki.pages.models import ContactMessage
from tomoiki.web.fields import HoneypotField, JapaneseEmailField, TextField


class ContactForm(forms.Form):
    """A message to the office. ``key`` is the form's own, so that a double click sends one message."""

    topic = forms.ChoiceField(label="ご用件", choices=[("", "選んでください"), *ContactTopic.choices])
    name = TextField(label="お名前", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = JapaneseEmailField(max_length=254, help_text="お返事は、このアドレスにお送りします。")
    organisation = TextField(
        label="団体名",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    body = TextField(
        label="内容",
        max_length=ContactMessage._meta.get_field("body").max_length,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    homepage = HoneypotField()
    key = forms.RegexField(regex=r"^[A-Za-z0-9_-]{20,64}$", widget=forms.HiddenInput)

    field_order = ["topic", "body", "name", "email", "organisation"]

    def values(self) -> dict[str, Any]:
        """What the transition takes."""
        return {name: self.cleaned_data[name] for name in ("topic", "name", "email", "organisation", "body")}

"""Saying that something was welcome, for oneself or for a group that told it."""

from typing import Any

from django import forms

from matching.enums import Welcome
from matching.enums.ibasho import NamedAs
from matching.forms.relay import channel_field, received_field
from matching.models import Participant
from tomoiki.web.fields import TextField
from tomoiki.web.widgets import CardRadioSelect


def _named_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="名前の出し方",
        choices=NamedAs,
        initial=NamedAs.NAME,
        required=False,
        widget=forms.RadioSelect,
    )


class WelcomeForm(forms.Form):
    """One choice and one button suffice; nothing is chosen beforehand, and the words may be left out."""

    use_required_attribute = False

    participant = forms.IntegerField(widget=forms.HiddenInput)
    welcome = forms.ChoiceField(
        label="受けとった方々に、喜ばれましたか",
        choices=Welcome,
        widget=CardRadioSelect,
        help_text="「少し違った」「望まれていなかった」は、事務局だけが読みます。相手の団体には伝わりません。",
        error_messages={"required": "ひとつ選んでください。「わからない」でもかまいません。"},
    )
    words = TextField(
        label="お礼のことば",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="相手の団体に届きます。ひとことでもかまいません。",
    )
    may_be_used = forms.BooleanField(
        label="このことばを、相手の団体がホームページや広報などで紹介してもよい",
        required=False,
        help_text="いつでも取り消せます。",
    )
    named_as = _named_field()

    def __init__(self, *args: Any, side: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].initial = side.pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("may_be_used") and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "紹介してよいことばを書いてください。")
        cleaned["named_as"] = cleaned.get("named_as") or NamedAs.NAME
        return cleaned

    def told(self) -> dict[str, Any]:
        """What ``confirm_welcome`` takes."""
        given = dict(self.cleaned_data)
        del given["participant"]
        return given


class RecordWelcomeForm(WelcomeForm):
    """As it was told by telephone, or written on the slip."""

    channel = channel_field()
    received_on = received_field()
    field_order = ("participant", "channel", "received_on", "welcome", "words", "may_be_used", "named_as")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["may_be_used"].label = "このことばを紹介してもよい、とおっしゃった"


class UseForm(forms.Form):
    """May the words be used, and named how?"""

    use_required_attribute = False
    named_as = forms.ChoiceField(label="名前の出し方", choices=NamedAs, initial=NamedAs.NAME, widget=forms.RadioSelect)

"""Saying that something should not stand there."""

from typing import Any

from django import forms

from tomoiki.conversations.enums import ReportReason
from tomoiki.web.fields import HoneypotField, JapaneseEmailField, TextField


class ReportForm(forms.Form):
    """What is wrong, in a click and in words; a visitor may leave an address for the answer."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="どんなことが気になりますか",
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "気になることに、いちばん近いものを選んでください。"},
    )
    words = TextField(
        label="くわしく",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="どこがどのように気になるか、わかる範囲で書いてください。事務局だけが読みます。",
    )
    address = JapaneseEmailField(
        label="お返事を受け取るメールアドレス",
        required=False,
        help_text="書かなくても送れます。書くと、確かめた結果をお知らせします。ほかのことには使いません。",
    )
    homepage = HoneypotField()

    def __init__(self, *args: Any, asks_address: bool, **kwargs: Any) -> None:
        """``asks_address``: whoever is logged in is answered on the portal."""
        super().__init__(*args, **kwargs)
        if not asks_address:
            del self.fields["address"]

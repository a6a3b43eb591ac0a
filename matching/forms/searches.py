"""A name for a search, and how often it tells."""

from typing import Any

from django import forms

from matching.enums.searches import SearchRhythm
from tomoiki.web.fields import TextField


class SavedSearchForm(forms.Form):
    """What is asked beside the conditions, which come from the board."""

    use_required_attribute = False

    name = TextField(
        label="名前",
        max_length=40,
        help_text="あとで見分けられる名前にしてください。お知らせの件名にも入ります。",
        error_messages={"required": "名前を入力してください。"},
    )
    rhythm = forms.ChoiceField(
        label="お知らせ",
        choices=SearchRhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "お知らせの回数を選んでください。"},
    )
    #: The conditions as the board's address has them.
    conditions = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    #: A double click keeps one search.
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_rhythm(self) -> SearchRhythm:
        return SearchRhythm(self.cleaned_data["rhythm"])

    def values(self) -> dict[str, Any]:
        """What the transitions take."""
        return {name: self.cleaned_data[name] for name in ("name", "rhythm")}

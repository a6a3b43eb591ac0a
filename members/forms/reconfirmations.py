"""Agreeing to new texts, and saying whether an organisation goes on."""

from collections.abc import Sequence
from typing import Any

from django import forms

from members.enums import AgreedBy, ConsentKind, ReconfirmationAnswer
from members.models import ConsentDocument
from members.notices.reconfirmations import MEANINGS
from tomoiki.web.fields import JapaneseDateField, TextField
from tomoiki.web.widgets import CardRadioSelect


class AgreeForm(forms.Form):
    """One box for each text to agree to. Its name carries the version: what was shown is what is agreed to."""

    quiet_labels = True

    def __init__(self, *args: Any, documents: Sequence[ConsentDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = sorted(documents, key=lambda each: ConsentKind.values.index(each.kind))
        for document in self.documents:
            self.fields[self.name_of(document)] = forms.BooleanField(
                label=f"{document.get_kind_display()}（{document.version}）に同意します",
                error_messages={"required": f"{document.get_kind_display()}を読み、よろしければ印を付けてください。"},
            )

    @staticmethod
    def name_of(document: ConsentDocument) -> str:
        return f"agrees_{document.pk}"

    def agreed(self) -> list[int]:
        """The numbers of the texts agreed to."""
        return [each.pk for each in self.documents if self.cleaned_data.get(self.name_of(each))]


class AnswerForm(forms.Form):
    """Whether an organisation goes on."""

    answer = forms.ChoiceField(
        label="お返事",
        choices=ReconfirmationAnswer.choices,
        widget=CardRadioSelect(descriptions={answer.value: text for answer, text in MEANINGS.items()}),
        error_messages={"required": "「継続する」「退会する」「保留する」から一つ選んでください。"},
    )
    note = TextField(
        label="事務局へのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RecordedAnswerForm(AnswerForm):
    """An answer that came by telephone or on paper, written down by staff."""

    channel = forms.ChoiceField(label="どのように届きましたか", choices=AgreedBy.choices, widget=forms.RadioSelect)
    said_by = TextField(
        label="答えた方のお名前", max_length=60, help_text="団体での立場も書いてください。例：会長 森 春子"
    )
    said_on = JapaneseDateField(label="お返事を受けた日")

    field_order = ("answer", "channel", "said_by", "said_on", "note")

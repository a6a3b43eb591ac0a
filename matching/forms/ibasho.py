"""An organisation's own ibasho, its numbers, and the three questions."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from matching.enums import TOLD_CHANNELS
from matching.enums.ibasho import QUESTIONS, Score
from matching.models import Ibasho
from members.models import Organisation
from tomoiki.places.lookups import choices_by_region
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.words import Words
from tomoiki.web.fields import HoneypotField, JapaneseDateField, JapaneseIntegerField, TextField
from tomoiki.web.widgets import ChipCheckboxSelect


def _days(**kwargs: Any) -> JapaneseIntegerField:
    return JapaneseIntegerField(
        label="月に開く日数",
        unit="日",
        required=False,
        min_value=0,
        max_value=31,
        error_messages={"max_value": "月に開く日数は31日までです。"},
        **kwargs,
    )


def _people(**kwargs: Any) -> JapaneseIntegerField:
    return JapaneseIntegerField(
        label="1回に来る人数", unit="人", required=False, min_value=0, max_value=1_000_000, **kwargs
    )


class IbashoDetailsForm(forms.Form):
    """What it is called, where it is, and who comes."""

    use_required_attribute = False

    on_behalf = forms.ModelChoiceField(
        label="どの団体の居場所ですか", queryset=Organisation.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    name = TextField(
        label="居場所の名前",
        max_length=80,
        help_text="例：火曜のひだまり",
        error_messages={"required": "居場所の名前を書いてください。"},
    )
    who = forms.MultipleChoiceField(label="来る人", required=False, widget=ChipCheckboxSelect)
    who_comes = TextField(
        label="ひとことで言うと", required=False, max_length=100, help_text="例：放課後の小学生と、見守りの大人"
    )
    municipality = forms.ChoiceField(label="市区町村", required=False)
    address = TextField(
        label="住所", required=False, max_length=200, help_text="団体の担当者と事務局だけが見ます。公開しません。"
    )
    opened_on = JapaneseDateField(label="開いた日", required=False, help_text="わからなければ、空けておいてください。")
    open_days_a_month = _days(help_text="いまの、だいたいの数でかまいません。")
    people_a_time = _people(help_text="いまの、だいたいの数でかまいません。")

    def __init__(self, *args: Any, organisations: Any = None, ibasho: Ibasho | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = Words.load("ibasho_who")
        self.fields["who"].choices = words.choices(  # type: ignore[attr-defined]
            "ibasho_who", keep=ibasho.who if ibasho else ()
        )
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            ("", "選んでください"),
            *choices_by_region(),
        ]
        if ibasho is not None:
            # The numbers have a history of their own.
            for name in ("on_behalf", "open_days_a_month", "people_a_time"):
                del self.fields[name]
            return
        field: Any = self.fields["on_behalf"]
        field.queryset = organisations
        only = list(organisations[:2])
        if len(only) == 1:
            field.initial = only[0]
            field.widget = forms.HiddenInput()

    def clean_municipality(self) -> Municipality | None:
        code = self.cleaned_data["municipality"]
        return Municipality.objects.filter(code=code).first() if code else None

    def clean_opened_on(self) -> Any:
        day = self.cleaned_data["opened_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("これからの日は入れられません。")
        return day

    def told(self) -> dict[str, Any]:
        """What ``open_ibasho`` and ``edit_ibasho`` take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "on_behalf"}


class MeasureForm(forms.Form):
    """How it stands from a day on."""

    use_required_attribute = False

    on = JapaneseDateField(
        label="いつから", initial=timezone.localdate, error_messages={"required": "いつからの数かを入力してください。"}
    )
    open_days_a_month = _days()
    people_a_time = _people()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned["open_days_a_month"] is None and cleaned["people_a_time"] is None:
            self.add_error("open_days_a_month", "どちらかの数を書いてください。")
        return cleaned


class CloseForm(forms.Form):
    use_required_attribute = False
    on = JapaneseDateField(
        label="最後に開いた日の次の日",
        initial=timezone.localdate,
        error_messages={"required": "日にちを入力してください。"},
    )


class SurveyForm(forms.Form):
    """From when until when those who come are asked."""

    use_required_attribute = False
    opens_on = JapaneseDateField(
        label="いつから", initial=timezone.localdate, error_messages={"required": "始まりの日を入力してください。"}
    )
    closes_on = JapaneseDateField(
        label="いつまで",
        help_text="1か月くらいがちょうどよいです。終わったあとも、紙の回答は入力できます。",
        error_messages={"required": "終わりの日を入力してください。"},
    )


class AnswerForm(forms.Form):
    """The three questions, drawn by hand: big, and with readings."""

    use_required_attribute = False
    words = TextField(label="ひとこと", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=Score.choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and all(cleaned.get(name) is None for name in QUESTIONS):
            self.add_error(next(iter(QUESTIONS)), "どれかひとつは、えらんでください。")
        return cleaned

    def scores(self) -> dict[str, int | None]:
        return {name: self.cleaned_data.get(name) for name in QUESTIONS}


class PublicAnswerForm(AnswerForm):
    """The page that is opened by the code on the poster."""

    website = HoneypotField()


class SheetForm(AnswerForm):
    """One sheet of paper, or one telephone call, typed in."""

    channel = forms.ChoiceField(label="どのように届きましたか", choices=TOLD_CHANNELS, initial="paper")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = lambda: uuid4().hex


class TallyForm(forms.Form):
    """Sheets that were counted by hand: how many chose which answer to which question."""

    use_required_attribute = False
    quiet_labels = True
    channel = forms.ChoiceField(label="どのように届きましたか", choices=TOLD_CHANNELS, initial="paper")
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = lambda: uuid4().hex
        for question, words in QUESTIONS.items():
            for score in Score:
                self.fields[f"{question}_{score.value}"] = JapaneseIntegerField(
                    label=f"{words}：{score.label}", unit="枚", required=False, min_value=0, max_value=10_000
                )

    def rows(self) -> list[dict[str, Any]]:
        """One for each question, with its four boxes."""
        return [
            {"label": words, "boxes": [(score.label, self[f"{question}_{score.value}"]) for score in Score]}
            for question, words in QUESTIONS.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.tallies():
            raise forms.ValidationError("数を、どれかひとつは書いてください。")
        return cleaned

    def tallies(self) -> list[tuple[str, int, int]]:
        return [
            (question, score.value, count)
            for question in QUESTIONS
            for score in Score
            if (count := self.cleaned_data.get(f"{question}_{score.value}"))
        ]

"""What people fill in to find a date: three proposals, what suits, and another time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from matching.enums import Suits
from matching.forms.introductions import new_key
from matching.models import Appointment, AppointmentDate, Participant
from tomoiki.web.fields import JapaneseDateTimeField, TextField
from tomoiki.web.templatetags.ui import ja_datetime

LENGTHS = [(30, "30分"), (60, "1時間"), (90, "1時間半"), (120, "2時間"), (180, "3時間"), (240, "半日（4時間）")]
DATES = ("first", "second", "third")


class _PlaceForm(forms.Form):
    """How long, where, and a word on it."""

    use_required_attribute = False

    minutes = forms.TypedChoiceField(label="どれくらいの長さですか", choices=LENGTHS, coerce=int, initial=60)
    place = TextField(
        label="場所",
        required=False,
        max_length=200,
        help_text="オンラインだけのときは、空けておいてください。例：藤沢市民センター 2階 会議室",
    )
    online_url = forms.URLField(
        label="オンラインの入口（URL）",
        required=False,
        max_length=400,
        assume_scheme="https",
        help_text="オンライン会議のときに入れてください。まだ決まっていなければ、場所に「オンライン」と書いてください。",
        error_messages={"invalid": "https:// で始まるアドレスを入力してください。"},
    )
    note = TextField(
        label="ひとこと",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="持ち物、目印、話したいことなど。",
    )


class ProposeForm(_PlaceForm):
    """Up to three dates in the name of one side, or of the secretariat."""

    first = JapaneseDateTimeField(
        label="候補日 1", error_messages={"required": "候補日を、ひとつ以上入力してください。"}
    )
    second = JapaneseDateTimeField(label="候補日 2", required=False)
    third = JapaneseDateTimeField(
        label="候補日 3", required=False, help_text="三つ出すと、一度で決まりやすくなります。"
    )
    participant = forms.ChoiceField(
        label="どの団体として出しますか", error_messages={"required": "団体を選んでください。"}
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    field_order = ["participant", *DATES, "minutes", "place", "online_url", "note", "key"]

    def __init__(self, *args: Any, sides: Sequence[Participant], **kwargs: Any) -> None:
        """``sides`` are those for which the person acts; without one, staff propose for the secretariat."""
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key
        field: Any = self.fields["participant"]
        if not sides:
            del self.fields["participant"]
            return
        field.choices = [(str(side.pk), side.own_label) for side in sides]
        if len(sides) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(sides[0].pk)
        else:
            field.widget = forms.RadioSelect(choices=field.choices)

    @property
    def dates(self) -> list[datetime]:
        return [self.cleaned_data[name] for name in DATES if self.cleaned_data.get(name)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [cleaned[name] for name in DATES if cleaned.get(name)]
        if len(set(given)) != len(given):
            self.add_error("second", "同じ日時が二度入っています。別の日時にしてください。")
        return cleaned


class TickForm(forms.Form):
    """○, △ or × for each date, for one side."""

    use_required_attribute = False

    participant = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, side: Participant, dates: Sequence[AppointmentDate], said: dict[int, str], **kwargs: Any
    ) -> None:
        """``said`` is what this side answered before, by the date's number."""
        kwargs.setdefault("auto_id", f"id_tick{side.pk}_%s")
        super().__init__(*args, **kwargs)
        self.side = side
        self.dates = dates
        self.fields["participant"].initial = side.pk
        for date in dates:
            self.fields[f"date_{date.pk}"] = forms.ChoiceField(
                label=_label(date),
                choices=Suits,
                widget=forms.RadioSelect,
                initial=said.get(date.pk),
                error_messages={"required": "○・△・×のどれかを選んでください。"},
            )

    @property
    def suits(self) -> dict[int, str]:
        return {date.pk: self.cleaned_data[f"date_{date.pk}"] for date in self.dates}


def _label(date: AppointmentDate) -> str:
    return ja_datetime(date.starts_at)


class MoveForm(_PlaceForm):
    """Another time or place for what was fixed."""

    starts_at = JapaneseDateTimeField(label="日時")
    field_order = ["starts_at", "minutes", "place", "online_url", "note"]

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        names = ("starts_at", "minutes", "place", "online_url", "note")
        kwargs.setdefault("initial", {name: getattr(appointment, name) for name in names})
        super().__init__(*args, **kwargs)
        known = [minutes for minutes, _ in LENGTHS]
        if appointment.minutes not in known:
            field: Any = self.fields["minutes"]
            field.choices = [*LENGTHS, (appointment.minutes, f"{appointment.minutes}分")]


class CancelForm(forms.Form):
    """Why it does not take place, in a word."""

    use_required_attribute = False

    note = TextField(
        label="相手へのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="参加している団体と事務局が読みます。書かなくてもかまいません。",
    )

"""The report: what came of an introduction, as one side tells it, and what it did for an ibasho."""

from collections.abc import Iterable
from typing import Any

from django import forms

from matching.enums import Again, IbashoChangeKind, OutcomeResult, Unit, Welcome
from matching.models import Ibasho, Participant
from matching.purposes import words_of
from members.models import Organisation
from tomoiki.web.fields import JapaneseIntegerField, TextField
from tomoiki.web.widgets import CardRadioSelect

_MOST = 1_000_000_000
_NEW = "new"


def _number(label: str, unit: str, **kwargs: Any) -> JapaneseIntegerField:
    return JapaneseIntegerField(label=label, unit=unit, required=False, min_value=0, max_value=1_000_000, **kwargs)


def _days(label: str) -> JapaneseIntegerField:
    return JapaneseIntegerField(
        label=label,
        unit="日",
        required=False,
        min_value=0,
        max_value=31,
        error_messages={"max_value": "月に開く日数は31日までです。"},
    )


class OutcomeForm(forms.Form):
    """What happened, in plain words and a few numbers."""

    use_required_attribute = False

    participant = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label="どうなりましたか",
        choices=OutcomeResult,
        widget=CardRadioSelect,
        error_messages={"required": "どうなったかを、ひとつ選んでください。"},
    )
    story = TextField(
        label="どんなことがありましたか",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="うれしかったこと、やってみて気づいたことなど。ひとことでもかまいません。",
    )
    quantity = JapaneseIntegerField(
        label="実際の数",
        required=False,
        min_value=0,
        max_value=_MOST,
        help_text="お渡しした数や、使った時間など。だいたいでかまいません。",
    )
    unit = forms.ChoiceField(label="実際の数の単位", required=False, choices=[("", "選んでください"), *Unit.choices])
    people_reached = JapaneseIntegerField(
        label="届いた人の数",
        unit="人",
        required=False,
        min_value=0,
        max_value=_MOST,
        help_text="食べた人、使った人、集まった人など。だいたいでかまいません。",
    )
    welcome = forms.ChoiceField(
        label="受けとった方々に、喜ばれましたか",
        choices=Welcome,
        widget=forms.RadioSelect,
        help_text="「少し違った」「望まれていなかった」は事務局だけが読み、次に役立てます。相手の団体には見えません。",
        error_messages={"required": "喜ばれたかどうかを、ひとつ選んでください。「わからない」でもかまいません。"},
    )
    again = forms.ChoiceField(
        label="また、いっしょにやりたいですか",
        choices=Again,
        widget=forms.RadioSelect,
        help_text="「今回かぎり」は事務局だけが読みます。相手の団体には見えません。",
        error_messages={"required": "ひとつ選んでください。"},
    )

    def __init__(self, *args: Any, side: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].initial = side.pk
        words = words_of(side.introduction.purpose)
        if words is not None:
            # Nothing was given or received: only how it went, and what came of it.
            for name in ("quantity", "unit", "people_reached", "welcome"):
                del self.fields[name]
            self.fields["story"].help_text = words.story_help
            return
        confirmation = getattr(side, "confirmation", None)
        if confirmation is not None:
            # They have said so already.
            self.fields["welcome"].initial = confirmation.welcome

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "quantity" not in self.fields:
            return cleaned | {"quantity": None, "unit": "", "people_reached": None, "welcome": Welcome.UNKNOWN}
        if cleaned.get("quantity") is None:
            # Without a number a unit says nothing.
            cleaned["unit"] = ""
        elif not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", forms.ValidationError("単位を選んでください。", code="required"))
        return cleaned

    def told(self) -> dict[str, Any]:
        """What ``report_outcome`` takes, without the ibasho."""
        given = dict(self.cleaned_data)
        del given["participant"]
        return given


#: What must be known of each kind of change, so that before and after can be told.
_NEEDED = {
    IbashoChangeKind.OPENED: ("days_after", "people_after"),
    IbashoChangeKind.ENLARGED: ("people_before", "people_after"),
    IbashoChangeKind.MORE_OFTEN: ("days_before", "days_after"),
}


class IbashoForm(forms.Form):
    """Whether an ibasho opened, grew or opens more often, with before and after. Nothing chosen means none did.

    Which fields are needed follows from what changed, so no marks stand beside them.
    """

    use_required_attribute = False
    quiet_labels = True

    kind = forms.ChoiceField(
        label="このおつなぎで、居場所が生まれたり、広がったりしましたか",
        required=False,
        choices=[("", "いいえ、まだ"), *IbashoChangeKind.choices],
        widget=CardRadioSelect(
            two_columns=True,
            descriptions={
                IbashoChangeKind.OPENED.value: "子ども食堂、サロン、学習の場など",
                IbashoChangeKind.ENLARGED.value: "部屋が増えた、来る人が増えたなど",
                IbashoChangeKind.MORE_OFTEN.value: "月1回が月2回になったなど",
            },
        ),
        help_text="居場所は、人がほっとして集まれる場所のことです。",
    )
    ibasho = forms.ChoiceField(label="どの居場所ですか", required=False, widget=forms.RadioSelect)
    name = TextField(label="居場所の名前", required=False, max_length=80)
    who_comes = TextField(
        label="だれが来る場所ですか",
        required=False,
        max_length=100,
        help_text="例：近くの小学生と、見守りの大人",
    )
    days_before = _days("これまで、月に何日開いていましたか")
    days_after = _days("これから、月に何日開きますか")
    people_before = _number("これまで、1回に何人くらい来ていましたか", "人")
    people_after = _number("これから、1回に何人くらい来ますか", "人")

    def __init__(self, *args: Any, known: Iterable[Ibasho], owner: Organisation, **kwargs: Any) -> None:
        """``known``: the ibasho of the organisations taking part, which may be named; ``owner`` keeps a new one."""
        kwargs.setdefault("prefix", "ibasho")
        super().__init__(*args, **kwargs)
        self.known = {str(ibasho.pk): ibasho for ibasho in known}
        self.fields["kind"].initial = ""
        self.fields[
            "name"
        ].help_text = f"{owner}の居場所として記録します。まだ名前がなければ「火曜のサロン」のように書いてください。"
        if self.known:
            rows = [(key, f"{ibasho.name}（{ibasho.organisation}）") for key, ibasho in self.known.items()]
            self.fields["ibasho"].choices = [*rows, (_NEW, "ほかの居場所（名前を書く）")]  # type: ignore[attr-defined]
        else:
            del self.fields["ibasho"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if not kind:
            # What stands in the folded part does not count, and must not hold anybody up.
            self.errors.clear()
            return {"kind": ""}
        chosen = cleaned.get("ibasho") if self.known else _NEW
        if not chosen and "ibasho" not in self.errors:
            self.add_error("ibasho", "どの居場所かを選んでください。")
        if chosen == _NEW and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "居場所の名前を書いてください。")
        for name in _NEEDED[IbashoChangeKind(kind)]:
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "だいたいの数を書いてください。")
        if kind == IbashoChangeKind.OPENED:
            # There was no before.
            cleaned["days_before"] = cleaned["people_before"] = None
        self._check_growth(cleaned, kind)
        return cleaned

    def _check_growth(self, cleaned: dict[str, Any], kind: str) -> None:
        days = cleaned.get("days_before"), cleaned.get("days_after")
        if kind == IbashoChangeKind.MORE_OFTEN and None not in days and days[0] >= days[1]:  # type: ignore[operator]
            self.add_error("days_after", "「これまで」より多い日数を書いてください。")
        people = cleaned.get("people_before"), cleaned.get("people_after")
        if kind == IbashoChangeKind.ENLARGED and None not in people and people[0] > people[1]:  # type: ignore[operator]
            self.add_error("people_after", "「これまで」より少ない人数になっています。確かめてください。")

    def told(self) -> dict[str, Any] | None:
        """What ``report_outcome`` takes as ``ibasho``; None when nothing changed."""
        given = dict(self.cleaned_data)
        if not given["kind"]:
            return None
        known = self.known.get(str(given.pop("ibasho", "")))
        if known is not None:
            del given["name"], given["who_comes"]
            given["ibasho"] = known
        return given

"""What the forms of desks ask besides: for which group, how it agreed, and how its words came."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from matching.enums import TOLD_CHANNELS
from members.enums import AgreedBy
from members.models import Organisation, RelayedGroup
from tomoiki.web.fields import JapaneseDateField
from tomoiki.web.widgets import CardRadioSelect

FUTURE = "これからの日は入れられません。今日か、今日より前の日を入力してください。"
NAMED, UNNAMED = "named", "unnamed"


class PastDateField(JapaneseDateField):
    """A day that has come."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(FUTURE, code="future")
        return day


class GroupField(forms.ModelChoiceField):
    """One of the groups that the person's desks speak for."""

    def __init__(self, *, desks: Sequence[Organisation], kept: RelayedGroup | None = None, **kwargs: Any) -> None:
        groups = RelayedGroup.objects.of_desks(desks)
        if kept is not None:
            # Taken off the list meanwhile, it stays what was chosen.
            groups = (groups | RelayedGroup.objects.filter(pk=kept.pk)).order_by("name_kana", "name", "pk")
        super().__init__(queryset=groups.select_related("desk"), required=False, **kwargs)
        self.several = len(desks) > 1

    def label_from_instance(self, obj: RelayedGroup) -> str:
        place = f"　{obj.district}" if obj.district else ""
        return f"{obj.name}{place}（{obj.desk}）" if self.several else f"{obj.name}{place}"


def channel_field(label: str = "どのように届きましたか", **kwargs: Any) -> forms.ChoiceField:
    """How words came that nobody entered for themselves."""
    return forms.ChoiceField(
        label=label,
        choices=TOLD_CHANNELS,
        widget=forms.RadioSelect,
        error_messages={"required": "どのように届いたかを選んでください。"},
        **kwargs,
    )


def received_field(label: str = "届いた日", **kwargs: Any) -> PastDateField:
    return PastDateField(
        label=label, error_messages={"required": "届いた日を入力してください。"}, initial=timezone.localdate, **kwargs
    )


def agreed_by_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="団体の承諾を、どのようにもらいましたか",
        required=False,
        choices=[("", "選んでください"), *AgreedBy.choices],
        help_text="この内容で出すこと、窓口が代わりにやりとりすることに、承諾をもらってください。",
    )


def agreed_on_field() -> PastDateField:
    return PastDateField(label="承諾をもらった日", required=False)


def named_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="団体の名前を、みんなに見せてよいですか",
        required=False,
        coerce=lambda value: value == NAMED,
        empty_value=False,  # type: ignore[arg-type]
        choices=[(NAMED, "名前を出す"), (UNNAMED, "名前を出さない")],
        widget=CardRadioSelect(
            two_columns=True,
            descriptions={
                NAMED: "「海風町内会（窓口：○○）」のように出ます。団体が承諾したときに選んでください。",
                UNNAMED: "「○○市内の町内会（窓口：○○）」のように出ます。"
                "名前は、おつなぎが結ばれた相手にだけ伝わります。",
            },
        ),
        help_text="団体の連絡先は、どちらの場合も相手に伝わりません。",
    )

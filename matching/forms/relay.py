"""What the forms of desks ask besides: for which group, how it agreed, and how its words came."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from matching.enums import TOLD_CHANNELS
from matching.models import Post
from members.enums import AgreedBy
from members.models import Organisation, RelayedGroup
from tomoiki.web.fields import JapaneseDateField
from tomoiki.web.widgets import CardRadioSelect

FUTURE = "これからの日は入れられません。今日か、今日より前の日を入力してください。"
NAMED, UNNAMED = "named", "unnamed"
#: What a desk's form of a post writes besides.
RELAY_FIELDS = ("on_behalf_of", "group_agreed_by", "group_agreed_on", "group_named")
_DESK = "選んだ団体の窓口ではありません。掲載する団体を、この団体の窓口にしてください。"
_AGREED_BY = "団体の承諾を、どのようにもらったかを選んでください。"
_AGREED_ON = "団体の承諾を、いつもらったかを入力してください。"
_NAMED = "団体の名前を出すかどうかを選んでください。"


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


class AsksGroup(forms.Form):
    """The part of a post's form that desks see: for which of their groups, and what that agreed to."""

    organisations: Sequence[Organisation]
    post: Post | None
    draft: bool

    def ask_group(self) -> None:
        """For desks: for which of their groups, and that it agreed."""
        kept = self.post.on_behalf_of if self.post else None
        desks = [each for each in self.organisations if each.is_desk]
        #: Whether somebody acts for a desk that has no group on its list yet.
        self.desk_without_groups: Organisation | None = None
        if not desks:
            return
        field = GroupField(
            label="どの団体の代わりに出しますか",
            desks=desks,
            kept=kept,
            empty_label="自分の団体として出す（代わりではない）",
            help_text="一覧にない団体は、先に「地域の団体」の一覧に加えてください。",
        )
        if kept is None and not field.queryset.exists():  # type: ignore[union-attr]
            self.desk_without_groups = desks[0]
            return
        self.fields["on_behalf_of"] = field
        self.ask_agreement()

    def ask_agreement(self) -> None:
        self.fields["group_agreed_by"] = agreed_by_field()
        self.fields["group_agreed_on"] = agreed_on_field()
        self.fields["group_named"] = named_field()
        for name in RELAY_FIELDS[1:]:
            # Needed once a group is chosen.
            self.fields[name].quiet = True  # type: ignore[attr-defined]

    def check_group(self, cleaned: dict[str, Any]) -> None:
        group = cleaned.get("on_behalf_of") if "on_behalf_of" in self.fields else self.fixed_group()
        if group is None:
            # What stands beside a group that was not chosen says nothing.
            for name in RELAY_FIELDS[1:]:
                self.errors.pop(name, None)
                if name in self.fields:
                    cleaned[name] = self.fields[name].empty_value if name == "group_named" else None  # type: ignore[attr-defined]
            if "group_agreed_by" in self.fields:
                cleaned["group_agreed_by"] = ""
            return
        on_behalf = cleaned.get("on_behalf")
        if on_behalf and group.desk_id != on_behalf.pk:
            self.add_error("on_behalf_of", _DESK)
        if self.draft:
            return
        for name, message in (("group_agreed_by", _AGREED_BY), ("group_agreed_on", _AGREED_ON)):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        if not self.data.get(self.add_prefix("group_named")):
            self.add_error("group_named", _NAMED)

    def fixed_group(self) -> RelayedGroup | None:
        return self.post.on_behalf_of if self.post else None

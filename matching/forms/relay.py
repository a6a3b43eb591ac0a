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
#: What a post for a group needs to know of its agreement, and how it is asked for where it lacks.
_AGREEMENT = {
    "group_agreed_by": "団体の承諾を、どのようにもらったかを選んでください。",
    "group_agreed_on": "団体の承諾を、いつもらったかを入力してください。",
    "group_named": "団体の名前を出すかどうかを選んでください。",
}
_NEEDED = "地域の団体の代わりに出すときは、必ず入力してください。"


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
        # A mere beginning will do without.
        needed = self._is_for_group() and not self.draft
        for name, message in _AGREEMENT.items():
            field = self.fields[name]
            field.error_messages["required"] = message
            if needed:
                field.required = True
            else:
                # Needed once a group is chosen, which may still be done on this page.
                field.quiet = True  # type: ignore[attr-defined]
                field.help_text = f"{_NEEDED}{field.help_text}"

    def _is_for_group(self) -> bool:
        """Whether a group is chosen as the page is opened or sent."""
        if self.is_bound and self.fixed_group() is None:
            return bool(self.data.get(self.add_prefix("on_behalf_of")))
        return self.initial.get("on_behalf_of") is not None

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
        for name, message in _AGREEMENT.items():
            # Whether it may be named is answered by no as well.
            given = self.data.get(self.add_prefix(name)) if name == "group_named" else cleaned.get(name)
            if not given and name not in self.errors:
                self.add_error(name, message)

    def fixed_group(self) -> RelayedGroup | None:
        return self.post.on_behalf_of if self.post else None

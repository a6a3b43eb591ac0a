"""What universities, banks and media write when they come."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from matching.enums.doors import ApproachResult
from members.enums import AgreedBy
from members.models import Organisation
from members.names import MOST, members_named, members_named_nearly
from tomoiki.web.fields import JapaneseDateField, TextField


class DoorForm(forms.Form):
    """In whose name, and what it is about."""

    on_behalf = forms.ModelChoiceField(
        label="申し出る団体", queryset=Organisation.objects.none(), empty_label="選んでください"
    )
    message = TextField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 6}))
    key = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args: Any, organisations: Iterable[Organisation], help_text: str = "", **kwargs: Any) -> None:
        own = list(organisations)
        if len(own) == 1:
            kwargs["initial"] = {**(kwargs.get("initial") or {}), "on_behalf": own[0].pk}
        super().__init__(*args, **kwargs)
        self.organisations = own
        field: Any = self.fields["on_behalf"]
        field.queryset = Organisation.objects.filter(pk__in=[each.pk for each in own])
        if len(own) == 1:
            field.widget = forms.HiddenInput()
        self.fields["message"].help_text = help_text
        self.fields["key"].initial = uuid4

    @property
    def acting(self) -> Organisation | None:
        """The one organisation that acts, when there is no choice."""
        return self.organisations[0] if len(self.organisations) == 1 else None


class InterviewForm(DoorForm):
    """Media tell by when they need an answer."""

    deadline = TextField(
        label="締め切り",
        max_length=60,
        required=False,
        help_text="お返事が必要な日時。例：10月20日の午前中",
    )
    field_order = ["on_behalf", "message", "deadline"]


class PassOnForm(DoorForm):
    """A bank passes a need on: to whom, with which words, and that the client agreed."""

    client = forms.CharField(
        label="登録している団体のとき",
        max_length=120,
        required=False,
        help_text="団体の名前を入力してください。「株式会社」などは、なくてもかまいません。その団体の担当者に、お知らせが届きます。",
    )
    client_name = TextField(
        label="まだ登録していない取引先のとき",
        max_length=120,
        required=False,
        help_text="お渡しするリンクを作ります。名前は、あなたの団体と事務局だけが読みます。",
    )
    agreed_by = forms.ChoiceField(
        label="取引先の承諾を、どのようにもらいましたか",
        choices=AgreedBy.choices,
        widget=forms.RadioSelect,
        help_text="取引先のことを伝えるには、承諾が必要です。",
    )
    agreed_on = JapaneseDateField(label="承諾をもらった日")
    field_order = ["on_behalf", "client", "client_name", "message", "agreed_by", "agreed_on"]

    def __init__(self, *args: Any, members_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].required = False
        self.fields["message"].label = "取引先へのことば"
        self.members_only = members_only
        if members_only:
            # A link to hand over would open what only members may read.
            del self.fields["client_name"]
            client = self.fields["client"]
            client.label, client.required = "紹介する団体", True
            client.help_text = (
                "参加団体だけに公開されている困りごとのため、登録している団体にだけ紹介できます。"
                "「株式会社」などは、なくてもかまいません。"
            )
            client.error_messages["required"] = "紹介する団体の名前を入力してください。"

    def clean_client(self) -> Organisation | None:
        name = self.cleaned_data["client"].strip()
        if not name:
            return None
        found = members_named(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(
                f"同じ名前の団体がいくつかあります：{_listed(found)}。登録の名前のとおりに入力してください。"
            )
        near = members_named_nearly(name)
        known = f"近い名前の団体：{_listed(near)}。" if near else ""
        other = (
            "登録の名前をご確認ください。"
            if self.members_only
            else "登録の名前をご確認いただくか、下の欄に入力してください。"
        )
        raise forms.ValidationError(f"この名前の団体は登録されていません。{known}登録の名前を{other}")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned.setdefault("client_name", "")
        if "client" in cleaned and not cleaned["client"] and not cleaned["client_name"] and not self.members_only:
            self.add_error("client", "どちらかの欄に、取引先の名前を入力してください。")
        if cleaned.get("client") and cleaned["client_name"]:
            self.add_error("client_name", "どちらか一方だけに入力してください。")
        return cleaned


def _listed(found: list[Organisation]) -> str:
    return "、".join(each.name for each in found[:MOST]) + ("など" if len(found) > MOST else "")


class SettleForm(forms.Form):
    """What the office made of it, and its answer."""

    result = forms.ChoiceField(label="どうなったか", choices=ApproachResult.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label="お返事",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="この文章が、申し出た団体の担当者に届きます。",
    )

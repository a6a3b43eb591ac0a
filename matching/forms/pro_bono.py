"""Needs for colleagues, colleagues for needs, and the hours given."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from matching.models import Post, ProBonoApplication, ProBonoCall
from members.models import Organisation
from tomoiki.vocabulary.lists import choices as vocabulary_choices
from tomoiki.web.fields import (
    JapaneseDateField,
    JapaneseDecimalField,
    JapaneseEmailField,
    JapaneseIntegerField,
    TextField,
)
from tomoiki.web.widgets import CardCheckboxSelect, ChipCheckboxSelect

#: How long a call stands open unless its coordinator says otherwise.
USUAL_LENGTH = timedelta(days=30)


class NeedsField(forms.ModelMultipleChoiceField):
    """Needs to choose from, each with whose it is."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}（{obj.who}）"


class CallForm(forms.Form):
    """What the link shows to colleagues. ``posts`` are the needs to choose from, those chosen before among them."""

    on_behalf = forms.ModelChoiceField(
        label="募集する団体",
        queryset=Organisation.objects.none(),
        empty_label="選んでください",
        help_text="どの団体の社内に知らせるかを選びます。",
    )
    title = TextField(
        label="見出し", max_length=60, help_text="例：仕事の経験を、地域のために。この春のプロボノを募集します"
    )
    message = TextField(
        label="社内の方へのことば",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="勤務時間の扱い、社内の相談先などを書いてください。リンクを知っている方はだれでも読めます。",
    )
    posts = NeedsField(
        label="紹介する困りごと",
        queryset=Post.objects.none(),
        widget=CardCheckboxSelect,
        error_messages={"required": "社内に紹介する困りごとを、ひとつ以上選んでください。"},
        help_text="だれでも見られる困りごとだけを選べます。ほかの困りごとは、そのページの「社内に知らせる」から加えられます。",
    )
    closes_on = JapaneseDateField(label="受け付ける最後の日", help_text="過ぎると、申し込めなくなります。")
    key = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(
        self,
        *args: Any,
        organisations: Iterable[Organisation],
        posts: Iterable[Post],
        call: ProBonoCall | None = None,
        **kwargs: Any,
    ) -> None:
        own, needs = list(organisations), list(posts)
        initial: dict[str, Any] = {"closes_on": timezone.localdate() + USUAL_LENGTH, "key": str(uuid4())}
        if call is not None:
            initial = {"title": call.title, "message": call.message, "closes_on": call.closes_on}
        if len(own) == 1:
            initial["on_behalf"] = own[0].pk
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.organisations = own
        on_behalf, field = self.fields["on_behalf"], self.fields["posts"]
        on_behalf.queryset = Organisation.objects.filter(pk__in=[each.pk for each in own])  # type: ignore[attr-defined]
        if len(own) == 1:
            on_behalf.widget = forms.HiddenInput()
        # What may be chosen is asked of the database again; what is shown keeps the order given.
        field.queryset = Post.objects.filter(pk__in=[each.pk for each in needs]).for_cards()  # type: ignore[attr-defined]
        field.choices = [(each.pk, f"{each.title}（{each.who}）") for each in needs]  # type: ignore[attr-defined]

    @property
    def acting(self) -> Organisation | None:
        """The one organisation that acts, when there is no choice."""
        return self.organisations[0] if len(self.organisations) == 1 else None

    def values(self) -> dict[str, Any]:
        """What ``make_pro_bono_call`` takes."""
        return {name: self.cleaned_data[name] for name in ("title", "message", "posts", "closes_on")}


class ApplicationForm(forms.Form):
    """A colleague without an account: who, and what they can do."""

    name = TextField(
        label="お名前", max_length=60, help_text="社内の担当の方が推薦するまで、お相手の団体には伝わりません。"
    )
    email = JapaneseEmailField(
        max_length=254,
        help_text="確認のメールをお送りします。メールの中のボタンを押すと、申し込みが届きます。",
    )
    department = TextField(label="所属", max_length=60, required=False, help_text="例：総務部")
    skills = forms.MultipleChoiceField(
        label="できること", required=False, widget=ChipCheckboxSelect, help_text="あてはまるものをいくつでも選べます。"
    )
    words = TextField(
        label="ひとこと",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="仕事や趣味でしてきたこと、力になれそうなことを書いてください。例：経理を10年担当しています。",
    )
    hours_a_month = JapaneseIntegerField(
        label="月に使える時間", required=False, min_value=1, max_value=200, unit="時間"
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        # Only what this need asks for; everything else is told in words.
        wanted = [(code, label) for code, label in vocabulary_choices("skill") if code in post.skills]
        if wanted:
            self.fields["skills"].choices = wanted  # type: ignore[attr-defined]
        else:
            del self.fields["skills"]

    def values(self) -> dict[str, Any]:
        """What ``apply_for_pro_bono`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class PutForwardForm(forms.Form):
    """Who of those that applied is named to the other organisation, and with which words."""

    applications = forms.MultipleChoiceField(
        label="推薦する方",
        widget=CardCheckboxSelect,
        error_messages={"required": "推薦する方を、ひとり以上選んでください。"},
        help_text="選んだ方のお名前、所属、できることが、お相手の団体に伝わります。メールアドレスは伝わりません。",
    )
    message = TextField(
        label="お相手へのメッセージ",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="どのように力になれそうか、会社としてお願いしたいことを書いてください。",
    )

    def __init__(self, *args: Any, applications: Iterable[ProBonoApplication], joins: bool, **kwargs: Any) -> None:
        rows = list(applications)
        super().__init__(*args, **kwargs)
        field: Any = self.fields["applications"]
        field.choices = [(str(row.pk), f"{row.name}さん") for row in rows]
        field.widget.descriptions = {str(row.pk): _about(row) for row in rows}
        if len(rows) == 1:
            self.initial.setdefault("applications", [str(rows[0].pk)])
        if joins:
            # They join what is on its way already; the conversation is the place for words.
            del self.fields["message"]

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["applications"]]


def _about(row: ProBonoApplication) -> str:
    hours = f"月{row.hours_a_month}時間" if row.hours_a_month else ""
    return "・".join(filter(None, (row.department, hours)))


class HoursForm(forms.Form):
    """Hours of one day."""

    worked_on = JapaneseDateField(label="活動した日")
    hours = JapaneseDecimalField(
        label="時間",
        min_value=Decimal("0.1"),
        max_value=24,
        max_digits=4,
        decimal_places=1,
        unit="時間",
        help_text="例：1.5",
    )
    what = TextField(label="したこと", max_length=100, required=False, help_text="例：会計ソフトの設定を手伝いました")
    key = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worked_on"].initial = timezone.localdate
        self.fields["key"].initial = uuid4

    def values(self) -> dict[str, Any]:
        """What ``record_hours`` takes."""
        worked_on: date = self.cleaned_data["worked_on"]
        return {"worked_on": worked_on, "hours": self.cleaned_data["hours"], "what": self.cleaned_data["what"]}


class ThanksForm(forms.Form):
    """Thanks to one person."""

    words = TextField(
        label="お礼のことば",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="ご本人にメールで届きます。会社の名前で手伝っている方のときは、会社の担当の方にも届きます。",
    )


class OwnNameForm(forms.Form):
    """The address under which somebody goes on without their employer."""

    address = JapaneseEmailField(
        label="個人のメールアドレス",
        max_length=254,
        help_text="確認のメールをお送りします。会社の担当の方には伝わりません。",
    )


class ShareAddressForm(forms.Form):
    """Whether the helped organisation gets the address."""

    share_address = forms.BooleanField(
        label="このメールアドレスを、お相手の団体に伝える",
        required=False,
        help_text="伝えると、これからの連絡をじかに取りあえます。",
    )

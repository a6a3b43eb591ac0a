"""Inviting an organisation by link, and what the invited party lets be seen."""

from typing import Any
from uuid import uuid4

from django import forms

from members.enums import AgreedBy, ReferralSharing
from tomoiki.web.fields import JapaneseDateField, JapaneseEmailField, TextField
from tomoiki.web.widgets import CardRadioSelect

#: What each choice means to the invited party.
MEANINGS = {
    ReferralSharing.NOTHING: "登録したかどうかも、断ったかどうかも伝わりません。",
    ReferralSharing.MEMBERSHIP: "申込みをしたこと、登録できたかどうかが伝わります。活動の中身は伝わりません。",
    ReferralSharing.ACTIVITY: "登録に加えて、掲載、おつなぎ、成果の件数が伝わります。中身は伝わりません。",
}


class ReferralForm(forms.Form):
    """Whom to invite, with which words; an address only together with its owner's consent."""

    organisation_name = TextField(label="紹介したい団体", max_length=120, help_text="例：架空商店街振興組合")
    contact_name = TextField(label="ご担当の方のお名前", max_length=60, required=False)
    message = TextField(
        label="ひとこと",
        help_text="相手の方が開くページに載ります。リンクを知っている方はだれでも読めるので、個人のことは書かないでください。",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    email = JapaneseEmailField(
        label="相手の方のメールアドレス",
        help_text="案内のメールを受け取ることを、ご本人が承諾しているときだけ入力してください。空欄なら、メールは送りません。",
        max_length=254,
        required=False,
        widget=forms.EmailInput(),
    )
    agreed_by = forms.ChoiceField(
        label="承諾をどのようにもらいましたか",
        choices=AgreedBy.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    agreed_on = JapaneseDateField(label="承諾をもらった日", required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        # An address of somebody else: the browser must not offer one's own.
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def values(self) -> dict[str, Any]:
        """What ``make_referral`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class SharingForm(forms.Form):
    """What the invited party lets the referrer see; nothing until it says otherwise."""

    quiet_labels = True

    sharing = forms.ChoiceField(
        label="紹介した団体に、伝えてよいこと",
        choices=ReferralSharing.choices,
        initial=ReferralSharing.NOTHING,
        widget=CardRadioSelect(descriptions={choice.value: text for choice, text in MEANINGS.items()}),
        error_messages={"required": "伝えてよいことを一つ選んでください。"},
    )


class DeclineForm(forms.Form):
    """Saying 'not now' to a link."""

    quiet_labels = True

    tell = forms.BooleanField(label="見送ったことを、紹介した団体に伝えてもよい", required=False)


class AcceptForm(SharingForm):
    """Taking a link for an organisation that one answers for already."""

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.TypedChoiceField(
            label="受け取る団体", choices=organisations, coerce=int, widget=forms.RadioSelect
        )
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0][0]
        self.order_fields(["organisation", "sharing"])

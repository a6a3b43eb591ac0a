"""Inviting somebody, answering an invitation, handing over."""

from collections.abc import Sequence
from typing import Any

from django import forms

from members.enums import AffiliationRole
from members.forms.people import CheckForm
from members.models import ConsentDocument, User
from tomoiki.web.fields import JapaneseEmailField, KanaField, TextField
from tomoiki.web.widgets import CardRadioSelect

_ROLES = {
    AffiliationRole.OWNER: "団体の内容と担当者を変えられます。困りごとやおつなぎの返事も書けます。",
    AffiliationRole.EDITOR: "困りごと、できること、おつなぎの返事、団体の紹介を書けます。",
    AffiliationRole.VIEWER: "見ることだけができます。",
}


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = JapaneseEmailField(max_length=254, help_text="招待のメールをお送りします。お仕事のアドレスがおすすめです。")
    name = TextField(label="お名前", required=False, max_length=60, help_text="例：森 春子。メールの宛名になります。")
    role = forms.ChoiceField(
        label="役割",
        choices=AffiliationRole.choices,
        initial=AffiliationRole.EDITOR,
        widget=CardRadioSelect(descriptions={role.value: text for role, text in _ROLES.items()}),
    )
    message = TextField(
        label="ひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="メールに書き添えます。例：来月から、いっしょに担当をお願いします。",
    )


class AcceptForm(CheckForm):
    """Saying yes to an invitation: consent to what has not been agreed to yet.

    ``another`` is the address of somebody who is logged in with another one than was invited: they say that they
    mean it.
    """

    def __init__(self, *args: Any, documents: list[ConsentDocument], another: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("person", None)
        super().__init__(*args, documents=documents, **kwargs)
        if another:
            self.fields["as_another"] = forms.BooleanField(
                label=f"{another} のアカウントで加わります",
                help_text="招待されたメールアドレスとは別のアカウントです。ご自分のものであれば、印を付けてください。",
                error_messages={"required": "このアカウントで加わってよければ、印を付けてください。"},
            )
            self.order_fields(["as_another"])

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in besides pressing the button."""
        return any(not field.is_hidden for field in self.visible_fields() if field.name != "surname_check")


class NewcomerForm(AcceptForm):
    """Saying yes and making an account on one page; the address is known."""

    name = TextField(
        label="お名前", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}), help_text="例：森 春子"
    )
    name_kana = KanaField(label="お名前のフリガナ", max_length=60, help_text="例：モリ ハルコ")

    def __init__(self, *args: Any, email: str, documents: list[ConsentDocument], **kwargs: Any) -> None:
        data = args[0] if args else kwargs.get("data")
        # Whom the password is compared with.
        newcomer = User(email=email, name=data.get("name", "") if data else "")
        super().__init__(*args, person=newcomer, documents=documents, **kwargs)
        self.order_fields(["name", "name_kana", "password"])

    def account(self) -> dict[str, str]:
        """What the account is made of."""
        return {name: self.cleaned_data[name] for name in ("name", "name_kana", "password")}


class HandoverForm(forms.Form):
    """Who follows: one of the colleagues, or somebody who is invited for it."""

    INVITE = "invite"
    use_required_attribute = False

    successor = forms.ChoiceField(
        label="後任の方", widget=CardRadioSelect, error_messages={"required": "後任の方を選んでください。"}
    )
    email = JapaneseEmailField(
        label="新しい方のメールアドレス",
        required=False,
        max_length=254,
        help_text="「新しい方を招待する」を選んだときに入力してください。招待のメールをお送りします。",
    )
    name = TextField(label="新しい方のお名前", required=False, max_length=60, help_text="例：森 春子")
    note = TextField(
        label="申し送り",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="後任の方だけに届きます。例：ひなた庵さんとは、来月の下見の日を相談しているところです。",
    )
    # One press takes the leaver's place away; whoever is only invited has until they accept.
    at_once = forms.BooleanField(
        required=False, help_text="いまの担当者の方に引き継ぐときに、チェックしてください。招待のときは、いりません。"
    )

    def __init__(self, *args: Any, colleagues: Sequence[User], leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues:
            self.fields["at_once"].label = f"今すぐ引き継ぎ、{leaver}さんは担当者から外れます"
        else:
            del self.fields["at_once"]
        self.colleagues = {str(each.pk): each for each in colleagues}
        field = self.fields["successor"]
        field.choices = [  # type: ignore[attr-defined]
            *((key, f"{each}さん") for key, each in self.colleagues.items()),
            (self.INVITE, "新しい方を招待する"),
        ]
        descriptions = dict.fromkeys(self.colleagues, "すぐに引き継ぎます。")
        descriptions[self.INVITE] = "その方が招待にお返事をしたときに、引き継ぎます。それまでは、いまのままです。"
        field.widget.descriptions = descriptions
        if not self.colleagues:
            field.initial = self.INVITE

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("successor") == self.INVITE and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "招待する方のメールアドレスを入力してください。")
        if cleaned.get("successor") in self.colleagues and not cleaned.get("at_once"):
            self.add_error("at_once", "すぐに引き継いでよければ、ここにチェックしてください。")
        return cleaned

    def successor_chosen(self) -> User | None:
        """The colleague, once the form is valid; None for somebody to invite."""
        return self.colleagues.get(self.cleaned_data["successor"])

    def to_invite(self) -> dict[str, str] | None:
        if self.successor_chosen() is not None:
            return None
        return {"email": self.cleaned_data["email"], "name": self.cleaned_data["name"]}

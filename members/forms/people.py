"""What is asked about a person."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from members.enums import AffiliationRole, ConsentKind
from members.models import ConsentDocument, User
from tomoiki.web.fields import HoneypotField, JapaneseEmailField, KanaField, PhoneField, TextField

CONSENT_PAGES = {"terms": "pages:terms", "privacy": "pages:privacy"}


class AccountForm(forms.Form):
    """One's own name and telephone number."""

    name = TextField(
        label="お名前", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}), help_text="例：森 春子"
    )
    name_kana = KanaField(label="お名前のフリガナ", max_length=60, help_text="例：モリ ハルコ")
    phone = PhoneField(label="電話番号", required=False, help_text="事務局だけが見ます。公開しません。")


class JoinMessageForm(forms.Form):
    """A line to those who answer for the organisation one wants to join."""

    message = TextField(
        label="代表担当者の方へのひとこと",
        help_text="例：広報を担当している森です。よろしくお願いします。",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonForm(AccountForm):
    """The second screen of registering. Whoever is logged in is not asked for an address again."""

    email = JapaneseEmailField(
        help_text="確認のメールをお送りします。ログインにも使います。公開しません。", max_length=254
    )
    title = TextField(
        label="部署・役職",
        required=False,
        max_length=80,
        help_text="例：事務局長",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    message = JoinMessageForm.base_fields["message"]

    field_order = ("name", "name_kana", "email", "title", "phone", "message")

    def __init__(self, *args: Any, user: User | None = None, joining: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["email"]
        # A newcomer's post is for their organisation to tell.
        del self.fields["title" if joining else "message"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class CheckForm(forms.Form):
    """The third screen: a password for a new account, consent to what has not been agreed to yet.

    ``person`` is who the password is compared with; None for somebody who has an account.
    """

    surname_check = HoneypotField()

    def __init__(self, *args: Any, person: User | None, documents: list[ConsentDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.documents = sorted(documents, key=lambda each: ConsentKind.values.index(each.kind))
        if person is not None:
            self.fields["password"] = forms.CharField(
                label="パスワード",
                help_text="10文字以上で、数字だけでないもの。ほかで使っていないものにしてください。",
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            )
        for document in self.documents:
            # What was shown is what is agreed to: a version that came into force meanwhile is shown first.
            self.fields[self._seen(document)] = forms.IntegerField(
                widget=forms.HiddenInput, initial=document.pk, required=False
            )
            self.fields[f"agrees_{document.kind}"] = forms.BooleanField(
                label=f"{document.get_kind_display()}（{document.version}）に同意します",
                help_text=format_html(
                    '<a class="read-first" href="{}" target="_blank" rel="noopener">'
                    "{}を読む（新しい画面で開きます）</a>",
                    reverse(CONSENT_PAGES[document.kind]),
                    document.get_kind_display(),
                ),
                error_messages={"required": f"{document.get_kind_display()}を読み、よろしければ印を付けてください。"},
            )

    @staticmethod
    def _seen(document: ConsentDocument) -> str:
        return f"seen_{document.kind}"

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        get_adapter().clean_password(password, user=self.person)
        return password

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if any(data.get(self._seen(document)) != document.pk for document in self.documents):
            # A bound hidden field would bring the old number back.
            ticks = {f"agrees_{document.kind}" for document in self.documents}
            typed = {name: value for name, value in self.data.items() if name not in ticks}
            self.data = {**typed, **{self._seen(document): document.pk for document in self.documents}}
            raise ValidationError(
                "入力のあいだに規約が新しくなりました。新しいものを読み、もう一度印を付けてください。", code="renewed"
            )
        return data


class RoleForm(forms.Form):
    """Another role for somebody."""

    quiet_labels = True
    role = forms.ChoiceField(label="役割", choices=AffiliationRole.choices)

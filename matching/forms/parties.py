"""Asking somebody more along, and leaving while the others go on."""

from typing import Any, ClassVar

from django import forms

from matching.forms.introductions import END_REASONS
from matching.models import Introduction
from members.models import Organisation, RelayedGroup
from tomoiki.text.normalisation import normalise_name
from tomoiki.vocabulary.lists import choices
from tomoiki.web.fields import TextField

MOST = 10


class InviteForm(forms.Form):
    """Who is asked along: a member by its name, or a group for which a desk speaks."""

    use_required_attribute = False

    name = TextField(
        label="誘う団体の名前",
        max_length=120,
        help_text="登録している団体の名前を書いてください。名前の一部でもさがせます。",
        error_messages={"required": "誘う団体の名前を書いてください。"},
    )
    required = forms.TypedChoiceField(
        label="この団体の「ぜひ」は",
        choices=[
            ("", "なくても進める（加わってもらえたらうれしい）"),
            ("1", "なくてはならない（返事を待つ）"),
        ],
        coerce=bool,
        empty_value=False,  # type: ignore[arg-type]  # any value may stand for none
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    invitation = TextField(
        label="お誘いのことば",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="そのまま届きます。何をお願いしたいかを書いてください。例：学生のみなさんに、効果の測り方を考えていただきたいです。",
    )

    error_messages: ClassVar[dict[str, str]] = {
        "unknown": "この名前の団体は見つかりませんでした。登録の名前をお確かめください。",
        "several": "当てはまる団体がいくつかあります。どの団体かを選んでください。",
    }

    def __init__(self, *args: Any, introduction: Introduction, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introduction = introduction
        self.user = user
        if introduction.agreed_at is not None:
            # Those who agreed wait for nobody.
            del self.fields["required"]
        self.found = self._found(str(self.data.get("name", ""))) if self.is_bound else []
        if len(self.found) > 1:
            self.fields["choice"] = forms.ChoiceField(
                label="どの団体ですか",
                choices=[(_key(each), _described(each)) for each in self.found],
                widget=forms.RadioSelect,
                error_messages={"required": self.error_messages["several"]},
            )
            self.order_fields(["name", "choice", "required", "invitation"])

    def _found(self, name: str) -> list[Any]:
        plain = normalise_name(name)
        if not plain:
            return []
        active = Organisation.objects.visible_to(self.user).active()
        rows = active.filter(name_normalised=plain) or active.filter(name_normalised__contains=plain)
        organisations = list(rows.select_related("municipality").order_by("name", "pk")[:MOST])
        groups = RelayedGroup.objects.visible_to(self.user).active().filter(name__icontains=name.strip())
        return [*organisations, *groups.select_related("desk", "municipality").order_by("pk")[:MOST]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("name") and not self.found:
            self.add_error("name", self.error_messages["unknown"])
        return cleaned

    @property
    def chosen(self) -> Organisation | RelayedGroup:
        """Who is meant, once the form is valid."""
        wanted = self.cleaned_data.get("choice")
        found: Organisation | RelayedGroup = next((each for each in self.found if _key(each) == wanted), self.found[0])
        return found


def _key(each: Organisation | RelayedGroup) -> str:
    return f"{'group' if isinstance(each, RelayedGroup) else 'organisation'}-{each.pk}"


def _described(each: Organisation | RelayedGroup) -> str:
    place = each.municipality.name if each.municipality else ""
    if isinstance(each, RelayedGroup):
        return f"{each.name}（{place}・窓口：{each.desk}）"
    return f"{each.name}（{place}・{each.kind_label}）"


class LeaveForm(forms.Form):
    """抜ける: a reason and a word on it, which participants and staff read."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="抜ける理由",
        widget=forms.RadioSelect,
        error_messages={"required": "理由を選んでください。いちばん近いものでかまいません。"},
    )
    note = TextField(
        label="みなさんへのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="参加している団体と事務局が読みます。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices(END_REASONS)  # type: ignore[attr-defined]

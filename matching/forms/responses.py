"""Raising a hand for a post, and leaving aside a change that staff suggest."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from matching.enums import Direction
from matching.forms.relay import GroupField, channel_field, received_field
from matching.models import Post
from members.models import Organisation
from tomoiki.web.fields import JapaneseIntegerField, TextField


class ResponseForm(forms.Form):
    """Raising a hand: a few words to the post's owner, and what one brings along."""

    on_behalf = forms.ModelChoiceField(
        label="手を挙げる団体",
        queryset=Organisation.objects.none(),
        empty_label="選んでください",
        help_text="どの団体の名前で手を挙げるかを選びます。",
    )
    message = TextField(
        label="メッセージ",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    quantity = JapaneseIntegerField(label="どれくらい", required=False, min_value=1)
    post = forms.ModelChoiceField(
        label="合わせて見てもらう掲載",
        queryset=Post.objects.none(),
        required=False,
        empty_label="選ばない",
    )

    error_messages: ClassVar[dict[str, str]] = {
        "other_post": "選んだ団体の掲載ではありません。手を挙げる団体の掲載を選んでください。",
        "desk": "選んだ団体の窓口ではありません。手を挙げる団体を、この団体の窓口にしてください。",
        "channel": "団体から、どのように聞いたかを選んでください。",
        "received_on": "団体から聞いた日を入力してください。",
    }

    def __init__(self, *args: Any, target: Post, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        self.target = target
        self.organisations = organisations
        if len(organisations) == 1:
            kwargs["initial"] = {**(kwargs.get("initial") or {}), "on_behalf": organisations[0].pk}
        super().__init__(*args, **kwargs)
        keys = [organisation.pk for organisation in organisations]
        self.fields["on_behalf"].queryset = Organisation.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["on_behalf"].widget = forms.HiddenInput()
        need = target.direction == Direction.NEED
        self.fields["message"].help_text = (
            "どのように力になれそうか、きいてみたいことを書いてください。例：火曜と水曜なら、大きな部屋をお貸しできます。"
            if need
            else "どんなことに使いたいか、きいてみたいことを書いてください。例：毎月1回の子ども食堂で使わせてください。"
        )
        self._ask_group()
        self._offer_own_posts(keys)
        self._ask_quantity(need)

    @property
    def acting(self) -> Organisation | None:
        """The one organisation that acts, when there is no choice."""
        return self.organisations[0] if len(self.organisations) == 1 else None

    def _ask_group(self) -> None:
        """For desks: for which of their groups, and how it told them so."""
        desks = [each for each in self.organisations if each.is_desk]
        field = GroupField(
            label="どの団体の代わりに手を挙げますか",
            desks=desks,
            empty_label="自分の団体として手を挙げる（代わりではない）",
            help_text="団体の名前は相手に伝わります。連絡先は伝わりません。",
        )
        if not desks or not field.queryset.exists():  # type: ignore[union-attr]
            return
        self.fields["group"] = field
        self.fields["channel"] = channel_field("団体から、どのように聞きましたか", required=False)
        self.fields["received_on"] = received_field("聞いた日", required=False)
        for name in ("channel", "received_on"):
            # Needed once a group is chosen.
            self.fields[name].quiet = True  # type: ignore[attr-defined]
        self.order_fields(["on_behalf", "group", "channel", "received_on", "message", "quantity", "post"])

    def _offer_own_posts(self, keys: list[int]) -> None:
        other = Direction(self.target.direction).opposite
        own = Post.objects.on_board().filter(organisation__in=keys, direction=other).select_related("organisation")
        # Those of the same kind first; a select of a hundred is no help, the newest thirty are.
        same = list(own.filter(resource=self.target.resource)[:30])
        field: Any = self.fields["post"]
        if not same and not own.exists():
            del self.fields["post"]
            return
        field.queryset = own
        several = len(self.organisations) > 1
        rest = list(own.exclude(resource=self.target.resource)[:30])
        field.choices = [
            ("", "選ばない"),
            *((post.pk, f"{post.title}（{post.organisation}）" if several else post.title) for post in same + rest),
        ]
        field.help_text = f"載せている{other.label}に、これに合うものがあれば選んでください。相手に一緒に伝わります。"

    def _ask_quantity(self, need: bool) -> None:
        left = self.target.quantity_left
        if left is None:
            del self.fields["quantity"]
            return
        field: Any = self.fields["quantity"]
        field.unit = self.target.get_unit_display()
        field.max_value = left
        field.help_text = (
            f"このうち、どれくらいを引き受けられそうですか。あと{left:,}{field.unit}ぶんです。"
            if need
            else f"このうち、どれくらいを使いたいですか。あと{left:,}{field.unit}ぶんあります。"
        )

    def clean_quantity(self) -> int | None:
        quantity: int | None = self.cleaned_data["quantity"]
        left = self.target.quantity_left
        if quantity is not None and left is not None and quantity > left:
            raise forms.ValidationError(f"あと{left:,}{self.target.get_unit_display()}までです。", code="too_many")
        return quantity

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        brought, acting = cleaned.get("post"), cleaned.get("on_behalf")
        if brought and acting and brought.organisation_id != acting.pk:
            self.add_error("post", self.error_messages["other_post"])
        self._check_group(cleaned)
        return cleaned

    def _check_group(self, cleaned: dict[str, Any]) -> None:
        group, acting = cleaned.get("group"), cleaned.get("on_behalf")
        if group is None:
            for name in ("channel", "received_on"):
                self.errors.pop(name, None)
            return
        if acting and group.desk_id != acting.pk:
            self.add_error("group", self.error_messages["desk"])
        for name in ("channel", "received_on"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, self.error_messages[name])


class RefusalForm(forms.Form):
    """Why a change that staff suggested is left aside."""

    message = TextField(
        label="いまのままにする理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="事務局に伝わります。例：この時間は、ほかの団体が使うため変えられません。",
    )

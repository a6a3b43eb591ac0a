"""What a desk or the office writes down of a telephone call, a fax or the strip of a 回覧板."""

from typing import Any, ClassVar

from django import forms

from matching.enums import OfflineResult
from matching.forms.introductions import AnswerForm, new_key
from matching.forms.relay import channel_field, received_field
from matching.models import Post
from members.models import Organisation, RelayedGroup
from tomoiki.text.normalisation import normalise_name
from tomoiki.web.fields import JapaneseIntegerField, TextField
from tomoiki.web.widgets import CardRadioSelect

MOST = 10


class OfflineAnswerForm(AnswerForm):
    """The answer of one side, as it was told: what it was, and how and when it came."""

    channel = channel_field()
    received_on = received_field()
    field_order = ["channel", "received_on", "answer", "quantity", "reason", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_%s")
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = f"{self.side.own_name}さんのお返事"

    def told(self) -> dict[str, Any]:
        """What ``record_offline_answer`` takes."""
        names = ("answer", "channel", "received_on", "reason", "note")
        return {**{name: self.cleaned_data[name] for name in names}, "quantity": self.cleaned_data.get("quantity")}


OUTSIDE, ORGANISATION, GROUP = "outside", "organisation", "group"


class OfflineResponseForm(forms.Form):
    """Somebody answered a post by telephone or on paper: who, how, and what they said."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label="どなたからですか",
        widget=CardRadioSelect(
            descriptions={
                OUTSIDE: "お名前と連絡先を、折り返すまでのあいだだけ控えます。",
                ORGANISATION: "その団体の名前で手を挙げたことになり、団体の担当者にもお知らせします。",
                GROUP: "窓口が代わりに手を挙げたことになり、窓口の担当者にもお知らせします。",
            },
        ),
        error_messages={"required": "どなたからかを選んでください。"},
    )
    who = TextField(
        label="お名前・団体名",
        max_length=80,
        error_messages={"required": "お名前か団体名を書いてください。"},
        help_text="登録している団体のときは、登録の名前を書いてください。",
    )
    choice = forms.ModelChoiceField(label="どの団体ですか", queryset=Organisation.objects.none(), required=False)
    contact = TextField(
        label="折り返しの連絡先",
        required=False,
        max_length=80,
        help_text="電話番号など。登録していない方のときだけ控え、「済み」にすると消えます。",
    )
    channel = channel_field()
    received_on = received_field()
    quantity = JapaneseIntegerField(label="どれくらい", required=False, min_value=1)
    words = TextField(
        label="お話の内容",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="できること、都合のよい日など。登録している団体のときは、そのまま相手に伝わります。",
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    error_messages: ClassVar[dict[str, str]] = {
        "unknown": "この名前の団体は見つかりませんでした。登録の名前をお確かめになるか、"
        "「登録していない方」を選んでください。",
        "several": "同じ名前の団体がいくつかあります。どの団体かを選んでください。",
        "contact": "折り返しの連絡先を書いてください。",
    }

    def __init__(self, *args: Any, post: Post, user: Any, organisations: bool, groups: bool, **kwargs: Any) -> None:
        """``organisations``, ``groups``: whether hands may be raised here for members, for groups."""
        super().__init__(*args, **kwargs)
        self.post = post
        self.user = user
        kinds = [(OUTSIDE, "登録していない方・団体")]
        if organisations:
            kinds.append((ORGANISATION, "登録している団体"))
        if groups:
            kinds.append((GROUP, "窓口のある地域の団体（自治会・町内会など）"))
        kind: Any = self.fields["kind"]
        kind.choices = kinds
        self.fields["key"].initial = new_key
        if len(kinds) == 1:
            kind.initial = OUTSIDE
            kind.widget = forms.HiddenInput()
        self._ask_quantity(organisations)
        del self.fields["choice"]
        chosen = str(self.data.get("kind", "")) if self.is_bound else ""
        #: Those that bear the name that was written.
        self.found = self._found(chosen) if chosen in (ORGANISATION, GROUP) else []
        if len(self.found) > 1:
            self._ask_choice()

    def _ask_quantity(self, members: bool) -> None:
        left = self.post.quantity_left
        if left is None or not members:
            del self.fields["quantity"]
            return
        quantity: Any = self.fields["quantity"]
        quantity.unit = self.post.get_unit_display()
        quantity.help_text = f"登録している団体のときだけ。あと{left:,}{quantity.unit}ぶんです。"

    def _ask_choice(self) -> None:
        choices = [(str(each.pk), _described(each)) for each in self.found]
        self.fields["choice"] = forms.ChoiceField(
            label="どの団体ですか",
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": self.error_messages["several"]},
        )
        self.order_fields(["kind", "who", "choice"])

    def _found(self, kind: str) -> list[Any]:
        name = str(self.data.get("who", "")).strip()
        if not name:
            return []
        if kind == GROUP:
            groups = RelayedGroup.objects.visible_to(self.user).active().filter(name__icontains=name)
            same = groups.filter(name=name)
            found = same if same.exists() else groups
            # Not the group whose post it is; another one of the same desk may well answer it.
            found = found.exclude(pk=self.post.on_behalf_of_id) if self.post.on_behalf_of_id else found
            return list(found.select_related("desk", "municipality")[:MOST])
        rows = Organisation.objects.visible_to(self.user).active().filter(name_normalised=normalise_name(name))
        return list(rows.exclude(pk=self.post.organisation_id).select_related("municipality").order_by("pk")[:MOST])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == OUTSIDE:
            if not cleaned.get("contact") and "contact" not in self.errors:
                self.add_error("contact", self.error_messages["contact"])
        elif kind and cleaned.get("who") and not self.found:
            self.add_error("who", self.error_messages["unknown"])
        return cleaned

    @property
    def chosen(self) -> Any:
        """The member or the group that is meant, once the form is valid."""
        wanted = self.cleaned_data.get("choice")
        return next((each for each in self.found if str(each.pk) == wanted), self.found[0])


def _described(each: Organisation | RelayedGroup) -> str:
    place = each.municipality.name if each.municipality else ""
    if isinstance(each, RelayedGroup):
        return f"{each.name}（{place}・窓口：{each.desk}）"
    return f"{each.name}（{place}・{each.kind_label}）"


class SettleForm(forms.Form):
    """What came of an offer that was taken down."""

    use_required_attribute = False

    result = forms.ChoiceField(
        label="どうなりましたか",
        choices=OfflineResult,
        widget=forms.RadioSelect,
        error_messages={"required": "どうなったかを選んでください。"},
    )

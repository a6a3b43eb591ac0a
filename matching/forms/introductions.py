"""What people fill in on the way of an introduction: the answer, a message, and its end before time."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from matching.enums import Answer
from matching.models import Participant
from matching.purposes import words_of
from matching.workflow import TOGETHER_STATES
from members.models import Organisation
from tomoiki.files.fields import MultipleFileField, TakesUploads
from tomoiki.vocabulary.lists import choices
from tomoiki.web.fields import JapaneseIntegerField, TextField
from tomoiki.web.widgets import CardRadioSelect

#: Vocabulary lists of the reasons, as ``matching.registrations`` brings them.
DECLINE_REASONS = "decline_reason"
END_REASONS = "end_reason"

#: Ready sentences for the other side; whoever declines may change them.
POLITE_WORDS = (
    "お声がけをありがとうございます。今回は都合が合わず、見送らせてください。またの機会がありましたら、ぜひお声がけください。",
    "うれしいお話をありがとうございます。今回は力になれませんが、みなさんの活動を応援しています。",
    "ていねいなご説明をありがとうございます。団体の中で話し合い、今回は見送ることにしました。よいお相手が見つかりますように。",
)

_ANSWERS = [(Answer.YES.value, "ぜひ、すすめたい"), (Answer.NO.value, "今回は見送る")]


class AnswerForm(forms.Form):
    """ぜひ, or 今回は見送る with a reason that only staff read, in the name of one participant."""

    use_required_attribute = False

    participant = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="お返事",
        choices=_ANSWERS,
        widget=CardRadioSelect(
            two_columns=True,
            icons={Answer.YES.value: "heart-handshake", Answer.NO.value: "leaf"},
            descriptions={
                Answer.YES.value: "両方が「ぜひ」なら、やりとりが始まります。",
                Answer.NO.value: "理由は相手に伝わりません。ていねいなことばだけが届きます。",
            },
        ),
        error_messages={"required": "「ぜひ」か「今回は見送る」を選んでください。"},
    )
    quantity = JapaneseIntegerField(label="どれくらい", required=False, min_value=1, max_value=1_000_000_000)
    reason = forms.ChoiceField(
        label="見送る理由",
        widget=forms.RadioSelect,
        help_text="事務局だけが読み、次のご紹介に役立てます。相手の団体には伝わりません。",
        error_messages={"required": "理由を選んでください。いちばん近いものでかまいません。"},
    )
    note = TextField(
        label="理由の説明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="事務局だけが読みます。書かなくてもかまいません。",
    )
    ready_words = forms.ChoiceField(
        label="相手に伝えることば",
        required=False,
        choices=[(str(number), sentence) for number, sentence in enumerate(POLITE_WORDS)],
        initial="0",
        widget=forms.RadioSelect(attrs={"data-fills": "words"}),
        help_text="相手の団体には、理由のかわりに、このことばが届きます。",
    )
    words = TextField(
        label="ことばを変えるとき",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ここに書くと、選んだ文のかわりに届きます。空けておくと、選んだ文がそのまま届きます。",
    )

    def __init__(self, *args: Any, side: Participant, said: int | None = None, **kwargs: Any) -> None:
        """``side`` is who answers; ``said`` how much the other side spoke of."""
        # Somebody may answer for two sides: each form on the page has its own ids, and the same names.
        kwargs.setdefault("auto_id", f"id_answer{side.pk}_%s")
        super().__init__(*args, **kwargs)
        self.side = side
        self.fields["participant"].initial = side.pk
        self.fields["reason"].choices = choices(DECLINE_REASONS)  # type: ignore[attr-defined]
        if self.is_bound and self.data.get("answer") != Answer.NO:
            self.fields["reason"].required = False
        words = words_of(side.introduction.purpose)
        if words is not None:
            self.fields["answer"].choices = [(Answer.YES.value, words.yes), _ANSWERS[1]]  # type: ignore[attr-defined]
            self._say_of_yes(words.yes_means)
        joins = side.joined_later and side.introduction.state in TOGETHER_STATES
        if joins:
            self._say_of_yes("すぐに、やりとりに加われます。これまでのやりとりも読めます。")
        # Whoever brings no post of its own speaks in the unit of the one it is asked for.
        post = side.post or side.introduction.post
        # The others have agreed on how much already.
        if post.quantity is None or words is not None or (joins and side.post is None):
            del self.fields["quantity"]
            return
        quantity = self.fields["quantity"]
        quantity.unit = post.get_unit_display()  # type: ignore[attr-defined]
        if not side.joined_later:
            quantity.initial = side.quantity or (min(said, post.quantity_left or said) if said else None)
        quantity.help_text = (
            f"「{post.title}」のあと{post.quantity_left:,}{post.get_unit_display()}のうち、"
            "このおつなぎで決める数です。決まっていなければ、空けておいてください。"
        )

    def _say_of_yes(self, sentence: str) -> None:
        """What a yes brings, where it is not what a yes mostly brings."""
        widget: Any = self.fields["answer"].widget
        widget.descriptions = {**widget.descriptions, Answer.YES.value: sentence}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == Answer.YES:
            # What stood in the folded part belongs to the other answer.
            cleaned["reason"] = cleaned["note"] = cleaned["words"] = ""
        elif cleaned.get("answer") == Answer.NO:
            cleaned["quantity"] = None
            cleaned["words"] = cleaned.get("words") or POLITE_WORDS[int(cleaned.get("ready_words") or 0)]
        return cleaned


def new_key() -> str:
    """A key for one form on one page: sending it twice does it once."""
    return uuid.uuid4().hex


class MessageForm(TakesUploads, forms.Form):
    """A message with up to five files, in the name of one side or of the secretariat."""

    use_required_attribute = False

    body = TextField(
        label="メッセージ",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    # A form's own ``files`` is set on the instance; the field of that name is looked up by its name only.
    files = MultipleFileField(label="写真や資料", required=False)  # type: ignore[assignment]
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, speakers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """``speakers``: (key, name) of those in whose name the person may write."""
        kwargs.setdefault("auto_id", "id_message_%s")
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key
        several = len(speakers) > 1
        self.fields["speaker"] = forms.ChoiceField(
            label="どの立場で書きますか",
            # The secretariat's key is empty, which a required field would refuse.
            required=several,
            choices=speakers,
            # A form's own initial value comes before this one.
            initial=speakers[0][0] if speakers else "",
            widget=forms.RadioSelect if several else forms.HiddenInput,
        )
        self.order_fields(["speaker", "body", "files", "key"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("body") and not cleaned.get("files") and not self.errors:
            raise ValidationError({"body": "メッセージを書くか、ファイルを選んでください。"}, code="empty")
        return cleaned


class _OnBehalfForm(forms.Form):
    """Something done in the name of one of the person's organisations, which the form names."""

    use_required_attribute = False

    on_behalf = forms.ChoiceField(
        label="どの団体として進めますか",
        error_messages={"required": "団体を選んでください。"},
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.pk): each for each in organisations}
        field = self.fields["on_behalf"]
        field.choices = [(key, each.name) for key, each in self.organisations.items()]  # type: ignore[attr-defined]
        if len(self.organisations) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(self.organisations))
        else:
            field.widget = forms.RadioSelect(choices=field.choices)  # type: ignore[attr-defined]

    @property
    def asks_organisation(self) -> bool:
        return len(self.organisations) > 1

    @property
    def organisation(self) -> Organisation:
        """In whose name, once the form is valid."""
        return self.organisations[self.cleaned_data["on_behalf"]]


class StartForm(_OnBehalfForm):
    """実施に入る: no more than in whose name."""


class EndEarlyForm(_OnBehalfForm):
    """途中で終わる: a reason and a word on it, which participants and staff read."""

    reason = forms.ChoiceField(
        label="終わる理由",
        widget=forms.RadioSelect,
        error_messages={"required": "理由を選んでください。いちばん近いものでかまいません。"},
    )
    note = TextField(
        label="相手へのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="相手の団体と事務局が読みます。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices(END_REASONS)  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """取りやめる, before everybody agreed: a word on it for the others."""

    use_required_attribute = False

    note = TextField(
        label="相手へのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="相手の団体と事務局が読みます。書かなくてもかまいません。",
    )

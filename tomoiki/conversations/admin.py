"""Moderation: staff hide messages that must not be seen, and settle what people report."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.safestring import SafeString

from tomoiki.conversations import transitions
from tomoiki.conversations.enums import ReportState
from tomoiki.conversations.models import ConversationMessage, Report
from tomoiki.conversations.reportable import reportables
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import MessageForm, Panel, TransitionAdmin, TransitionButton, list_date, state_chip


class HideForm(forms.Form):
    """Why a message is taken out of sight."""

    reason = forms.CharField(
        label="見えなくする理由",
        help_text="事務局の記録に残ります。例：個人の電話番号が書かれていたため",
        max_length=60,
    )


@admin.register(ConversationMessage)
class ConversationMessageAdmin(TransitionAdmin[ConversationMessage]):
    decision_heading = "このメッセージについて"
    list_display = ["beginning", "speaker", "writer", "written", "state_shown"]
    list_select_related = ["author"]
    list_filter = [("hidden_at", admin.EmptyFieldListFilter)]
    search_fields = ["speaker", "author__name"]
    ordering = ["-created_at", "-pk"]
    readonly_fields = (
        "speaker",
        "writer",
        "written",
        "body",
        "hidden_reason",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "hide",
            "見えなくする",
            transitions.hide_message,
            "conversations.hide_message",
            next="やりとりには「事務局が見えなくしました」とだけ残ります。本文は元に戻せません。",
            done="メッセージを見えなくしました。",
            tone="danger-secondary",
            icon="eye-off",
            form=HideForm,
            shown=lambda obj: obj.hidden_at is None,
        ),
    ]
    trail_words = {
        "conversation.message_written": "メッセージを書きました",
        "conversation.message_hidden": "メッセージを見えなくしました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConversationMessage]:
        return super().get_queryset(request).select_related("author")

    def get_state_chip(self, obj: ConversationMessage) -> SafeString:
        return state_chip("見えません", "danger") if obj.hidden_at else state_chip("見えています", "offer")

    @admin.display(description="見え方", ordering="hidden_at")
    def state_shown(self, obj: ConversationMessage) -> SafeString:
        return self.get_state_chip(obj)

    @admin.display(description="メッセージ")
    def beginning(self, obj: ConversationMessage) -> str:
        text = " ".join(obj.body.split())
        return text[:40] + ("…" if len(text) > 40 else "") if text else "（添付のみ）"

    @admin.display(description="書いた人", ordering="author__name")
    def writer(self, obj: ConversationMessage) -> str:
        return str(obj.author or "")

    @admin.display(description="日時", ordering="created_at")
    def written(self, obj: ConversationMessage) -> str:
        return ja_datetime(obj.created_at)

    def get_facts(self, obj: ConversationMessage) -> Sequence[tuple[str, Any]]:
        return [
            ("発言者", f"{obj.speaker} {obj.author or ''}"),
            ("日時", ja_datetime(obj.created_at)),
            ("本文", obj.body),
        ]

    def get_panels(self, request: HttpRequest, obj: ConversationMessage) -> tuple[Sequence[Panel], Sequence[Panel]]:
        files = [each.file for each in obj.attachments.select_related("file").order_by("pk")]
        return (), [Panel("staff/conversations/_files.html", {"files": files})] if files else ()


class KeepForm(forms.Form):
    """Leaving what was reported where it is."""

    note = forms.CharField(
        label="どう考えたか（事務局の控え）",
        help_text="事務局だけが読みます。例：団体の代表電話で、公開してよいと確かめました",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    answer = forms.CharField(
        label="知らせた方への返事",
        required=False,
        help_text="「今回はそのままにしました」に続けて届きます。書かなくてもかまいません。",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RemoveForm(MessageForm):
    """Taking out of sight what was reported."""

    answer = forms.CharField(
        label="知らせた方への返事",
        required=False,
        help_text="「みなさんから見えないようにしました」に続けて届きます。書かなくてもかまいません。",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].max_length = 1000  # type: ignore[attr-defined]
        self.fields[
            "message"
        ].help_text = (
            "掲載のときは、この文章がそのまま団体に届きます。メッセージのときは、事務局の記録に残ります（60文字まで）。"
        )


@admin.register(Report)
class ReportAdmin(TransitionAdmin[Report]):
    """What people report, one line for each thing however many report it; nothing of it is edited."""

    decision_heading = "この通報をどうしますか"
    state_tones: ClassVar[dict[str, str]] = {ReportState.OPEN: "danger", ReportState.REMOVED: "warning"}
    list_display = ["title", "noun", "state_shown", "count", "arrived"]
    list_filter = ["kind"]
    search_fields = ["title", "text"]
    ordering = [
        Case(When(state=ReportState.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()),
        "-created_at",
        "-pk",
    ]
    tabs = [("確認待ち", "state__exact=open"), ("すべて", "")]
    readonly_fields = ("title", "noun", "count", "arrived", "note", "answer")
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "remove",
            "見えないようにする",
            transitions.remove_reported,
            "conversations.settle_report",
            next="掲載は取りやめになり、メッセージは見えなくなります。元には戻せません。知らせた方に結果が届きます。",
            done="見えないようにし、知らせた方に結果をお伝えしました。",
            tone="danger-secondary",
            icon="eye-off",
            form=RemoveForm,
            shown=lambda obj: obj.state == ReportState.OPEN,
        ),
        TransitionButton(
            "keep",
            "そのままにする",
            transitions.keep_reported,
            "conversations.settle_report",
            next="何も変わりません。考えたことを控えに残し、知らせた方に結果が届きます。",
            done="そのままにし、知らせた方に結果をお伝えしました。",
            tone="secondary",
            icon="check",
            form=KeepForm,
            shown=lambda obj: obj.state == ReportState.OPEN,
        ),
    ]
    trail_words = {
        "report.received": "知らせが届きました",
        "report.kept": "そのままにしました",
        "report.removed": "見えないようにしました",
        "report.forgotten": "保存期間が過ぎ、内容を消しました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_state_chip(self, obj: Report) -> SafeString:
        return state_chip(obj.get_state_display(), self.state_tones.get(obj.state, ""))

    @admin.display(description="種類", ordering="kind")
    def noun(self, obj: Report) -> str:
        able = reportables.get(obj.kind)
        return able.noun if able else obj.kind

    @admin.display(description="届いた日", ordering="created_at")
    def arrived(self, obj: Report) -> str:
        return list_date(obj.created_at)

    def get_facts(self, obj: Report) -> Sequence[tuple[str, Any]]:
        return [("対象", obj.title), ("件数", f"{obj.count}件"), ("そのときの内容", obj.text)]

    def get_panels(self, request: HttpRequest, obj: Report) -> tuple[Sequence[Panel], Sequence[Panel]]:
        able, subject = reportables.get(obj.kind), obj.subject
        context: dict[str, Any] = {
            "report": obj,
            "voices": list(obj.voices.select_related("reporter")),
            "changed": able is not None and subject is not None and able.text(subject) != obj.text,
            "staff_url": able.staff_url(subject) if able and subject is not None else "",
        }
        return [Panel("staff/conversations/_report.html", context)], []

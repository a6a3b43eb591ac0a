"""Messages, for moderation: staff read them where their subject is, and hide here what must not be seen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from tomoiki.conversations import transitions
from tomoiki.conversations.models import ConversationMessage
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton, state_chip


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

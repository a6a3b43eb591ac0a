"""Whether mail arrives: what failed or was lost sight of comes first, and staff decide about it here."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from tomoiki.notifications import transitions
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message, Notification
from tomoiki.notifications.states import WORKFLOW
from tomoiki.web.templatetags.ui import ja_datetime
from tomoiki.workflow.admin import AuditedAdmin, Panel, TransitionAdmin, TransitionButton, state_chip


@admin.register(Message)
class MessageAdmin(TransitionAdmin[Message]):
    """Mails and what became of each. The body of an account mail is not even read from the database."""

    workflow = WORKFLOW
    decision_heading = "このメールについて"
    tabs = (
        ("すべて", ""),
        ("確かめるもの", "state__in=failed%2Cuncertain"),
        ("宛先不明", "state=bounced"),
        ("送信待ち", "state=queued"),
    )
    list_display = ["subject", "recipient", "to_address", "created", "attempts", "state_shown"]
    list_select_related = ["recipient"]
    list_filter = ["state", "secret"]
    search_fields = ["to_address", "subject"]
    ordering = ["-created_at", "-pk"]
    readonly_fields = (
        "subject",
        "recipient",
        "to_address",
        "what",
        "created",
        "attempts",
        "next_attempt",
        "sent",
        "last_error",
        "message_id",
        "request_id",
    )
    fields = readonly_fields
    state_tones = {
        MessageState.SENT: "offer",
        MessageState.QUEUED: "state",
        MessageState.CLAIMED: "state",
        MessageState.IN_FLIGHT: "state",
        MessageState.FAILED: "danger",
        MessageState.BOUNCED: "warning",
        MessageState.UNCERTAIN: "danger",
    }
    buttons = [
        TransitionButton(
            "send_again",
            "もう一度送る",
            transitions.send_again,
            "notifications.send_again_message",
            next="数分のうちに送り直します。すでに届いていたときは、同じメールが2通になります。",
            done="もう一度送ります。",
            icon="send",
            confirm=True,
        ),
        TransitionButton(
            "mark_as_arrived",
            "届いたことにする",
            transitions.mark_as_arrived,
            "notifications.mark_as_arrived_message",
            next="ご本人に届いたと確かめたときに押してください。もう送りません。",
            done="届いたことにしました。",
            tone="secondary",
            icon="check",
        ),
        TransitionButton(
            "cancel",
            "取りやめる",
            transitions.cancel_message,
            "notifications.cancel_message",
            next="このメールは送りません。元には戻せません。",
            done="送るのを取りやめました。",
            tone="danger-secondary",
            icon="ban",
            confirm=True,
        ),
    ]
    trail_words = {
        "message.failed": "送れませんでした",
        "message.bounced": "宛先不明で戻りました",
        "message.uncertain": "届いたか分からなくなりました",
        "message.sent_again": "もう一度送ることにしました",
        "message.marked_as_arrived": "届いたことにしました",
        "message.cancelled": "取りやめました",
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("recipient").defer("text_body", "html_body")

    def get_panels(self, request: HttpRequest, obj: Message) -> tuple[Sequence[Panel], Sequence[Panel]]:
        # One row more, and only for what staff may read.
        body = "" if obj.secret else Message.objects.values_list("text_body", flat=True).get(pk=obj.pk)
        return (), [Panel("staff/notifications/_body.html", {"mail": obj, "body": body})]

    def get_facts(self, obj: Message) -> Sequence[tuple[str, Any]]:
        return [("件名", obj.subject), ("宛先", obj.to_address), ("最後のエラー", obj.last_error)]

    @admin.display(description="状態", ordering="state")
    def state_shown(self, obj: Message) -> SafeString:
        return self.get_state_chip(obj)

    @admin.display(description="種類")
    def what(self, obj: Message) -> str:
        return f"{obj.code}（本文を見せないメール）" if obj.secret else obj.code

    @admin.display(description="作られた日時", ordering="created_at")
    def created(self, obj: Message) -> str:
        return ja_datetime(obj.created_at)

    @admin.display(description="次に送る日時")
    def next_attempt(self, obj: Message) -> str:
        return ja_datetime(obj.next_attempt_at) if obj.state == MessageState.QUEUED else ""

    @admin.display(description="送った日時")
    def sent(self, obj: Message) -> str:
        return ja_datetime(obj.sent_at) if obj.sent_at else ""


@admin.register(Notification)
class NotificationAdmin(AuditedAdmin[Notification]):
    """What people were told on the bell; read only."""

    list_display = ["subject", "recipient", "topic", "created", "read_shown"]
    list_select_related = ["recipient"]
    list_filter = ["topic"]
    search_fields = ["subject", "recipient__name", "recipient__email"]
    ordering = ["-created_at", "-pk"]
    readonly_fields = (
        "subject",
        "digest_text",
        "reason",
        "recipient",
        "topic",
        "code",
        "link",
        "created",
        "read_shown",
    )
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        return super().get_queryset(request).select_related("recipient")

    def get_state_chip(self, obj: Notification) -> SafeString:
        return state_chip("読みました", "offer") if obj.read_at else state_chip("未読", "state")

    @admin.display(description="日時", ordering="created_at")
    def created(self, obj: Notification) -> str:
        return ja_datetime(obj.created_at)

    @admin.display(description="読んだか", ordering="read_at")
    def read_shown(self, obj: Notification) -> SafeString:
        return self.get_state_chip(obj)

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from tomoiki.pages.enums import ContactState
from tomoiki.pages.models import ContactMessage
from tomoiki.pages.transitions import answer_contact_message, close_contact_message
from tomoiki.pages.workflow import CONTACT
from tomoiki.workflow.admin import TransitionAdmin, TransitionButton


class AnswerForm(forms.Form):
    """The office's answer, word by word."""

    message = forms.CharField(
        label="お返事",
        help_text="この文章が、そのままメールで届きます。あいさつと受付番号、いただいた内容は自動で添えます。",
        max_length=ContactMessage._meta.get_field("answer").max_length,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


@admin.register(ContactMessage)
class ContactMessageAdmin(TransitionAdmin[ContactMessage]):
    """Messages to the office: read, answered by mail from here, or put away."""

    workflow = CONTACT
    decision_heading = "このお問い合わせに"
    buttons: ClassVar[Sequence[TransitionButton]] = (
        TransitionButton(
            name="answer",
            label="お返事を送る",
            run=answer_contact_message,
            permission="pages.answer_contactmessage",
            next="差出人にメールが届き、このお問い合わせは終わりになります。",
            done="お返事を送りました。",
            icon="send",
            form=AnswerForm,
        ),
        TransitionButton(
            name="close",
            label="お返事なしで終える",
            run=close_contact_message,
            permission="pages.close_contactmessage",
            next="電話で返事をしたときや、宣伝のときに。差出人には何も届きません。",
            done="お返事なしで終えました。",
            tone="secondary",
            confirm=True,
        ),
    )
    state_tones: ClassVar[Mapping[str, str]] = {ContactState.RECEIVED: "warning", ContactState.ANSWERED: "state"}
    trail_words: ClassVar[Mapping[str, str]] = {
        "contact_message.received": "届いた",
        "contact_message.answered": "お返事を送った",
        "contact_message.closed": "お返事なしで終えた",
        "contact_message.forgotten": "保存期間が過ぎ、内容を消した",
    }
    tabs: ClassVar[Sequence[tuple[str, str]]] = (
        ("お返事待ち", "state__exact=received"),
        ("お返事済み", "state__exact=answered"),
        ("お返事なしで終了", "state__exact=closed"),
        ("すべて", ""),
    )
    list_display = ("number", "topic", "name", "organisation", "received_at", "state_shown")
    list_filter = ("state", "topic")
    search_fields = ("name", "email", "organisation", "body")
    date_hierarchy = None
    fields = (
        "number",
        "topic",
        "body",
        "name",
        "email",
        "organisation",
        "sender",
        "received_at",
        "answer",
        "handled_at",
        "handled_by",
    )
    readonly_fields = fields

    @admin.display(description="受付番号", ordering="pk")
    def number(self, obj: ContactMessage) -> str:
        return obj.number

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactMessage]:
        return super().get_queryset(request).select_related("sender", "handled_by")

    def get_facts(self, obj: ContactMessage) -> Sequence[tuple[str, Any]]:
        return [("ご用件", obj.get_topic_display()), ("差出人", f"{obj.name}（{obj.email}）"), ("内容", obj.body)]

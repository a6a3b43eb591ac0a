"""What conversations tell lower apps: who may read a file of a message, what may be reported, and who settles it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from tomoiki.conversations import access, links
from tomoiki.conversations.enums import ReportState
from tomoiki.conversations.models import Attachment, ConversationMessage, Report
from tomoiki.conversations.reportable import Reportable, reportables
from tomoiki.conversations.transitions import forget_report, hide_message
from tomoiki.files.access import FileAccess, file_access
from tomoiki.files.models import StoredFile
from tomoiki.web.lifecycle import RetentionRule, retention_rules
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, staff_waiting, summarise

__all__ = ["links"]

REPORT_DAYS = 2


def can_read_attachment(user: Any, file: StoredFile) -> bool:
    """Readers of the conversation may, and staff alone once the message is hidden."""
    if not user.is_authenticated:
        return False
    attachments = Attachment.objects.filter(file=file).select_related("message__conversation").order_by("pk")
    return any(
        (each.message.hidden_at is None or user.is_staff) and access.can_read(user, each.message.conversation)
        for each in attachments
    )


file_access.register(FileAccess("conversation attachments", "conversations.Attachment", can_read_attachment))


# --- reports ---


def _find_message(user: Any, pk: int) -> ConversationMessage | None:
    """A message of a conversation that the person reads; the portal's own lines are nobody's."""
    if not user.is_authenticated:
        return None
    shown = ConversationMessage.objects.shown().filter(pk=pk, author__isnull=False)
    message = shown.select_related("conversation").first()
    return message if message is not None and access.can_read(user, message.conversation) else None


def _conversation_url(message: ConversationMessage) -> str:
    subject = message.conversation.subject
    return f"{access.access_to(subject).url(subject)}#message-{message.pk}" if subject is not None else "/"


reportables.register(
    Reportable(
        kind="message",
        model="conversations.ConversationMessage",
        noun="メッセージ",
        find=_find_message,
        title=lambda message: f"{message.speaker}さんのメッセージ",
        text=lambda message: message.body or "（添付のみ）",
        url=_conversation_url,
        staff_url=lambda message: reverse("admin:conversations_conversationmessage_change", args=[message.pk]),
        remove=lambda subject, message, actor: hide_message(subject.pk, reason=message[:60], actor=actor),
        removable=lambda message: message.hidden_at is None,
        members_only=True,
    )
)


def _summary(user: Any) -> QueueSummary:
    return summarise(Report.objects.waiting_for_staff(), "created_at", REPORT_DAYS)


def _first(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Report.objects.waiting_for_staff()[:limit]:
        able = reportables.get(each.kind)
        yield StaffTask(
            subject=each.title,
            url=reverse("admin:conversations_report_change", args=[each.pk]),
            since=each.created_at,
            kind=able.noun if able else "",
            note=f"{each.count}件の知らせ",
        )


staff_waiting.register(
    StaffQueue(
        "reports",
        label="通報の確認",
        task="通報の確認",
        tone="danger",
        target_days=REPORT_DAYS,
        url=lambda: reverse("admin:conversations_report_changelist") + "?state__exact=open",
        summary=_summary,
        first=_first,
        allows=lambda user: user.has_perm("conversations.view_report"),
        order=15,
    )
)


def _settled(before: datetime) -> Iterable[int]:
    settled = Report.objects.exclude(state=ReportState.OPEN).filter(settled_at__lt=before).exclude(text="")
    return settled.order_by("pk").values_list("pk", flat=True).iterator()


retention_rules.register(
    RetentionRule(
        "reports",
        label="通報",
        help_text="確かめ終えた日から数えます。過ぎると、そのときの内容、知らせた方とそのことば、控えと返事を消します。",
        default_months=24,
        due=_settled,
        erase=lambda pk, actor: forget_report(pk, actor=actor),
        order=87,
    )
)

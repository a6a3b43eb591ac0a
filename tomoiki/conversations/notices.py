"""What people are told about their conversations."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.urls import reverse

from tomoiki.conversations.access import access_to
from tomoiki.conversations.enums import ReportState
from tomoiki.conversations.models import Conversation, ConversationMessage, Report
from tomoiki.conversations.reportable import reportables
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.models import Notification
from tomoiki.notifications.notice import Notice

if TYPE_CHECKING:
    from members.models import User


class NewMessage(Notice):
    """Somebody wrote. Of a burst a reader hears once: again only after they have read the conversation."""

    code = "conversation_new_message"
    topic = Topic.CONVERSATION
    action_label = "読んで返事を書く"

    def __init__(self, message: ConversationMessage) -> None:
        self.message = message
        self.conversation = message.conversation
        self.access = access_to(self._about)

    @property
    def _about(self) -> Any:
        return self.conversation.subject

    def about(self) -> Conversation:
        return self.conversation

    def key(self) -> str:
        return f"{self.code}:{self.message.pk}"

    def audience(self) -> Iterable["User"]:
        readers = {
            person.pk: person for person in self.access.readers(self._about) if person.pk != self.message.author_id
        }
        for pk in self._already_told(list(readers)):
            del readers[pk]
        return readers.values()

    def _already_told(self, readers: list[int]) -> list[int]:
        """Those with an earlier notice of this conversation unread; reading the conversation reads it too."""
        return list(
            Notification.objects.unread()
            .filter(
                code=self.code,
                recipient__in=readers,
                content_type=ContentType.objects.get_for_model(Conversation),
                object_id=self.conversation.pk,
            )
            .order_by()
            .values_list("recipient", flat=True)
            .distinct()
        )

    def subject(self, recipient: "User") -> str:
        return f"{self.message.speaker[:40]}さんから新しいメッセージ"

    def digest_text(self, recipient: "User") -> str:
        return f"「{self.title}」のやりとりに、新しいメッセージがあります。"

    def reason(self, recipient: "User") -> str:
        return "このやりとりに参加している団体の担当者のため"

    def link(self, recipient: "User") -> str:
        return self.access.url(self._about)

    def context(self, recipient: "User") -> Mapping[str, Any]:
        return {"message": self.message, "title": self.title, "files": self.message.attachments.count()}

    @property
    def title(self) -> str:
        return self.access.title(self._about)


class ReportReceived(Notice):
    """To staff, once for each case: a flood of reports is one notice."""

    code = "conversation_report_received"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "内容を確かめる"

    def __init__(self, report: Report) -> None:
        self.report = report

    def about(self) -> Report:
        return self.report

    def audience(self) -> Iterable["User"]:
        return get_user_model()._default_manager.filter(is_staff=True, is_active=True).order_by("pk")

    def subject(self, recipient: "User") -> str:
        return f"通報が届きました：「{self.report.title[:40]}」"

    def digest_text(self, recipient: "User") -> str:
        return "載っている内容について、気になることがあるとの知らせです。"

    def reason(self, recipient: "User") -> str:
        return "事務局で掲載とやりとりを見守る方のため"

    def link(self, recipient: "User") -> str:
        return reverse("admin:conversations_report_change", args=[self.report.pk])

    def context(self, recipient: "User") -> Mapping[str, Any]:
        return {"report": self.report, "noun": reportables[self.report.kind].noun}


class ReportAnswered(Notice):
    """To those who reported something while they were logged in: what came of it."""

    code = "conversation_report_answered"
    topic = Topic.CONVERSATION
    urgency = Urgency.NORMAL
    action_label = ""

    def __init__(self, report: Report) -> None:
        self.report = report

    def about(self) -> Report:
        return self.report

    def audience(self) -> Iterable["User"]:
        voices = self.report.voices.filter(reporter__isnull=False).select_related("reporter")
        return [voice.reporter for voice in voices if voice.reporter is not None]

    def subject(self, recipient: "User") -> str:
        return f"お知らせいただいた{reportables[self.report.kind].noun}を確かめました"

    def digest_text(self, recipient: "User") -> str:
        return outcome_words(self.report)

    def reason(self, recipient: "User") -> str:
        return "気になることを事務局にお知らせいただいた方のため"

    def context(self, recipient: "User") -> Mapping[str, Any]:
        return {"report": self.report, "outcome": outcome_words(self.report)}


def outcome_words(report: Report) -> str:
    """What staff decided, for whoever reported it; nothing about the writer."""
    if report.state == ReportState.REMOVED:
        return "内容を確かめ、みなさんから見えないようにしました。"
    return "内容を確かめましたが、今回はそのままにしました。"


def answer_visitors(report: Report) -> None:
    """Write to those who reported it without logging in and left an address.

    Kept like an account mail: its body and the address in the log are wiped once it is sent.
    """
    for voice in report.voices.filter(reporter=None).exclude(address="").order_by("pk"):
        subject = f"お知らせいただいた{reportables[report.kind].noun}を確かめました"
        context = {
            **outbox.site_context(),
            "report": report,
            "outcome": outcome_words(report),
            "subject": subject,
            "recipient": "",
            "reason": "気になることを事務局にお知らせいただいた方のため",
            "action_url": "",
            "can_switch_off": False,
            "body_only": False,
        }
        code = ReportAnswered.code
        body = render_to_string(f"email/{code}.txt", {**context, "body_only": True}).strip()
        outbox.put_secret(
            key=f"{code}:{report.pk}:visitor:{voice.pk}",
            code=code,
            to_address=voice.address,
            subject=subject,
            text=render_to_string(f"email/{code}.txt", context),
            html=render_to_string("layouts/email_from_text.html", {**context, "body_text": body}),
            recipient=None,
            forget_address=True,
        )

"""What the public pages tell the rest of the portal."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tomoiki.pages import links, retention  # noqa: F401 - they register themselves
from tomoiki.pages.models import ContactMessage
from tomoiki.pages.permissions import can_handle_contact_message
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, staff_waiting, summarise

#: Working days are the office's own matter; this is when a sender begins to wonder.
TARGET_DAYS = 3


def _list() -> str:
    return f"{reverse('admin:pages_contactmessage_changelist')}?state__exact=received"


def _summary(user: Any) -> QueueSummary:
    return summarise(ContactMessage.objects.waiting_for_staff(), "received_at", TARGET_DAYS)


def _first(user: Any, number: int) -> Iterable[StaffTask]:
    return [
        StaffTask(
            subject=f"{message.name}さん" + (f"（{message.organisation}）" if message.organisation else ""),
            url=reverse("admin:pages_contactmessage_change", args=[message.pk]),
            since=message.received_at,
            kind=message.get_topic_display(),
        )
        for message in ContactMessage.objects.waiting_for_staff()[:number]
    ]


staff_waiting.register(
    StaffQueue(
        name="contact_messages",
        label="お問い合わせ",
        task="お問い合わせへのお返事",
        tone="state",
        target_days=TARGET_DAYS,
        url=_list,
        summary=_summary,
        first=_first,
        allows=lambda user: can_handle_contact_message(user, None),
        order=70,
    )
)

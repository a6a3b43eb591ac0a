"""What the public pages tell people: the office of a message, and its sender that it arrived or was answered."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from members.models import User
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice
from tomoiki.pages.models import ContactMessage


class ContactMessageReceived(Notice):
    """Somebody wrote to the office."""

    code = "contact_message_received"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "お問い合わせを開く"

    def __init__(self, message: ContactMessage) -> None:
        self.message = message

    def about(self) -> ContactMessage:
        return self.message

    def audience(self) -> Iterable[User]:
        return User.objects.of_the_office()

    def subject(self, recipient: User) -> str:
        return f"お問い合わせが届きました：{self.message.get_topic_display()}"

    def reason(self, recipient: User) -> str:
        return "事務局の職員のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:pages_contactmessage_change", args=[self.message.pk])

    def digest_text(self, recipient: User) -> str:
        return "お返事をお待ちです。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"message": self.message}


def mail_sender(message: ContactMessage, *, code: str, subject: str) -> None:
    """Write to the sender, who may have no account, from the template ``email/<code>.txt``.

    Kept like an account mail: its body is wiped once it is sent, since the answer stands on the message itself.
    """
    context = {
        **outbox.site_context(),
        "message": message,
        "subject": subject,
        "recipient": message.name,
        "reason": "お問い合わせをいただいたため",
        "action_url": "",
        "can_switch_off": False,
        "body_only": False,
    }
    body = render_to_string(f"email/{code}.txt", {**context, "body_only": True}).strip()
    outbox.put_secret(
        key=f"{code}:{message.pk}",
        code=code,
        to_address=message.email,
        subject=f"{subject}（{message.number}）",
        text=render_to_string(f"email/{code}.txt", context),
        html=render_to_string("layouts/email_from_text.html", {**context, "body_text": body}),
        recipient=None,
    )

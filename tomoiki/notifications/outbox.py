"""The outbox: whatever people are told is written here, in the transaction of the change itself."""

import hashlib
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tomoiki.notifications.dispatch import dispatch_after_commit
from tomoiki.notifications.enums import ALWAYS_MAILED, Topic, Urgency
from tomoiki.notifications.models import Message, Notification, Preference
from tomoiki.notifications.notice import Notice

if TYPE_CHECKING:
    from members.models import User  # types only: notifications know people by AUTH_USER_MODEL


class NotInTransaction(RuntimeError):
    """A notice would be sent although the change it tells of may be rolled back."""


def put(notice: Notice) -> list[Notification]:
    """Store ``notice`` for each of its audience and have its mails sent after commit.

    A person who already has a notice of the same key gets nothing again. The number of queries does not
    depend on the size of the audience. Raises ``NotInTransaction`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(notice.code)
    people = {
        person.pk: person
        for person in notice.audience()
        if person.is_active and getattr(person, "anonymised_at", None) is None
    }
    if not people:
        return []
    key, about = notice.key(), notice.about()
    content_type = ContentType.objects.get_for_model(about)
    known = set(Notification.objects.filter(key=key, recipient__in=people).values_list("recipient_id", flat=True))
    no_mail = _without_mail(notice.topic, list(people))
    fresh: list[Notification] = []
    for pk, person in people.items():
        if pk in known:
            continue
        fresh.append(
            Notification(
                key=key,
                recipient=person,
                code=notice.code,
                topic=notice.topic,
                urgency=notice.urgency,
                subject=one_line(notice.subject(person)),
                digest_text=one_line(notice.digest_text(person), 300),
                reason=one_line(notice.reason(person)),
                link=_local(notice.link(person)),
                content_type=content_type,
                object_id=about.pk,
            )
        )
    # Two transitions at once may put the same notice: the unique constraint lets one of them win.
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    stored = list(
        Notification.objects.filter(key=key, recipient__in=[each.recipient_id for each in fresh], message=None)
    )
    mailed = [each for each in stored if notice.urgency != Urgency.BELL and each.recipient_id not in no_mail]
    messages = [_message(notice, each, people[each.recipient_id]) for each in mailed]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    by_key = {each.key: each for each in Message.objects.filter(key__in=[each.key for each in messages])}
    for notification in mailed:
        notification.message = by_key[_message_key(key, notification.recipient_id)]
    Notification.objects.bulk_update(mailed, ["message"])
    dispatch_after_commit(list(by_key.values()))
    return stored


def put_secret(
    *,
    key: str,
    code: str,
    to_address: str,
    subject: str,
    text: str,
    html: str = "",
    recipient: "User | None",
    forget_address: bool = False,
) -> Message:
    """Store an account mail (confirmation, reset): never delayed, its body never shown and wiped once sent.

    With ``forget_address`` the address is wiped with it: that of somebody who is known to the portal no more.
    Raises ``NotInTransaction`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(code)
    message = Message.objects.create(
        key=key[:200],
        code=code[:80],
        recipient=recipient,
        to_address=to_address,
        subject=one_line(f"【{settings.SITE_NAME}】{subject}"),
        text_body=text.strip() + "\n",
        html_body=html,
        secret=True,
        forget_address=forget_address,
        message_id=new_message_id(),
        request_id=_request_id(),
    )
    dispatch_after_commit([message])
    return message


def site_context() -> dict[str, str]:
    """What every mail's layout says of the sender."""
    return {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME, "site_owner": settings.SITE_OWNER}


def one_line(text: str, length: int = 200) -> str:
    """``text`` without line breaks, as a header and a list need it, cut to ``length``."""
    return " ".join(text.split())[:length]


def new_message_id() -> str:
    """A Message-ID of our own domain; it stays the same through all attempts, so that doubles can be told."""
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname or "localhost")


def _message_key(key: str, recipient_id: int) -> str:
    full = f"{key}:{recipient_id}"
    # Cutting a long one would let two people's keys become one.
    return full if len(full) <= 200 else hashlib.sha256(full.encode()).hexdigest()


def _local(link: str) -> str:
    """``link`` if it leads to a page of this site; a notice must never send people elsewhere."""
    if link and not (
        link.startswith("/") and len(link) <= 300 and url_has_allowed_host_and_scheme(link, allowed_hosts=None)
    ):
        raise ValueError(f"not a path of this site: {link!r}")
    return link


def _without_mail(topic: Topic, people: list[int]) -> set[int]:
    if topic in ALWAYS_MAILED:
        return set()
    return set(Preference.objects.filter(user__in=people, topic=topic, by_mail=False).values_list("user_id", flat=True))


def _message(notice: Notice, notification: Notification, person: "User") -> Message:
    context: dict[str, Any] = {
        **notice.context(person),
        "subject": notification.subject,
        "recipient": person,
        "reason": notification.reason,
        "action_url": f"{settings.SITE_URL}{notification.link}" if notification.link else "",
        "action_label": notice.action_label,
        "preferences_url": f"{settings.SITE_URL}{reverse('notifications:preferences')}",
        "can_switch_off": notice.topic not in ALWAYS_MAILED,
        **site_context(),
    }
    return Message(
        key=_message_key(notification.key, person.pk),
        code=notice.code,
        recipient=person,
        to_address=person.email,
        subject=one_line(f"【{settings.SITE_NAME}】{notification.subject}"),
        text_body=render_to_string(f"email/{notice.code}.txt", context).strip() + "\n",
        html_body=_html(notice.code, context),
        message_id=new_message_id(),
        request_id=_request_id(),
    )


def _html(code: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"email/{code}.html", context)
    except TemplateDoesNotExist:
        # The text part says all there is to say; the layout sets it as paragraphs.
        body = render_to_string(f"email/{code}.txt", {**context, "body_only": True}).strip()
        return render_to_string("layouts/email_from_text.html", {**context, "body_text": body})


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]

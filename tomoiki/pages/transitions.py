"""Every change of a message to the office."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.pages.enums import ContactState
from tomoiki.pages.models import ContactMessage
from tomoiki.pages.notices import ContactMessageReceived, mail_sender
from tomoiki.pages.workflow import CONTACT
from tomoiki.workflow.table import TransitionError, require

#: Acts for a visitor without an account.
CONTACT_FORM = SystemActor("contact_form")


@transaction.atomic
def receive_contact_message(data: Mapping[str, Any], *, idempotency_key: str, actor: Actor) -> ContactMessage:
    """Take in what somebody wrote; the same ``idempotency_key`` again gives the message that is there already.

    ``data`` holds topic, name, email, organisation and body. The office is told and the sender gets a receipt,
    which repeats nothing of the text: the form must not carry a stranger's words to a third person's address.
    """
    message, created = ContactMessage.objects.get_or_create(
        idempotency_key=idempotency_key,
        defaults={
            "topic": data["topic"],
            "name": data["name"],
            "email": data["email"],
            "organisation": data.get("organisation", ""),
            "body": data["body"],
            "sender": actor if isinstance(actor, User) else None,
        },
    )
    if not created:
        return message
    audit.record(message, "contact_message.received", actor=actor, codes={"topic": message.topic})
    outbox.put(ContactMessageReceived(message))
    mail_sender(message, code="contact_message_receipt", subject="お問い合わせを受け付けました")
    return message


@transaction.atomic
def answer_contact_message(pk: int, *, message: str, actor: Actor) -> ContactMessage:
    """Send ``message`` to the sender as the office's answer."""
    contact = _locked(pk)
    require(actor, "pages.answer_contactmessage", contact)
    before = CONTACT.check(contact, "answer")
    if not message.strip():
        raise TransitionError("answer_missing", "お返事の文章を書いてください。")
    contact.answer = message.strip()
    _handle(contact, ContactState.ANSWERED, actor)
    audit.record(contact, "contact_message.answered", actor=actor, before=before)
    mail_sender(contact, code="contact_message_answer", subject="お問い合わせへのお返事")
    return contact


@transaction.atomic
def close_contact_message(pk: int, *, actor: Actor) -> ContactMessage:
    """Put a message away without a mail: it was answered by telephone, or is an advertisement."""
    contact = _locked(pk)
    require(actor, "pages.close_contactmessage", contact)
    before = CONTACT.check(contact, "close")
    _handle(contact, ContactState.CLOSED, actor)
    audit.record(contact, "contact_message.closed", actor=actor, before=before)
    return contact


def _locked(pk: int) -> ContactMessage:
    return ContactMessage.objects.select_for_update(of=("self",)).get(pk=pk)


def _handle(contact: ContactMessage, state: ContactState, actor: Actor) -> None:
    contact.state = state
    contact.handled_at = timezone.now()
    contact.handled_by = None if isinstance(actor, SystemActor) else actor
    contact.save(update_fields=["state", "answer", "handled_at", "handled_by"])

"""What staff decide about a message that the engine could not finish, and what people do with their notices."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tomoiki.audit import trail
from tomoiki.audit.actors import Actor
from tomoiki.notifications.dispatch import dispatch_after_commit
from tomoiki.notifications.enums import ALWAYS_MAILED, MessageState, Topic
from tomoiki.notifications.models import Message, Notification, Preference
from tomoiki.notifications.states import WORKFLOW
from tomoiki.workflow.table import TransitionError, require

if TYPE_CHECKING:
    from members.models import User  # types only: notifications know people by AUTH_USER_MODEL


@transaction.atomic
def send_again(pk: int, *, actor: Actor) -> Message:
    """Queue a message that failed, bounced or may have been lost once more, at once and with fresh attempts.

    A notice goes to the person's present address; an account mail only to the one it was written for.
    """
    message = Message.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "notifications.send_again_message", message)
    before = WORKFLOW.check(message, "send_again")
    if message.cleared_at is not None:
        raise TransitionError(
            "body_gone",
            "このメールの本文は、すでに消えています。もう一度は送れません。必要なときは、ご本人に直接ご連絡ください。",
        )
    if message.recipient is not None and message.recipient.anonymised_at is not None:
        raise TransitionError("recipient_gone", "このメールの宛先の方は退会しています。もう一度は送れません。")
    if message.recipient is not None and not message.secret:
        message.to_address = message.recipient.email
    message.state = MessageState.QUEUED
    message.attempts, message.next_attempt_at, message.last_error = 0, timezone.now(), ""
    message.claimed_at, message.claimed_by, message.in_flight_at = None, "", None
    message.save(
        update_fields=[
            "to_address",
            "state",
            "attempts",
            "next_attempt_at",
            "last_error",
            "claimed_at",
            "claimed_by",
            "in_flight_at",
        ]
    )
    trail.record(message, "message.sent_again", actor=actor, before=before)
    dispatch_after_commit([message])
    return message


@transaction.atomic
def mark_as_arrived(pk: int, *, actor: Actor) -> Message:
    """Note that a message of which nobody knew did arrive."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "notifications.mark_as_arrived_message", message)
    before = WORKFLOW.check(message, "mark_as_arrived")
    message.state, message.sent_at = MessageState.SENT, message.in_flight_at or timezone.now()
    if message.secret:
        message.text_body, message.html_body, message.cleared_at = "", "", timezone.now()
    message.save(update_fields=["state", "sent_at", "text_body", "html_body", "cleared_at"])
    trail.record(message, "message.marked_as_arrived", actor=actor, before=before)
    return message


@transaction.atomic
def cancel_message(pk: int, *, actor: Actor) -> Message:
    """Call off a message that has not left, or that is not worth another attempt."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "notifications.cancel_message", message)
    before = WORKFLOW.check(message, "cancel")
    message.state = MessageState.CANCELLED
    message.save(update_fields=["state"])
    trail.record(message, "message.cancelled", actor=actor, before=before)
    return message


@transaction.atomic
def open_notification(pk: int, *, actor: "User") -> Notification:
    """Mark one of ``actor``'s notices as read and return it. Raises ``Notification.DoesNotExist`` for others'."""
    notification = Notification.objects.of(actor).select_for_update(of=("self",)).get(pk=pk)
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


@transaction.atomic
def read_all(*, up_to: int, actor: "User") -> int:
    """Mark ``actor``'s notices as read, up to the newest one that was on the page; newer ones stay unread."""
    return Notification.objects.of(actor).unread().filter(pk__lte=up_to).update(read_at=timezone.now())


@transaction.atomic
def choose_topics(*, by_mail: Collection[str], among: Collection[str], actor: "User") -> None:
    """Keep which of the topics ``among`` the person wants by e-mail as well; the others stay as they are."""
    wanted = {Topic(topic): topic in by_mail for topic in among if topic not in ALWAYS_MAILED}
    before = dict(Preference.objects.filter(user=actor, topic__in=wanted).values_list("topic", "by_mail"))
    changed = [topic for topic, choice in wanted.items() if before.get(topic, True) != choice]
    if not changed:
        return
    # Two tabs at once: the later choice wins, row by row.
    Preference.objects.bulk_create(
        [Preference(user=actor, topic=topic, by_mail=wanted[topic]) for topic in changed],
        update_conflicts=True,
        unique_fields=["user", "topic"],
        update_fields=["by_mail"],
    )
    trail.record(actor, "preference.changed", actor=actor, after="", fields=[str(topic) for topic in changed])

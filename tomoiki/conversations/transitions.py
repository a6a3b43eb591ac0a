"""Everything that changes a conversation."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.conversations import access
from tomoiki.conversations.models import Attachment, Conversation, ConversationMessage, ReadMark
from tomoiki.conversations.notices import NewMessage
from tomoiki.files.access import unreferenced
from tomoiki.files.models import StoredFile
from tomoiki.notifications import outbox
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError, require

MAX_LENGTH = 4000
MAX_FILES = 5
#: Who speaks where the portal itself notes what happened.
PORTAL = "ともいき"


@transaction.atomic
def open_conversation(subject: models.Model, *, actor: Actor, line: str = "") -> Conversation:
    """The conversation about ``subject``, opened if it was not yet; ``line`` is the portal's first word in it.

    The transition that calls it has asked for permission already.
    """
    access.access_to(subject)
    conversation, created = Conversation.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
    )
    if created:
        audit.record(conversation, "conversation.opened", actor=actor)
        if line:
            _note(conversation, line)
    return conversation


@transaction.atomic
def close_conversation(subject: models.Model, *, actor: Actor, line: str = "") -> Conversation | None:
    """Nobody writes any more about ``subject``; what was written stays readable. None when there was none.

    The transition that calls it has asked for permission already.
    """
    conversation = Conversation.objects.about(subject).select_for_update(of=("self",)).first()
    if conversation is None or conversation.closed_at is not None:
        return conversation
    if line:
        _note(conversation, line)
    conversation.closed_at = timezone.now()
    conversation.save(update_fields=["closed_at"])
    audit.record(conversation, "conversation.closed", actor=actor)
    return conversation


@transaction.atomic
def note_in_conversation(subject: models.Model, *, line: str) -> ConversationMessage | None:
    """Let the portal note in the conversation what happened to its subject. None when there is none."""
    conversation = Conversation.objects.about(subject).select_for_update(of=("self",)).first()
    return None if conversation is None else _note(conversation, line)


def _note(conversation: Conversation, line: str) -> ConversationMessage:
    message = ConversationMessage.objects.create(conversation=conversation, speaker=PORTAL, body=line)
    conversation.last_message_at = message.created_at
    conversation.save(update_fields=["last_message_at"])
    return message


@transaction.atomic
def write_message(
    conversation_pk: int,
    *,
    body: str,
    actor: Actor,
    files: Sequence[StoredFile] = (),
    on_behalf_key: str = access.SECRETARIAT,
    idempotency_key: str | None = None,
) -> ConversationMessage:
    """Write in the name of the seat ``on_behalf_key``; the same ``idempotency_key`` again writes nothing more."""
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person writes")
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_pk)
    require(actor, "conversations.read_conversation", conversation)
    # Under the lock: the second of two clicks waits for the first and finds its message.
    if idempotency_key:
        written = ConversationMessage.objects.filter(idempotency_key=idempotency_key).first()
        if written is not None:
            if written.conversation_id != conversation.pk or written.author_id != actor.pk:
                raise PermissionDenied("somebody else's form")
            return written
    if conversation.closed_at is not None:
        raise TransitionError("closed", "このやりとりは終わっています。新しいメッセージは書けません。")
    require(actor, "conversations.write_message", conversation)
    seat = next((each for each in access.seats(actor, conversation) if each.key == on_behalf_key), None)
    if seat is None:
        raise PermissionDenied("not in this name")
    body = body.strip()
    _check_content(body, files)
    _check_files(files, actor.pk)
    message = ConversationMessage.objects.create(
        conversation=conversation,
        author=actor,
        speaker=seat.speaker[:120],
        side=seat.key,
        body=body,
        idempotency_key=idempotency_key or None,
    )
    Attachment.objects.bulk_create([Attachment(message=message, file=file) for file in files])
    conversation.last_message_at = message.created_at
    conversation.save(update_fields=["last_message_at"])
    _read(conversation, actor.pk, message.created_at)
    audit.record(message, "conversation.message_written", actor=actor, codes={"files": len(files)})
    outbox.put(NewMessage(message))
    return message


def _check_content(body: str, files: Sequence[StoredFile]) -> None:
    if not body and not files:
        raise ValidationError({"body": "メッセージを書くか、ファイルを選んでください。"})
    if len(body) > MAX_LENGTH:
        raise ValidationError({"body": f"メッセージは{MAX_LENGTH:,}文字までで書いてください。"})
    if len(files) > MAX_FILES:
        raise ValidationError({"files": f"ファイルは{MAX_FILES}つまでにしてください。"})


def _check_files(files: Sequence[StoredFile], writer: int) -> None:
    """A message opens its files to all readers: so they must be the writer's own, and not yet used elsewhere."""
    pks = {file.pk for file in files}
    if pks and unreferenced().filter(pk__in=pks, uploaded_by=writer).count() != len(pks):
        raise PermissionDenied("somebody else's file")


@transaction.atomic
def mark_read(conversation_pk: int, *, actor: Actor, up_to: datetime | None = None) -> ReadMark:
    """Note that ``actor`` has read the conversation, until ``up_to`` if the page showed no more than that."""
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person reads")
    conversation = Conversation.objects.get(pk=conversation_pk)
    require(actor, "conversations.read_conversation", conversation)
    # Not the clock: a message being written at this moment has not been seen.
    newest = conversation.last_message_at or conversation.opened_at
    return _read(conversation, actor.pk, newest if up_to is None else min(up_to, newest))


def _read(conversation: Conversation, user: int, up_to: datetime) -> ReadMark:
    mark, created = ReadMark.objects.select_for_update(of=("self",)).get_or_create(
        conversation=conversation, user_id=user, defaults={"read_up_to": up_to}
    )
    if not created and mark.read_up_to < up_to:
        mark.read_up_to = up_to
        mark.save(update_fields=["read_up_to"])
    # What the bell said about it is read as well.
    Notification.objects.filter(
        recipient_id=user,
        read_at=None,
        code=NewMessage.code,
        content_type=ContentType.objects.get_for_model(Conversation),
        object_id=conversation.pk,
    ).update(read_at=timezone.now())
    return mark


@transaction.atomic
def copy_read_marks(
    conversations: models.QuerySet[Conversation], *, from_reader: models.Model, to_reader: models.Model
) -> int:
    """Let somebody who takes over begin where another stopped reading; how many conversations that concerned.

    How far they have read themselves stays as it is. The transition that calls it has asked for permission already.
    """
    own = ReadMark.objects.filter(user=to_reader.pk).values("conversation")
    theirs = ReadMark.objects.filter(user=from_reader.pk, conversation__in=conversations).exclude(conversation__in=own)
    copies = [
        ReadMark(conversation_id=mark.conversation_id, user_id=to_reader.pk, read_up_to=mark.read_up_to)
        for mark in theirs
    ]
    return len(ReadMark.objects.bulk_create(copies, ignore_conflicts=True))


@transaction.atomic
def hide_message(pk: int, *, reason: str, actor: Actor) -> ConversationMessage:
    """Staff take a message out of sight; its place stays, with the note that it was hidden."""
    message = ConversationMessage.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "conversations.hide_message", message)
    if not reason.strip():
        raise ValidationError({"reason": "見えなくする理由を書いてください。"})
    if message.hidden_at is not None:
        return message
    message.hidden_at = timezone.now()
    message.hidden_reason = reason.strip()[:60]
    message.save(update_fields=["hidden_at", "hidden_reason"])
    audit.record(message, "conversation.message_hidden", actor=actor, fields=["hidden_at"])
    return message

"""Everything that changes a conversation, and what is reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.conversations import access
from tomoiki.conversations.enums import ReportReason, ReportState
from tomoiki.conversations.models import (
    Attachment,
    Conversation,
    ConversationMessage,
    ReadMark,
    Report,
    ReportVoice,
)
from tomoiki.conversations.notices import NewMessage, ReportAnswered, ReportReceived, answer_visitors
from tomoiki.conversations.reportable import reportables
from tomoiki.files.access import unreferenced
from tomoiki.files.models import StoredFile
from tomoiki.notifications import outbox
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError, require

MAX_LENGTH = 4000
MAX_FILES = 5
MAX_REPORT = 1000
#: Of one case so many are kept word by word; the rest of a flood is only counted.
MOST_VOICES = 30
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
    if seat.key == access.SECRETARIAT:
        _announce(conversation, actor)
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


def _announce(conversation: Conversation, person: models.Model) -> None:
    """Whoever of the secretariat writes for the first time is announced: the others see who reads along."""
    written = ConversationMessage.objects.filter(conversation=conversation, author=person.pk, side=access.SECRETARIAT)
    if not written.exists():
        _note(conversation, f"事務局の{person}さんが、このやりとりに加わりました。")


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


# --- reports ---


@transaction.atomic
def report(
    kind: str,
    pk: int,
    *,
    reason: str,
    actor: Actor,
    key: str,
    words: str = "",
    address: str = "",
    on_behalf: Any = None,
) -> ReportVoice:
    """Say that something should not stand there. ``on_behalf`` is the visitor for whom ``actor`` stands, if nobody.

    ``key`` tells one reporter from another without naming them: the same person says it once about the same text.
    """
    able = reportables[kind]
    subject = able.find(actor if on_behalf is None else on_behalf, pk)
    if subject is None:
        raise PermissionDenied("not to be seen by the reporter")
    if reason not in ReportReason.values:
        raise ValidationError({"reason": "何が問題かを選んでください。"})
    if len(words) > MAX_REPORT:
        raise ValidationError({"words": f"{MAX_REPORT:,}文字までで書いてください。"})
    text = able.text(subject)
    # What was looked at already and has not changed since is not looked at again for the same person.
    about = Report.objects.about(subject).filter(text=text)
    said = ReportVoice.objects.filter(key=key, report__in=about).select_related("report").last()
    if said is not None:
        return said
    case, created = _open_case(kind, subject, title=able.title(subject), text=text)
    # A double click, or the text changed under the same open case: the first words stand.
    said = case.voices.filter(key=key).first()
    if said is not None:
        return said
    case.count += 1
    case.save(update_fields=["count"])
    voice = ReportVoice(
        report=case,
        reason=reason,
        words=words.strip(),
        reporter=None if isinstance(actor, SystemActor) else actor,
        address=address,
        key=key,
    )
    if case.count <= MOST_VOICES:
        voice.save(force_insert=True)
    audit.record(case, "report.received", actor=actor, codes={"reason": reason, "kind": kind})
    if created:
        outbox.put(ReportReceived(case))
    return voice


def _open_case(kind: str, subject: models.Model, *, title: str, text: str) -> tuple[Report, bool]:
    """The case about ``subject``, locked: of two first reporters at once one joins the other."""
    while True:
        case, created = Report.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(subject),
            object_id=subject.pk,
            state=ReportState.OPEN,
            defaults={"kind": kind, "title": title[:120], "text": text},
        )
        held = Report.objects.select_for_update(of=("self",)).get(pk=case.pk)
        # Staff may have settled it while this waited: what is said now would never be looked at there.
        if held.state == ReportState.OPEN:
            return held, created


@transaction.atomic
def keep_reported(pk: int, *, note: str, actor: Actor, answer: str = "") -> Report:
    """Staff looked and leave it where it is; ``note`` says why, ``answer`` is for those who reported it."""
    case = _case(pk, actor)
    if not note.strip():
        raise ValidationError({"note": "どう考えて、そのままにするかを書いてください。"})
    return _settle(case, ReportState.KEPT, note=note, answer=answer, actor=actor)


@transaction.atomic
def remove_reported(pk: int, *, message: str, actor: Actor, answer: str = "") -> Report:
    """Staff take it out of sight; ``message`` is for whoever wrote it."""
    # The object before the case, as whoever reports it does: nobody waits in a circle.
    case = Report.objects.get(pk=pk)
    require(actor, "conversations.settle_report", case)
    able, subject = reportables[case.kind], case.subject
    if not message.strip():
        raise ValidationError({"message": "書いた人に伝える理由を書いてください。"})
    if subject is not None and able.removable(subject):
        able.remove(subject, message=message, actor=actor)
    case = _case(pk, actor)
    return _settle(case, ReportState.REMOVED, note=message, answer=answer, actor=actor)


def _case(pk: int, actor: Actor) -> Report:
    case = Report.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "conversations.settle_report", case)
    if case.state != ReportState.OPEN:
        raise TransitionError("settled", "この通報は、もう片づいています。")
    return case


def _settle(case: Report, state: ReportState, *, note: str, answer: str, actor: Actor) -> Report:
    for field, text in (("note", note), ("answer", answer)):
        if len(text) > MAX_REPORT:
            raise ValidationError({field: f"{MAX_REPORT:,}文字までで書いてください。"})
    before = case.state
    case.state = state
    case.note, case.answer = note.strip(), answer.strip()
    case.settled_at = timezone.now()
    case.settled_by = None if isinstance(actor, SystemActor) else actor
    case.save(update_fields=["state", "note", "answer", "settled_at", "settled_by"])
    audit.record(case, f"report.{state.value}", actor=actor, before=before)
    outbox.put(ReportAnswered(case))
    answer_visitors(case)
    return case


@transaction.atomic
def forget_report(pk: int, *, actor: Actor) -> Report:
    """Who reported, and what was said, goes; that something was reported, and what came of it, stays."""
    case = Report.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "conversations.forget_report", case)
    if case.state == ReportState.OPEN:
        raise TransitionError("still_needed", "まだ確認していないため、消去しませんでした。")
    case.voices.update(words="", address="", reporter=None)
    case.text = case.note = case.answer = ""
    case.save(update_fields=["text", "note", "answer"])
    audit.record(case, "report.forgotten", actor=actor, before=case.state)
    return case

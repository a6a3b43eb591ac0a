"""Who may read and write a conversation: the app that owns its subject answers, since this one knows no members."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from tomoiki.conversations.models import Conversation
from tomoiki.web.registry import Registry

#: The side of the secretariat, which belongs to no organisation.
SECRETARIAT = ""


@dataclass(frozen=True)
class Seat:
    """In whose name a person may write: ``key`` is the side, ``speaker`` the name others read beside the message."""

    key: str
    speaker: str


@dataclass(frozen=True)
class ConversationAccess:
    """An app's answers for the conversations about one of its models.

    ``model`` is its label (``matching.Introduction``). ``can_read(user, subject)`` and ``seats(user, subject)`` say
    what one person may do: no seat, no writing. ``readers(subject)`` are the people who are told of a new message;
    ``title`` and ``url`` name the subject in mails.
    """

    model: str
    can_read: Callable[[Any, Any], bool]
    seats: Callable[[Any, Any], Sequence[Seat]]
    readers: Callable[[Any], Iterable[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]


#: Filled by the ``registrations`` of upper apps.
conversation_access: Registry[ConversationAccess] = Registry("conversation access", key=lambda access: access.model)


def access_to(subject: models.Model) -> ConversationAccess:
    """The answers registered for the model of ``subject``; ``LookupError`` when nobody registered any."""
    access = conversation_access.get(subject._meta.label)
    if access is None:
        raise LookupError(f"no conversation access for {subject._meta.label}")
    return access


def can_read(user: Any, conversation: Conversation) -> bool:
    """Whether ``user`` may read ``conversation``; never when its subject is gone."""
    subject = conversation.subject
    return subject is not None and access_to(subject).can_read(user, subject)


def seats(user: Any, conversation: Conversation) -> Sequence[Seat]:
    """In whose names ``user`` may write in ``conversation`` now; none once it is closed."""
    subject = conversation.subject
    if subject is None or conversation.closed_at is not None:
        return ()
    return access_to(subject).seats(user, subject)

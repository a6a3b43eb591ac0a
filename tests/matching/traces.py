"""What a transition leaves behind: who was told, and what the trail says."""

from django.db import models

from members.models import User
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification


def told(code: str) -> list[User]:
    """Whom a kind of notice reached, once for each time."""
    rows = Notification.objects.filter(code=code).select_related("recipient").order_by("pk")
    return [row.recipient for row in rows]


def mail(code: str) -> Message:
    """The only mail of a kind."""
    return Message.objects.get(code=code)


def trail(obj: models.Model) -> list[tuple[str, str, str]]:
    """(action, before, after) of everything that happened to an object."""
    return [(entry.action, entry.before, entry.after) for entry in Entry.objects.about(obj)]

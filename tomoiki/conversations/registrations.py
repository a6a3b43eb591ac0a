"""What conversations tell lower apps: who may read a file that was sent with a message."""

from typing import Any

from tomoiki.conversations import access, links
from tomoiki.conversations.models import Attachment
from tomoiki.files.access import FileAccess, file_access
from tomoiki.files.models import StoredFile

__all__ = ["links"]


def can_read_attachment(user: Any, file: StoredFile) -> bool:
    """Readers of the conversation may, and staff alone once the message is hidden."""
    if not user.is_authenticated:
        return False
    attachments = Attachment.objects.filter(file=file).select_related("message__conversation").order_by("pk")
    return any(
        (each.message.hidden_at is None or user.is_staff) and access.can_read(user, each.message.conversation)
        for each in attachments
    )


file_access.register(FileAccess("conversation attachments", "conversations.Attachment", can_read_attachment))

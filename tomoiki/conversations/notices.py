"""What people are told about their conversations."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from tomoiki.conversations.access import access_to
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Notification
from tomoiki.notifications.notice import Notice

if TYPE_CHECKING:
    from members.models import User


class NewMessage(Notice):
    """Somebody wrote. Of a burst a reader hears once: again only after they have read the conversation."""

    code = "conversation_new_message"
    topic = Topic.CONVERSATION
    action_label = "読んで返事を書く"

    def __init__(self, message: ConversationMessage) -> None:
        self.message = message
        self.conversation = message.conversation
        self.access = access_to(self._about)

    @property
    def _about(self) -> Any:
        return self.conversation.subject

    def about(self) -> Conversation:
        return self.conversation

    def key(self) -> str:
        return f"{self.code}:{self.message.pk}"

    def audience(self) -> Iterable["User"]:
        readers = {
            person.pk: person for person in self.access.readers(self._about) if person.pk != self.message.author_id
        }
        for pk in self._already_told(list(readers)):
            del readers[pk]
        return readers.values()

    def _already_told(self, readers: list[int]) -> list[int]:
        """Those with an earlier notice of this conversation unread; reading the conversation reads it too."""
        return list(
            Notification.objects.unread()
            .filter(
                code=self.code,
                recipient__in=readers,
                content_type=ContentType.objects.get_for_model(Conversation),
                object_id=self.conversation.pk,
            )
            .order_by()
            .values_list("recipient", flat=True)
            .distinct()
        )

    def subject(self, recipient: "User") -> str:
        return f"{self.message.speaker[:40]}さんから新しいメッセージ"

    def digest_text(self, recipient: "User") -> str:
        return f"「{self.title}」のやりとりに、新しいメッセージがあります。"

    def reason(self, recipient: "User") -> str:
        return "このやりとりに参加している団体の担当者のため"

    def link(self, recipient: "User") -> str:
        return self.access.url(self._about)

    def context(self, recipient: "User") -> Mapping[str, Any]:
        return {"message": self.message, "title": self.title, "files": self.message.attachments.count()}

    @property
    def title(self) -> str:
        return self.access.title(self._about)

"""Who may do what with conversations. Reading and writing is answered by the subject's app."""

from typing import Any

import rules

from tomoiki.conversations import access
from tomoiki.conversations.models import Conversation, ConversationMessage


@rules.predicate
def can_read_conversation(user: Any, conversation: Conversation | None) -> bool:
    return conversation is not None and access.can_read(user, conversation)


@rules.predicate
def can_write_message(user: Any, conversation: Conversation | None) -> bool:
    return conversation is not None and bool(access.seats(user, conversation))


@rules.predicate
def can_hide_message(user: Any, message: ConversationMessage | None) -> bool:
    return bool(user.is_active and user.is_staff)


@rules.predicate
def can_settle_report(user: Any, report: Any) -> bool:
    return bool(user.is_active and user.is_staff)


rules.add_perm("conversations.read_conversation", can_read_conversation)
rules.add_perm("conversations.write_message", can_write_message)
rules.add_perm("conversations.hide_message", can_hide_message)
rules.add_perm("conversations.settle_report", can_settle_report)
# Time alone: system actors need no rule, people never may.
rules.add_perm("conversations.forget_report", rules.always_false)

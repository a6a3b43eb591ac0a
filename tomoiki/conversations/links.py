"""What becomes of messages and read marks in the life of a person, and of the names in them."""

from typing import Any

from tomoiki.conversations.models import ConversationMessage
from tomoiki.web.lifecycle import (
    Delete,
    Identity,
    Nothing,
    PersonLink,
    Rows,
    Trace,
    mask,
    organisation_traces,
    person_links,
    person_traces,
)

person_links.register(
    PersonLink(
        "conversations.ConversationMessage.author",
        hand_over=Nothing("Who wrote a message stays so; the organisation goes on reading and writing."),
        export=Rows(
            "書いたメッセージ",
            {
                "created_at": ("日時", "created_at"),
                "speaker": ("どの名前で", "speaker"),
                "body": ("本文", "body"),
                "files": ("添付したファイル", lambda message: [str(each.file) for each in message.attachments.all()]),
            },
            rows=lambda rows: rows.prefetch_related("attachments__file"),
        ),
        erase=Nothing("Partners need what was agreed on; the author reads as somebody who left, names are masked."),
    )
)
person_links.register(
    PersonLink(
        "conversations.ReadMark.user",
        hand_over=Nothing("Copied by the handover itself: two people cannot share one mark, and both may be readers."),
        export=Rows(
            "やりとりを読んだところ",
            {
                "conversation": ("やりとりの番号", "conversation_id"),
                "read_up_to": ("ここまで読んだ", "read_up_to"),
            },
        ),
        erase=Delete(),
    )
)


def _unsign(identity: Identity, actor: Any) -> None:
    """People sign with their name and number; partners greet them by it."""
    conversations = ConversationMessage.objects.filter(author=identity.pk).values("conversation")
    mask(ConversationMessage.objects.filter(conversation__in=conversations), ["body"], identity, "退会した方")


def _unname(identity: Identity, actor: Any) -> None:
    """Beside each message stands the organisation's name as it was then."""
    mask(ConversationMessage.objects.all(), ["speaker", "body"], identity, "退会した団体")


person_traces.register(Trace("names in messages", erase=_unsign))
organisation_traces.register(Trace("names in messages", erase=_unname))

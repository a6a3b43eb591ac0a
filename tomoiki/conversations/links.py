"""What becomes of messages and read marks in the life of a person, and of the names in them."""

from typing import Any

from django.db.models import QuerySet

from tomoiki.conversations.models import ConversationMessage, Report, ReportVoice
from tomoiki.web.lifecycle import (
    Columns,
    Delete,
    Identity,
    Nothing,
    PersonLink,
    Rows,
    Trace,
    Wipe,
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


# --- reports ---

_VOICE: Columns = {
    "created_at": ("日時", "created_at"),
    "about": ("対象", lambda voice: voice.report.title),
    "words": ("くわしく", "words"),
    "state": ("結果", lambda voice: voice.report.get_state_display()),
}


def _with_report(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("report")


person_links.register(
    PersonLink(
        "conversations.ReportVoice.reporter",
        hand_over=Nothing("What somebody reported is between them and the office."),
        export=Rows("事務局に知らせたこと（通報）", _VOICE, rows=_with_report),
        erase=Wipe({"words": "", "address": "", "reporter": None}),
    )
)
person_links.register(
    PersonLink(
        "conversations.Report.settled_by",
        hand_over=Nothing("Staff work from one queue; what is open there belongs to nobody."),
        export=Nothing("It is about others; that it was settled stands in the trail of who settled it."),
        erase=Nothing("A number of an anonymised row says who of the office decided, and nothing else."),
    )
)


def _said_by_address(identity: Identity) -> QuerySet[ReportVoice]:
    """What came from one of the person's addresses without their being logged in."""
    return ReportVoice.objects.filter(address__in=identity.others).exclude(reporter=identity.pk)


def _forget_in_reports(identity: Identity, actor: Any) -> None:
    _said_by_address(identity).update(words="", address="")
    mask(Report.objects.all(), ["title", "text", "note", "answer"], identity, "退会した方")
    mask(ReportVoice.objects.all(), ["words"], identity, "退会した方")


def _unname_in_reports(identity: Identity, actor: Any) -> None:
    mask(Report.objects.all(), ["title", "text", "note", "answer"], identity, "退会した団体")
    mask(ReportVoice.objects.all(), ["words"], identity, "退会した団体")


person_traces.register(
    Trace(
        "reports by address and names in them",
        erase=_forget_in_reports,
        export=Rows("ログインせずに知らせたこと（通報）", _VOICE, rows=_with_report),
        find=_said_by_address,
    )
)
organisation_traces.register(Trace("names in reports", erase=_unname_in_reports))

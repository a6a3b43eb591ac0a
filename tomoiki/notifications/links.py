"""What becomes of notices and mails in the life of a person, and of the names in what others were told."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import NOBODY, Message, Notification
from tomoiki.notifications.states import WORKFLOW
from tomoiki.web.lifecycle import (
    Carry,
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


def _empty(messages: QuerySet[Message]) -> None:
    """Call off what has not left yet, and wipe to whom the rest went and what it said.

    Nor may what is in flight at this moment come back into the queue: there is nobody left to send it to.
    """
    now = timezone.now()
    ends = {*WORKFLOW.transitions["cancel"].sources, MessageState.IN_FLIGHT}
    messages.filter(state__in=ends).update(state=MessageState.CANCELLED, claimed_by="")
    messages.update(
        recipient=None,
        to_address=NOBODY,
        subject="（消去済み）",
        text_body="",
        html_body="",
        last_error="",
        cleared_at=now,
    )


def _empty_rows(rows: Any, actor: Any) -> None:
    _empty(rows)


person_links.register(
    PersonLink(
        "notifications.Message.recipient",
        hand_over=Nothing("A mail was for whoever got it."),
        export=Rows(
            "届いたメール",
            {
                "created_at": ("作られた日時", "created_at"),
                "to_address": ("宛先", "to_address"),
                "subject": ("件名", "subject"),
                "state": ("状態", "get_state_display"),
                "sent_at": ("送った日時", "sent_at"),
            },
        ),
        erase=Carry(_empty_rows),
    )
)
person_links.register(
    PersonLink(
        "notifications.Notification.recipient",
        hand_over=Nothing("A notice was for whoever got it; what still waits, the successor sees on their home page."),
        export=Rows(
            "お知らせ",
            {
                "created_at": ("日時", "created_at"),
                "subject": ("件名", "subject"),
                "digest_text": ("ひとこと", "digest_text"),
                "reason": ("届いた理由", "reason"),
                "read_at": ("読んだ日時", "read_at"),
            },
        ),
        erase=Delete(),
    )
)
person_links.register(
    PersonLink(
        "notifications.Preference.user",
        hand_over=Nothing("How somebody wants to be told is their own choice."),
        export=Rows(
            "お知らせの受け取り方",
            {
                "topic": ("話題", "get_topic_display"),
                "by_mail": ("メールでも受け取る", "by_mail"),
            },
        ),
        erase=Delete(),
    )
)


def _mails_by_address(identity: Identity, actor: Any) -> None:
    """Mails written before the person had an account, and to addresses that were theirs once."""
    _empty(Message.objects.filter(to_address__in=identity.others))


def _mask_told(identity: Identity, instead: str) -> None:
    mask(Notification.objects.all(), ["subject", "digest_text", "reason"], identity, instead)
    # What stands in the queue says what happened; it leaves without the name.
    mask(Message.objects.all(), ["subject", "text_body", "html_body"], identity, instead)


def _mask_person(identity: Identity, actor: Any) -> None:
    _mask_told(identity, "退会した方")


def _mask_organisation(identity: Identity, actor: Any) -> None:
    _mask_told(identity, "退会した団体")


person_traces.register(Trace("mails by address", erase=_mails_by_address))
person_traces.register(Trace("what others were told", erase=_mask_person))
organisation_traces.register(Trace("what others were told", erase=_mask_organisation))

"""What becomes of messages to the office in the life of a person."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tomoiki.pages.enums import ContactState
from tomoiki.pages.models import ContactMessage
from tomoiki.web.lifecycle import Carry, Identity, Nothing, PersonLink, Rows, Trace, person_links, person_traces

COLUMNS = {
    "received_at": ("届いた日時", "received_at"),
    "topic": ("ご用件", "get_topic_display"),
    "name": ("お名前", "name"),
    "email": ("メールアドレス", "email"),
    "organisation": ("団体名", "organisation"),
    "body": ("内容", "body"),
    "state": ("状態", "get_state_display"),
    "answer": ("お返事", "answer"),
}


def forget_sender(messages: QuerySet[ContactMessage]) -> None:
    """Who wrote and what goes; that somebody wrote about something, and when it was answered, stays."""
    # There is nobody left to answer to.
    messages.filter(state=ContactState.RECEIVED).update(state=ContactState.CLOSED, handled_at=timezone.now())
    messages.filter(state=ContactState.ANSWERED).update(answer="（消去済み）")
    messages.update(name="退会した方", email="", organisation="", body="", sender=None)


def _forget(rows: Any, actor: Any) -> None:
    forget_sender(rows)


def by_address(identity: Identity) -> QuerySet[ContactMessage]:
    """What came from one of the person's addresses without their being logged in."""
    return ContactMessage.objects.filter(Q(email__in=identity.others) & ~Q(sender=identity.pk))


person_links.register(
    PersonLink(
        "pages.ContactMessage.sender",
        hand_over=Nothing("A question to the office is the asker's own; the answer goes to the address they gave."),
        export=Rows("お問い合わせ", COLUMNS),
        erase=Carry(_forget),
    )
)
person_links.register(
    PersonLink(
        "pages.ContactMessage.handled_by",
        hand_over=Nothing("Staff work from one queue; what is open there belongs to nobody."),
        export=Nothing("It is another person's question; that it was answered stands in the trail of who answered."),
        erase=Nothing("A number of an anonymised row says who of the office answered, and nothing else."),
    )
)
person_traces.register(
    Trace(
        "messages to the office by address",
        erase=lambda identity, actor: forget_sender(by_address(identity)),
        export=Rows("ログインせずに送ったお問い合わせ", COLUMNS),
        find=by_address,
    )
)

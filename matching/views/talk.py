"""How an introduction's conversation is shown: its newest messages, what is new, and who may write as whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from matching.forms.introductions import MessageForm
from matching.models import Introduction, Participant
from matching.reading import SideRead, own_readers, read_by_sides
from members.models import Affiliation, User
from tomoiki.conversations import access
from tomoiki.conversations.access import SECRETARIAT, Seat
from tomoiki.conversations.models import Conversation, ConversationMessage, ReadMark
from tomoiki.files.models import StoredFile
from tomoiki.web.pagination import keyset_page

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One message as components/message takes it; a ``note`` is the portal's own line."""

    pk: int
    when: datetime
    name: str
    organisation: str
    body: str
    own: bool
    staff: bool
    note: bool
    hidden: bool
    first_unread: bool
    pictures: Sequence[StoredFile]
    files: Sequence[StoredFile]
    #: 「読みました」 below one's own message: the sides that have come as far.
    read_by: str = ""

    @property
    def anchor(self) -> str:
        return f"message-{self.pk}"


@dataclass(frozen=True)
class TalkView:
    """A page of the conversation, oldest first, and the form below it."""

    lines: Sequence[Line]
    older_url: str
    newer_url: str
    has_unread: bool
    #: What the reader has before them; what arrives meanwhile stays new.
    up_to: str
    read_url: str
    write_url: str
    form: MessageForm | None
    seats: Sequence[Seat]
    closed: bool
    #: Colleagues who have read everything: of one's own side people are named, of the others only the sides.
    colleagues: Sequence[str] = ()

    @property
    def asks_speaker(self) -> bool:
        return len(self.seats) > 1

    @property
    def write_title(self) -> str:
        return "メッセージを書く" if self.asks_speaker else f"{self.seats[0].speaker}として書く"

    @property
    def staff_writes(self) -> bool:
        return [seat.key for seat in self.seats] == [SECRETARIAT]


def conversation_of(introduction: Introduction) -> Conversation | None:
    """The conversation of ``introduction``, with its subject at hand."""
    conversation = Conversation.objects.about(introduction).first()
    if conversation is not None:
        conversation.subject = introduction
    return conversation


def seats_of(conversation: Conversation, user: User) -> Sequence[Seat]:
    """In whose names ``user`` may write now."""
    return access.seats(user, conversation)


def message_form(seats: Sequence[Seat], *args: object, **kwargs: object) -> MessageForm:
    return MessageForm(*args, speakers=[(seat.key, seat.speaker) for seat in seats], **kwargs)


def talk_view(
    request: HttpRequest,
    introduction: Introduction,
    conversation: Conversation,
    *,
    user: User,
    own_keys: Collection[str],
    own_organisations: Collection[int] = (),
    chosen: int | None = None,
    form: MessageForm | None = None,
) -> TalkView:
    """One page of ``conversation`` for ``user``. ``own_keys`` are the sides whose messages stand on the right.

    ``chosen`` is the number of the organisation that the form offers first to somebody who has several.
    ``form`` is one that came back with errors; without it an empty one is made for whoever may write.
    """
    seats = seats_of(conversation, user)
    messages = ConversationMessage.objects.filter(conversation=conversation).for_page()
    page = keyset_page(messages, request.GET.get("messages", ""), field="created_at", size=PAGE_SIZE)
    newest_first = page.items
    mark = ReadMark.objects.filter(conversation=conversation, user=user).first()
    seen = mark.read_up_to if mark is not None else _came(introduction, user)
    unread = [message for message in newest_first if _is_new(message, user, seen, own_keys)]
    first_unread = unread[-1].pk if unread else None
    if form is None and seats:
        first = next((side for side in introduction.together() if side.speaks.pk == chosen), None)
        form = message_form(seats, uploader=user, initial={"speaker": str(first.pk)} if first else {})
    others = [side for side in introduction.together() if str(side.pk) not in own_keys]
    reads = read_by_sides(conversation, others)
    return TalkView(
        lines=[
            _line(message, own_keys, first=message.pk == first_unread, read_by=_read_by(message, reads, others))
            for message in reversed(newest_first)
        ],
        older_url=_page_url(page.next_cursor),
        newer_url=_page_url(page.previous_cursor),
        has_unread=bool(unread),
        up_to=newest_first[0].created_at.isoformat() if newest_first else "",
        read_url=reverse("matching:introduction_read", args=[introduction.pk]),
        write_url=reverse("matching:introduction_write", args=[introduction.pk]),
        form=form if seats else None,
        seats=seats,
        closed=conversation.closed_at is not None,
        colleagues=[str(each) for each in _colleagues(conversation, own_organisations, newest_first, user)],
    )


def _came(introduction: Introduction, user: User) -> datetime | None:
    """When ``user`` came to one of the organisations that take part: what is older is no news to them."""
    organisations = [side.organisation_id for side in introduction.sides()]
    places = Affiliation.objects.current().filter(user=user, organisation__in=organisations)
    return places.order_by("started_at").values_list("started_at", flat=True).first()


def _read_by(message: ConversationMessage, reads: Sequence[SideRead], others: Sequence[Participant]) -> str:
    """Who of ``others`` has come as far as ``message``; only 「読みました」 where that is everybody."""
    found = [read.side for read in reads if read.up_to >= message.created_at]
    if not found or message.is_portals:
        return ""
    if len(found) == len(others):
        return "読みました" if len(others) == 1 else "みなさんが読みました"
    return f"{'、'.join(side.honoured for side in found)}が読みました"


def _colleagues(
    conversation: Conversation, organisations: Collection[int], newest_first: Sequence[ConversationMessage], user: User
) -> list[User]:
    if not organisations or not newest_first:
        return []
    return own_readers(conversation, organisations, up_to=newest_first[0].created_at, but=user)


def _page_url(cursor: str) -> str:
    return f"?{urlencode({'messages': cursor})}#talk" if cursor else ""


def _is_new(message: ConversationMessage, user: User, seen: datetime | None, own_keys: Collection[str]) -> bool:
    # A colleague's words are the organisation's own.
    if message.is_portals or message.is_hidden or message.author_id == user.pk or message.side in own_keys:
        return False
    return seen is None or message.created_at > seen


def _line(message: ConversationMessage, own_keys: Collection[str], *, first: bool, read_by: str) -> Line:
    staff = message.is_secretariats
    files = [] if message.is_hidden else [each.file for each in message.attachments.all()]
    return Line(
        pk=message.pk,
        when=message.created_at,
        name=message.speaker if staff or message.author is None else str(message.author),
        organisation=(message.author.get_short_name() if staff else message.speaker) if message.author else "",
        body=message.readable_body,
        own=not message.is_portals and message.side in own_keys,
        read_by=read_by if message.side in own_keys and not message.is_hidden else "",
        staff=staff,
        note=message.is_portals,
        hidden=message.is_hidden,
        first_unread=first,
        pictures=[file for file in files if file.is_picture],
        files=[file for file in files if not file.is_picture],
    )

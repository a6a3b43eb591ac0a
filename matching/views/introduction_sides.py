"""The sides of an introduction as its page shows them: who they are, what they said, and how to reach them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from matching.enums import Answer, Direction, IntroductionState
from matching.models import Participant, Post
from matching.purposes import words_of
from members.enums import FieldAudience
from members.models import Organisation
from members.visibility import readable_by

#: From here on the participants see how to reach each other.
CONTACT_STATES = frozenset({IntroductionState.AGREED, IntroductionState.UNDER_WAY, IntroductionState.COMPLETED})
_ANSWERS = {
    Answer.WAITING: ("お返事待ち", "clock", "warning"),
    Answer.YES: ("「ぜひ」", "check", "offer"),
    Answer.NO: ("今回は見送り", "leaf", ""),
}
_ROLES = {Direction.NEED: "困りごとのある団体", Direction.OFFER: "力になる団体"}


@dataclass(frozen=True)
class Contact:
    """How to reach whoever speaks for a side; shown once everybody agreed."""

    person: str
    phone: str
    address: str
    website: str


def contact_of(side: Participant) -> Contact:
    """As far as its organisation lets members read it."""
    speaks = side.speaks
    # What an organisation keeps to itself and the office stays so among partners, too.
    may = readable_by(speaks, FieldAudience.MEMBERS)
    return Contact(
        # Staff who took down what somebody told them are not whom to call.
        person="" if side.answered_by is None or side.answered_by.is_staff else str(side.answered_by),
        phone=speaks.phone if "phone" in may else "",
        address=speaks.whole_address if "address" in may else "",
        website=speaks.website if "website" in may else "",
    )


@dataclass(frozen=True)
class SideCard:
    """One side as the page shows it."""

    participant: Participant
    #: As the reader may know it.
    name: str
    is_own: bool
    place: str
    #: How much it said it takes on: 6人.
    amount: str
    contact: Contact | None
    #: For the side itself and for staff: why it said no.
    decline: Sequence[tuple[str, str]]
    url: str
    #: Where whoever asked it along may take that back, and where staff let it think once more.
    release_url: str = ""
    again_url: str = ""

    @property
    def organisation(self) -> Organisation:
        return self.participant.organisation

    @property
    def role(self) -> str:
        words = words_of(self.participant.introduction.purpose)
        if words is not None:
            asked = self.participant.post_id == self.participant.introduction.post_id
            return words.asked_role if asked else words.asking_role
        return _ROLES[Direction(self.participant.side)]

    @property
    def description(self) -> str:
        """In short; who belongs to it knows it."""
        shown = not self.is_own and "description" in readable_by(self.organisation, FieldAudience.MEMBERS)
        text = self.organisation.description if shown else ""
        return text if len(text) <= 120 else f"{text[:119]}…"

    @property
    def answer_label(self) -> str:
        """Empty where the answer says nothing any more: nobody waits, or all said yes long ago."""
        side, state = self.participant, self.participant.introduction.state
        if side.left_at is not None:
            return "抜けました" if side.answer == Answer.YES else "お願いを取り下げました"
        if side.is_awaited and (state == IntroductionState.ASKED or (state in CONTACT_STATES and side.joined_later)):
            return _ANSWERS[Answer.WAITING][0]
        if side.answer == Answer.WAITING:
            return "このあと、おたずねします" if state == IntroductionState.ASKED else ""
        # That all said yes is plain once they talk.
        return "" if state in CONTACT_STATES and side.is_in else _ANSWERS[Answer(side.answer)][0]

    @property
    def is_optional(self) -> bool:
        """Whether the others go on without it, if need be; nothing to say where it joined or is out."""
        return self.participant.is_awaited and not self.participant.required

    @property
    def answer_icon(self) -> str:
        return _ANSWERS[Answer(self.participant.answer)][1]

    @property
    def answer_tone(self) -> str:
        return _ANSWERS[Answer(self.participant.answer)][2]


def amount_of(side: Participant, began_with: Post) -> str:
    """How much ``side`` speaks of: one without a post of its own speaks in the unit of the post it answered."""
    post = side.post or began_with
    return "" if side.quantity is None else f"{side.quantity:,}{post.get_unit_display()}"


@dataclass(frozen=True)
class GroupRow:
    """A group without an account, and where its desk writes down and hands back."""

    side: Participant
    answer_url: str
    tell_url: str


def group_row(side: Participant) -> GroupRow:
    """The row of a side that a desk speaks for."""

    def address(name: str) -> str:
        return f"{reverse(name, args=[side.introduction_id])}?side={side.pk}"

    return GroupRow(side, address("matching:offline_answer"), address("matching:tell_group"))

"""The links by which the side that received something confirms it without logging in.

They are signed, so that nothing about them has to be stored, and open one small page about one introduction. A link
in a mail names the person it was sent to, in whose name it is then confirmed; the code on a printed slip names nobody.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from matching.models import Participant

#: For how long a link opens the page; a slip of paper may lie about for longer.
BY_MAIL = timedelta(days=90)
ON_PAPER = timedelta(days=365)

_SIGNER = TimestampSigner(salt="matching.welcome", sep=".")


@dataclass(frozen=True)
class Opened:
    """What a link names: the side, and the person's number; None for a slip."""

    participant: int
    person: int | None


def link_for(side: Participant, person: int | None = None) -> str:
    """The path of the page for ``person``, or for the slip."""
    return reverse("matching:welcome_open", args=[_SIGNER.sign(f"{side.pk}-{person or 0}")])


def opened(key: str) -> Opened | None:
    """What ``key`` names, or None for one that leads nowhere (any more)."""
    try:
        participant, person = (int(part) for part in _SIGNER.unsign(key, max_age=ON_PAPER).split("-"))
        if person:
            _SIGNER.unsign(key, max_age=BY_MAIL)
    except (BadSignature, ValueError):
        return None
    return Opened(participant, person or None)

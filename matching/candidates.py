"""Whom staff might bring together with a post: open posts of the other direction, those that fit best first.

The same comparison as members' recommendations, but of everything that is open, what fits badly included: staff know
what no form asks. It says why it ranks so, who has waited long, and who was never helped; no number is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from matching.cards import Card, cards_for
from matching.enums import OPEN_STATES, Direction, IntroductionState
from matching.enums.doors import Purpose
from matching.giving import with_room
from matching.models import Participant, Post
from matching.post_search import search
from matching.suggesting.pool import partners_in_question, recommendable
from matching.suggesting.ranking import Ranked, rank_posts, texts
from matching.suggesting.standing import Excluded, excluded_for, helped_organisations
from members.models.organisation import Visitor

#: How many that words find are compared, and how many of the newest beside those in question.
FOUND, NEWEST = 300, 60
#: From so many days on a need has waited long.
LONG_DAYS = 30


@dataclass(frozen=True)
class Fit:
    """Why a pair suits, and what staff should ask about first."""

    fits: Sequence[str]
    misfits: Sequence[str]


@dataclass(frozen=True)
class Candidate:
    """A post with its card, how it fits, and what speaks for its turn."""

    card: Card
    fit: Fit
    waiting_days: int = 0
    never_helped: bool = False

    @property
    def waits_long(self) -> bool:
        return self.waiting_days >= LONG_DAYS


def candidates_for(post: Post, *, words: str = "") -> list[Ranked]:
    """Open posts of other organisations that ``post`` may be brought together with, the best fit first."""
    excluded = excluded_for(post)
    everybody = recommendable().filter(direction=Direction(post.direction).opposite)
    everybody = everybody.exclude(organisation__in=excluded.organisations).order_by("-published_at", "-pk")
    rows = everybody.select_related("organisation", "photo", "embedding").with_groups()
    if words.strip():
        others = list(search(rows, words)[:FOUND])
    else:
        known = {each.pk: each for each in partners_in_question(post, excluded)}
        others = list(rows.filter(pk__in={*known, *everybody.values_list("pk", flat=True)[:NEWEST]}))
    return rank_posts(post, with_room(others), excluded, worth_showing_only=False)


def fit_of(post: Post, other: Post) -> Fit:
    """What both posts have in common, and what they have not, whatever has been between them."""
    [ranked] = rank_posts(post, [other], Excluded(), worth_showing_only=False)
    return _fit(ranked)


def _fit(ranked: Ranked) -> Fit:
    # Whose turn it is stands beside each need; of the one that staff look at they know it.
    of_need = ranked.post.direction == Direction.OFFER
    return Fit(texts(ranked.reasons, for_staff=True, own_need=of_need), texts(ranked.misfits, for_staff=True))


def with_fits(ranked: Iterable[Ranked], *, viewer: Visitor) -> list[Candidate]:
    """The cards of those ranked with how each fits; a fixed number of queries, however many there are."""
    rows = list(ranked)
    needs = {each.post.organisation_id for each in rows if each.post.direction == Direction.NEED}
    helped = helped_organisations(needs) if needs else set()
    cards = cards_for([each.post for each in rows], viewer=viewer)
    return [
        Candidate(
            card,
            _fit(each),
            days_open(each.post),
            each.post.direction == Direction.NEED and each.post.organisation_id not in helped,
        )
        for each, card in zip(rows, cards, strict=True)
    ]


def days_open(post: Post) -> int:
    """For how long it has stood on the board."""
    return max(0, (timezone.now() - post.published_at).days) if post.published_at else 0


def needs_without_partner() -> QuerySet[Post]:
    """Open needs that nobody is being brought together with, the longest waiting first."""
    served = Participant.objects.filter(
        post=OuterRef("pk"),
        introduction__state__in=[*OPEN_STATES, IntroductionState.COMPLETED],
        # Whoever studies a need, or writes about it, does not help with it.
        introduction__purpose=Purpose.HELP,
    )
    return (
        Post.objects.on_board()
        .filter(direction=Direction.NEED)
        .filter(~Exists(served))
        .order_by(F("published_at"), "pk")
    )

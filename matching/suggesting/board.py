"""All open needs without a partner at once: which offer to propose to which, so that most are served.

Beside it stands what taking the best pair first would give, and why a need gets nothing. Nothing is decided here; staff
accept pair by pair.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.cache import cache
from django.utils import timezone

from matching.candidates import LONG_DAYS, days_open, needs_without_partner
from matching.giving import talks_about_each, with_room
from matching.models import Post, Recommendation
from matching.recommendation.assignment import Demand, Pair, Proposal, Supply, assign, assign_greedily
from matching.resources import kind_of
from matching.suggesting.pool import recommendable
from matching.suggesting.ranking import speaks_for, texts
from matching.suggesting.standing import excluded_for_all, helped_organisations

#: The longest waiting so many; and of each the best so many offers that the table knows.
NEEDS, PER_NEED = 500, 20
#: Whoever set no limit is not asked by more than so many at once.
AT_ONCE = 3
#: A proposal is kept for so long, in seconds, unless staff have it made anew.
KEPT = 900
_KEY = "matching-across-the-board"


class Why(StrEnum):
    """Why a need gets no offer."""

    NOTHING_FITS = "いま載っている「できること」に、合うものがありません。"
    ALL_TAKEN = "合うものはありますが、ほかの困りごとに回しています。"


@dataclass(frozen=True)
class Chosen:
    """What was computed, in numbers only: it is read again against the world each time it is shown."""

    at: datetime
    needs: tuple[int, ...]
    together: Mapping[int, int]
    greedily: Mapping[int, int]
    with_candidates: frozenset[int]


@dataclass(frozen=True)
class Row:
    """A need with the offer that is proposed to it, and the one that it would get if the best pair went first."""

    need: Post
    offer: Post | None
    greedy: Post | None
    fits: Sequence[str]
    misfits: Sequence[str]
    waiting_days: int
    never_helped: bool
    why: str = ""

    @property
    def waits_long(self) -> bool:
        return self.waiting_days >= LONG_DAYS

    @property
    def gained(self) -> bool:
        """Served only because all needs were looked at together."""
        return self.offer is not None and self.greedy is None

    @property
    def is_same(self) -> bool:
        return self.offer == self.greedy


@dataclass(frozen=True)
class Board:
    """The proposal as staff see it; ``served`` and ``greedily_served`` of ``asked`` needs."""

    at: datetime
    rows: Sequence[Row]
    unserved: Sequence[Row]
    served: int
    greedily_served: int
    asked: int

    @property
    def more(self) -> int:
        return self.served - self.greedily_served


def choose(needs: Sequence[Post]) -> Chosen:
    """Assign the offers that the table knows to ``needs``, in both ways."""
    by_pk = {need.pk: need for need in needs}
    excluded = excluded_for_all(list(needs))
    known = Recommendation.objects.filter(need__in=by_pk).order_by("need", "-score", "pk")
    rows = [row for row in known if speaks_for(row.score, row.reasons)]
    offers = {each.pk: each for each in with_room(list(recommendable().filter(pk__in={row.offer_id for row in rows})))}
    pairs: list[Pair] = []
    counted: dict[int, int] = {}
    for row in rows:
        offer = offers.get(row.offer_id)
        if offer is None or not excluded[row.need_id].allows(offer) or counted.get(row.need_id, 0) >= PER_NEED:
            continue
        counted[row.need_id] = counted.get(row.need_id, 0) + 1
        pairs.append(Pair(str(row.need_id), str(row.offer_id), row.score))
    demands = [Demand(str(need.pk), need.quantity_left, days_open(need)) for need in needs]
    supplies = _supplies(offers.values())
    return Chosen(
        timezone.now(),
        tuple(by_pk),
        _by_need(assign(demands, supplies, pairs)),
        _by_need(assign_greedily(demands, supplies, pairs)),
        frozenset(counted),
    )


def _by_need(proposal: Proposal) -> dict[int, int]:
    return {int(pair.need): int(pair.offer) for pair in proposal.pairs}


def _supplies(offers: Collection[Post]) -> list[Supply]:
    """How often each offer may be proposed now: what its owner's limit leaves, or a considerate number."""
    talks = talks_about_each(each.pk for each in offers)
    return [
        Supply(
            str(each.pk),
            AT_ONCE if each.quota is None else max(0, each.quota - talks.get(each.pk, 0)),
            each.quantity_left if kind_of(each.resource).divisible else None,
        )
        for each in offers
    ]


def open_needs() -> list[Post]:
    """The needs that are looked at: those that nobody is being brought together with, the longest waiting first."""
    open_ones = recommendable().filter(pk__in=needs_without_partner().order_by().values("pk"))
    return list(open_ones.select_related("organisation").with_groups().order_by("published_at", "pk")[:NEEDS])


def forget_proposal() -> None:
    """Have it made anew when somebody looks next."""
    cache.delete(_KEY)


def board() -> Board:
    """The proposal that is kept, or a new one, as far as it still holds."""
    needs = open_needs()
    chosen: Chosen | None = cache.get(_KEY)
    if chosen is None:
        chosen = choose(needs)
        cache.set(_KEY, chosen, KEPT)
    return _read(chosen, needs)


def _read(chosen: Chosen, needs: Iterable[Post]) -> Board:
    """``chosen`` against the world of now: what found a partner meanwhile, or left the board, is not there any more."""
    still = [need for need in needs if need.pk in set(chosen.needs)]
    wanted = {*chosen.together.values(), *chosen.greedily.values()}
    found = recommendable().filter(pk__in=wanted).select_related("organisation").with_groups()
    offers = {each.pk: each for each in with_room(list(found))}
    said = {
        (row.need_id, row.offer_id): row
        for row in Recommendation.objects.filter(need__in=[need.pk for need in still], offer__in=offers)
        if speaks_for(row.score, row.reasons)
    }
    helped = helped_organisations({need.organisation_id for need in still})
    rows: list[Row] = []
    unserved: list[Row] = []
    for need in still:
        offer = offers.get(chosen.together.get(need.pk, 0))
        pair = said.get((need.pk, offer.pk)) if offer else None
        row = Row(
            need,
            offer if pair else None,
            offers.get(chosen.greedily.get(need.pk, 0)),
            texts(pair.reasons, for_staff=True, own_need=True) if pair else [],
            texts(pair.misfits, for_staff=True) if pair else [],
            days_open(need),
            need.organisation_id not in helped,
            "" if pair else (Why.ALL_TAKEN if need.pk in chosen.with_candidates else Why.NOTHING_FITS).value,
        )
        (rows if pair else unserved).append(row)
    greedily = sum(row.greedy is not None for row in (*rows, *unserved))
    return Board(chosen.at, rows, unserved, len(rows), greedily, len(still))

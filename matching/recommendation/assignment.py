"""Which scarce offers go to which needs, looked at all together, beside what taking the best pair first would give.

Two questions in this order: how many needs can be served at all, and, of all ways to serve so many, which is the best
(fit, and who has waited long). Both are proposals: staff accept pair by pair.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Of the better plan only: how much a long wait counts against fit, both from 0 to 1.
_WAITING_COUNTS = 0.5
#: Beyond this the solver's best plan so far is taken.
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Demand:
    """A need: ``quantity`` is what it wants of the unit that its offers count in, None where nothing is counted."""

    id: str
    quantity: int | None = None
    waiting_days: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer: how many needs at once (``quota``), and how much altogether; None is no limit.

    A room is not used up by whoever sits in it: what is not handed over has no ``quantity`` here.
    """

    id: str
    quota: int | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A possible pair and its fit, 0 to 100; only what is worth proposing should come here."""

    need: str
    offer: str
    score: float


@dataclass(frozen=True)
class Proposal:
    """Pairs in the order of the needs' ids, and how many needs are served; one offer a need at most."""

    pairs: tuple[Pair, ...]

    @property
    def served(self) -> int:
        return len(self.pairs)

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(pair.need for pair in self.pairs)

    def more_than(self, other: "Proposal") -> int:
        """How many needs more are served than in ``other``."""
        return self.served - other.served


def assign_greedily(demands: Iterable[Demand], supplies: Iterable[Supply], pairs: Iterable[Pair]) -> Proposal:
    """The best pair first, then the best of what is left: what anybody would do who looks at one list."""
    needs, offers, possible = _tidy(demands, supplies, pairs)
    quota = {offer.id: offer.quota for offer in offers.values()}
    left = {offer.id: offer.quantity for offer in offers.values()}
    chosen: dict[str, Pair] = {}
    for pair in sorted(possible, key=lambda each: (-each.score, each.need, each.offer)):
        places, amount = quota[pair.offer], left[pair.offer]
        taken = _taken(needs[pair.need], offers[pair.offer])
        if pair.need in chosen or places == 0 or (amount is not None and taken > amount):
            continue
        chosen[pair.need] = pair
        quota[pair.offer] = None if places is None else places - 1
        left[pair.offer] = None if amount is None else amount - taken
    return _proposal(chosen.values())


def assign(demands: Iterable[Demand], supplies: Iterable[Supply], pairs: Iterable[Pair]) -> Proposal:
    """As many needs as can be served, and of all such plans the one that fits best; never fewer than greedily."""
    needs, offers, possible = _tidy(demands, supplies, pairs)
    greedy = assign_greedily(needs.values(), offers.values(), possible)
    if not possible:
        return greedy
    most = _solve(needs, offers, possible, [1.0] * len(possible), at_least=0)
    if most is None:
        return greedy
    count = max(len(most), greedy.served)
    best = _solve(needs, offers, possible, [_worth(pair, needs[pair.need]) for pair in possible], at_least=count)
    plans = [_proposal(plan) for plan in (best, most) if plan is not None]
    # Of plans that serve as many the first stays: the best, then the greedy one, which at least looked at the fit.
    return max([*plans[:1], greedy, *plans[1:]], key=lambda plan: plan.served)


def _tidy(
    demands: Iterable[Demand], supplies: Iterable[Supply], pairs: Iterable[Pair]
) -> tuple[dict[str, Demand], dict[str, Supply], list[Pair]]:
    """Without what names nobody, each pair once, in an order that does not depend on how they came."""
    needs = {demand.id: demand for demand in sorted(demands, key=lambda each: each.id)}
    offers = {supply.id: supply for supply in sorted(supplies, key=lambda each: each.id)}
    best: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        known = best.get((pair.need, pair.offer))
        if pair.need in needs and pair.offer in offers and (known is None or pair.score > known.score):
            best[pair.need, pair.offer] = pair
    usable = [pair for pair in best.values() if offers[pair.offer].quota != 0 and offers[pair.offer].quantity != 0]
    return needs, offers, sorted(usable, key=lambda pair: (pair.need, pair.offer))


def _taken(need: Demand, offer: Supply) -> int:
    """What a need takes of an offer: what it wants, or all there is; one where it does not say."""
    if offer.quantity is None:
        return 0
    return min(need.quantity or 1, offer.quantity)


def _worth(pair: Pair, need: Demand) -> float:
    waiting = max(need.waiting_days, 0)
    return pair.score / 100 + _WAITING_COUNTS * waiting / (waiting + 30)


def _proposal(pairs: Collection[Pair]) -> Proposal:
    return Proposal(tuple(sorted(pairs, key=lambda pair: (pair.need, pair.offer))))


def _solve(
    needs: Mapping[str, Demand],
    offers: Mapping[str, Supply],
    pairs: Sequence[Pair],
    worth: Sequence[float],
    *,
    at_least: int,
) -> list[Pair] | None:
    """The pairs whose ``worth`` together is greatest; None where the solver found nothing in time."""
    import numpy as np  # large, and only staff's proposal needs them
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    rows: list[tuple[dict[int, float], float, float]] = []
    by_need, by_offer = defaultdict(list), defaultdict(list)
    for column, pair in enumerate(pairs):
        by_need[pair.need].append(column)
        by_offer[pair.offer].append(column)
    rows += [(dict.fromkeys(columns, 1.0), -math.inf, 1.0) for columns in by_need.values()]
    for offer_id, columns in by_offer.items():
        offer = offers[offer_id]
        if offer.quota is not None:
            rows.append((dict.fromkeys(columns, 1.0), -math.inf, float(offer.quota)))
        if offer.quantity is not None:
            amounts = {column: float(_taken(needs[pairs[column].need], offer)) for column in columns}
            rows.append((amounts, -math.inf, float(offer.quantity)))
    if at_least:
        rows.append((dict.fromkeys(range(len(pairs)), 1.0), float(at_least), math.inf))
    cells = [(number, column, value) for number, (row, _, _) in enumerate(rows) for column, value in row.items()]
    lines, columns_, values = zip(*cells, strict=True)
    matrix = coo_array((values, (lines, columns_)), shape=(len(rows), len(pairs)))
    answer = milp(
        -np.asarray(worth),
        integrality=np.ones(len(pairs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix.tocsr(), [low for _, low, _ in rows], [high for _, _, high in rows]),
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    return [pair for pair, value in zip(pairs, answer.x, strict=True) if value > 0.5]

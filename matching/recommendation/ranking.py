"""The order in which candidates are shown: a weighted sum of features, the same for everybody and every day."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from matching.recommendation import features
from matching.recommendation.cases import Case
from matching.recommendation.corpus import Corpus
from matching.recommendation.features import Feature, Found
from matching.recommendation.reading import Read, read
from matching.recommendation.reasons import Reason, misfits_of, reasons_of
from matching.recommendation.requirements import Answer, compare
from matching.recommendation.weights import WEIGHTS, Weights

_FEATURES: tuple[tuple[str, Feature], ...] = (
    ("kind", features.kind),
    ("area", features.area),
    ("weekdays", features.weekdays),
    ("hours", features.hours),
    ("dates", features.dates),
    ("quantity", features.quantity),
    ("themes", features.themes),
    ("skills", features.skills),
    ("partner", features.partner),
    ("words", features.words),
    ("topics", features.topics),
    ("refused", features.refused),
    ("seeks", features.seeks),
    ("meaning", features.meaning),
)


@dataclass(frozen=True)
class Scored:
    """A candidate, how well it fits (0 to 100, comparable across posts), and why.

    ``parts`` is what each feature gave, to be looked at when a ranking surprises.
    """

    case: Case
    score: float
    reasons: tuple[Reason, ...]
    misfits: tuple[Reason, ...]
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        return math.fsum(self.parts.values())

    @property
    def worth_showing(self) -> bool:
        """Whether it is of use to anybody; below that a list had better be short."""
        return self.score >= WORTH_SHOWING


#: From here on a pair has more for it than against it.
WORTH_SHOWING = 50.0


def rank(
    subject: Case,
    candidates: Iterable[Case],
    *,
    weights: Weights = WEIGHTS,
    corpus: Corpus | None = None,
    excluded: Collection[tuple[str, str]] = (),
) -> list[Scored]:
    """The candidates of the other direction, the best fit first; equal ones by their id.

    For a need its offers, for an offer its needs. ``excluded`` holds pairs of ids, in either order, that must not
    come (back). Without a ``corpus`` one is made of what is here.
    """
    others = [case for case in candidates if case.direction != subject.direction and not _out(subject, case, excluded)]
    known = corpus if corpus is not None else Corpus.of([subject, *others])
    return order(read(subject, known), [read(case, known) for case in others], known, weights)


def order(subject: Read, candidates: Iterable[Read], corpus: Corpus, weights: Weights = WEIGHTS) -> list[Scored]:
    """``rank`` for cases that were read already, as whoever ranks the same candidates for many does."""
    found = [score(subject, candidate, corpus, weights) for candidate in candidates]
    return sorted(found, key=lambda each: (-each.total, each.case.id))


def _out(one: Case, other: Case, excluded: Collection[tuple[str, str]]) -> bool:
    return (one.id, other.id) in excluded or (other.id, one.id) in excluded


def score(subject: Read, candidate: Read, corpus: Corpus, weights: Weights = WEIGHTS) -> Scored:
    """One pair, of which ``candidate`` is the one that is ranked."""
    need, offer = (subject, candidate) if subject.asks else (candidate, subject)
    found = {name: each for name, feature in _FEATURES if (each := feature(need, offer, corpus)) is not None}
    answers = compare(need.case, offer.case)
    parts = {name: _weigh(name, each, need, weights) for name, each in found.items()}
    parts |= _bounded({name: parts[name] for name in _OF_THE_TEXT if name in parts}, weights.text_at_most)
    if answers:
        parts["requirements"] = weights.requirements * _together(answers)
    for name, fair in (("waiting", features.waiting(candidate)), ("never_helped", features.never_helped(candidate))):
        if fair is not None:
            parts[name] = getattr(weights, name) * fair.value
    total = math.fsum(parts.values())
    return Scored(
        candidate.case,
        100 / (1 + math.exp(-max(-40.0, min(40.0, (total - weights.middle) / 2)))),
        reasons_of(subject, candidate, found, answers),
        misfits_of(subject, candidate, found, answers),
        parts,
    )


def _weigh(name: str, found: Found, need: Read, weights: Weights) -> float:
    weight = float(getattr(weights, name))
    if name == "area":
        shares = need.kinds or {"other": 1.0}
        matters = math.fsum(share * weights.area_by_kind.get(kind, 0.7) for kind, share in sorted(shares.items()))
        weight *= matters / math.fsum(shares.values())
    if not found.said:
        weight *= weights.guessed_kind if name == "kind" else weights.read_from_text
    return weight * found.value


_OF_THE_TEXT = ("words", "topics", "meaning")


def _bounded(parts: Mapping[str, float], most: float) -> dict[str, float]:
    """The parts shrunk so that together they never reach ``most``, the more the larger they are."""
    together = math.fsum(parts.values())
    shrunk = most * math.tanh(together / most) / together if together else 1.0
    return {name: part * shrunk for name, part in parts.items()}


def _together(answers: list[Answer]) -> float:
    """The mean, but what does not fit is not made up for by what does."""
    against = min((answer.value for answer in answers if answer.value < 0), default=0.0)
    mean = math.fsum(answer.value for answer in answers) / len(answers)
    return min(mean, against) if against < 0 else mean

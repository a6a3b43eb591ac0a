"""What is learned from all posts together: how much a word tells, and where meaning vectors lie on average."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matching.recommendation.cases import NEED, OFFER, Case
from matching.recommendation.terms import terms_of
from matching.recommendation.topics import Talk, talk_of

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Vectors


@dataclass(frozen=True)
class Corpus:
    """Measured once over many posts (a sample is enough) and handed to ``rank``.

    e5 puts all texts into a narrow band: two posts that have nothing in common still lie at 0.8. What all needs share
    (they ask) and what all offers share (they give) is therefore taken off before two are compared; ``spread`` is how
    far what is left scatters.
    """

    size: int = 0
    frequencies: Mapping[str, int] = field(default_factory=dict)
    centres: Mapping[str, "Vectors"] = field(default_factory=dict)
    middle: float = 0.0
    spread: float = 1.0

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Corpus":
        """Learned from ``cases``, of both directions if there are both."""
        known = list(cases)
        frequencies: Counter[str] = Counter()
        for case in known:
            frequencies.update(terms_for(case))
            frequencies.update(f"#{topic}" for topic in talk_for(case).topics)
        centres, middle, spread = _centres(known)
        return cls(len(known), frequencies, centres, middle, spread)

    def weight_of(self, term: str) -> float:
        """How much it tells that two posts share ``term``: the rarer, the more."""
        frequency = self.frequencies.get(term, 0)
        return math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)) if self.size else 1.0

    def centred(self, case: Case) -> "Vectors | None":
        """The case's vector without what all posts of its direction share; of length 1."""
        import numpy as np  # large; only where vectors are there does it get here

        if case.vector is None:
            return None
        centre = self.centres.get(case.direction)
        vector = np.asarray(case.vector, dtype=np.float32)
        left = vector if centre is None else vector - centre
        length = float(np.linalg.norm(left))
        return left / length if length > 1e-6 else None

    def closeness(self, cosine: float) -> float:
        """A cosine of centred vectors in standard deviations from that of two posts at random."""
        return (cosine - self.middle) / self.spread


def terms_for(case: Case) -> frozenset[str]:
    """The case's terms, as they were brought along or as its text has them."""
    if case.terms is not None:
        return frozenset(case.terms)
    return terms_of(case.text, asks=case.direction == NEED)


def talk_for(case: Case) -> Talk:
    return talk_of(case.title, case.body, asks=case.direction == NEED)


#: Of a direction with few posts the centre is drawn towards that of all by so many.
_DRAWN = 4
#: Where e5 puts two posts at random, and how far that scatters: for those who bring hardly any post along.
_BAND = (0.85, 0.03)


def _centres(cases: Sequence[Case]) -> tuple[dict[str, "Vectors"], float, float]:
    import numpy as np  # large; loaded where vectors are there

    sides = {
        side: np.asarray([case.vector for case in cases if case.direction == side and case.vector is not None])
        for side in (NEED, OFFER)
    }
    rows = {side: block for side, block in sides.items() if len(block)}
    if sum(map(len, rows.values())) < 2 * _DRAWN:
        return {}, *_BAND
    middle = np.concatenate(list(rows.values())).mean(axis=0)
    centres = {
        side: (block.sum(axis=0) + _DRAWN * middle) / (len(block) + _DRAWN) if len(block) else middle
        for side, block in sides.items()
    }
    if len(rows) < 2:
        return centres, 0.0, _TYPICAL_SPREAD
    one, other = (_of_length_one(block[:_SAMPLE] - centres[side]) for side, block in rows.items())
    cosines = one @ other.T
    return centres, float(cosines.mean()), max(float(cosines.std()), _TYPICAL_SPREAD / 2)


#: What centred cosines of unlike posts scatter by, where there is only one side to measure.
_TYPICAL_SPREAD = 0.16
#: Enough to know it.
_SAMPLE = 500


def _of_length_one(rows: "Vectors") -> "Vectors":
    import numpy as np  # as above

    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

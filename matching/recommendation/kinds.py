"""Which kind of thing a text asks for or gives, where nobody said: from its words, and from its meaning.

What matters is not what a text names but what it wants done with it: 「食品を置ける場所」 is about a place. That was
learned from short examples (``data/examples.txt``) by ``scripts/learn_kinds.py``. A post from a form has its kind;
this is for lists and letters that come without.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Vectors

KINDS = (
    "place",
    "food",
    "goods",
    "hands",
    "skill",
    "expertise",
    "publicity",
    "funding",
    "transport",
    "work",
    "partnership",
)
LEARNED = Path(__file__).with_name("data") / "kinds.json"
#: Centred vectors are short; this brings them to the size of the shares of words.
STRETCH = 10.0


@dataclass(frozen=True)
class Learned:
    #: The embedder whose vectors it was learned from: another's of the same length mean something else.
    model: str
    centres: Mapping[str, "Vectors"]
    weights: "Vectors"


@cache
def learned() -> Learned | None:
    """The weights that were learned; None where the file is not there."""
    import numpy as np  # large, and needed only where a kind has to be guessed

    if not LEARNED.exists():
        return None
    content = json.loads(LEARNED.read_text("utf-8"))
    centres = {side: np.asarray(row, dtype=np.float32) for side, row in content["centres"].items()}
    return Learned(content["model"], centres, np.asarray(content["weights"], dtype=np.float32))


def shares_of_words(strengths: Mapping[str, float]) -> dict[str, float]:
    """How likely each kind is, from how strongly the words speak for it; the strong win more than their part."""
    powers = {kind: strength**1.5 for kind, strength in strengths.items()}
    # Some doubt stays, the more the less was said.
    total = sum(powers.values()) + 0.5
    return {kind: power / total for kind, power in powers.items()}


def kinds_of(
    strengths: Mapping[str, float], vector: "Vectors | None", direction: str, *, model: str
) -> dict[str, float]:
    """How likely each kind is; together 1 where there is a vector of the model that it was learned with, less where
    only words speak.
    """
    shares = shares_of_words(strengths)
    known = learned() if vector is not None else None
    if vector is None or known is None or model != known.model:
        return shares
    import numpy as np  # as above

    centred = (vector - known.centres[direction]) * STRETCH
    # Row 0 is what each kind has beforehand, then the words' shares, then the vector.
    sums = known.weights[0] + centred @ known.weights[1 + len(KINDS) :]
    for row, kind in enumerate(KINDS, start=1):
        sums = sums + shares.get(kind, 0.0) * known.weights[row]
    powers = np.exp(sums - sums.max())
    return {kind: float(power / powers.sum()) for kind, power in zip(KINDS, powers, strict=True)}

"""The vectors of the portal's own sets, made once: embedding 500 texts would take most of a minute in every run.

Whatever is not kept is embedded then and there, so that a changed set is still tested on what it says. To make the file
anew, after a change of the model or of many texts: ``python -m tests.matching.evaluation_vectors``.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tomoiki.text.embeddings import in_process

FILE = Path(__file__).with_name("evaluation_vectors.npz")


def key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


class KeptEmbedder:
    """The portal's own embedder, with what it said before."""

    name = in_process().name
    dimensions = in_process().dimensions

    def __init__(self) -> None:
        with np.load(FILE) as kept:
            self.known = dict(zip(kept["keys"].tolist(), kept["vectors"].astype(np.float32), strict=True))

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        missing = [text for text in texts if key(text) not in self.known]
        for text, vector in zip(missing, in_process().queries(missing), strict=True):
            self.known[key(text)] = vector
        return np.array([self.known[key(text)] for text in texts], dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return in_process().passages(texts)


def keep(texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    # Half precision: the order of cosines stays, the file is half as large.
    np.savez_compressed(FILE, keys=np.array([key(text) for text in texts]), vectors=vectors.astype(np.float16))


def main() -> None:
    from matching.recommendation.evaluation import SETS, read_set

    found = [read_set(path) for path in sorted(SETS.glob("*.json"))]
    texts = sorted({case.text for each in found for case in (*each.needs, *each.offers)})
    keep(texts, in_process().queries(texts))


if __name__ == "__main__":
    main()

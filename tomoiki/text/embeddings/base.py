"""What an embedder is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    #: One row a text, each of length 1, so that a dot product is a cosine.
    Vectors: TypeAlias = npt.NDArray[np.float32]
else:
    # numpy is large; whoever only names the type does not load it.
    Vectors = object

#: Of multilingual-e5-small, and of the column that keeps them.
DIMENSIONS = 384


class Unavailable(Exception):
    """No vectors now: the server is away, slow or answers something else. Trying again later may help."""


class Refused(Unavailable):
    """One of these texts is not taken; the others may be, asked for without it."""


class Embedder(Protocol):
    """Turns texts into vectors that lie close together when the texts mean something alike."""

    @property
    def name(self) -> str:
        """Kept beside each vector: those of different names cannot be compared."""

    @property
    def dimensions(self) -> int: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text that is stored to be found. Raises ``Unavailable``."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each text by which stored ones are looked for. Raises ``Unavailable``."""

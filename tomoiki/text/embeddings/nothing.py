from collections.abc import Sequence

from tomoiki.text.embeddings.base import DIMENSIONS, Unavailable, Vectors


class NoEmbedder:
    """For operators who want none: everything goes by words."""

    name = "none"
    dimensions = DIMENSIONS

    def passages(self, texts: Sequence[str]) -> Vectors:
        raise Unavailable("EMBEDDINGS is none")

    def queries(self, texts: Sequence[str]) -> Vectors:
        raise Unavailable("EMBEDDINGS is none")

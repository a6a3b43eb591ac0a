"""Which embedder the settings ask for."""

from functools import cache

from tomoiki.text.embeddings.base import Embedder
from tomoiki.text.embeddings.in_process import InProcessEmbedder
from tomoiki.text.embeddings.nothing import NoEmbedder
from tomoiki.text.embeddings.server import ServerEmbedder


@cache
def in_process() -> Embedder:
    """The one that comes with the portal, whatever the settings say; the model is loaded with the first text."""
    return InProcessEmbedder()


def embedder() -> Embedder:
    """The one that ``EMBEDDINGS`` names. In-process it belongs in the worker of the ``embeddings`` queue only."""
    from django.conf import settings  # read when asked for: tests and operators change them

    if settings.EMBEDDINGS == "server":
        return ServerEmbedder(
            settings.EMBEDDINGS_URL,
            settings.EMBEDDINGS_MODEL,
            key=settings.EMBEDDINGS_KEY,
            ask_for_dimensions=settings.EMBEDDINGS_ASK_FOR_DIMENSIONS,
            timeout=settings.EMBEDDINGS_TIMEOUT_SECONDS,
            prefixes=(settings.EMBEDDINGS_PASSAGE_PREFIX, settings.EMBEDDINGS_QUERY_PREFIX),
        )
    return in_process() if settings.EMBEDDINGS == "in-process" else NoEmbedder()

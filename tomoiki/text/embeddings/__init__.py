"""Meaning of Japanese texts as vectors: one small interface, and who makes them is for the operator to say.

``embedder()`` gives what ``EMBEDDINGS`` in the settings names: the model that comes with the portal, any server that
speaks OpenAI's embeddings protocol, or none. Whoever asks must be ready for ``Unavailable``: everything works on
words alone while there are no vectors.
"""

from tomoiki.text.embeddings.base import DIMENSIONS, Embedder, Refused, Unavailable, Vectors
from tomoiki.text.embeddings.choosing import embedder, in_process

__all__ = ["DIMENSIONS", "Embedder", "Refused", "Unavailable", "Vectors", "embedder", "in_process"]

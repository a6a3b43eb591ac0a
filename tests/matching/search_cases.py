"""The shipped questions, by type and half: what was tuned on is not what the thresholds are asked of."""

import json
from functools import cache
from typing import Any

from matching.search.evaluation import OWN_CASES, texts_of
from matching.search.measuring import measured
from matching.search.memory import Board
from tomoiki.text.synonyms import Synonyms


@cache
def cases() -> dict[str, Any]:
    return json.loads(OWN_CASES.read_text("utf-8"))


@cache
def board() -> Board:
    """The shipped posts, by words alone: the thresholds here must not hang on a model."""
    return Board([(post["id"], texts_of(post)) for post in cases()["posts"]], Synonyms.shipped())


def questions(kind: str, half: str = "held-out") -> list[dict[str, Any]]:
    return [query for query in cases()["queries"] if query["type"] == kind and query["half"] == half]


def figures(kind: str, half: str = "held-out") -> dict[str, float]:
    return measured((board().search(query["q"]), query["relevant"]) for query in questions(kind, half))

"""What ``evaluate_search`` does: posts and questions from a file, ranked by the search and by simpler ones."""

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from matching.enums import Direction, Resource
from matching.search.indexing import Texts, normalised_text
from matching.search.meaning import vectors_of
from matching.search.measuring import baselines, measured
from matching.search.memory import Board, Meaning
from tomoiki.text.synonyms import Synonyms

OWN_CASES = Path(__file__).parent / "data" / "cases.json"


class NoCases(ValueError):
    """A file holds no posts and questions, and where it does not."""


@dataclass(frozen=True)
class Question:
    """What is asked, and the ids of the posts that answer it."""

    q: str
    relevant: tuple[str, ...]


def posts_of(content: object) -> list[tuple[str, Texts]]:
    """(id, texts) of every post in a file. Raises ``NoCases``."""
    found: dict[str, Texts] = {}
    for number, post in enumerate(_list(content, "posts"), start=1):
        if not isinstance(post, Mapping) or not isinstance(post.get("id"), str | int):
            raise NoCases(f"post {number} has no id")
        if str(post["id"]) in found:
            raise NoCases(f"two posts have the id {post['id']}")
        found[str(post["id"])] = texts_of(post)
    return list(found.items())


def questions_of(content: object) -> list[Question]:
    """The questions of a file; one without words finds nothing. Raises ``NoCases``."""
    found = []
    for number, query in enumerate(_list(content, "queries"), start=1):
        if not isinstance(query, Mapping):
            raise NoCases(f"question {number} is no object with q and relevant")
        found.append(Question(_text(query.get("q")), tuple(str(each) for each in _several(query.get("relevant")))))
    return found


def _list(content: object, name: str) -> list[Any]:
    rows = content.get(name) if isinstance(content, Mapping) else None
    if not isinstance(rows, list):
        raise NoCases(f"it has no list of {name}")
    return rows


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _several(value: object) -> list[Any]:
    """A list as it is, a single value as a list of one, nothing as none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def texts_of(post: Mapping[str, Any]) -> Texts:
    """What of a post in a file is searched; every field may be missing, null or unknown."""
    names = _municipalities()
    places = [names[str(code)] for code in _several(post.get("municipalities")) if str(code) in names]
    themes = [_themes().get(str(code), "") for code in _several(post.get("themes"))]
    resource = post.get("resource")
    kind = Resource(resource).label if resource in Resource.values else ""
    return Texts(
        _text(post.get("title")),
        _text(post.get("body")),
        tuple(label for label in (kind, *themes, *places) if label),
        post.get("direction") == Direction.NEED,
    )


def evaluate(content: object, *, rankings: bool = False, meaning: bool = True) -> dict[str, Any]:
    """The figures for the posts and questions of a file; ``meaning`` off leaves the order to words alone.

    Raises ``NoCases``, and ``Unavailable`` where ``meaning`` is asked for and there is no model.
    """
    posts, questions = posts_of(content), questions_of(content)
    board = Board(posts, Synonyms.shipped(), _meaning([texts for _, texts in posts]) if meaning and posts else None)
    if questions:
        # What is loaded once is not part of what a question costs.
        board.search(questions[0].q)
    began = perf_counter()
    ranked = {each: board.search(each) for each in dict.fromkeys(question.q for question in questions)}
    took = perf_counter() - began
    result: dict[str, Any] = measured((ranked[each.q], each.relevant) for each in questions)
    result["queries"] = len(questions)
    result["baselines"] = {
        name: measured((search(each.q), each.relevant) for each in questions)
        for name, search in baselines({each: normalised_text(Texts(t.title, t.body)) for each, t in posts}).items()
    }
    result["ms_per_query"] = round(took * 1000 / (len(ranked) or 1), 2)
    if rankings:
        result["rankings"] = ranked
    return result


def _meaning(texts: Sequence[Texts]) -> Meaning:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from tomoiki.text.embeddings import in_process  # loads a model of 54 MB with the first text

    embedder = in_process()
    stored = vectors_of(embedder, [(each.title, each.body) for each in texts])

    @cache
    def near(question: str) -> list[float]:
        return [float(value) for value in stored @ embedder.queries([question])[0]]

    return near


@cache
def _municipalities() -> dict[str, str]:
    import tomoiki.places  # only for where its data lies

    path = Path(tomoiki.places.__path__[0]) / "data" / "municipalities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def _themes() -> dict[str, str]:
    from tomoiki.vocabulary.lists import vocabularies  # filled when all apps are ready

    known = vocabularies.get("theme")
    return {code: label for code, label, _ in known.defaults} if known else {}

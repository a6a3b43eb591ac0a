"""What ``evaluate_search`` does: posts and questions from a file, ranked by the search and by simpler ones."""

import csv
import os
from collections.abc import Mapping, Sequence
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


def texts_of(post: Mapping[str, Any]) -> Texts:
    """What of a post in a file is searched; every field but the title may be missing."""
    names = _municipalities()
    places = [names[code] for code in post.get("municipalities") or () if code in names]
    themes = [_themes().get(code, "") for code in post.get("themes") or ()]
    resource = post.get("resource")
    kind = Resource(resource).label if resource in Resource.values else ""
    return Texts(
        post.get("title") or "",
        post.get("body") or "",
        tuple(label for label in (kind, *themes, *places) if label),
        post.get("direction") == Direction.NEED,
    )


def evaluate(cases: Mapping[str, Any], *, rankings: bool = False, meaning: bool = True) -> dict[str, Any]:
    """The figures for ``cases``; ``meaning`` off leaves the order to words alone."""
    posts = [(str(post["id"]), texts_of(post)) for post in cases["posts"]]
    board = Board(posts, Synonyms.shipped(), _meaning([texts for _, texts in posts]) if meaning else None)
    questions = [(query["q"], [str(each) for each in query["relevant"]]) for query in cases["queries"]]
    if questions:
        # What is loaded once is not part of what a question costs.
        board.search(questions[0][0])
    began = perf_counter()
    ranked = {question: board.search(question) for question, _ in questions}
    took = perf_counter() - began
    result: dict[str, Any] = measured((ranked[question], relevant) for question, relevant in questions)
    result["queries"] = len(questions)
    result["baselines"] = {
        name: measured((search(question), relevant) for question, relevant in questions)
        for name, search in baselines({each: normalised_text(Texts(t.title, t.body)) for each, t in posts}).items()
    }
    result["ms_per_query"] = round(took * 1000 / (len(questions) or 1), 2)
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

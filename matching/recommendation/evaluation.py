"""Measuring the ranking against a file of posts whose matches people have named, beside simple ways to rank."""

import json
import math
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matching.recommendation.cases import NEED, OFFER, Case
from matching.recommendation.corpus import Corpus, terms_for
from matching.recommendation.meaning import meaning_of
from matching.recommendation.ranking import order
from matching.recommendation.reading import read
from matching.recommendation.weights import WEIGHTS, Weights
from tomoiki.text.normalisation import normalise

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Embedder

#: The portal's own set: what the weights were chosen on, and what only judges them.
SETS = Path(__file__).with_name("data") / "evaluation"
Rankings = dict[str, list[str]]
_SHUFFLES = 50
#: Some lists write the prefecture's own code for 「県内どこでも」.
_PREFECTURE = "14000"


class Malformed(Exception):
    """The file is not a set of posts; the text says where."""


@dataclass(frozen=True)
class EvaluationSet:
    needs: Sequence[Case]
    offers: Sequence[Case]
    relevant: Mapping[str, frozenset[str]]

    @property
    def judged(self) -> list[Case]:
        """The needs for which at least one offer is named."""
        return [need for need in self.needs if self.relevant.get(need.id)]


# --- the file ---


def read_set(path: Path) -> EvaluationSet:
    """The posts of a JSON file. Raises ``Malformed``."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Malformed(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise Malformed(f"{path}: not JSON in UTF-8 ({error})") from error
    return set_of(content)


def set_of(content: object) -> EvaluationSet:
    """The posts and matches of parsed JSON. Raises ``Malformed``."""
    if not isinstance(content, dict) or not isinstance(content.get("posts"), list):
        raise Malformed('an object with a list "posts" is expected')
    posts = [_case(post, number) for number, post in enumerate(content["posts"], start=1)]
    ids = [post.id for post in posts]
    if len(set(ids)) != len(ids):
        twice = sorted({each for each in ids if ids.count(each) > 1})
        raise Malformed(f'ids stand twice in "posts": {", ".join(twice[:5])}')
    needs = [post for post in posts if post.direction == NEED]
    offers = [post for post in posts if post.direction == OFFER]
    return EvaluationSet(needs, offers, _relevant(content.get("relevant", {}), needs, offers))


def _relevant(found: object, needs: Iterable[Case], offers: Iterable[Case]) -> dict[str, frozenset[str]]:
    if not isinstance(found, dict) or not all(isinstance(ids, list) for ids in found.values()):
        raise Malformed('"relevant" must be an object of lists: {"need id": ["offer id", ...]}')
    need_ids, offer_ids = {need.id for need in needs}, {offer.id for offer in offers}
    relevant = {str(need): frozenset(map(_text_id, ids)) for need, ids in found.items()}
    for need, ids in relevant.items():
        if need not in need_ids:
            raise Malformed(f'"relevant" names the need {need!r}, which is not among the posts')
        if unknown := sorted(ids - offer_ids):
            raise Malformed(f'"relevant" names the offer {unknown[0]!r} for {need!r}, which is not among the posts')
    return relevant


def _text_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed(f"an id must be a text, not {value!r}")
    return str(value)


def _case(post: object, number: int) -> Case:
    where = f"post {number}"
    if not isinstance(post, dict):
        raise Malformed(f"{where}: an object is expected")
    for key in ("id", "direction", "title"):
        if post.get(key) in (None, ""):
            raise Malformed(f'{where}: "{key}" is missing')
    # Tables turned into JSON write what nobody filled in as an empty text, whatever stands there otherwise.
    post = {key: value for key, value in post.items() if value != ""}
    id_ = _text_id(post["id"])
    where = f"{where} ({id_})"
    if post["direction"] not in (NEED, OFFER):
        raise Malformed(f'{where}: "direction" must be "need" or "offer", not {post["direction"]!r}')
    return Case(
        id=id_,
        direction=post["direction"],
        title=_text(post, "title", where),
        body=_text(post, "body", where),
        resource=_text(post, "resource", where),
        municipalities=tuple(code for code in _texts(post, "municipalities", where) if code != _PREFECTURE),
        themes=_texts(post, "themes", where),
        organisation_kind=_text(post, "organisation_kind", where),
        available_from=_date(post, "available_from", where),
        available_until=_date(post, "available_until", where),
        weekdays=_weekdays(post, where),
        quantity=_quantity(post, where),
        unit=_text(post, "unit", where),
        # An empty list is an answer; that nothing stands there is none.
        anywhere=post.get("municipalities") in ([], [_PREFECTURE]),
    )


def _text(post: Mapping[str, Any], key: str, where: str) -> str:
    value = post.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f'{where}: "{key}" must be a text')
    return value


def _texts(post: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = post.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Malformed(f'{where}: "{key}" must be a list of texts')
    return tuple(each for each in value if each)


def _date(post: Mapping[str, Any], key: str, where: str) -> date | None:
    value = _text(post, key, where)
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        raise Malformed(f'{where}: "{key}" must be a date like 2027-04-01, not {value!r}') from None


def _weekdays(post: Mapping[str, Any], where: str) -> tuple[int, ...]:
    value = post.get("weekdays")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(day) is int and 0 <= day <= 6 for day in value):
        raise Malformed(f'{where}: "weekdays" must be a list of numbers from 0 (Monday) to 6')
    return tuple(value)


def _quantity(post: Mapping[str, Any], where: str) -> int | None:
    value = post.get("quantity")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Malformed(f'{where}: "quantity" must be a number')
    return round(value)


# --- ranking ---


def embed(cases: Sequence[Case], embedder: "Embedder | None") -> list[Case]:
    """The cases with their vectors; as they are where there is no embedder."""
    if embedder is None or not cases:
        return list(cases)
    vectors = meaning_of([case.text for case in cases], embedder)
    return [
        replace(case, vector=vector, vector_model=embedder.name) for case, vector in zip(cases, vectors, strict=True)
    ]


def rankings_of(
    found: EvaluationSet, weights: Weights = WEIGHTS, embedder: "Embedder | None" = None
) -> tuple[Rankings, float]:
    """Every offer for every judged need, best first, and how many milliseconds a need took.

    Timed is what happens when a need changes: it is embedded and read, and compared with offers that were before.
    ``embedder`` is None where the cases bring their vectors along, or have none.
    """
    offers, needs = list(found.offers), found.judged
    taken = 0.0
    if embedder is not None:
        offers = embed(offers, embedder)
        start = time.perf_counter()
        needs = embed(needs, embedder)
        taken += time.perf_counter() - start
    corpus = Corpus.of([*needs, *offers])
    known = [read(offer, corpus) for offer in offers]
    start = time.perf_counter()
    rankings = {
        need.id: [scored.case.id for scored in order(read(need, corpus), known, corpus, weights)] for need in needs
    }
    taken += time.perf_counter() - start
    return rankings, 1000 * taken / max(len(rankings), 1)


def trigram_rankings(found: EvaluationSet) -> Rankings:
    """By the share of common groups of three letters, as pg_trgm's similarity."""

    def grams(case: Case) -> frozenset[str]:
        words = normalise(case.text).split()
        return frozenset(f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1))

    known = {case.id: grams(case) for case in [*found.judged, *found.offers]}

    def similarity(need: Case, offer: Case) -> float:
        one, other = known[need.id], known[offer.id]
        return len(one & other) / max(len(one | other), 1)

    return _by(found, similarity)


def token_rankings(found: EvaluationSet) -> Rankings:
    """By common words alone, rare ones counting more."""
    corpus = Corpus.of([*found.needs, *found.offers])

    def overlap(need: Case, offer: Case) -> float:
        shared = {term for term in terms_for(need) & terms_for(offer) if term[0] not in "~="}
        return math.fsum(sorted(corpus.weight_of(term) for term in shared))

    return _by(found, overlap)


def _by(found: EvaluationSet, score: Callable[[Case, Case], float]) -> Rankings:
    return {
        need.id: [offer.id for offer in sorted(found.offers, key=lambda offer: (-score(need, offer), offer.id))]
        for need in found.judged
    }


def random_measures(found: EvaluationSet) -> dict[str, float]:
    """What chance gives, on the mean of many shuffles."""
    chance = random.Random(0)  # noqa: S311 - a baseline that must come out the same each time
    sums: dict[str, float] = {}
    for _ in range(_SHUFFLES):
        ids = sorted(offer.id for offer in found.offers)
        rankings = {need.id: chance.sample(ids, len(ids)) for need in found.judged}
        for name, value in measures(rankings, found.relevant).items():
            sums[name] = sums.get(name, 0.0) + value / _SHUFFLES
    return {name: round(value, 4) for name, value in sums.items()}


# --- measures ---


def measures(rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """nDCG@5, mean reciprocal rank and recall@10 on the mean of all needs; relevance is yes or no."""
    rows = [(ranking, relevant[need]) for need, ranking in rankings.items()]
    return {
        "ndcg@5": _mean(ndcg(ranking, wanted, 5) for ranking, wanted in rows),
        "mrr": _mean(_reciprocal_rank(ranking, wanted) for ranking, wanted in rows),
        "recall@10": _mean(len(wanted & set(ranking[:10])) / len(wanted) for ranking, wanted in rows),
    }


def ndcg(ranking: Sequence[str], wanted: frozenset[str], depth: int) -> float:
    """How near the first ``depth`` come to the best possible order."""
    gained = math.fsum(1 / math.log2(place + 2) for place, each in enumerate(ranking[:depth]) if each in wanted)
    best = math.fsum(1 / math.log2(place + 2) for place in range(min(depth, len(wanted))))
    return gained / best if best else 0.0


def _reciprocal_rank(ranking: Sequence[str], wanted: frozenset[str]) -> float:
    return next((1 / place for place, each in enumerate(ranking, start=1) if each in wanted), 0.0)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return round(math.fsum(known) / len(known), 4) if known else 0.0


def evaluate(found: EvaluationSet, embedder: "Embedder | None", *, with_rankings: bool = False) -> dict[str, Any]:
    """Everything that ``manage.py evaluate_matching`` prints."""
    rankings, taken = rankings_of(found, embedder=embedder)
    result: dict[str, Any] = {
        **measures(rankings, found.relevant),
        "needs": len(rankings),
        "baselines": {
            "trigram": measures(trigram_rankings(found), found.relevant),
            "tokens": measures(token_rankings(found), found.relevant),
            "random": random_measures(found),
        },
        "ms_per_need": round(taken, 1),
    }
    if with_rankings:
        result["rankings"] = rankings
    return result

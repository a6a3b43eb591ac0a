"""How good a ranking is, and what simple searches reach on the same questions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2

from matching.search.conditions import bigrams
from tomoiki.text.normalisation import normalise
from tomoiki.text.tokens import terms

Ranking = Sequence[str]
Ranker = Callable[[str], list[str]]


def ndcg(ranking: Ranking, relevant: Iterable[str], at: int = 10) -> float:
    """Normalised discounted cumulative gain for things that are either relevant or not."""
    wanted = set(relevant)
    gain = sum(1 / log2(place + 2) for place, each in enumerate(ranking[:at]) if each in wanted)
    best = sum(1 / log2(place + 2) for place in range(min(len(wanted), at)))
    return gain / best if best else 0.0


def recall(ranking: Ranking, relevant: Iterable[str], at: int = 20) -> float:
    wanted = set(relevant)
    return len(wanted & set(ranking[:at])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Ranking, relevant: Iterable[str]) -> float:
    wanted = set(relevant)
    return next((1 / place for place, each in enumerate(ranking, start=1) if each in wanted), 0.0)


def precision(ranking: Ranking, relevant: Iterable[str], at: int = 5) -> float:
    wanted = set(relevant)
    return sum(each in wanted for each in ranking[:at]) / at


def measured(rankings: Iterable[tuple[Ranking, Iterable[str]]]) -> dict[str, float]:
    """The four figures over all questions that have an answer."""
    judged = [(list(ranking), set(relevant)) for ranking, relevant in rankings if relevant]
    count = len(judged) or 1
    return {
        "ndcg@10": round(sum(ndcg(*each) for each in judged) / count, 4),
        "recall@20": round(sum(recall(*each) for each in judged) / count, 4),
        "mrr": round(sum(reciprocal_rank(*each) for each in judged) / count, 4),
        "precision@5": round(sum(precision(*each) for each in judged) / count, 4),
    }


def baselines(texts: Mapping[str, str]) -> dict[str, Ranker]:
    """Simple searches over id -> text, each as a function from a question to ids, best first."""
    return {
        "icontains": _contains(texts),
        "trigram": _by_overlap(texts, _trigrams),
        "bigrams": _by_overlap(texts, lambda text: set(bigrams(normalise(text)))),
        "tokens": _by_overlap(texts, lambda text: set(terms(text))),
    }


def _contains(texts: Mapping[str, str]) -> Ranker:
    folded = {each: normalise(text) for each, text in texts.items()}

    def ranked(question: str) -> list[str]:
        words = normalise(question).split()
        return [each for each, text in folded.items() if words and all(word in text for word in words)]

    return ranked


def _trigrams(text: str) -> set[str]:
    """As pg_trgm has them: of words with two spaces before and one after."""
    return {f"  {word} "[at : at + 3] for word in normalise(text).split() for at in range(len(word) + 1)}


def _by_overlap(texts: Mapping[str, str], pieces_of: Callable[[str], set[str]]) -> Ranker:
    stored = {each: pieces_of(text) for each, text in texts.items()}

    def ranked(question: str) -> list[str]:
        asked = pieces_of(question)
        rated = [(-len(asked & held) / len(asked), each) for each, held in stored.items() if asked & held]
        return [each for _, each in sorted(rated)]

    return ranked

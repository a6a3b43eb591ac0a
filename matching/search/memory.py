"""A board in memory: the same terms, conditions and order as the one in the database, for measuring and for tests."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from matching.search.conditions import matches
from matching.search.indexing import Texts, index_terms, normalised_text, spoken_words
from matching.search.query import Query
from matching.search.reading import parse_query
from matching.search.scoring import Found, related, score
from matching.search.suggesting import Vocabulary, corrected
from tomoiki.text.synonyms import Synonyms

#: How near in meaning each text is to a question, in the order of the texts.
Meaning = Callable[[str], Sequence[float]]
#: How many posts follow the hits that are merely about something near.
RELATED = 20


@dataclass(frozen=True)
class Entry:
    """One post as it is stored."""

    id: str
    terms: frozenset[str]
    text: str


class Board:
    """Posts to search in. ``meaning`` may be left out: then words alone decide."""

    def __init__(self, posts: Sequence[tuple[str, Texts]], synonyms: Synonyms, meaning: Meaning | None = None) -> None:
        self.synonyms = synonyms
        self.meaning = meaning
        self._texts = [texts for _, texts in posts]
        self.entries = [
            Entry(each, frozenset(index_terms(texts, synonyms)), normalised_text(texts)) for each, texts in posts
        ]
        self.counts = Counter(term for entry in self.entries for term in entry.terms)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that the posts say, and those of the synonyms."""
        words = [word for texts in self._texts for word in spoken_words(f"{texts.title} {texts.body}")]
        return Vocabulary.of(self.synonyms, words)

    def rarity(self, term: str) -> float:
        """The weight of a word: near 1 for one that is in half of the posts, more for a rare one."""
        return log(2 + len(self.entries) / (1 + self.counts[term])) if self.entries else 1.0

    def read(self, text: str) -> Query:
        """The question, with its slips mended where nothing is found as it was typed."""
        query = parse_query(text, self.synonyms)
        if any(matches(query.condition, entry.terms, entry.text) for entry in self.entries):
            return query
        return corrected(query, self.vocabulary, self.synonyms, self.counts) or query

    def hits(self, text: str) -> list[str]:
        """The posts that are about it, without order."""
        condition = parse_query(text, self.synonyms).condition
        return [entry.id for entry in self.entries if matches(condition, entry.terms, entry.text)]

    def search(self, text: str) -> list[str]:
        """The posts that answer ``text``, best first: the hits, then what is near in words or meaning."""
        query = self.read(text)
        if query.empty:
            return []
        near = self.meaning(query.text) if self.meaning and query.kind != "phrase" and query.required else None
        rated: list[tuple[int, float, str]] = []
        hits = 0
        for number, entry in enumerate(self.entries):
            found = Found(entry.terms, entry.text, near[number] if near is not None else None)
            hit = matches(query.condition, entry.terms, entry.text)
            if not hit and not related(query, found):
                continue
            hits += hit
            # A sentence is never found word by word: its hits and what is near are weighed together.
            first = hit or query.kind == "sentence"
            rated.append((not first, -score(query, found, self.rarity), entry.id))
        rated.sort()
        return [each for _, _, each in rated[: max(hits, RELATED)]]

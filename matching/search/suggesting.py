"""What somebody may have meant: ボランテァイ is ボランティア, しゅわ is 手話, 開護 is 介護."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import jaconv

from matching.search.indexing import WORD
from matching.search.query import Clause, Query, parse_query
from tomoiki.text.normalisation import normalise, to_katakana
from tomoiki.text.synonyms import Synonyms
from tomoiki.text.tokens import reading

MOST = 3


class Vocabulary:
    """Known words and how often they are said, found by how they are written and how they are read."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self.words = {normalise(word): count for word, count in words.items() if word}
        self._readings: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words, key=lambda each: (-self.words[each], each)):
            self._readings[_reading(word)].append(word)

    @classmethod
    def of(cls, synonyms: Synonyms, words: Iterable[str] = ()) -> "Vocabulary":
        """The words of the synonyms, and others."""
        counts: dict[str, int] = dict.fromkeys(synonyms.words(), 1)
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        return cls(counts)

    def __contains__(self, word: str) -> bool:
        return normalise(word) in self.words

    def read_as(self, kana: str) -> list[str]:
        return self._readings.get(kana, [])

    def near(self, word: str) -> list[str]:
        """The known words that ``word`` may be a slip for, the likeliest first."""
        from rapidfuzz import process  # loaded only where somebody slipped
        from rapidfuzz.distance import OSA  # as above

        kana = _reading(word)
        same = [each for each in self.read_as(kana) if each != word]
        allowed = 1 if len(kana) < 6 else 2
        near = process.extract(kana, list(self._readings), scorer=OSA.distance, score_cutoff=allowed, limit=12)
        found = sorted(near, key=lambda each: (each[1], abs(len(each[0]) - len(kana))))
        others = [known for kana_of, distance, _ in found if distance for known in self._readings[kana_of][:2]]
        if len(kana) < 3:
            others = []
        return list(dict.fromkeys([*same, *others]))


@lru_cache(maxsize=65536)
def _reading(word: str) -> str:
    normal = normalise(word)
    if normal.isascii() and normal.isalpha():
        return str(to_katakana(jaconv.alphabet2kana(normal)))
    return to_katakana(reading(normal))


def suggest(query: Query, vocabulary: Vocabulary, synonyms: Synonyms, known: Iterable[str] = ()) -> list[str]:
    """Other questions that may have been meant, for words that are in no post; the likeliest first.

    ``known``: the terms that are in posts; a word that is among them was no slip.
    """
    stored = known if isinstance(known, (set, frozenset, dict)) else set(known)
    suggestions: list[str] = []
    for clause in query.clauses:
        if clause.phrase or _is_known(clause, stored):
            continue
        for other in vocabulary.near(clause.text)[:MOST]:
            suggestions.append(query.text.replace(clause.text, other))
    return list(dict.fromkeys(suggestions))[:MOST]


def corrected(query: Query, vocabulary: Vocabulary, synonyms: Synonyms, known: Iterable[str] = ()) -> Query | None:
    """The query with its slips mended; None where there is none, or nothing near is known."""
    found = suggest(query, vocabulary, synonyms, known)
    return replace(parse_query(found[0], synonyms)) if found else None


def _is_known(clause: Clause, stored: object) -> bool:
    return (
        any(all(term in stored for term in way) for way in clause.own)
        or any(  # type: ignore[operator]
            "s:" + group in stored
            for group in clause.groups  # type: ignore[operator]
        )
        or any(WORD + lemma in stored for lemma in clause.lemmas[:1] if len(clause.lemmas) == 1)
    )  # type: ignore[operator]

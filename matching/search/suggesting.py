"""What somebody may have meant: ボランテァイ is ボランティア, しゅわ is 手話, 弁護師 is 弁護士."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache

import jaconv

from matching.search.indexing import GROUP
from matching.search.query import Clause, Query
from matching.search.reading import parse_query
from tomoiki.text.normalisation import normalise, to_katakana
from tomoiki.text.synonyms import Synonyms
from tomoiki.text.tokens import reading, tokenise_word

MOST = 3
_KANA = re.compile(r"[ぁ-ゖァ-ヺーｦ-ﾟ]+")
#: What kana look like in Latin letters; xqzw are none, and near to no word but one in Latin letters.
_ROMAJI = re.compile(r"(?:[bcdfghjkmnprstvwyz]{0,2}[hsyw]?[aiueo]|n)+")
#: Small letters and the long vowel are what slips most: テァイ, フアン, ドロン.
_SMALL = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", "ー")
#: Kanji that look like katakana and come from a handwriting keyboard.
_ALIKE = str.maketrans("厶二力口工夕卜八千", "ムニカロエタトハチ")


class Vocabulary:
    """Known words and how often they are said, found by how they are written and how they are read."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self.words = {normalise(word): count for word, count in words.items() if word}
        self._skeletons: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words, key=lambda each: (-self.words[each], len(each), each)):
            self._skeletons[_skeleton(_reading(word))].append(word)

    @classmethod
    def of(cls, synonyms: Synonyms, words: Iterable[str] = ()) -> "Vocabulary":
        """The words of the synonyms, and others."""
        counts: dict[str, int] = dict.fromkeys(synonyms.words(), 1)
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        return cls(counts)

    def __contains__(self, word: str) -> bool:
        return normalise(word) in self.words

    def read_alike(self, word: str) -> list[str]:
        """The known words that are read as ``word`` is, small letters and long vowels aside: ドローン for ドロン."""
        normal = normalise(word)
        return [each for each in self._skeletons.get(_skeleton(_reading(normal)), ()) if each != normal]

    def near(self, word: str) -> list[str]:
        """The known words that ``word`` may be a slip for, the likeliest first."""
        from rapidfuzz import process  # loaded only where somebody slipped
        from rapidfuzz.distance import OSA  # as above

        normal = normalise(word)
        kana = _skeleton(_reading(normal))
        rated = {each: (0.0, 0) for each in self._skeletons.get(kana, ()) if each != normal}
        if len(kana) > 3 and (_KANA.search(normal) or normal.isascii()):
            allowed = 1 if len(kana) < 6 else 2
            for skeleton, distance, _ in process.extract(
                kana, list(self._skeletons), scorer=OSA.distance, score_cutoff=allowed, limit=12
            ):
                for known in self._skeletons[skeleton][:2] if distance else ():
                    rated[known] = (distance, skeleton[0] != kana[0])
        if len(normal) > 2:
            # 助整金 for 助成金: one letter wrong, however it is read.
            for known, distance, _ in process.extract(
                normal, list(self.words), scorer=OSA.distance, score_cutoff=1, limit=8
            ):
                if distance and len(known) == len(normal) and known not in rated:
                    rated[known] = (distance, known[0] != normal[0])
        return sorted(rated, key=lambda each: (*rated[each], -self.words[each], each))


@lru_cache(maxsize=65536)
def _reading(word: str) -> str:
    if word.isascii() and word.isalpha():
        if not _ROMAJI.fullmatch(word):
            return word
        return str(to_katakana(jaconv.alphabet2kana(word)))
    if _KANA.fullmatch(word):
        return to_katakana(word)
    return to_katakana(reading(word))


def _skeleton(kana: str) -> str:
    return kana.translate(_ALIKE).translate(_SMALL)


def suggest(query: Query, vocabulary: Vocabulary, synonyms: Synonyms, known: Container[str] = ()) -> list[str]:
    """Other questions that may have been meant, for words that are in no post; the likeliest first.

    ``known``: the terms that posts have; a word that is among them was no slip, nor is one that only some text denies.
    """
    slips = [
        piece
        for piece in query.text.split()
        if any(not clause.phrase and clause.text in piece and _unknown(clause, known) for clause in query.clauses)
    ]
    suggestions: list[str] = []
    slips += [
        clause.text
        for clause in query.clauses
        if clause.text not in slips and not clause.phrase and _unknown(clause, known)
    ]
    if query.kind == "sentence":
        # Nobody says every word of a sentence; what the dictionary knows was meant as it was typed.
        slips = [slip for slip in slips if _in_kana(slip) or not all(token.known for token in tokenise_word(slip))]
    for slip in slips:
        # A word of the dictionary may be asked for although nobody said it yet; one read alike may be meant as well.
        others = vocabulary.near(slip) if _misspelt(slip) else vocabulary.read_alike(slip) if _in_kana(slip) else []
        suggestions += [query.text.replace(slip, other) for other in others[:MOST]]
    return list(dict.fromkeys(suggestions))[:MOST]


def corrected(query: Query, vocabulary: Vocabulary, synonyms: Synonyms, known: Container[str] = ()) -> Query | None:
    """The query with its slips mended; None where there is none, or nothing near is known."""
    found = suggest(query, vocabulary, synonyms, known)
    return parse_query(found[0], synonyms) if found else None


def _in_kana(word: str) -> bool:
    return _KANA.fullmatch(word) is not None


def _misspelt(word: str) -> bool:
    """Whether ``word`` is none of the dictionary; Latin letters may be kana that somebody typed without converting."""
    content = [token for token in tokenise_word(word) if token.kind not in ("particle", "sign")]
    if any(token.kind == "number" for token in content):
        return False
    return len(content) != 1 or not content[0].known or (word.isascii() and word.isalpha())


def _unknown(clause: Clause, known: Container[str]) -> bool:
    if any(all(term in known for term in way) for way in clause.own):
        return False
    return not any(GROUP + group in known for group in clause.groups)

"""Words of a search box, and the text they are looked for in."""

import re
from collections.abc import Iterable
from itertools import product

from tomoiki.text.normalisation import normalise

MAX_WORDS = 8
MAX_WORD_LENGTH = 60
#: What is written in several ways and read in one: where it stands in a word, and the ways.
_WRITTEN_IN_SEVERAL_WAYS = (
    # Between kanji or after a number: 茅ヶ崎, 三カ所, 3ヵ月. Elsewhere ケ and カ are letters of a word: ケア, カフェ.
    (re.compile(r"(?<=[一-鿿々0-9])[ヶケヵカ](?=[一-鿿々]|$)"), ("ヶ", "ケ", "ヵ", "カ")),
    (re.compile(r"子ども|子供|こども"), ("子ども", "子供", "こども")),
)


def split_words(query: str) -> list[str]:
    """The words of ``query``, normalised, without repeats and at most ``MAX_WORDS`` of them.

    Spaces of any width separate words, as do 、 and ，, which people type between keywords.
    """
    words = normalise(query).replace("、", " ").replace(",", " ").split()
    return [word[:MAX_WORD_LENGTH] for word in dict.fromkeys(words)][:MAX_WORDS]


def spellings(word: str) -> list[str]:
    """The ways in which ``word`` may stand in a text, first as it was typed: 子供食堂, 子ども食堂, こども食堂.

    Asked for all of them, texts are found that were stored in any, and each may keep what its writer chose.
    """
    ways = [each if found.search(word) else ("",) for found, each in _WRITTEN_IN_SEVERAL_WAYS]
    written = [word]
    for chosen in product(*ways):
        other = word
        for (found, _), way in zip(_WRITTEN_IN_SEVERAL_WAYS, chosen, strict=True):
            other = found.sub(way, other)
        written.append(other)
    return list(dict.fromkeys(written))


def search_text(*parts: object) -> str:
    """One normalised line of all ``parts``, to be stored and searched with ``split_words``.

    A part may be a string, a number, None (left out) or an iterable of these.
    """
    return " ".join(filter(None, (normalise(part) for part in _strings(parts))))


def _strings(parts: Iterable[object]) -> Iterable[str]:
    for part in parts:
        if part is None:
            continue
        if isinstance(part, str):
            yield part
        elif isinstance(part, Iterable):
            yield from _strings(part)
        else:
            yield str(part)


def grams(word: str) -> list[str]:
    """What the database's ``text_grams`` finds in every text that has ``word`` in it."""
    return sorted({word[at : at + 2] for at in range(len(word) - 1)}) or [word]

"""Words of a search box, and the text they are looked for in."""

from collections.abc import Iterable

from tomoiki.text.normalisation import normalise

MAX_WORDS = 8
MAX_WORD_LENGTH = 60


def split_words(query: str) -> list[str]:
    """The words of ``query``, normalised, without repeats and at most ``MAX_WORDS`` of them.

    Spaces of any width separate words, as do 、 and ，, which people type between keywords.
    """
    words = normalise(query).replace("、", " ").replace(",", " ").split()
    return [word[:MAX_WORD_LENGTH] for word in dict.fromkeys(words)][:MAX_WORDS]


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

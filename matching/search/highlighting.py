"""Marks what a question found in a text: also 使わせて for 使いたい, and 町内会 for 自治会."""

from matching.search.indexing import groups_in
from matching.search.query import Query
from tomoiki.text.denials import denied
from tomoiki.text.normalisation import normalise
from tomoiki.text.synonyms import Synonyms, pieces
from tomoiki.text.tokens import tokenise

#: A piece of a text, and whether it is a hit.
Piece = tuple[str, bool]


def highlight(text: str, query: Query, synonyms: Synonyms) -> list[Piece]:
    """``text`` in pieces, those that ``query`` found marked. The pieces put together are ``text`` again."""
    normal, places = _folded(text)
    marked = bytearray(len(normal))
    for start, end in _hits(normal, query, synonyms):
        marked[start:end] = b"\x01" * (end - start)
    result: list[Piece] = []
    at = 0
    for number, letter in enumerate(places[:-1]):
        hit = bool(marked[number])
        following = places[number + 1]
        if letter > at:
            _add(result, text[at:letter], False)
        _add(result, text[letter:following], hit)
        at = following
    if at < len(text):
        _add(result, text[at:], False)
    return result


def _add(result: list[Piece], piece: str, hit: bool) -> None:
    if not piece:
        return
    if result and result[-1][1] == hit:
        result[-1] = (result[-1][0] + piece, hit)
    else:
        result.append((piece, hit))


def _folded(text: str) -> tuple[str, list[int]]:
    """The normalised text, and for each of its letters (and its end) the place in ``text`` that it comes from."""
    normal = normalise(text)
    if len(normal) == len(text):
        return normal, list(range(len(text) + 1))
    places: list[int] = []
    at = 0
    for number in range(len(normal)):
        # The place is the longest beginning of the text that gives no more than what was read so far.
        while at < len(text) and len(normalise(text[: at + 1])) <= number:
            at += 1
        places.append(min(at, len(text)))
    return normal, [*places, len(text)]


def _hits(normal: str, query: Query, synonyms: Synonyms) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    clauses = [part for clause in query.clauses for part in (clause, *clause.parts)]
    words = {lemma for clause in clauses if not clause.phrase for lemma in (clause.lemmas if not clause.parts else ())}
    groups = {group for clause in clauses for group in clause.groups}
    tokens = tokenise(normal)
    not_there = denied(tokens)
    run = pieces(tokens)
    found += [
        (piece.start, piece.end)
        for piece in run
        if piece.token not in not_there
        and (tokens[piece.token].lemma in words or (piece.lemma in words and len(piece.lemma) > 1))
    ]
    found += [
        (first.start, last.end) for first, last, group in groups_in(tokens, not_there, synonyms) if group in groups
    ]
    absent = [(tokens[number].start, tokens[number].end) for number in not_there]
    for clause in clauses:
        at = normal.find(clause.literal) if clause.literal else -1
        while at >= 0:
            end = at + len(clause.literal)
            # A word that is denied here is not marked here; a phrase that says more is.
            if not clause.lemmas or not any(start < end and at < stop for start, stop in absent):
                found.append((at, end))
            at = normal.find(clause.literal, at + 1)
    return found

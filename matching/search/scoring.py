"""In what order hits stand: what the title says before the body, rare words before common, close before far apart."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from matching.search.conditions import matches
from matching.search.indexing import DENIED, GROUP, LABEL, PART, TITLE, WORD
from matching.search.query import Clause, Query

#: The one place of the weights; measured in docs/search.md.
IN_TITLE = 1.0
IN_BODY = 0.8
AS_SYNONYM = 0.75
AS_PART = 0.75
AS_LABEL = 0.4
AS_PLACE = 0.9
LITERALLY = 0.9
IN_PIECES = 0.5
REPEATED = 0.06
CLOSE = 0.15
WEAK = 0.3
WANTED = 0.2
MEANING = 2.0
#: The cosines that multilingual-e5-small gives to texts that have nothing, and everything, in common.
UNRELATED, SAME = 0.76, 0.90
#: From here on a post may follow the hits of single words.
NEAR = 0.84
#: With fewer words than this a text that denies one of them is no answer.
FEW = 3

Rarity = Callable[[str], float]


@dataclass(frozen=True)
class Found:
    """What of a post is needed to order it: its stored terms (a set), its normalised text, how near in meaning."""

    terms: Collection[str]
    text: str
    meaning: float | None = None


def score(query: Query, found: Found, rarity: Rarity | None = None) -> float:
    """How well ``found`` answers ``query``; higher is better, only the order means anything.

    ``rarity``: the weight of a word by its term; without it all words weigh the same.
    """
    total = weight = 0.0
    for choice in query.required:
        clause, value = max(((clause, _value(clause, found)) for clause in choice), key=lambda each: each[1])
        heavy = (WEAK if clause.weak else 1.0) * (rarity(_rarest(clause)) if rarity else 1.0)
        total += heavy * value
        weight += heavy
    words = total / weight if weight else 0.0
    words += CLOSE * _closeness(query, found.text)
    words += WANTED * (query.wanted in found.terms)
    if found.meaning is None:
        return words
    near = min(max((found.meaning - UNRELATED) / (SAME - UNRELATED), 0.0), 1.0)
    share = MEANING if query.kind == "sentence" else 0.15
    return words + share * near


def related(query: Query, found: Found) -> bool:
    """Whether a post that is no hit may follow the hits: near in words or meaning, and no trap.

    A trap is what the question leaves out, what the text says is not there, and letters that stand there by chance.
    """
    if query.kind == "phrase" or any(matches(each.condition, found.terms, found.text) for each in query.excluded):
        return False
    strong = [clause for clause in query.clauses if not clause.weak]
    for clause in strong:
        if clause.phrase and not matches(clause.condition, found.terms, found.text):
            return False
        if _value(clause, found):
            continue
        # In a sentence of many words one of them may be denied.
        if (query.kind == "words" or len(strong) < FEW) and any(DENIED + each in found.terms for each in clause.lemmas):
            return False
        if query.kind == "words" and clause.text in found.text:
            return False
    if query.kind == "sentence":
        return found.meaning is not None or any(_value(clause, found) for clause in strong)
    looser = query.looser
    if looser is not None and matches(looser, found.terms, found.text):
        return True
    return found.meaning is not None and found.meaning >= NEAR


def _rarest(clause: Clause) -> str:
    return clause.own[0][0] if clause.own else WORD + clause.text


def _value(clause: Clause, found: Found) -> float:
    """How much of ``clause`` the text has, from 0 to a little over 1."""
    best = 0.0
    for way in clause.own:
        best = max(best, _placed(way, found.terms))
        if len(way) == 1 and way[0].startswith(WORD):
            best = max(best, AS_PART * _placed((PART + way[0].removeprefix(WORD),), found.terms))
        if all(LABEL + term.partition(":")[2] in found.terms for term in way):
            best = max(best, AS_PLACE if clause.name else AS_LABEL)
    for group in clause.groups:
        best = max(best, AS_SYNONYM * _placed((GROUP + group,), found.terms))
    if clause.literal and best < LITERALLY * IN_BODY and matches(clause.condition, found.terms, found.text):
        best = max(best, LITERALLY * IN_BODY)
    if not best and len(clause.parts) > 1:
        return IN_PIECES * sum(_value(part, found) for part in clause.parts) / len(clause.parts)
    if best:
        best += (
            REPEATED * math.log1p(min(found.text.count(clause.text) - 1, 4)) if found.text.count(clause.text) > 1 else 0
        )
    return best


def _placed(way: tuple[str, ...], terms: Collection[str]) -> float:
    if all(TITLE + term in terms for term in way):
        return IN_TITLE
    return IN_BODY if all(term in terms for term in way) else 0.0


def _closeness(query: Query, text: str) -> float:
    """1 where the words stand together, falling to 0 where they are a hundred letters apart."""
    places = [at for clause in query.clauses if not clause.weak and (at := text.find(clause.text)) >= 0]
    if len(places) < 2:
        return 0.0
    return max(0.0, 1 - (max(places) - min(places)) / 100)

"""What a text must have to be found: a small tree that the database and this module both can ask."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

BIGRAM = "g:"


@dataclass(frozen=True)
class Has:
    """All of ``terms``: ``search_terms @> terms``."""

    terms: tuple[str, ...]


@dataclass(frozen=True)
class Anything:
    """Any of ``terms``: ``search_terms && terms``."""

    terms: tuple[str, ...]


@dataclass(frozen=True)
class Holds:
    """``text`` stands in the normalised text: ``search_text LIKE '%text%'``, by way of ``search_terms @> terms``."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class And:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    part: "Condition"


Condition: TypeAlias = Has | Anything | Holds | And | Or | Not


def bigrams(text: str) -> list[str]:
    """The pairs of letters of a normalised text; pairs over a space are none."""
    return [text[at : at + 2] for at in range(len(text) - 1) if " " not in text[at : at + 2]]


def holds_of(text: str) -> Holds:
    """The condition that a normalised ``text`` stands in another."""
    return Holds(text, tuple(sorted({BIGRAM + pair for pair in bigrams(text)})))


def matches(condition: Condition, terms: Collection[str], text: str) -> bool:
    """Whether a text with these stored ``terms`` and this normalised ``text`` is found; ``terms`` as a set is quick."""
    match condition:
        case Has():
            return all(term in terms for term in condition.terms)
        case Anything():
            return any(term in terms for term in condition.terms)
        case Holds():
            return condition.text in text
        case And():
            return all(matches(part, terms, text) for part in condition.parts)
        case Or():
            return any(matches(part, terms, text) for part in condition.parts)
        case Not():
            return not matches(condition.part, terms, text)


def all_of(parts: Collection[Condition]) -> Condition:
    """One condition that asks for all ``parts``; nothing asked is found everywhere."""
    return next(iter(parts)) if len(parts) == 1 else And(tuple(parts))


def any_of(parts: Collection[Condition]) -> Condition:
    """One condition that asks for one of ``parts``, single terms put together."""
    single = tuple(dict.fromkeys(t for p in parts if isinstance(p, Has) and len(p.terms) == 1 for t in p.terms))
    single += tuple(t for p in parts if isinstance(p, Anything) for t in p.terms if t not in single)
    rest: list[Condition] = [
        part for part in parts if not (isinstance(part, Anything) or (isinstance(part, Has) and len(part.terms) == 1))
    ]
    if single:
        rest.insert(0, Anything(single) if len(single) > 1 else Has(single))
    return rest[0] if len(rest) == 1 else Or(tuple(rest))

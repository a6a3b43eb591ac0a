"""A question as it was read: what a text must have to be found, and what makes it a better answer."""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from matching.search.conditions import And, Anything, Condition, Has, Not, all_of, any_of, holds_of
from matching.search.indexing import DENIED, GROUP, LABEL, PART, WORD

Kind = Literal["words", "sentence", "phrase"]


@dataclass(frozen=True)
class Clause:
    """One thing asked for, and the terms by which a text has it.

    ``own``: sets of terms, each of which is the word itself. ``groups``: synonyms. ``parts``: what a longer word is
    made of, each as sets of terms again. ``weak``: helps the order, is not required. ``name``: of a place or of
    somebody.
    """

    text: str
    own: tuple[tuple[str, ...], ...] = ()
    groups: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    parts: tuple["Clause", ...] = ()
    literal: str = ""
    phrase: bool = False
    weak: bool = False
    name: bool = False

    @property
    def condition(self) -> Condition:
        """What a text must have to be about it."""
        if self.phrase:
            return self._literally()
        found: list[Condition] = [Has(terms) for terms in self.own]
        found += [Has((GROUP + group,)) for group in self.groups]
        for terms in self.own:
            found.append(Has(tuple(LABEL + term.partition(":")[2] for term in terms)))
            if len(terms) == 1 and terms[0].startswith(WORD):
                found.append(Has((PART + terms[0].removeprefix(WORD),)))
        if self.literal:
            found.append(self._literally())
        return any_of(found)

    @property
    def looser(self) -> Condition:
        """The same, or what it is made of in any order and place."""
        if len(self.parts) < 2:
            return self.condition
        return any_of([self.condition, And(tuple(part.condition for part in self.parts))])

    def _literally(self) -> Condition:
        stands = holds_of(self.literal)
        if not self.lemmas:
            return stands
        # Where the text says that it is not there, its letters stand there all the same.
        return And((stands, Not(Anything(tuple(DENIED + lemma for lemma in self.lemmas)))))


@dataclass(frozen=True)
class Query:
    """A question as it was read: all of ``required`` (each any of its clauses), nothing of ``excluded``.

    ``wanted``: the term of those texts that are meant rather, where a sentence says whether it looks for a giver
    (譲ってほしい) or for somebody to give to (譲りたい).
    """

    text: str
    required: tuple[tuple[Clause, ...], ...]
    excluded: tuple[Clause, ...]
    kind: Kind
    wanted: str = ""

    @property
    def empty(self) -> bool:
        return not self.required and not self.excluded

    @property
    def clauses(self) -> list[Clause]:
        """Everything asked for, flat."""
        return [clause for choice in self.required for clause in choice]

    @property
    def condition(self) -> Condition:
        """What a hit must fulfil."""
        strong = [choice for choice in self.required if not choice[0].weak] or list(self.required)
        return all_of([*(any_of([clause.condition for clause in choice]) for choice in strong), *self._without()])

    @property
    def looser(self) -> Condition | None:
        """What to ask where ``condition`` finds too little: most of the words, longer words in their parts.

        None where nothing looser would be meant: a phrase is asked for as it stands.
        """
        if self.kind == "phrase" or not self.required:
            return None
        strong = [choice for choice in self.required if not choice[0].weak] or list(self.required)
        each = [any_of([clause.looser for clause in choice]) for choice in strong]
        least = len(each) if len(each) < 3 and self.kind == "words" else max(1, (len(each) + 1) // 2)
        ways = [all_of(chosen) for chosen in combinations(each[:8], min(least, 8))]
        return all_of([any_of(ways) if len(ways) > 1 else ways[0], *self._without()])

    @property
    def loosest(self) -> Condition | None:
        """Any of the words, for a sentence of which no text has half; None for other questions."""
        strong = [clause for clause in self.clauses if not clause.weak] or self.clauses
        if self.kind != "sentence" or not strong:
            return None
        return all_of([any_of([clause.looser for clause in strong]), *self._without()])

    def _without(self) -> list[Condition]:
        return [Not(clause.condition) for clause in self.excluded]

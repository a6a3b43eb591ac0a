"""Words that a search takes for each other: 社協 is 社会福祉協議会, and who looks for 食品 also finds お米.

Groups come from the shipped file, or from the rows that staff edit. Which groups a text belongs to is stored beside
its words, so that a search asks for one term, however many words a group has.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tomoiki.text.tokens import Token, tokenise_word

SHIPPED = Path(__file__).parent / "data" / "synonyms.csv"
EQUAL, BROADER = "equal", "broader"
#: Words between two parts of one synonym: 外国に[ルーツの]ある.
_GAP = 3
NOT = "無い"


@dataclass(frozen=True)
class Group:
    """``words`` mean the same; or, where ``direction`` is "broader", the first takes in the others."""

    words: tuple[str, ...]
    direction: str = EQUAL
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A shortest word in a text: where it stands, and whether it is a word by itself rather than part of a longer."""

    lemma: str
    whole: bool
    token: int
    start: int
    end: int


def pieces(tokens: Sequence[Token]) -> list[Piece]:
    """The shortest words of those ``tokens`` that name something, in order."""
    return [
        Piece(unit.lemma, len(token.units) == 1, number, token.start, token.end)
        for number, token in enumerate(tokens)
        if token.content and token.kind != "counter"
        for unit in token.units
    ]


def spoken(tokens: Sequence[Token]) -> list[Piece]:
    """As ``pieces``, with what only a phrase needs: 遊べる[ところ], 段差が[ない]."""
    return [
        Piece(lemma, len(token.units) == 1, number, token.start, token.end)
        for number, token in enumerate(tokens)
        for lemma in _spoken(token)
    ]


def _spoken(token: Token) -> Iterable[str]:
    if negates(token):
        return (NOT,)
    if token.kind == "counter":
        # 10代 is no other 代, and 8本 no book.
        return (f"#{token.lemma}",)
    if token.content or token.kind in ("verb", "adjective", "noun", "name", "suffix"):
        return (unit.lemma for unit in token.units)
    return (token.lemma,) if token.part[0] in ("副詞", "連体詞", "代名詞") else ()


def negates(token: Token) -> bool:
    """ない of a verb, and 無い by itself."""
    return (token.kind == "other" and token.base in ("ない", "ぬ", "ず")) or (
        token.kind == "adjective" and token.lemma == NOT
    )


def key_of(word: str) -> str:
    """The shortest words of ``word`` put together with plus signs: 子供+食堂 for こども食堂."""
    return key_of_tokens(tokenise_word(word))


def key_of_tokens(tokens: Sequence[Token]) -> str:
    return "+".join(piece.lemma for piece in spoken(tokens))


class Synonyms:
    """Groups of words, and the two questions a search asks of them."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self._stored: dict[str, frozenset[str]] = {}
        self._asked: dict[str, tuple[str, ...]] = {}
        self._read()
        self.longest = max((key.count("+") + 1 for key in self._stored), default=0)
        self._starts = {key.split("+")[0] for key in self._stored}

    @classmethod
    def shipped(cls) -> "Synonyms":
        """Those of the file that comes with the portal."""
        return _shipped()

    @classmethod
    def none(cls) -> "Synonyms":
        return cls(())

    def version(self) -> str:
        """A short mark that changes when any group does: columns formed with another are out of date."""
        rows = sorted(f"{group.direction}:{'|'.join(group.words)}" for group in self.groups if len(group.words) > 1)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]

    def words(self) -> list[str]:
        """Every word of every group, as it was written."""
        return list(dict.fromkeys(word for group in self.groups for word in group.words))

    def stored_for(self, key: str) -> frozenset[str]:
        """The groups that a text with this word belongs to."""
        return self._stored.get(key, frozenset())

    def asked_for(self, word: str) -> tuple[str, ...]:
        """The groups that a search for ``word`` asks for: those it is equal to, and those it is the broader word of."""
        return self.asked_for_key(key_of(word))

    def found_by(self, word: str) -> list[str]:
        """The other words that a search for ``word`` finds by these groups."""
        asked = set(self.asked_for(word))
        return [
            other
            for other in self.words()
            if other != word and asked & self.stored_for(key_of(other)) and key_of(other) != key_of(word)
        ]

    def asked_for_key(self, key: str) -> tuple[str, ...]:
        return self._asked.get(key, ())

    def found_in(self, run: Sequence[Piece]) -> Iterator[tuple[int, int, str]]:
        """(first, last, group) for every word of a group among the pieces of ``run``."""
        for first, piece in enumerate(run):
            if piece.lemma not in self._starts:
                continue
            key = ""
            for last in range(first, min(first + self.longest, len(run))):
                # What is between 空き and 部屋 may be の or が, not another sentence.
                if last > first and run[last].token - run[last - 1].token > _GAP:
                    break
                key = f"{key}+{run[last].lemma}" if key else run[last].lemma
                # A single letter that is part of a longer word names something else: 車 of 車椅子.
                if last == first and not piece.whole and len(piece.lemma) == 1:
                    continue
                for group in self._stored.get(key, ()):
                    yield first, last, group

    def _read(self) -> None:
        equal: dict[str, set[str]] = defaultdict(set)
        broader: dict[str, set[str]] = defaultdict(set)
        members: dict[str, set[str]] = defaultdict(set)
        heads: dict[str, str] = {}
        for group in self.groups:
            keys = [key for key in map(key_of, group.words) if key]
            if len(keys) < 2:
                continue
            name = keys[0] if group.direction == EQUAL else f">{keys[0]}"
            if group.direction == EQUAL:
                for key in keys:
                    equal[key].add(name)
                    members[name].add(key)
            else:
                heads[name] = keys[0]
                for key in keys:
                    broader[key].add(name)
        for key in {*equal, *broader}:
            same = {key}.union(*(members[name] for name in equal[key])) if key in equal else {key}
            above: set[str] = set()
            waiting = set(same)
            while waiting:
                names = {name for each in waiting for name in broader.get(each, ())} - above
                above |= names
                tops = {heads[name] for name in names}
                waiting = tops.union(*(members[name] for top in tops for name in equal.get(top, ())))
            self._stored[key] = frozenset(equal.get(key, set()) | above)
            asked = sorted(equal.get(key, ())) + sorted(name for name, head in heads.items() if head in same)
            if asked:
                self._asked[key] = tuple(asked)


def read_groups(path: Path = SHIPPED) -> list[Group]:
    """The groups of a CSV file with the columns direction, words (with | between them) and note."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Group(
                tuple(word.strip() for word in row["words"].split("|") if word.strip()),
                row["direction"],
                row["note"] or "",
            )
            for row in csv.DictReader(file)
        ]


@cache
def _shipped() -> Synonyms:
    return Synonyms(read_groups())

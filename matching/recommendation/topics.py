"""What a text talks about, by the shipped list of topics, and what kind of thing that speaks for."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tomoiki.text.normalisation import normalise

_FILE = Path(__file__).with_name("data") / "topics.txt"
_CHILDREN = re.compile(r"子供|こども")
#: How much a word counts whose kind is only hinted at.
_HINT = 0.4
# Where a clause ends; a comma does not: 飲食や、大きな音は出せません.
_CLAUSES = re.compile(r"[。!?\n]")
_DENIED = re.compile(
    r"(?:では|は|も|が|の[^、。]{0,8}(?:は|も)|を?)[^、。はもが]{0,10}"
    r"(?:できません|出来ません|できない(?!か)|ありません|ございません|不可|使えません|出せません|お断り|ご遠慮|いたしません|しません|行っていません|いりません|不要|ないです)"
)
_NOT_WANTED = re.compile(
    r"(?:は|も|が)?(?:いりません|不要|必要ありません|なくても|でなくても|なくて構|要りません|問いません|不問)"
)


@dataclass(frozen=True)
class Topic:
    code: str
    kinds: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Talk:
    """The topics of a text with how often they come, and its kinds with how strongly it speaks for each."""

    topics: Mapping[str, int]
    kinds: Mapping[str, float]
    refused: frozenset[str] = frozenset()


def fold(text: str) -> str:
    """One spelling for comparing with the list."""
    return _CHILDREN.sub("子ども", normalise(text))


@cache
def _list() -> tuple[re.Pattern[str], dict[str, tuple[Topic, ...]]]:
    words: dict[str, list[Topic]] = defaultdict(list)
    for line in _FILE.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        head, _, listed = line.partition(":")
        kinds_said, _, code = head.rpartition(" ")
        kinds = tuple(
            (kind.strip(" ?"), _HINT if kind.strip().endswith("?") else 1.0)
            for kind in kinds_said.split(",")
            if kind.strip() != "-"
        )
        topic = Topic(code.strip(), kinds)
        for word in listed.split("|"):
            words[fold(word)].append(topic)
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    return pattern, {word: tuple(topics) for word, topics in words.items()}


@lru_cache(maxsize=20_000)
def talk_of(title: str, body: str, *, asks: bool) -> Talk:
    """What a post talks about; its title counts twice. ``asks`` for a need: what it lacks is what it is about."""
    topics: dict[str, int] = defaultdict(int)
    kinds: dict[str, float] = defaultdict(float)
    refused: set[str] = set()
    pattern, words = _list()
    for text, times in ((title, 2), (body, 1)):
        for clause in _CLAUSES.split(fold(text)):
            for found in pattern.finditer(clause):
                rest = clause[found.end() :]
                if (_NOT_WANTED if asks else _DENIED).match(rest):
                    refused |= {topic.code for topic in words[found[0]]}
                    continue
                for topic in words[found[0]]:
                    topics[topic.code] += times
                    for kind, strength in topic.kinds:
                        kinds[kind] += times * strength
    return Talk(dict(topics), dict(kinds), frozenset(refused - topics.keys()))

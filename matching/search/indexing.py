"""The stored column: everything a post can be found by, formed once when it is written.

Each term begins with its kind:

====  ==========================================================================
w:    a word, in its normalised form
p:    a shorter word within a longer one (会議 of 会議室); one letter alone is none
+:    two words side by side (子供+食堂), with or without の or を (ごみを拾う is ごみ拾い)
s:    a group of synonyms that one of its words belongs to
x:    a word of the labels around the text: kind, theme, place, organisation
n:    a word that the text says is not there
g:    a pair of letters of the whole text, for phrases
d:    whether it asks or gives
t     before w:, p:, +: or s:, the same in the title
====  ==========================================================================
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from matching.search.conditions import BIGRAM, bigrams
from tomoiki.text.denials import denied
from tomoiki.text.searching import search_text
from tomoiki.text.synonyms import NOT, Piece, Synonyms, pieces, spoken
from tomoiki.text.tokens import Token, tokenise

WORD, PART, PAIR, GROUP, LABEL, DENIED, TITLE = "w:", "p:", "+:", "s:", "x:", "n:", "t"
#: Whether the text asks or gives; it helps the order of sentences only.
ASKS, GIVES = "d:asks", "d:gives"
#: What a single letter within a longer word stands for by itself.
_THINGS = frozenset("鍋棚魚米犬猫竹鳥粉皿缶店服花庭畑木雪歌絵馬豆肉卵酒茶布糸靴傘鍵寺祭親")
_JOINS = frozenset({"の", "を", "・", "御", "お", "ご", "-"})


@dataclass(frozen=True)
class Texts:
    """What of a post is searched: what it says, and the ``labels`` around it (kind, themes, places, names).

    ``lack_is_need``: it asks for something, so that 「場所がありません」 is what it is about.
    """

    title: str
    body: str = ""
    labels: tuple[str, ...] = ()
    lack_is_need: bool = False


def normalised_text(texts: Texts) -> str:
    """The text in which phrases are looked for, and hits are marked."""
    return search_text(texts.title, texts.body, texts.labels)


def index_terms(texts: Texts, synonyms: Synonyms) -> list[str]:
    """The terms to be stored, sorted, each once."""
    said: set[str] = set()
    unsaid: set[str] = set()
    for text, title in ((texts.title, True), (texts.body, False)):
        yes, no = _terms(text, synonyms, texts.lack_is_need)
        said |= yes
        unsaid |= no
        if title:
            said |= {TITLE + term for term in yes}
    labels = {
        LABEL + term.partition(":")[2]
        for label in texts.labels
        for term in _terms(label, synonyms, False)[0]
        if not term.startswith(GROUP)
    }
    denials = {DENIED + term.partition(":")[2] for term in unsaid - said}
    pairs = {BIGRAM + pair for pair in bigrams(normalised_text(texts))}
    return sorted(said | labels | denials | pairs | {ASKS if texts.lack_is_need else GIVES})


def _terms(text: str, synonyms: Synonyms, lack_is_need: bool) -> tuple[set[str], set[str]]:
    """What ``text`` says, and what it says is not there."""
    tokens = tokenise(text)
    not_there = denied(tokens, lack_is_need=lack_is_need)
    said: set[str] = set()
    unsaid: set[str] = set()
    for number, token in enumerate(tokens):
        if token.content:
            (unsaid if number in not_there else said).update(words_of(token))
    said |= {WORD + counted(first, second) for first, second in _counted(tokens)}
    run = pieces(tokens)
    for at, (first, second) in enumerate(pairwise(run)):
        if side_by_side(tokens, first, second):
            term = f"{PAIR}{first.lemma}+{second.lemma}"
            (unsaid if {run[at].token, run[at + 1].token} & not_there else said).add(term)
    said |= {GROUP + group for _, _, group in groups_in(tokens, not_there, synonyms)}
    return said, unsaid


def groups_in(
    tokens: Sequence[Token], not_there: AbstractSet[int], synonyms: Synonyms
) -> Iterator[tuple[Piece, Piece, str]]:
    """(first piece, last piece, group) for the synonyms that the text says and does not deny."""
    run = spoken(tokens)
    for first, last, group in synonyms.found_in(run):
        window = run[first : last + 1]
        # 段差のない is itself what is said.
        if any(piece.lemma == NOT for piece in window) or not {piece.token for piece in window} & not_there:
            yield run[first], run[last], group


def words_of(token: Token) -> Iterable[str]:
    """The terms of one word."""
    if token.kind == "counter":
        # 8本 is a word with its number only, and has nothing to do with books.
        return
    yield WORD + token.lemma
    if len(token.units) > 1:
        yield from (PART + unit.lemma for unit in token.units if len(unit.lemma) > 1)
        # 送迎車 is a 車, and 畑仕事 has to do with a 畑; 車椅子 is no 車.
        yield from (PART + unit.lemma for unit in (token.units[0], token.units[-1]) if unit.lemma in _THINGS)
        if token.units[-1].lemma == "車":
            yield PART + "車"


def counted(number: Token, counter: Token) -> str:
    """A number with what it counts, as one word: 30人 for 30名 and 三十人."""
    return number.lemma + ("人" if counter.lemma in ("人", "名") else counter.lemma)


def _counted(tokens: Sequence[Token]) -> Iterable[tuple[Token, Token]]:
    return (
        (first, second) for first, second in pairwise(tokens) if first.kind == "number" and second.kind == "counter"
    )


def side_by_side(tokens: Sequence[Token], first: Piece, second: Piece) -> bool:
    """Whether two pieces are of one word, follow each other at once, or have only の, を or ・ between them."""
    if second.token - first.token <= 1:
        return tokens[second.token].start - tokens[first.token].end <= 0
    between = tokens[first.token + 1 : second.token]
    return len(between) <= 2 and all(token.surface in _JOINS or token.lemma in _JOINS for token in between)


def spoken_words(text: str) -> list[str]:
    """The words and the compounds of nouns in ``text`` as they are written, for a vocabulary of known words."""
    tokens = tokenise(text)
    not_there = denied(tokens)
    words: list[str] = []
    run: list[str] = []
    for number, token in enumerate(tokens):
        adjoining = bool(run) and tokens[number - 1].end == token.start
        if token.content and token.kind in ("noun", "name", "suffix") and number not in not_there:
            run = [*run, token.surface] if adjoining else [token.surface]
            words += ["".join(run[-length:]) for length in range(1, min(len(run), 3) + 1)]
        else:
            run = []
    return words

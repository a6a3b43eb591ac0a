"""Reads a search box as Japanese keyboards fill it.

Words side by side are all asked for; "phrases" in any quotation marks stand as they are; a minus before a word, or
以外 after it, leaves out; OR or または between two asks for either; a whole sentence is read for its words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from matching.search.indexing import ASKS, GIVES, PAIR, WORD, counted
from matching.search.query import Clause, Kind, Query
from tomoiki.text.normalisation import normalise
from tomoiki.text.synonyms import Synonyms, key_of_tokens, negates, pieces, spoken
from tomoiki.text.tokens import Token, tokenise_word, word_set

MOST_CLAUSES = 12
LONGEST = 200
#: What somebody says who looks for a giver, and for somebody to give to.
_ASKING = re.compile(
    r"(?:ほしい|欲しい|もらいたい|もらえ|いただ(?:きたい|け)|くれ(?:る|ませ)|くださ(?:る|い)|借り(?:たい|られ)|(?:使|習|聞|教わ)いたい"
    r"|求め|ありますか|ありませんか)"
)
_GIVING = re.compile(
    r"(?:手伝|役に立ち|届け|譲り|あげ|差し上げ|贈り|配り|寄付し|寄贈し|提供し|貸し|教え|支援し|応援し|引き取っ?て?)(?:い)?たい"
)
#: From this length on, letters that stand together are no chance: one more for kana, one less for unknown words.
LITERAL = 3
_QUOTED = re.compile(
    r"(?P<minus>(?<![^\s(])[-−‐‑–—―ー─])?"
    r"(?:「(?P<a>[^」]*)」|『(?P<b>[^』]*)』|[“”\"„‟〝〟](?P<c>[^“”\"„‟〝〟]*)[“”\"„‟〝〟]|‘(?P<d>[^’]*)’)"
)
_QUOTES = re.compile(r"[「」『』“”\"„‟〝〟‘’]")
_MINUS = re.compile(r"^[-−‐‑–—―ー─]+(?=\S)")
_LEFT_OUT = re.compile(
    r"^(?P<word>\S{1,20}?)(?:以外(?:の|で|に|を)?|を除(?:く|いた|いて|き)|は?除く|抜きの?)(?P<rest>\S*)$"
)
_OR = frozenset({"or", "|", "または", "又は", "もしくは"})
_SEPARATORS = re.compile(r"(?:[\s、，。!！?？;；/／|｜]|(?<!\d),|,(?!\d))+")
# Said in a question beside what it is about; they help the order and are not asked for.
_WEAK = word_set(
    "探す 場所 人 居る 使う 知る 教える 手伝う 活動 団体 時 日 出来る 欲しい 貸す 借りる 始める"
    " 続ける 開く 作る 受ける 持つ 入る 集まる 参加 利用 支援 応援 サポート 提供 仕事 機会 方法"
    " 所 地域 近く 安い 無料 多い 少ない 大きい 小さい 新しい 困る 行う 為 過ごす 出る 渡す"
    " 届ける 付ける 取る 会う 話す 分かる くださる 企業 気軽 一緒 みんな 皆 良い 使える 子 やる"
    " 助ける 減る 増やす 増える 働く 見付ける 考える 聞く 遊ぶ 学ぶ 安心 余る 要る 済む 大人 近所"
    " 町 街 譲る 頼む 連れる 引き取る 差し上げる 贈る 配る 紹介 渡す 参る 進める 探せる 捜す 見つける 求める"
)


def parse_query(text: str, synonyms: Synonyms) -> Query:
    """Read what was typed. Never fails; nothing to ask for is an empty query."""
    normal = normalise(text[:LONGEST])
    required: list[tuple[Clause, ...]] = []
    excluded: list[Clause] = []
    phrases = 0
    sentence = False
    for piece, quoted, minus in _pieces(normal):
        if quoted:
            clause = _phrase(piece)
            phrases += not minus
            (excluded if minus else required).append(clause if minus else (clause,))  # type: ignore[arg-type]
            continue
        either = False
        for chunk in _SEPARATORS.split(piece.replace("|", " or ").replace("｜", " or ")):
            if not chunk:
                continue
            if chunk in _OR or (chunk == "or"):
                either = bool(required)
                continue
            read = _chunk(chunk, synonyms)
            excluded += read.excluded
            sentence |= read.sentence
            if either and read.required:
                required[-1] = (*required[-1], read.required[0])
                required += [(clause,) for clause in read.required[1:]]
            else:
                required += [(clause,) for clause in read.required]
            either = False
    required = _once(required)[:MOST_CLAUSES]
    kind: Kind = (
        "sentence" if sentence and len(required) > 1 else "phrase" if phrases and phrases == len(required) else "words"
    )
    if kind == "words":
        required = [tuple(_strong(clause) for clause in choice) for choice in required]
    return Query(normal, tuple(required), tuple(excluded), kind, _wanted(normal) if kind == "sentence" else "")


def _wanted(normal: str) -> str:
    asks = [found.start() for found in _ASKING.finditer(normal)]
    gives = [found.start() for found in _GIVING.finditer(normal)]
    if not asks and not gives:
        return ""
    # The end of a sentence says what is wanted: 余っているので食べてもらいたい.
    return ASKS if gives and (not asks or max(gives) > max(asks)) else GIVES


@dataclass(frozen=True)
class _Read:
    required: list[Clause]
    excluded: list[Clause]
    sentence: bool = False


def _pieces(normal: str) -> Iterable[tuple[str, bool, bool]]:
    """(text, whether it was quoted, whether a minus stood before it)."""
    at = 0
    for found in _QUOTED.finditer(normal):
        yield _QUOTES.sub(" ", normal[at : found.start()]), False, False
        words = next((each for each in found.group("a", "b", "c", "d") if each is not None), "").strip()
        if words:
            yield words, True, bool(found["minus"])
        at = found.end()
    yield _QUOTES.sub(" ", normal[at:]), False, False


def _phrase(words: str) -> Clause:
    tokens = tokenise_word(words)
    # A phrase of nouns alone may be denied; one that says more is looked for as it stands.
    named = tuple(token.lemma for token in tokens) if all(token.content for token in tokens) else ()
    if len(words) == 1:
        # One letter in quotation marks is a word, not any letter of another: 「畑」 is not 田畑さん.
        return Clause(words, _own(tokens) or ((WORD + words,),), lemmas=named)
    return Clause(words, _own(tokens), lemmas=named, literal=words, phrase=True)


def _chunk(chunk: str, synonyms: Synonyms) -> _Read:
    minus = _MINUS.match(chunk)
    if minus:
        return _Read([], _left_out(_clauses(chunk[minus.end() :], synonyms)[0][:1]))
    left_out = _LEFT_OUT.match(chunk)
    if left_out:
        inner = _clauses(left_out["word"], synonyms)[0]
        rest, sentence = _clauses(left_out["rest"], synonyms) if left_out["rest"] else ([], False)
        if inner:
            return _Read([*inner[:-1], *rest], _left_out(inner[-1:]), sentence)
    clauses, sentence = _clauses(chunk, synonyms)
    return _Read(clauses, [], sentence)


def _left_out(clauses: Sequence[Clause]) -> list[Clause]:
    """Who leaves out 夏祭り goes on looking for other 祭り: synonyms are not left out with it."""
    return [replace(clause, groups=()) for clause in clauses]


def _clauses(chunk: str, synonyms: Synonyms) -> tuple[list[Clause], bool]:
    """What ``chunk`` asks for, and whether it is a sentence rather than a word."""
    tokens = tokenise_word(chunk)
    if synonyms.asked_for(chunk) and len([token for token in tokens if token.content]) > 1:
        return [_clause(tokens, synonyms)], False
    groups = _with_synonyms(tokens, synonyms)
    if not groups:
        letters = chunk.strip("・")
        if len(letters) < 2:
            return [Clause(letters, ((WORD + letters,),))] if letters else [], False
        return [Clause(letters, literal=letters)], False
    return [_clause(group, synonyms) for group in groups], len(groups) > 1 and _says_something(tokens)


def _says_something(tokens: Sequence[Token]) -> bool:
    """Whether it is a sentence: 会議室を使いたい is one, 手話の通訳 and 手話通訳 are words."""
    particles = sum(token.kind == "particle" for token in tokens)
    return particles > 1 or (particles > 0 and any(token.kind in ("verb", "adjective", "other") for token in tokens))


def _with_synonyms(tokens: Sequence[Token], synonyms: Synonyms) -> list[list[Token]]:
    """The groups of ``tokens``; those that make one synonym together are one, as in 草を刈ってほしい."""
    run = spoken(tokens)
    together: dict[int, int] = {}
    for first, last, _ in synonyms.found_in(run):
        start, end = run[first].token, run[last].token
        if end > start and synonyms.asked_for_key("+".join(piece.lemma for piece in run[first : last + 1])):
            together[start] = max(end, together.get(start, 0))
    groups: list[list[Token]] = []
    at = 0
    for start in sorted(together):
        if start >= at:
            groups += _groups(tokens[at:start])
            groups.append(list(tokens[start : together[start] + 1]))
            at = together[start] + 1
    return groups + _groups(tokens[at:])


def _groups(tokens: Sequence[Token]) -> list[list[Token]]:
    """Words that stand side by side and make one: 手話通訳; a verb that others follow stands alone."""
    groups: list[list[Token]] = []
    for number, token in enumerate(tokens):
        if not token.content:
            continue
        before = tokens[number - 1] if number else None
        joined = (
            groups
            and before is not None
            and groups[-1][-1] is before
            and before.end == token.start
            and (before.kind != "verb" or before.part[5].startswith("連用形"))
            and (token.kind not in ("verb", "adjective") or _is_noun_like(tokens, number))
        )
        if joined:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def _is_noun_like(tokens: Sequence[Token], number: int) -> bool:
    """荷物運び, 空き部屋: a verb's stem used as a noun."""
    token = tokens[number]
    following = tokens[number + 1] if number + 1 < len(tokens) else None
    return token.part[5].startswith("連用形") and (following is None or following.kind in ("noun", "suffix"))


def _clause(tokens: Sequence[Token], synonyms: Synonyms) -> Clause:
    text = _surface(tokens)
    content = [token for token in tokens if token.content]
    # 段差のない is found by its synonyms and as it stands, not by 段差.
    negated = any(negates(token) for token in tokens)
    lemmas = () if negated else tuple(token.lemma for token in content)
    verbal = len(content) == 1 and content[0].kind in ("verb", "adjective")
    kana = re.fullmatch(r"[ぁ-ゖァ-ヺー]+", text) is not None
    least = LITERAL + kana - any(not token.known for token in content)
    return Clause(
        text,
        () if negated else _own(tokens),
        synonyms.asked_for_key(key_of_tokens(tokens)),
        lemmas,
        tuple(_clause([token], synonyms) for token in content)
        if len(content) > 1 and not negated and not _is_number(content)
        else (),
        # 30人 stands in 130人 by chance.
        text if len(text) >= least and not verbal and not _is_number(content) else "",
        weak=len(lemmas) == 1 and lemmas[0] in _WEAK,
        name=content[0].kind == "name" if content else False,
    )


def _surface(tokens: Sequence[Token]) -> str:
    if not tokens:
        return ""
    text = ""
    for token in tokens:
        text += token.surface
    return text


def _own(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    """The sets of terms that mean the word itself: as the dictionary has it, and by its shortest pieces."""
    content = [token for token in tokens if token.content]
    if not content:
        return ()
    ways: list[tuple[str, ...]] = []
    if len(content) == 1:
        ways.append((WORD + content[0].lemma,))
    if _is_number(content):
        return ((WORD + counted(content[0], content[1]),),)
    run = pieces(content)
    if len(run) > 1:
        ways.append(tuple(dict.fromkeys(f"{PAIR}{a.lemma}+{b.lemma}" for a, b in pairwise(run))))
    return tuple(ways)


def _is_number(content: Sequence[Token]) -> bool:
    """30人: a number and what it counts are one thing."""
    return len(content) == 2 and content[0].kind == "number" and content[1].kind == "counter"


def _strong(clause: Clause) -> Clause:
    return replace(clause, weak=False) if clause.weak else clause


def _once(required: Sequence[tuple[Clause, ...]]) -> list[tuple[Clause, ...]]:
    return list({tuple(clause.text for clause in choice): choice for choice in reversed(required)}.values())[::-1]

"""Words of Japanese text as a search knows them: 使いたい, 使わせてもらえる and 使える are all 使う.

Sudachi splits and normalises; what it leaves apart (手伝い and 手伝う, サーバ and サーバー as unknown words) is brought
together here. The dictionary is loaded when the first text is read, once per process.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from tomoiki.text.normalisation import normalise

#: What one call reads; Sudachi takes 49,149 bytes at once.
MOST = 12_000
#: Words that Sudachi splits in some sentences and not in others; one a line.
_FIXED_WORDS = Path(__file__).parent / "data" / "words.txt"

Kind = Literal[
    "noun", "name", "verb", "adjective", "number", "counter", "suffix", "prefix", "particle", "sign", "other"
]
CONTENT: frozenset[Kind] = frozenset({"noun", "name", "verb", "adjective", "number", "counter", "suffix"})
NOMINAL: frozenset[Kind] = frozenset({"noun", "name", "number", "counter", "suffix"})

_KATAKANA = re.compile(r"[ァ-ヺー]+")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")
_WRITTEN = re.compile(r"[ぁ-ゖァ-ヺ一-鿿々㐀-䶿a-z0-9]")
_HONOURED = re.compile(r"[おご御][一-鿿]+")
_OKURIGANA = re.compile(r".*[一-鿿々㐀-䶿][ぁ-ん]{0,2}[いきしちにみりびぎえけせてねめれべげ]")
_GODAN = dict(zip("いきしちにみりびぎ", "うくすつぬむるぶぐ", strict=True))
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十百千万]+")
#: Numbers that the dictionary may take for names: 十人, 三十坪. 一人 and 一人暮らし are words of their own.
_COUNTED = re.compile(
    r"(?<![0-9〇一二三四五六七八九十百千万.,])([〇一二三四五六七八九十百千万]{2,}|[四五六七八九十百千])"
    r"(人|名|個|本|枚|冊|台|脚|席|食|世帯|団体|坪|歳|才|箱|袋|回|組)(?![一-鿿々])"
)
_DIGITS = {letter: value for value, letter in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}


def number_of(kanji: str) -> int:
    """30 for 三十, 205 for 二〇五."""
    if not any(letter in "十百千万" for letter in kanji):
        return int("".join(str(_DIGITS[letter]) for letter in kanji))
    total = part = digit = 0
    for letter in kanji:
        if letter in _DIGITS:
            digit = digit * 10 + _DIGITS[letter]
        elif letter == "万":
            total, part, digit = total + (part + digit or 1) * 10_000, 0, 0
        else:
            part, digit = part + (digit or 1) * _TENS[letter], 0
    return total + part + digit


def word_set(words: str) -> frozenset[str]:
    """The words of a list written in one string, for readable constants."""
    return frozenset(words.split())


# Verbs and adjectives that only help others, and nouns that name nothing of their own.
_EMPTY = word_set(
    "有る 居る 為る 成る 出来る 貰う 呉れる 頂く 下さる 遣る 行く 来る 置く 仕舞う 見る 上げる 御座る 致す"
    " おる 言う 云う 於く 因る 於る 対する 関する 思う 考える 無い 良い 宜しい 欲しい"
    " 願う 御願い 因る 共に 居る 参る 申す 存じる 伺う"
)
_EMPTY_NOUNS = word_set(
    "事 こと 物 もの 為 ため 所 ところ 様 筈 訳 積り つもり ほう 方 時 際"
    " 内 中 上 下 他 外 等 此れ 其れ 其処 此処 何処 何 誰 何れ 私 皆 皆様"
    " 御願い 願い 御 程 位 頃 毎 以上 以下 以内 未満 前後 程度 場合 点 件 まま 度 的 用 者 さん 様 達 ら 氏 君 ちゃん"
    " 今 今回 今後 現在 現 又 更 最近 自分 色々 様々 一緒 可能 必要 大丈夫 歓迎 募集 希望 連絡 下記 以下"
)
_PLURAL = frozenset({"達", "等", "ら", "様", "さん"})
#: At the end of a word they say nothing by themselves.
_LIGHT_SUFFIXES = word_set("達 様 さん さま ちゃん 君 氏 等 ら 方 的 用 性 化 中 内 目 毎 分 ごと 付き 付 時 後 前")


@dataclass(frozen=True, slots=True)
class Unit:
    """The shortest piece that is still a word: 駐車 and 場 of 駐車場."""

    lemma: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a normalised text, from ``start`` to ``end`` of it."""

    surface: str
    lemma: str
    reading: str
    kind: Kind
    start: int
    end: int
    known: bool
    base: str
    part: tuple[str, ...] = field(repr=False)
    units: tuple[Unit, ...] = ()

    @property
    def content(self) -> bool:
        """Whether it names something: not a particle, not a sign, not a helping verb."""
        return self.kind in CONTENT and not self.empty

    @property
    def empty(self) -> bool:
        """Whether it says nothing by itself: こと, 方, ある."""
        if self.kind in ("verb", "adjective"):
            return self.lemma in _EMPTY
        return self.lemma in (_LIGHT_SUFFIXES if self.kind == "suffix" else _EMPTY_NOUNS)


class _Sudachi(threading.local):
    """A tokenizer for each thread: one of them must not be used by two at once."""

    def __init__(self) -> None:
        import sudachipy  # a dictionary of 70 MB, needed only by processes that index or search

        self.mode_a = sudachipy.SplitMode.A
        self.tokenizer = _dictionary().tokenizer(mode=sudachipy.SplitMode.C)


_lock = threading.Lock()


@cache
def _loaded() -> Any:
    import sudachipy  # as above

    return sudachipy.Dictionary()


def _dictionary() -> Any:
    # Two threads that come first at once must not both load it.
    with _lock:
        return _loaded()


@cache
def _sudachi() -> _Sudachi:
    return _Sudachi()


def tokenise(text: str) -> list[Token]:
    """The words of ``text`` in order, their places counted in ``normalise(text)``."""
    normal = normalise(text)[:MOST]
    return _with_fixed_words(normal, _with_numbers(normal, list(_tokens(normal))))


@lru_cache(maxsize=4096)
def tokenise_word(word: str) -> tuple[Token, ...]:
    """As ``tokenise`` for a single word, remembered: queries and synonyms ask for the same ones."""
    return tuple(tokenise(word))


def terms(text: str) -> list[str]:
    """The words that ``text`` is about, in their normalised form, in order and with repeats."""
    return [token.lemma for token in tokenise(text) if token.content]


def reading(text: str) -> str:
    """How ``text`` is read, in katakana; what has no reading stays as it is."""
    return "".join(token.reading for token in tokenise(text))


def _tokens(normal: str) -> Iterator[Token]:
    if not normal:
        return
    local = _sudachi()
    before: Token | None = None
    for morpheme in local.tokenizer.tokenize(normal):
        part = morpheme.part_of_speech()
        surface = morpheme.surface()
        kind = _kind(part, surface, before)
        known = not morpheme.is_oov()
        shorter: Any = morpheme.split(local.mode_a) if kind in NOMINAL and len(surface) > 2 else ()
        units = [Unit(_unit(each.normalized_form(), each.surface()), "noun") for each in shorter]
        lemma = _lemma(morpheme.normalized_form(), surface, kind, known)
        if len(units) > 1 and shorter[0].surface() in ("お", "ご", "御"):
            # お店 is 店.
            units = units[1:]
            lemma = units[0].lemma if len(units) == 1 else lemma[1:]
        if len(units) > 1 and units[-1].lemma in _PLURAL:
            # 子どもたち is 子ども.
            units = units[:-1]
            lemma = units[0].lemma if len(units) == 1 else lemma.removesuffix(shorter[-1].normalized_form())
        before = Token(
            surface,
            lemma,
            _reading(morpheme.reading_form(), surface),
            kind,
            morpheme.begin(),
            morpheme.end(),
            known,
            morpheme.dictionary_form(),
            part,
            tuple(units) if len(units) > 1 else (Unit(lemma, kind),),
        )
        yield before


def _kind(part: tuple[str, ...], surface: str, before: Token | None) -> Kind:
    main, middle = part[0], part[1]
    if not _WRITTEN.search(surface):
        return "sign"
    if middle == "数詞":
        return "number"
    if before is not None and before.kind == "number" and (part[2] == "助数詞可能" or main == "接尾辞"):
        return "counter"
    if main == "名詞":
        return "name" if middle == "固有名詞" else "noun"
    if main in ("動詞",):
        return "verb"
    if main in ("形容詞",):
        return "adjective"
    if main == "形状詞":
        return "noun" if middle != "助動詞語幹" else "other"
    if main == "接尾辞":
        return "suffix" if middle == "名詞的" else "other"
    if main == "接頭辞":
        return "prefix"
    if main == "助詞":
        return "particle"
    if main in ("記号", "補助記号", "空白"):
        return "noun" if main == "記号" else "sign"
    return "other"


def _reading(found: str, surface: str) -> str:
    return surface if found == "キゴウ" and surface != "記号" else found


@lru_cache(maxsize=8192)
def _unit(normalised: str, surface: str) -> str:
    """The lemma of a piece of a longer word, as the piece has it when it stands alone: ごみ and ゴミ of ごみ拾い."""
    if not _KANA.fullmatch(normalised):
        return _lemma(normalised, surface, "noun", True)
    alone = _sudachi().tokenizer.tokenize(surface)
    return _lemma(alone[0].normalized_form() if len(alone) == 1 else normalised, surface, "noun", True)


def _lemma(normalised: str, surface: str, kind: Kind, known: bool) -> str:
    lemma = (normalise(normalised) or surface).replace("ヶ", "ケ").replace("ヵ", "カ")
    if kind == "noun":
        if _HONOURED.fullmatch(lemma):
            # ご利用 is 利用.
            lemma = lemma[1:]
        if _OKURIGANA.fullmatch(lemma):
            lemma = _verb_of(lemma)
        elif not known and _KANJI_NUMBER.fullmatch(lemma):
            return lemma
    if _KATAKANA.fullmatch(lemma) and len(lemma) > 3:
        # サーバ and サーバー, also where the dictionary knows neither.
        return lemma.rstrip("ー")
    return lemma


@lru_cache(maxsize=8192)
def _verb_of(noun: str) -> str:
    """手伝う for 手伝い, 片付ける for 片付け: the verb that a noun was made of; the noun itself where there is none."""
    last = noun[-1]
    candidates = [noun[:-1] + _GODAN[last]] if last in _GODAN else []
    candidates.append(noun + "る")
    for candidate in candidates:
        found = _sudachi().tokenizer.tokenize(candidate)
        if len(found) == 1 and found[0].part_of_speech()[0] == "動詞" and not found[0].is_oov():
            return normalise(found[0].normalized_form())
    return noun


@cache
def _fixed_words() -> tuple[re.Pattern[str], frozenset[str]]:
    lines = _FIXED_WORDS.read_text("utf-8").splitlines()
    words = {normalise(line) for line in lines if line.strip() and not line.startswith("#")}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))), frozenset(words)


def _with_fixed_words(normal: str, tokens: list[Token]) -> list[Token]:
    """``tokens`` with those put together that are one word of the list."""
    pattern, _ = _fixed_words()
    starts = {token.start: number for number, token in enumerate(tokens)}
    ends = {token.end: number for number, token in enumerate(tokens)}
    joined: dict[int, tuple[int, Token]] = {}
    for found in pattern.finditer(normal):
        first, last = starts.get(found.start()), ends.get(found.end())
        if first is None or last is None or (first == last and tokens[first].kind == "noun"):
            continue
        lemma = _lemma(found[0], found[0], "noun", True)
        joined[first] = (
            last,
            Token(
                found[0],
                lemma,
                "".join(token.reading for token in tokens[first : last + 1]),
                "noun",
                found.start(),
                found.end(),
                True,
                found[0],
                ("名詞", "普通名詞", "一般", "*", "*", "*"),
                (Unit(lemma, "noun"),),
            ),
        )
    if not joined:
        return tokens
    result: list[Token] = []
    number = 0
    while number < len(tokens):
        last, token = joined.get(number, (number, tokens[number]))
        result.append(token)
        number = last + 1
    return result


def _with_numbers(normal: str, tokens: list[Token]) -> list[Token]:
    """``tokens`` with 三十人 as 30 and 人, whatever name the dictionary sees in it."""
    found = list(_COUNTED.finditer(normal))
    if not found:
        return tokens
    starts = {token.start for token in tokens}
    ends = {token.end for token in tokens}
    for each in found:
        if each.start() not in starts or each.end() not in ends:
            continue
        first = next(number for number, token in enumerate(tokens) if token.start == each.start())
        last = next(number for number, token in enumerate(tokens) if token.end == each.end())
        if tokens[last].kind == "counter":
            continue
        number = str(number_of(each[1]))
        tokens[first : last + 1] = [
            _plain(each[1], number, "number", each.start(), each.end(1)),
            _plain(each[2], each[2], "counter", each.start(2), each.end()),
        ]
    return tokens


def _plain(surface: str, lemma: str, kind: Kind, start: int, end: int) -> Token:
    part = (
        "名詞",
        "数詞" if kind == "number" else "普通名詞",
        "*" if kind == "number" else "助数詞可能",
        "*",
        "*",
        "*",
    )
    return Token(surface, lemma, surface, kind, start, end, True, surface, part, (Unit(lemma, kind),))


def lemmas(tokens: Iterable[Token]) -> tuple[str, ...]:
    """The normalised forms of those tokens that name something."""
    return tuple(token.lemma for token in tokens if token.content)

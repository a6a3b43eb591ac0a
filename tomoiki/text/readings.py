"""Readings of Japanese words, to be printed above their kanji (ふりがな).

Sudachi tells the words and how they are read; what it cannot know without counting or asking (3日, 地域の方) is
mended here. A name whose reading its owner gave is read as they gave it.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jaconv

#: One piece of a text, and the hiragana to stand above it; None where none is needed.
Piece = tuple[str, str | None]

#: What one call reads; Sudachi takes 49,149 bytes at once.
MOST = 12_000
_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿々〆ヶヵ]")
_RUNS = re.compile(r"([㐀-䶿一-鿿豈-﫿々〆ヶヵ]+)")
_KANA = re.compile(r"[ぁ-ゖァ-ヺーゝゞヽヾ]+")
_HIRAGANA = re.compile(r"[ぁ-ゖー]+")
_DIGITS = re.compile(r"\d+")
#: Of one tokenizer one thread at a time.
tokenizer_lock = threading.Lock()

# How the people whom this is for say it, where the dictionary knows another reading too.
_SAID = {
    "明日": "あした",
    "上手": "じょうず",
    "下手": "へた",
    "昨日": "きのう",
    "私": "わたし",
    "何時": "なんじ",
    "市立": "しりつ",
    "入口": "いりぐち",
    "出口": "でぐち",
    "方々": "かたがた",
    "地区": "ちく",
}
_WEEKDAYS = dict(zip("月火水木金土日祝", ("げつ", "か", "すい", "もく", "きん", "ど", "にち", "しゅく"), strict=True))
_DAYS = {
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
# Counters whose first sound follows the last digit of the number before them.
_SOUNDS = {
    "分": ("ふん", {0: "ぷん", 1: "ぷん", 3: "ぷん", 4: "ぷん", 6: "ぷん", 8: "ぷん"}),
    "本": ("ほん", {0: "ぽん", 1: "ぽん", 3: "ぼん", 6: "ぽん", 8: "ぽん"}),
    "杯": ("はい", {0: "ぱい", 1: "ぱい", 3: "ばい", 6: "ぱい", 8: "ぱい"}),
    "匹": ("ひき", {0: "ぴき", 1: "ぴき", 3: "びき", 6: "ぴき", 8: "ぴき"}),
    "泊": ("はく", {0: "ぱく", 1: "ぱく", 3: "ぱく", 4: "ぱく", 6: "ぱく", 8: "ぱく"}),
    "階": ("かい", {3: "がい"}),
    "軒": ("けん", {3: "げん"}),
    "足": ("そく", {3: "ぞく"}),
}
_COUNTED = {
    "月": "がつ",
    "時": "じ",
    "年": "ねん",
    "円": "えん",
    "人": "にん",
    "回": "かい",
    "日": "にち",
    "名": "めい",
}


@dataclass(frozen=True)
class _Word:
    surface: str
    reading: str


def ruby(text: str, *, names: Mapping[str, str] | None = None) -> list[Piece]:
    """``text`` in pieces, each with the reading of its kanji, kana that follow or stand between left bare.

    ``names``: name -> its reading as its owner gave it, in whatever kana; empty ones are left to the dictionary.
    The surfaces put together are ``text`` again.
    """
    known = {name: _hiragana(kana) for name, kana in (names or {}).items() if name and kana}
    pieces: list[Piece] = []
    for part, reading in _split_names(text[:MOST], known):
        pieces += [(part, reading)] if reading and _KANJI.search(part) else _read(part)
    if text[MOST:]:
        pieces.append((text[MOST:], None))
    return _joined(pieces)


def _split_names(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not known:
        yield text, ""
        return
    # The longest first: one name may begin another.
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    for part in re.split(f"({names})", text):
        if part:
            yield part, known.get(part, "")


def _hiragana(kana: str) -> str:
    return str(jaconv.kata2hira(jaconv.h2z(kana.strip(), kana=True)))


@cache
def _tokenizer() -> Any:
    import sudachipy  # a dictionary of 70 MB, needed only by processes that print readings

    return sudachipy.Dictionary().tokenizer(mode=sudachipy.SplitMode.C)


def _words(text: str) -> list[_Word]:
    if not _KANJI.search(text):
        return [_Word(text, "")]
    with tokenizer_lock:
        return [_Word(each.surface(), each.reading_form()) for each in _tokenizer().tokenize(text)]


def _read(text: str) -> Iterator[Piece]:
    words = _words(text)
    for number, word in enumerate(words):
        if not _KANJI.search(word.surface):
            yield word.surface, None
            continue
        before, after = words[:number], words[number + 1 :]
        if word.reading == "キゴウ" and word.surface != "記号":
            yield word.surface, None
            continue
        reading = _mended(word.surface, before, after)
        if reading is None:
            reading = _hiragana(word.reading)
        if not _HIRAGANA.fullmatch(reading):
            # The dictionary does not know it: better no reading than a wrong one.
            yield word.surface, None
            continue
        yield from _aligned(word.surface, reading)


def _mended(surface: str, before: Sequence[_Word], after: Sequence[_Word]) -> str | None:
    """The reading that the words around ask for; None where the dictionary's will do."""
    last = before[-1].surface if before else ""
    following = after[0].surface if after else ""
    if _DIGITS.fullmatch(last):
        return _counted(surface, int(last), before[:-1])
    if surface in _WEEKDAYS and (following in {"）", ")", "曜", "曜日", "・", "、"} or last in {"（", "(", "・"}):
        return _WEEKDAYS[surface]
    if surface == "方" and last:
        # 困っている方, 地域の方 are people; した方がいい is not.
        compares = following == "が" and after[1:2] and after[1].surface.startswith(("い", "よ", "良"))
        return "ほう" if compares else "かた"
    return _SAID.get(surface)


def _counted(surface: str, number: int, before: Sequence[_Word]) -> str | None:
    if surface == "日":
        if number == 1 and before and before[-1].surface == "月":
            # ついたち is read over the whole 1日, which is two words: the number stays bare.
            return "ついたち"
        return _DAYS.get(number, "にち")
    if surface in _SOUNDS:
        plain, changed = _SOUNDS[surface]
        return changed.get(number % 10, plain)
    return _COUNTED.get(surface)


def _aligned(surface: str, reading: str) -> Iterator[Piece]:
    """The kanji of one word with their share of its reading: 立ち寄れる is た over 立 and よ over 寄."""
    parts = [part for part in _RUNS.split(surface) if part]
    pattern = "".join(
        "(.+?)" if _KANJI.search(part) else re.escape(_hiragana(part)) if _KANA.fullmatch(part) else "(?:.+?)"
        for part in parts
    )
    found = re.fullmatch(pattern, reading)
    if found is None or (len(parts) > 1 and "(?:" in pattern):
        yield surface, reading
        return
    readings = iter(found.groups())
    for part in parts:
        yield part, next(readings) if _KANJI.search(part) else None


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Bare pieces that follow each other as one; 1日 with the reading that only both together have."""
    joined: list[Piece] = []
    for surface, reading in pieces:
        if not surface:
            continue
        if joined and reading is None and joined[-1][1] is None:
            joined[-1] = (joined[-1][0] + surface, None)
            continue
        if surface == "日" and reading and reading != "にち" and joined and joined[-1][1] is None:
            number = re.search(r"\d+$", joined[-1][0])
            if number is not None:
                rest = joined[-1][0][: number.start()]
                joined[-1:] = [(rest, None)] if rest else []
                joined.append((number[0] + surface, reading))
                continue
        joined.append((surface, reading))
    return joined

"""What a text is about, as a set of terms: its words, the groups of synonyms they belong to, and pairs of letters.

What a text denies is left out, so that 「台所は使えません」 is not about a kitchen.
"""

import re
from functools import lru_cache

from tomoiki.text.denials import denied
from tomoiki.text.normalisation import normalise
from tomoiki.text.synonyms import Synonyms, pieces
from tomoiki.text.tokens import NOMINAL, Token, tokenise

#: What nearly every post says: it tells none from another.
_EVERYWHERE = frozenset(
    [
        "団体",
        "地域",
        "活動",
        "活用",
        "利用",
        "使う",
        "方",
        "人",
        "皆",
        "手伝う",
        "支援",
        "助かる",
        "探す",
        "貸す",
        "借りる",
        "出来る",
        "提供",
        "募集",
        "無料",
        "無償",
        "譲る",
        "頂く",
        "困る",
        "足りる",
        "開く",
        "行う",
        "企業",
        "会社",
        "社員",
        "月",
        "週",
        "日",
        "回",
        "年",
        "時間",
        "曜日",
        "平日",
        "土日",
        "週末",
        "土曜",
        "日曜",
        "お願い",
        "希望",
        "相談",
        "使える",
        "受ける",
        "出す",
        "持つ",
        "続ける",
        "始める",
        "入る",
        "作る",
        "教える",
        "欲しい",
        "増やす",
        "応じる",
        "協力",
        "参加",
        "必要",
        "対応",
        "可能",
        "用意",
        "内容",
        "一緒",
        "神奈川",
        "県内",
        "市内",
        "区内",
        "市",
        "区",
        "町",
        "村",
        "県",
        "npo",
        "法人",
        "当社",
        "弊社",
        "私",
        "私達",
    ]
)
_LETTERS = re.compile(r"[ぁ-ゖァ-ヺー一-鿿々a-z0-9]+")
_KANJI_OR_KANA = re.compile(r"[一-鿿々ァ-ヺ]")


@lru_cache(maxsize=20_000)
def terms_of(text: str, *, asks: bool) -> frozenset[str]:
    """The terms of ``text``; ``asks`` for a need, whose 「場所がありません」 is what it is about."""
    tokens = tokenise(text)
    silent = denied(tokens, lack_is_need=asks)
    said = [token for number, token in enumerate(tokens) if number not in silent]
    run = pieces(said)
    found = {piece.lemma for piece in run if _tells(piece.lemma)}
    found |= {token.lemma for token in said if token.content and token.kind in NOMINAL and _tells(token.lemma)}
    found |= {f"={group}" for _, _, group in Synonyms.shipped().found_in(run)}
    found |= {f"~{pair}" for token in said if _names(token) for pair in _pairs(token.surface)}
    return frozenset(found)


def _tells(lemma: str) -> bool:
    return lemma not in _EVERYWHERE and not lemma.isdecimal() and (len(lemma) > 1 or bool(_KANJI_OR_KANA.match(lemma)))


def _names(token: Token) -> bool:
    return token.content and token.kind in ("noun", "name", "suffix") and _tells(token.lemma)


def _pairs(surface: str) -> set[str]:
    """Neighbouring letters, of kanji and katakana words: half of 福祉車両 is also half of 車両."""
    letters = "".join(_LETTERS.findall(normalise(surface)))
    pairs = {letters[at : at + 2] for at in range(len(letters) - 1)}
    return {pair for pair in pairs if all(_KANJI_OR_KANA.match(letter) for letter in pair)}


@lru_cache(maxsize=20_000)
def refused_by(text: str) -> frozenset[str]:
    """The words, and groups of synonyms, that ``text`` says it does not give: 「飲食はできません」."""
    tokens = tokenise(text)
    silent = denied(tokens)
    run = pieces([token for number, token in enumerate(tokens) if number in silent])
    found = {piece.lemma for piece in run if _tells(piece.lemma)}
    return frozenset(found | {f"={group}" for _, _, group in Synonyms.shipped().found_in(run)})

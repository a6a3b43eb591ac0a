"""Telephone numbers, mail addresses, names of people and their homes in a text that everybody may read.

It points out what looks like such a thing, so that its writer may think again; it cannot know what is public.
Names come from Sudachi's parts of speech, and count only where the words around them speak of a person: names of
companies, shops and places are full of people's names.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from tomoiki.text.typed import DASHES

#: What one call reads; Sudachi takes 49,149 bytes at once.
MOST = 12_000


class Kind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.PHONE: "電話番号",
    Kind.EMAIL: "メールアドレス",
    Kind.ADDRESS: "番地のある住所",
    Kind.NAME: "人の名前",
}


@dataclass(frozen=True)
class Found:
    """A piece of a text that looks like somebody's own."""

    kind: Kind
    start: int
    end: int
    text: str


def personal_data(text: str) -> list[Found]:
    """What stands in ``text``, in its order; no two pieces overlap."""
    text = text[:MOST]
    plain = _plain(text)
    found: list[Found] = []
    for kind, spans in (
        (Kind.EMAIL, _emails(plain)),
        (Kind.PHONE, _phones(plain)),
        (Kind.ADDRESS, _addresses(plain)),
        (Kind.NAME, _names(text)),
    ):
        for start, end in spans:
            # The first kind that claims a piece has it: a name within a mail address is no second finding.
            if all(end <= each.start or start >= each.end for each in found):
                found.append(Found(kind, start, end, text[start:end]))
    return sorted(found, key=lambda each: each.start)


def kinds_in(*texts: str) -> list[Kind]:
    """The kinds found in any of ``texts``, each once."""
    present = {each.kind for text in texts for each in personal_data(text)}
    return [kind for kind in Kind if kind in present]


def pieces(text: str) -> list[tuple[str, Kind | None]]:
    """``text`` cut into pieces, each with the kind it was found to be, if any; together they are ``text`` again."""
    cut: list[tuple[str, Kind | None]] = []
    last = 0
    for each in personal_data(text):
        if each.start > last:
            cut.append((text[last : each.start], None))
        cut.append((each.text, each.kind))
        last = each.end
    if text[last:]:
        cut.append((text[last:], None))
    return cut


# --- one letter for each letter, so that places in the plain text are places in the text ---


def _plain(text: str) -> str:
    """Half width, every dash a hyphen; as long as ``text``."""
    letters = []
    for letter in text:
        folded = unicodedata.normalize("NFKC", letter)
        letters.append(folded if len(folded) == 1 else letter)
    return DASHES.sub("-", "".join(letters))


_KANJI_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


# --- numbers and addresses ---

# (at), [at], アットマーク and the like keep machines from reading an address; people do read it.
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*\s?"
    r"(?:@|\(\s?(?:at|アット(?:マ[ー-]ク)?|あっと)\s?\)|\[\s?at\s?\]|<\s?at\s?>|アットマ[ー-]ク|\s(?:at)\s|[☆★◎])\s?"
    r"[A-Za-z0-9-]+(?:\s?(?:\.|\(dot\)|\[dot\]|ドット)\s?[A-Za-z0-9-]+)+",
    re.ASCII | re.IGNORECASE,
)
_PHONE = re.compile(r"(?:(?<![0-9A-Za-z])(?:\+\s?81|0081|0)|\(0)[0-9() .の-]{8,18}[0-9](?![0-9])")
_NUMBER_PARTS = re.compile(r"^\(?0[0-9]{1,4}[() .の-]{1,2}[0-9]{1,4}[() .の-]{1,2}[0-9]{3,4}$")


def _emails(plain: str) -> Iterator[tuple[int, int]]:
    for each in _EMAIL.finditer(plain):
        yield each.span()


def _phones(plain: str) -> Iterator[tuple[int, int]]:
    for each in _PHONE.finditer(plain):
        if _is_phone(each[0]):
            # （045-…）: a bracket around the whole number is none of it.
            around = each[0].startswith("(") and ")" not in each[0]
            yield each.start() + around, each.end()
    # 〇九〇－一二三四－五六七八: to be read aloud, and by no machine.
    if re.search(r"[〇○零][一二三四五六七八九〇○零]", plain):
        digits = plain.translate(_KANJI_DIGITS)
        for each in _PHONE.finditer(digits):
            if digits[each.start() : each.end()] != plain[each.start() : each.end()] and _is_phone(each[0]):
                yield each.span()


def _is_phone(typed: str) -> bool:
    """Ten or eleven digits that some plan knows, or that are parted as a number is."""
    import phonenumbers  # its tables are large, and few pages ask for a telephone

    national = re.sub(r"^(?:\+\s?81|0081)[\s(-]*(?:0\)?)?[\s-]*", "0", typed)
    digits = re.sub(r"[^0-9]", "", national)
    if len(digits) not in (10, 11) or digits.startswith("00"):
        return False
    if _NUMBER_PARTS.match(national):
        return True
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, "JP")))


# A house: a municipality, a place, and a number that ends it. What counts people or days is none.
_ADDRESS = re.compile(
    r"[一-鿿々ヶケヵァ-ヺーあ-ん]{1,8}[市区町村郡]"
    r"(?:[^\s、。,.!?\n「」()・:;/0-9]{1,16})?"
    r"(?<![でにをはへもがのとや約計-])"
    r"(?:[0-9]{1,4}丁目\s?[0-9]{1,4}(?:番地?|-)?(?:の?[0-9]{1,4})?(?:-[0-9]{1,4})?号?"
    r"|[0-9]{1,5}番地?の?[0-9]{0,4}号?(?:-[0-9]{1,4})?"
    r"|[0-9]{1,5}-[0-9]{1,5}(?:-[0-9]{1,5})?)"
    r"(?![0-9]|-[0-9]|\s?(?:人|名|個|食|時|分|回|日|%|円|歳|才|台|月|年|世帯|組|号車|番目|番線|枚|本|箱|m|km|kg|か所|ヶ所|階|代))"
)


def _addresses(plain: str) -> Iterator[tuple[int, int]]:
    for each in _ADDRESS.finditer(plain):
        yield each.span()
    if re.search(r"[一二三四五六七八九十]+(?:丁目|番)", plain):
        digits = re.sub(r"[一二三四五六七八九](?=[一二三四五六七八九]?(?:丁目|番|号|-))", _as_digit, plain)
        for each in _ADDRESS.finditer(digits):
            yield each.span()


def _as_digit(found: re.Match[str]) -> str:
    return found[0].translate(_KANJI_DIGITS)


# --- names ---

_HONORIFICS = frozenset({"さん", "様", "さま", "氏", "君", "くん", "ちゃん", "先生", "殿", "どの", "さまへ"})
_LABEL = re.compile(
    r"(?:担当者?|代表者?|責任者|連絡先|問い?合わ?せ先?|窓口|会長|理事長|理事|所長|館長|園長|店長|事務局長?|幹事|氏名|お?名前"
    r"|世話役|世話人|リ[ー-]ダ[ー-]|コ[ー-]ディネ[ー-]タ[ー-]|スタッフ|講師|申込先|申し込み先)(?:は|が|:)? {0,2}$"
)
#: What follows a surname where somebody gives their own or sends people to somebody.
_SAYS_SO = re.compile(
    r"^ ?(?:です(?!から)|と申します|と言います|といいます|まで(?:、?お?電話|ご?連絡|お?問|お?申|メ[ー-]ル|声)|宛|あて)"
)
_AFTER_LABEL = re.compile(r"^ ?(?:$|[\n\r、。,.(){}「」・/|:;]|まで|です|が|に|へ|と|電話|TEL|tel|[0-9])")
#: What makes a name that of a shop, a hall, a prize.
_SHOPS_AND_HALLS = (
    "商店 商会 工務店 工業 製作所 建設 産業 運輸 農園 農場 牧場 珈琲 コーヒー 店 記念館 美術館"
    " 博物館 文学館 会館 ホール 病院 クリニック 医院 歯科 薬局 製薬 事務所 基金 財団 賞 奨学金"
    " 屋 堂 家 書店 酒造 水産 青果 精肉 食品 電器 電機 自動車 不動産 印刷 塾 学園 幼稚園"
    " 保育園 児童館 通り 駅 川 橋 公園 町 市 区 村 地区 海岸 寺 神社 城 山 株式会社 有限会社"
    " 合同会社 記念 杯"
)
_OF_SOMETHING = frozenset(_SHOPS_AND_HALLS.split())
_LEGAL = frozenset(
    {
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "一般社団法人",
        "社団法人",
        "財団法人",
        "NPO法人",
        "法人",
        "医療法人",
    }
)
# Places of Kanagawa that are surnames as well: without さん, 担当 and the like they are places.
_PLACES_OF_KANAGAWA = (
    "三浦 葉山 愛川 松田 中井 大井 山北 開成 寒川 箱根 真鶴 湯河原 清川 大和 藤沢 秦野 平塚"
    " 厚木 綾瀬 座間 鎌倉 逗子 小田原 伊勢原 相模原 海老名 茅ヶ崎 金沢 鶴見 神奈川 港南 磯子"
    " 戸塚 瀬谷 都筑 青葉 中原 高津 宮前 多摩 麻生 川崎 中央 緑 旭 泉 栄 二宮 大磯 城山"
    " 津久井 藤野 石川 長谷 善行 湘南台"
)
_PLACES = frozenset(_PLACES_OF_KANAGAWA.split())


@cache
def _tokenizer() -> Any:
    import sudachipy  # a dictionary of 70 MB, needed only where somebody hands in a text

    return sudachipy.Dictionary().tokenizer(mode=sudachipy.SplitMode.C)


@dataclass(frozen=True)
class _Word:
    surface: str
    part: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        return self.part.startswith("名詞,固有名詞,人名")

    @property
    def is_surname(self) -> bool:
        return self.part.startswith("名詞,固有名詞,人名,姓")

    @property
    def is_given(self) -> bool:
        return self.part.startswith("名詞,固有名詞,人名,名")

    @property
    def is_whole_name(self) -> bool:
        return self.part.startswith("名詞,固有名詞,人名,一般")

    @property
    def is_place(self) -> bool:
        return self.part.startswith("名詞,固有名詞,地名") and self.surface[-1] not in "都道府県市区町村郡"


def _words(text: str) -> list[_Word]:
    from tomoiki.text.readings import tokenizer_lock  # the two share Sudachi's rule of one thread at a time

    if not re.search(r"[㐀-䶿一-鿿ぁ-ヺ]", text):
        return []
    with tokenizer_lock:
        return [
            _Word(each.surface(), ",".join(each.part_of_speech()[:4]), each.begin(), each.end())
            for each in _tokenizer().tokenize(text)
        ]


def _names(text: str) -> Iterator[tuple[int, int]]:
    # Line by line: a name never runs over the end of one.
    offset = 0
    for line in text.splitlines(keepends=True):
        for start, end in _names_in(line):
            yield offset + start, offset + end
        offset += len(line)


def _names_in(line: str) -> Iterator[tuple[int, int]]:
    words = _words(line)
    number = 0
    while number < len(words):
        last = _name_at(words, number)
        if last is None:
            number += 1
            continue
        start, end = words[number].start, words[last].end
        if _is_of_a_person(line, words, number, last):
            yield start, end
        number = last + 1


def _name_at(words: Sequence[_Word], number: int) -> int | None:
    """The last word of the name that begins at ``number``: 山田, 山田太郎, 山田 太郎; or a place that may be one."""
    first = words[number]
    if not (first.is_name or first.is_place):
        return None
    if first.is_surname or first.is_place:
        following = number + 1
        if following < len(words) and words[following].surface in {" ", "\u3000", "・"}:
            following += 1
        if following < len(words) and words[following].is_given:
            return following
    return number


def _is_of_a_person(line: str, words: Sequence[_Word], first: int, last: int) -> bool:
    word = words[first]
    before = words[first - 1].surface if first else ""
    after = words[last + 1].surface if last + 1 < len(words) else ""
    rest = _plain(line[words[last].end :])
    if before in _LEGAL or after in _OF_SOMETHING:
        return False
    if after in _HONORIFICS:
        return True
    labelled = _LABEL.search(_plain(line[: word.start])) is not None
    if last > first:
        # Surname and given name; of a place and a name (鎌倉 花子) only where somebody is spoken of.
        return word.is_surname or labelled
    if labelled and _AFTER_LABEL.match(rest):
        return True
    if not (word.is_surname and word.surface not in _PLACES):
        return False
    return _SAYS_SO.match(rest) is not None

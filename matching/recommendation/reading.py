"""What is known of a post: what its fields say, and where they are silent, what its text says.

Whatever was only read from the text is marked as such; it counts less, and no reason is built on it that a person
could not find in the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.recommendation.cases import NEED, Case
from matching.recommendation.corpus import Corpus, terms_for
from matching.recommendation.kinds import kinds_of
from matching.recommendation.places import named_in
from matching.recommendation.terms import refused_by
from matching.recommendation.topics import Talk, talk_of
from tomoiki.text.normalisation import normalise

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Vectors

Hours = tuple[int, int]

#: Minutes of the day that people mean.
MORNING, DAYTIME, AFTERNOON, EVENING = (540, 720), (540, 1020), (720, 1020), (1050, 1290)


@dataclass(frozen=True, eq=False)
class Read:
    """A case with everything that could be read of it. ``*_said`` tells whether a field said so."""

    case: Case
    kinds: Mapping[str, float]
    areas: frozenset[str]
    areas_said: bool
    weekdays: frozenset[int]
    weekdays_said: bool
    hours: Hours | None
    hours_said: bool
    months: frozenset[int]
    quantity: int | None
    unit: str
    quantity_said: bool
    terms: frozenset[str]
    refused: frozenset[str]
    seeks: bool
    talk: Talk
    online: bool
    anywhere: bool
    direction_of_meaning: "Vectors | None"

    @property
    def asks(self) -> bool:
        return self.case.direction == NEED

    @property
    def kind_said(self) -> bool:
        return bool(self.case.resource)


def read(case: Case, corpus: Corpus) -> Read:
    """Everything about a case, once; pairs are compared by it."""
    talk = talk_of(case.title, case.body, asks=case.direction == NEED)
    text = normalise(case.text)
    areas = frozenset(case.municipalities)
    weekdays = frozenset(case.weekdays)
    hours = _hours_of(case)
    quantity, unit = case.quantity, unit_code(case.unit)
    read_quantity, read_unit = (quantity, unit) if quantity is not None else quantity_in(text)
    return Read(
        case=case,
        kinds={case.resource: 1.0} if case.resource else _guessed_kinds(case, talk),
        areas=areas or named_in(text),
        areas_said=bool(areas),
        weekdays=weekdays or weekdays_in(text),
        weekdays_said=bool(weekdays),
        hours=hours or hours_in(text),
        hours_said=hours is not None,
        months=_months_of(case) or months_in(text),
        quantity=read_quantity,
        unit=read_unit,
        quantity_said=quantity is not None,
        terms=terms_for(case),
        # What an offer says that it does not give; a need that lacks something asks for it.
        refused=refused_by(case.text) - _GLADLY_MISSED if case.direction != NEED else frozenset(),
        seeks=case.direction != NEED and bool(_SEEKS.search(text)),
        talk=talk,
        online=case.online or bool(_ONLINE.search(text)),
        anywhere=case.anywhere or bool(_ANYWHERE.search(text)),
        direction_of_meaning=corpus.centred(case),
    )


def _guessed_kinds(case: Case, talk: Talk) -> Mapping[str, float]:
    return kinds_of(talk.kinds, case.vector, case.direction, model=case.vector_model)


# --- fields ---

_UNITS = {
    "人": "people", "名": "people", "席": "people", "個": "pieces", "点": "pieces", "本": "pieces", "枚": "pieces",
    "冊": "pieces", "脚": "pieces", "食": "meals", "食分": "meals", "セット": "sets", "組": "sets",
    "世帯": "households",
    "家庭": "households", "回": "times", "時間": "hours", "部屋": "rooms", "室": "rooms", "台": "vehicles",
    "kg": "kilograms", "キロ": "kilograms", "円": "yen", "人分": "meals", "箱": "boxes",
}  # fmt: skip


def unit_code(unit: str) -> str:
    """A unit as its code, whether the code or the Japanese word was given."""
    return _UNITS.get(unit, unit)


def _hours_of(case: Case) -> Hours | None:
    if case.time_from is None and case.time_until is None:
        return None
    start = case.time_from.hour * 60 + case.time_from.minute if case.time_from else 0
    end = case.time_until.hour * 60 + case.time_until.minute if case.time_until else 24 * 60
    return (start, end) if end > start else None


def _months_of(case: Case) -> frozenset[int]:
    if case.season:
        return frozenset(case.season)
    start, end = case.available_from, case.available_until
    if start is None or end is None or (end - start).days > 300:
        return frozenset()
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return frozenset(month % 12 + 1 for month in range(first, last + 1))


# --- text ---

_ONLINE = re.compile(r"オンライン(?!で?は|不可)|画面越し|リモート|遠隔|zoom")
#: What nobody misses: 「段差のない」「費用はかかりません」「経験は問いません」 refuses nothing.
_GLADLY_MISSED = frozenset({"段差", "階段", "費用", "料金", "会費", "送料", "経験", "資格", "問題", "負担", "心配"})
# An offer that looks for guests rather than gives. 「お使いになる団体を募集」 gives, so only what cannot be read so.
_SEEKS = re.compile(
    r"(?:生徒|仲間|参加者|参加する[^。]{0,6}|会員|出店者|モニター|参加してくださる[^。]{0,12})を?(?:広く)?募集"
    r"|味見を|味見に|試食会|試食の(?:お願い|モニター)|の試食$|の試食\n|体験会|説明会|感想を(?:ください|お聞かせ)|(?:出店|ご参加|受講|入会)しませんか"
)
_ANYWHERE = re.compile(r"どこ(?:で|へで|にで)も(?:うかが|伺|行|まい|参|お)|県内(?:全域|各地|どこ)|県下|神奈川県内の")

_DAY = "月火水木金土日"
_SINGLE_DAY = re.compile(r"(?:第[一二三四1-4][・、]?)*(?:第[一二三四1-4])?([月火水木金土日])曜日?")
_SEVERAL_DAYS = re.compile(
    r"(?<![0-9一-鿿])([月火水木金土日](?:[・、と]?[月火水木金土日])+)(?=曜|の|に|は|も|で|、|。|夜|昼|午|だけ|祝|$)"
)
_FROM_TO_DAYS = re.compile(r"([月火水木金土日])曜?日?(?:から|~|〜|-|–)([月火水木金土日])曜")
_NOT_ON = re.compile(
    r"(?:([月火水木金土日])曜日?|(土日|週末|平日|日祝))(?:祝日?)?(?:は|を|と祝日は)(?:除|お休み|休業|休み|使え(?:ません|ない)|でき(?:ません|ない)|不可|難し)"
)
_CLOSED = re.compile(r"(?:定休日?|休業日|休館日|お休み|休診)")


def weekdays_in(text: str) -> frozenset[int]:
    """The weekdays that a normalised text names: 土日, 平日, 毎週水曜, 月曜から金曜."""
    found: set[int] = set()
    for start, end in _FROM_TO_DAYS.findall(text):
        first, last = _DAY.index(start), _DAY.index(end)
        found |= set(range(first, last + 1)) if first <= last else set()
    found |= {_DAY.index(day) for day in _SINGLE_DAY.findall(text)}
    for days in _SEVERAL_DAYS.findall(text):
        found |= {_DAY.index(day) for day in days if day in _DAY}
    if re.search(r"土日|週末|休日", text):
        found |= {5, 6}
    if re.search(r"平日|ウィークデー", text) and not found & {0, 1, 2, 3, 4}:
        found |= {0, 1, 2, 3, 4}
    if re.search(r"毎日|曜日を問わ|いつでも", text):
        found |= set(range(7))
    for day, name in _NOT_ON.findall(text):
        found -= (
            {_DAY.index(day)}
            if day
            else {5, 6}
            if name in ("土日", "週末")
            else {6}
            if name == "日祝"
            else {0, 1, 2, 3, 4}
        )
    return frozenset(found)


_CLOCK = re.compile(
    r"(午前|午後|夜|夕方|朝)?([0-9]{1,2})(?:時|:([0-9]{2}))(半)?(?:頃|ごろ)?(?:から|~|〜|-|–)(午前|午後|夜|夕方|朝)?([0-9]{1,2})(?:時|:([0-9]{2}))(半)?"
)
_AT = r"(午前|午後|夜|夕方|朝)?([0-9]{1,2})(?:時|:([0-9]{2}))(半)?"
_CLOSING = re.compile(rf"{_AT}(?:に|で)(?:閉ま|閉め|終わ|しま)")
_OPENING = re.compile(rf"{_AT}(?:以降|から)")
_PARTS = (
    (re.compile(r"午前|朝(?!食|ごはん|市)"), MORNING),
    (re.compile(r"午後"), AFTERNOON),
    (re.compile(r"日中|昼間|昼の時間|昼に|お昼(?!ご)|ひるま"), DAYTIME),
    (re.compile(r"放課後"), (870, 1080)),
    (re.compile(r"夕方"), (960, 1140)),
    (re.compile(r"夜間|夜に|夜は|夜の|夜も|閉店後|終業後|仕事帰り|平日夜|の夜"), EVENING),
)


def hours_in(text: str) -> Hours | None:
    """From when to when by a normalised text: 10時から15時, 午前中, 夜間; the whole span where it names several."""
    clock = _CLOCK.search(text)
    if clock:
        start = _minutes(clock[1], clock[2], clock[3], clock[4])
        end = _minutes(
            clock[5] or (clock[1] if clock[1] == "午前" and int(clock[6]) > int(clock[2]) else None),
            *clock.group(6, 7, 8),
        )
        if end <= start:
            end += 12 * 60
        if start < end <= 24 * 60:
            return start, end
    closing = _CLOSING.search(text)
    if closing:
        return 0, _minutes(closing[1] or ("午後" if int(closing[2]) < 8 else None), closing[2], closing[3], closing[4])
    opening = _OPENING.search(text)
    if opening and (start := _minutes(*opening.group(1, 2, 3, 4))) < 24 * 60:
        return start, 24 * 60
    spans = [span for pattern, span in _PARTS if pattern.search(text)]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def _minutes(half: str | None, hour: str, minute: str | None, half_past: str | None) -> int:
    hours = int(hour) % 24
    if half in ("午後", "夜", "夕方") and hours < 12:
        hours += 12
    return hours * 60 + (30 if half_past else int(minute or 0))


_SEASONS = {"春": {3, 4, 5}, "夏": {6, 7, 8, 9}, "秋": {9, 10, 11}, "冬": {12, 1, 2}}
_SEASON_WORDS = re.compile(r"(春|夏|秋|冬)(?:休み|祭り|まつり|の間|季|場|に|の|は)")
_MONTH = re.compile(r"(?<![0-9か])([0-9]{1,2})月(?!間|額|刊|曜)")


def months_in(text: str) -> frozenset[int]:
    """The months that a normalised text names; none where it names none."""
    months = {int(month) for month in _MONTH.findall(text) if 1 <= int(month) <= 12}
    if months:
        return frozenset(months)
    return frozenset().union(*(_SEASONS[season] for season in _SEASON_WORDS.findall(text)))


_AMOUNT = re.compile(
    r"([0-9][0-9,]*)(万)?\s*(人分|食分|人|名|席|世帯|家庭|食|セット|組|箱|冊|脚|枚|個|台|部屋|室|kg|キロ(?!メ)|円)(?!以上の実績|目|組で|に1)"
)


def quantity_in(text: str) -> tuple[int | None, str]:
    """The largest amount that a normalised text names, with its unit: 30人ほど入れる."""
    found = [
        (int(number.replace(",", "")) * (10_000 if myriad else 1), _UNITS[unit])
        for number, myriad, unit in _AMOUNT.findall(text.replace("，", ","))
    ]
    return max(found, key=lambda amount: amount[0]) if found else (None, "")

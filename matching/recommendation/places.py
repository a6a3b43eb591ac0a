"""How near two posts are, by the municipalities of the portal's own file: no database."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from tomoiki.places.enums import Region
from tomoiki.places.loading import read_rows
from tomoiki.text.normalisation import normalise


class Nearness(IntEnum):
    """From far to near; of several municipalities the nearest pair counts."""

    FAR = 0
    REGION = 1
    NEIGHBOUR = 2
    SAME_CITY = 3
    OVERLAP = 4
    SAME = 5


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    region: str
    city: str
    neighbours: frozenset[str]

    @property
    def own_name(self) -> str:
        """鶴見区 of 横浜市鶴見区."""
        return self.name.split("市", 1)[1] if self.city else self.name


@cache
def places() -> dict[str, Place]:
    """Every municipality and ward by its code; neighbours hold both ways."""
    rows = list(read_rows())
    near: dict[str, set[str]] = {row.code: set() for row in rows}
    for row in rows:
        for code in row.neighbour_codes:
            near[row.code].add(code)
            near[code].add(row.code)
    # A city borders on what its wards border on.
    for row in rows:
        if row.city_code:
            near[row.city_code] |= {code for code in near[row.code] if code != row.city_code}
            for code in near[row.code]:
                near[code].add(row.city_code)
    wards = {row.code: {other.code for other in rows if other.city_code == row.code} for row in rows}
    return {
        row.code: Place(
            row.code,
            row.name,
            row.region,
            row.city_code,
            frozenset(near[row.code] - {row.code, row.city_code} - wards[row.code]),
        )
        for row in rows
    }


def between(one: str, other: str) -> Nearness:
    """How near two municipalities are; a code that the file does not know is near nothing but itself."""
    if one == other:
        return Nearness.SAME
    first, second = places().get(one), places().get(other)
    if first is None or second is None:
        return Nearness.FAR
    if first.city == other or second.city == one:
        return Nearness.OVERLAP
    if other in first.neighbours:
        return Nearness.NEIGHBOUR
    if first.city and first.city == second.city:
        return Nearness.SAME_CITY
    return Nearness.REGION if first.region == second.region else Nearness.FAR


def nearest(ones: Iterable[str], others: Iterable[str]) -> tuple[Nearness, str, str]:
    """The nearest pair of two lists, and how near it is."""
    pairs = [(between(one, other), one, other) for one in ones for other in others]
    return max(pairs, key=lambda pair: (pair[0], -ord_of(pair[1]), -ord_of(pair[2])))


def ord_of(code: str) -> int:
    """For ties that do not depend on the order of the lists."""
    return int(code) if code.isdecimal() else 0


def name_of(code: str) -> str:
    place = places().get(code)
    return place.name if place else code


# --- names in a text ---

# Names that are words by themselves only count with 市, 町, 村 or 区 behind them.
_ALSO_WORDS = frozenset(
    [
        "大和",
        "三浦",
        "中井",
        "大井",
        "松田",
        "開成",
        "山北",
        "清川",
        "愛川",
        "寒川",
        "二宮",
        "泉",
        "栄",
        "旭",
        "緑",
        "南",
        "西",
        "中",
        "幸",
        "中央",
        "神奈川",
        "青葉",
        "金沢",
    ]
)
_REGIONS = {
    "湘南": Region.SHONAN,
    "県央": Region.KENO,
    "県西": Region.KENSEI,
    "西湘": Region.KENSEI,
    "足柄": Region.KENSEI,
    "三浦半島": Region.YOKOSUKA_MIURA,
}
#: Behind a name these say that something else is meant: 相模原線, 横浜銀行.
_NOT_A_PLACE = r"(?!線|駅前線|街道|大学|銀行|信用金庫)"


@cache
def _names() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    meant: dict[str, set[str]] = {}
    for place in places().values():
        ward = bool(place.city)
        short = place.own_name[:-1]
        names = [place.name, place.own_name]
        if short not in _ALSO_WORDS and (len(short) > 1 or not ward):
            names.append(short)
        for name in names:
            for spelling in {name, name.replace("ケ", "ヶ"), name.replace("ヶ", "ケ")}:
                meant.setdefault(normalise(spelling), set()).add(place.code)
    for name, region in _REGIONS.items():
        meant[name] = {place.code for place in places().values() if place.region == region}
    words = "|".join(re.escape(name) for name in sorted(meant, key=len, reverse=True))
    return re.compile(f"(?:{words}){_NOT_A_PLACE}"), {name: frozenset(codes) for name, codes in meant.items()}


def named_in(text: str) -> frozenset[str]:
    """The municipalities whose names stand in ``text``: 藤沢, 横浜市鶴見区, 湘南.

    A ward's name that two cities have means the one whose city is named as well, or else both.
    """
    pattern, meant = _names()
    found = [meant[each[0]] for each in pattern.finditer(normalise(text))]
    sure = {code for codes in found if len(codes) == 1 for code in codes}
    result: set[str] = set()
    for codes in found:
        of_named_city = {code for code in codes if places()[code].city in sure}
        result |= of_named_city or codes
    # 横浜市緑区 names the ward, and the city only to say which.
    return frozenset(result - {places()[code].city for code in result})

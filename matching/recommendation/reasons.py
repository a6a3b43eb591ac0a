"""Why a pair fits, and what does not, in words that a person can check against both posts.

Only what was said is named: nothing is claimed of a field that is empty, and what was merely guessed is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.enums import Resource, Unit
from matching.recommendation.features import Found
from matching.recommendation.places import Nearness, name_of
from matching.recommendation.reading import Read
from matching.recommendation.requirements import Answer

#: How many of each a card has room for.
MOST = 4
_DAY = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` says what kind of reason it is, ``icon`` is one of the sprite's, ``text`` is for people.

    ``names`` are codes of terms (themes, skills, facilities, allergens) that the text wants by their label: 「{}」 in
    the text stands for them. ``text`` itself is complete where there are none.
    """

    code: str
    icon: str
    text: str
    names: tuple[str, ...] = ()

    def in_words(self, labels: Mapping[str, str]) -> str:
        """The text with the labels of ``names``; a code that nobody named is left out."""
        known = [labels[code] for code in self.names if code in labels]
        if not self.names:
            return self.text
        return self.text.format("・".join(known)) if known else ""


def reasons_of(
    subject: Read, candidate: Read, found: Mapping[str, Found], answers: Sequence[Answer]
) -> tuple[Reason, ...]:
    """What speaks for the pair, what people look at first standing first."""
    need, offer = (subject, candidate) if subject.asks else (candidate, subject)
    return _once(_reasons(need, offer, candidate, found, answers))


def misfits_of(
    subject: Read, candidate: Read, found: Mapping[str, Found], answers: Sequence[Answer]
) -> tuple[Reason, ...]:
    """What does not fit, so that it is asked about first."""
    need, offer = (subject, candidate) if subject.asks else (candidate, subject)
    return _once(_misfits(need, offer, found, answers))


def _once(reasons: Iterator[Reason]) -> tuple[Reason, ...]:
    """The first few, none twice: what the card says of a need and what its details ask for is often the same."""
    kept: list[Reason] = []
    for reason in reasons:
        named = {code for other in kept if other.text == reason.text for code in other.names}
        names = tuple(code for code in reason.names if code not in named)
        if names or not (reason.names or reason in kept):
            kept.append(replace(reason, names=names))
    return tuple(kept[:MOST])


# --- for ---


def _reasons(
    need: Read, offer: Read, candidate: Read, found: Mapping[str, Found], answers: Sequence[Answer]
) -> Iterator[Reason]:
    yield from _area(found.get("area"))
    yield from _time(need, found)
    yield from _quantity(need, found.get("quantity"))
    if (skills := found.get("skills")) and skills.about["both"]:
        yield Reason("skills", "skill", "「{}」の経験", tuple(skills.about["both"]))
    yield from _met(answers)
    if (themes := found.get("themes")) and themes.about["both"]:
        yield Reason("themes", "heart", "同じ「{}」の活動", tuple(themes.about["both"]))
    yield from _substitute(found.get("kind"))
    yield from _shared_words(need, offer, found)
    if candidate.case.helped_before is False and candidate.asks:
        yield Reason("never_helped", "seedling", "まだ一度もおつなぎできていない団体")
    elif candidate.asks and candidate.case.waiting_days >= 30:
        yield Reason("waiting", "hourglass", f"{candidate.case.waiting_days}日お待ちです")


def _area(found: Found | None) -> Iterator[Reason]:
    if found is None or not found.said:
        return
    if found.about.get("online"):
        yield Reason("online", "device-mobile", "オンラインでできる")
        return
    if found.about.get("anywhere"):
        yield Reason("anywhere", "map-pin", "県内どこでも")
        return
    if "nearness" not in found.about:
        return
    near, here, there = found.about["nearness"], found.about["here"], found.about["there"]
    if near is Nearness.SAME:
        yield Reason("same_area", "map-pin", f"同じ{name_of(here)}")
    elif near is Nearness.OVERLAP:
        # The wider of the two: whoever is in 横浜市 and whoever is in its 鶴見区 share the city.
        city, ward = sorted((here, there), key=lambda code: len(name_of(code)))
        yield Reason("same_area", "map-pin", f"同じ{name_of(city)}（{name_of(ward).removeprefix(name_of(city))}）")
    elif near is Nearness.SAME_CITY:
        yield Reason("same_city", "map-pin", f"同じ{name_of(there).split('市')[0]}市の中")
    elif near is Nearness.NEIGHBOUR:
        yield Reason("neighbour", "map-pin", f"となりの{name_of(there)}")


def days_in_words(days: Sequence[int]) -> str:
    """土日, 平日, 火・木曜, 毎日."""
    chosen = sorted(set(days))
    if chosen == [0, 1, 2, 3, 4, 5, 6]:
        return "毎日"
    if chosen == [5, 6]:
        return "土日"
    if chosen == [0, 1, 2, 3, 4]:
        return "平日"
    return "・".join(_DAY[day] for day in chosen) + "曜"


def _time_of_day(start: int, end: int) -> str:
    if end <= 12 * 60 + 30:
        return "午前"
    if start >= 17 * 60:
        return "夜"
    return "午後" if start >= 12 * 60 else "昼"


#: What somebody uses; other things are done or given at a time that suits both.
_USED = frozenset({"place", "transport", "goods"})


def _time(need: Read, found: Mapping[str, Found]) -> Iterator[Reason]:
    suits = "に使える" if need.case.resource in _USED else "に合う"
    days, hours = found.get("weekdays"), found.get("hours")
    day_words = days_in_words(days.about["both"]) if days and days.said and days.value > 0 else ""
    hour_words = (
        _time_of_day(hours.about["from"], hours.about["until"]) if hours and hours.said and hours.value > 0 else ""
    )
    if day_words and hour_words:
        yield Reason("time", "calendar", f"{day_words}の{hour_words}{suits}")
    elif day_words or hour_words:
        yield Reason("time", "calendar", f"{day_words or hour_words}{suits}")
    dates = found.get("dates")
    if dates and dates.said and dates.value > 0 and (months := dates.about.get("months")):
        yield Reason("months", "calendar", f"{'・'.join(str(month) for month in months)}月{suits}")


def _amount(number: int, unit: str) -> str:
    return f"{number:,}{Unit(unit).label if unit in Unit.values else ''}"


def _quantity(need: Read, found: Found | None) -> Iterator[Reason]:
    if found is None or not found.said or found.value <= 0:
        return
    needed, offered, unit = (found.about[each] for each in ("needed", "offered", "unit"))
    if offered >= needed:
        yield Reason(
            "quantity",
            "users" if unit == "people" else "package",
            f"{_amount(needed, unit)}に足りる（{_amount(offered, unit)}まで）",
        )


_ANSWERS = {
    "minors": ("users", "18歳未満の参加も歓迎"),
    "students": ("users", "学生が参加できる"),
    "cold_chain": ("package", "冷蔵・冷凍に対応"),
    "lifting": ("truck", "積みおろしも手伝える"),
    "wheelchair": ("wheelchair", "車いすのまま乗れる"),
    "driver": ("transport", "運転する人がいる"),
    "heavy": ("hands", "力仕事もできる"),
    "labelled": ("info-circle", "原材料が分かる"),
    "carried_by_offer": ("truck", "届けてもらえる"),
    "carried_by_need": ("truck", "取りに行ける"),
    "best_before": ("calendar", "賞味期限まで余裕がある"),
}
_UNANSWERED = {
    "minors": ("users", "18歳未満の参加は確認が必要"),
    "students": ("users", "学生の参加は確認が必要"),
    "cold_chain": ("package", "冷蔵・冷凍には対応していません"),
    "lifting": ("truck", "積みおろしの手は足りません"),
    "wheelchair": ("wheelchair", "車いすのままは乗れません"),
    "driver": ("transport", "運転する人はいません"),
    "heavy": ("hands", "力仕事はできません"),
    "labelled": ("info-circle", "原材料が分かりません"),
    "carried_by_nobody": ("truck", "運ぶ手段を相談する必要があります"),
    "best_before": ("calendar", "賞味期限が足りません"),
    "hours_a_month": ("clock", "使える時間が足りません"),
    "distance": ("map-pin", "走れる距離より遠い"),
    "lead_days": ("calendar", "納期が合いません"),
    "lot": ("package", "最小の数に届きません"),
}
_FIXED = frozenset(
    {*_ANSWERS, *_UNANSWERED, "kinds", "forms", "channels", "vehicles", "skills", "allergens", "people", "goods"}
)


def _met(answers: Sequence[Answer]) -> Iterator[Reason]:
    facilities = tuple(answer.key for answer in answers if answer.value > 0 and answer.key not in _FIXED)
    if facilities:
        yield Reason("facilities", "check", "{}がある", facilities)
    for answer in answers:
        if answer.value <= 0:
            continue
        if answer.key == "skills":
            yield Reason("skills", "skill", "「{}」の経験", answer.codes)
        elif answer.key in _ANSWERS:
            icon, text = _ANSWERS[answer.key]
            yield Reason(answer.key, icon, text)
        elif answer.codes:
            yield Reason(answer.key, "check", "{}が合う", answer.codes)


def _substitute(found: Found | None) -> Iterator[Reason]:
    if found and found.said and found.about["wanted"] != found.about["given"] and found.about["fit"] >= 0.3:
        yield Reason("substitute", "refresh", f"{_kind_label(found.about['given'])}で役に立てるかもしれません")


def _shared_words(need: Read, offer: Read, found: Mapping[str, Found]) -> Iterator[Reason]:
    """The words that stand in both posts, as they are written there."""
    shared = found.get("words")
    if not shared or shared.value < 0.1:
        return
    written = [
        term
        for term in shared.about.get("shared", ())
        if len(term) > 1 and term[0] not in "=~>" and term in need.case.text and term in offer.case.text
    ]
    longest = sorted(written, key=lambda term: (-len(term), term))[:2]
    if longest:
        yield Reason("words", "message", f"どちらも「{'」「'.join(longest)}」")


def _kind_label(code: str) -> str:
    # A file that is measured may name kinds that the portal does not have.
    return str(Resource(code).label) if code in Resource.values else code


# --- against ---


def _misfits(need: Read, offer: Read, found: Mapping[str, Found], answers: Sequence[Answer]) -> Iterator[Reason]:
    kind = found.get("kind")
    if kind and kind.said and kind.about["fit"] < 1:
        yield Reason("kind", "info-circle", f"種類が違う（{_kind_label(kind.about['given'])}）")
    area = found.get("area")
    if area and area.said and area.value < 0 and "there" in area.about:
        near, there = area.about["nearness"], name_of(area.about["there"])
        yield Reason("far", "map-pin", f"少し離れた{there}" if near is Nearness.REGION else f"離れた{there}")
    yield from _time_misfits(need, found)
    quantity = found.get("quantity")
    if quantity and quantity.said and quantity.about["offered"] < quantity.about["needed"]:
        needed, offered, unit = (quantity.about[each] for each in ("needed", "offered", "unit"))
        yield Reason(
            "quantity",
            "users" if unit == "people" else "package",
            f"{_amount(needed, unit)}に対して{_amount(offered, unit)}まで",
        )
    if (skills := found.get("skills")) and skills.about["missing"]:
        yield Reason("skills", "skill", "「{}」は確認が必要", tuple(skills.about["missing"]))
    yield from _unmet(answers)


def _time_misfits(need: Read, found: Mapping[str, Found]) -> Iterator[Reason]:
    used = need.case.resource in _USED
    days, hours, dates = found.get("weekdays"), found.get("hours"), found.get("dates")
    if days and days.said and days.about["missing"]:
        yield Reason(
            "weekdays", "calendar", f"{days_in_words(days.about['missing'])}は{'使えません' if used else '合いません'}"
        )
    if hours and hours.said and hours.value < 0:
        yield Reason("hours", "clock", "時間帯が重なりません")
    if dates and dates.said and dates.value < 0:
        yield Reason("dates", "calendar", "使える時期が重なりません")


def _unmet(answers: Sequence[Answer]) -> Iterator[Reason]:
    missing = tuple(answer.key for answer in answers if answer.value < 0 and answer.key not in _FIXED)
    if missing:
        yield Reason("facilities", "info-circle", "{}は確認が必要", missing)
    for answer in answers:
        if answer.value >= 0:
            continue
        if answer.key == "allergens":
            yield Reason("allergens", "alert-triangle", "避けたい「{}」を含みます", answer.codes)
        elif answer.key in _UNANSWERED:
            icon, text = _UNANSWERED[answer.key]
            yield Reason(answer.key, icon, text)

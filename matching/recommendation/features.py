"""One function a feature: what speaks for a pair or against it, between -1 and 1; None where nobody said anything.

A feature never punishes silence: an offer that does not say when it is there may be there at any time.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.recommendation.corpus import Corpus
from matching.recommendation.places import Nearness, nearest
from matching.recommendation.reading import Read
from matching.recommendation.weights import OTHER_MAY_BE, SUBSTITUTES


@dataclass(frozen=True, slots=True)
class Found:
    """``value`` from -1 to 1; ``said`` when both sides' fields say so; ``about`` is what a reason can name."""

    value: float
    said: bool = True
    about: Mapping[str, Any] = field(default_factory=dict)


Feature = Callable[[Read, Read, Corpus], Found | None]


def kind(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether the offer is of the kind that is needed, or of one that can stand in for it."""
    if not need.kinds or not offer.kinds:
        return None
    fit = sum(
        share * other_share * answers(wanted, given)
        for wanted, share in need.kinds.items()
        for given, other_share in offer.kinds.items()
    )
    known = sum(need.kinds.values()) * sum(offer.kinds.values())
    said = need.kind_said and offer.kind_said
    return Found(2 * fit - known, said, {"wanted": need.case.resource, "given": offer.case.resource, "fit": fit})


def answers(wanted: str, given: str) -> float:
    """How far one kind answers another, from 0 to 1."""
    if wanted == given:
        return 1.0
    if "other" in (wanted, given):
        return OTHER_MAY_BE
    return SUBSTITUTES.get((wanted, given), 0.0)


_NEARNESS = {
    Nearness.SAME: 1.0,
    Nearness.OVERLAP: 0.9,
    Nearness.SAME_CITY: 0.6,
    Nearness.NEIGHBOUR: 0.6,
    Nearness.REGION: -0.3,
    Nearness.FAR: -1.0,
}
#: Of an offer to the whole prefecture, and of what is done online: near enough, though nobody is next door.
ANYWHERE = 0.5


def area(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """How near the two are; whoever offers to the whole prefecture or online is near to all."""
    said = need.areas_said and offer.areas_said
    reach = ANYWHERE if offer.anywhere or (offer.online and _without_meeting(need, offer)) else -1.0
    if need.areas and offer.areas:
        near, here, there = nearest(sorted(need.areas), sorted(offer.areas))
        if _NEARNESS[near] >= reach:
            return Found(_NEARNESS[near], said, {"nearness": near, "here": here, "there": there})
        online = need.case.online and offer.case.online
        return Found(reach, said and (online or offer.case.anywhere), {"online": online, "anywhere": not online})
    if reach > 0 and (need.areas or offer.areas):
        said = (need.areas_said or offer.areas_said) and offer.case.anywhere
        return Found(reach, said, {"anywhere": offer.case.anywhere})
    return None


_NEEDS_NO_MEETING = frozenset({"skill", "expertise", "publicity", "funding", "partnership"})


def _without_meeting(need: Read, offer: Read) -> bool:
    """Whether it can be done from afar: both say so, or the offer does and nothing has to be carried or shown."""
    return need.online or _main_kind(need) in _NEEDS_NO_MEETING


def weekdays(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether there are days that suit both."""
    if not need.weekdays or not offer.weekdays:
        return None
    both = need.weekdays & offer.weekdays
    said = need.weekdays_said and offer.weekdays_said
    about = {"both": sorted(both), "missing": sorted(need.weekdays - offer.weekdays)}
    return Found(0.15 + 0.35 * len(both) / len(need.weekdays) if both else -1.0, said, about)


def hours(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether there are hours that suit both."""
    if need.hours is None or offer.hours is None:
        return None
    start, end = max(need.hours[0], offer.hours[0]), min(need.hours[1], offer.hours[1])
    said = need.hours_said and offer.hours_said
    if end <= start:
        return Found(-1.0, said, {})
    # That they meet says little; that they never do says all.
    return Found(0.25 * (end - start) / (need.hours[1] - need.hours[0]), said, {"from": start, "until": end})


def dates(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether both are there at one time of the year, or in the same months."""
    one, other = need.case, offer.case
    given = [(case.available_from, case.available_until) for case in (one, other)]
    if all(any(ends) for ends in given):
        start = max((begin for begin, _ in given if begin), default=date.min)
        end = min((until for _, until in given if until), default=date.max)
        if end < start:
            return Found(-1.0, True, {"apart": True})
        # That the offer has no end says little; that both name a time, and the same, says much.
        return Found(0.6 if all(all(ends) for ends in given) else 0.2, True, {})
    if need.months and offer.months:
        both = need.months & offer.months
        said = bool(one.season or one.available_from) and bool(other.season or other.available_from)
        return Found(0.4 if both else -0.8, said, {"months": sorted(both)})
    return None


def quantity(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether there is enough of it, where both count in the same unit."""
    if not need.quantity or not offer.quantity or not need.unit or need.unit != offer.unit:
        return None
    about = {"needed": need.quantity, "offered": offer.quantity, "unit": need.unit}
    said = need.quantity_said and offer.quantity_said
    part = offer.quantity / need.quantity
    if part >= 1:
        return Found(0.6, said, about)
    # A room that is too small is none; of food and people a part helps as well.
    holds = _main_kind(need) == "place"
    return Found(max(-1.0, 2.5 * part - 2.3) if holds else max(-0.6, 1.2 * part - 0.7), said, about)


def _main_kind(side: Read) -> str:
    return max(side.kinds, key=lambda each: (side.kinds[each], each), default="")


def themes(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """What both say they are for."""
    if not need.case.themes or not offer.case.themes:
        return None
    both = set(need.case.themes) & set(offer.case.themes)
    return Found(len(both) / min(len(set(need.case.themes)), len(set(offer.case.themes))), True, {"both": sorted(both)})


def skills(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """The skills that are asked and brought."""
    if not need.case.skills or not offer.case.skills:
        return None
    wanted, brought = set(need.case.skills), set(offer.case.skills)
    both = wanted & brought
    about = {"both": sorted(both), "missing": sorted(wanted - brought)}
    return Found(0.4 + 0.6 * len(both) / len(wanted) if both else -0.8, True, about)


_PARTNERS = {
    "university": ("大学", "研究者", "学生", "ゼミ", "研究室", "教授"),
    "media": ("新聞", "取材", "記者", "ラジオ", "テレビ", "記事", "番組"),
    "financial": ("銀行", "信用金庫", "融資", "金融機関"),
    "company": ("企業", "会社", "協賛", "店舗"),
}


def partner(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether the offer is of somebody whom the need's text looks for."""
    wanted = [who for who, words in _PARTNERS.items() if any(word in need.case.text for word in words)]
    if not wanted or offer.case.organisation_kind not in _PARTNERS:
        return None
    return Found(1.0 if offer.case.organisation_kind in wanted else 0.0, True, {})


def words(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """The words that both texts use, or words that mean the same; rare ones tell more."""
    if not need.terms or not offer.terms:
        return None
    shared = need.terms & offer.terms
    if not shared:
        return Found(0.0)
    found = _cosine(shared, need.terms, offer.terms, lambda term: corpus.weight_of(term) * _part(term))
    return Found(min(1.0, 2 * found), True, {"shared": sorted(shared)})


def _part(term: str) -> float:
    """Pairs of letters are parts of words that count already."""
    return 0.35 if term.startswith("~") else 1.0


def refused(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether the offer says that it does not give what the need talks about: 「飲食はできません」."""
    named = (need.terms & offer.refused) - offer.terms
    denied = frozenset(need.talk.topics) & offer.talk.refused - frozenset(offer.talk.topics)
    return Found(-1.0, True, {"words": sorted(named), "topics": sorted(denied)}) if named or denied else None


#: Kinds that are handed over. With the others both sides look for somebody: a study, an order for a workshop.
_HANDED_OVER = frozenset({"place", "food", "goods", "hands", "skill", "transport"})


def seeks(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """Whether the offer rather looks for guests or customers than gives: 「試食会の参加者を募集」 feeds nobody."""
    return Found(-1.0) if offer.seeks and _main_kind(offer) in _HANDED_OVER else None


def topics(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """What both texts talk about, in whatever words."""
    if not need.talk.topics or not offer.talk.topics:
        return None
    one, other = frozenset(need.talk.topics), frozenset(offer.talk.topics)
    found = _cosine(one & other, one, other, lambda topic: corpus.weight_of(f"#{topic}"))
    return Found(found, True, {"shared": sorted(one & other)})


def _cosine(
    shared: frozenset[str], one: frozenset[str], other: frozenset[str], weight: Callable[[str], float]
) -> float:
    # Sorted, so that the same sum comes out whatever the order of a set.
    lengths = [math.fsum(weight(term) ** 2 for term in terms) for terms in (one, other)]
    inner = math.fsum(weight(term) ** 2 for term in shared)
    return inner / math.sqrt(lengths[0] * lengths[1]) if all(lengths) else 0.0


def meaning(need: Read, offer: Read, corpus: Corpus) -> Found | None:
    """How close the texts lie by their embeddings."""
    if need.direction_of_meaning is None or offer.direction_of_meaning is None:
        return None
    cosine = float(need.direction_of_meaning @ offer.direction_of_meaning)
    return Found(max(-1.0, min(1.0, corpus.closeness(cosine) / 5)), True, {"cosine": cosine})


# --- fairness: of the one that is ranked, whichever side that is ---


def waiting(ranked: Read) -> Found | None:
    """How long it has waited: half of the weight after a month, all of it never."""
    days = max(ranked.case.waiting_days, 0)
    return Found(days / (days + 30), True, {"days": days}) if days else None


def never_helped(ranked: Read) -> Found | None:
    """Whether its organisation was never brought together with anybody."""
    return Found(1.0) if ranked.case.helped_before is False else None

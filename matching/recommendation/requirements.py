"""What a kind's own form asked, compared: facilities, cold chain, allergens, who carries.

The keys are those of ``matching.resources``; whatever this module does not know is left alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from matching.recommendation.cases import Case

#: Facilities and abilities: a need wants them, an offer has them.
_ABILITIES = frozenset({"cold_chain", "lifting", "wheelchair", "driver", "heavy", "labelled", "people", "goods"})
#: Codes of which one in common is enough.
_ANY_IN_COMMON = ("kinds", "forms", "channels", "vehicles", "skills")
#: Whether somebody is welcome among those who come: False against True does not fit.
_WELCOME = ("minors", "students")
_ENOUGH = (("hours_a_month", 1), ("distance", 1))


@dataclass(frozen=True, slots=True)
class Answer:
    """One requirement and how far the offer meets it, from -1 to 1; ``codes`` are what a reason names."""

    key: str
    value: float
    codes: tuple[str, ...] = ()


def compare(need: Case, offer: Case) -> list[Answer]:
    """Every requirement on which both said something, in a fixed order."""
    wanted, given = need.requirements, offer.requirements
    return [
        *_facilities(wanted, given),
        *_welcome(wanted, given),
        *_codes(wanted, given),
        *_numbers(wanted, given),
        *_food(need, offer),
        *_carrying(need, offer),
    ]


def _true(values: Mapping[str, object]) -> set[str]:
    return {key for key, value in values.items() if value is True and key not in _WELCOME}


def _facilities(wanted: Mapping[str, object], given: Mapping[str, object]) -> Iterator[Answer]:
    asked, there = _true(wanted), _true(given)
    for key in sorted(asked):
        if key in there:
            yield Answer(key, 1.0)
        elif given.get(key) is False:
            yield Answer(key, -1.0)
        elif there - _ABILITIES and key not in _ABILITIES:
            # Who names what there is, and not this, most likely has it not.
            yield Answer(key, -0.6)


def _welcome(wanted: Mapping[str, object], given: Mapping[str, object]) -> Iterator[Answer]:
    for key in _WELCOME:
        one, other = wanted.get(key), given.get(key)
        if isinstance(one, bool) and isinstance(other, bool) and (one or other):
            yield Answer(key, 0.5 if one and other else -1.0)


def _codes(wanted: Mapping[str, object], given: Mapping[str, object]) -> Iterator[Answer]:
    for key in _ANY_IN_COMMON:
        one, other = _set(wanted.get(key)), _set(given.get(key))
        if one and other:
            both = tuple(sorted(one & other))
            yield Answer(key, 1.0 if both else -0.5, both)


def _set(value: object) -> set[str]:
    return {each for each in value if isinstance(each, str)} if isinstance(value, list | tuple) else set()


def _numbers(wanted: Mapping[str, object], given: Mapping[str, object]) -> Iterator[Answer]:
    for key, _ in _ENOUGH:
        one, other = wanted.get(key), given.get(key)
        if isinstance(one, int) and isinstance(other, int) and one > 0:
            yield Answer(key, 0.4 if other >= one else -0.6)
    for key in ("lead_days", "lot"):
        # Days that are there against days that are needed; the smallest number against the ordered one.
        one, other = wanted.get(key), given.get(key)
        if isinstance(one, int) and isinstance(other, int):
            yield Answer(key, 0.3 if other <= one else -0.6)


def _food(need: Case, offer: Case) -> Iterator[Answer]:
    unwanted = tuple(sorted(_set(need.requirements.get("allergens")) & _set(offer.requirements.get("allergens"))))
    if unwanted:
        yield Answer("allergens", -1.0, unwanted)
    wanted, best_before = need.requirements.get("days_left"), _day(offer.requirements.get("best_before"))
    start = need.available_from
    if isinstance(wanted, int) and best_before and start:
        yield Answer("best_before", 0.3 if best_before >= start + timedelta(days=wanted) else -1.0)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _carrying(need: Case, offer: Case) -> Iterator[Answer]:
    # As matching.resources.carried_by, which belongs to the forms.
    if offer.carrying in ("delivered", "either"):
        yield Answer("carried_by_offer", 0.5)
    elif need.carrying in ("collected", "either") and offer.carrying:
        yield Answer("carried_by_need", 0.4)
    elif need.carrying and offer.carrying:
        yield Answer("carried_by_nobody", -0.5)

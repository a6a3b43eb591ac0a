"""What holds for any posts: the order does not depend on how they came, nothing breaks, nothing is made up."""

import math
from dataclasses import fields, replace
from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.enums import Carrying, Resource, Unit
from matching.recommendation import (
    Case,
    Corpus,
    Demand,
    Pair,
    Supply,
    assign,
    assign_greedily,
    rank,
)

WORDS = st.sampled_from(
    [
        "子ども食堂",
        "台所は使えません",
        "藤沢市",
        "土日の昼",
        "30人",
        "お米を500食",
        "会計",
        "太鼓の練習",
        "横浜",
        "夜",
        "",
    ]
)
TEXTS = st.lists(WORDS, max_size=4).map("。".join) | st.text(max_size=20)
CODES = st.sampled_from(["14205", "14207", "14206", "14100", "14101", "99999"])
VALUES = st.none() | st.booleans() | st.integers(-3, 40) | st.lists(st.sampled_from(["egg", "rice", "egg"])) | TEXTS


def cases(direction: str) -> st.SearchStrategy[Case]:
    return st.builds(
        Case,
        id=st.text("abc0123", min_size=1, max_size=4),
        direction=st.just(direction),
        title=TEXTS,
        body=TEXTS,
        resource=st.sampled_from(["", "unheard-of", *Resource.values]),
        municipalities=st.lists(CODES, max_size=3).map(tuple),
        anywhere=st.booleans(),
        online=st.booleans(),
        themes=st.lists(st.sampled_from(["children", "elderly"]), max_size=2).map(tuple),
        organisation_kind=st.sampled_from(["", "company", "university", "?"]),
        available_from=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        available_until=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        weekdays=st.lists(st.integers(0, 6), max_size=7).map(tuple),
        time_from=st.none() | st.times().map(lambda value: time(value.hour, value.minute)),
        time_until=st.none() | st.times().map(lambda value: time(value.hour, value.minute)),
        season=st.lists(st.integers(1, 12), max_size=3).map(tuple),
        quantity=st.none() | st.integers(0, 10**9),
        unit=st.sampled_from(["", "席", "?", *Unit.values]),
        skills=st.lists(st.sampled_from(["accounting", "design"]), max_size=2).map(tuple),
        carrying=st.sampled_from(["", *Carrying.values]),
        requirements=st.dictionaries(
            st.sampled_from(["kitchen", "minors", "allergens", "kinds", "best_before", "days_left", "distance", "new"]),
            VALUES,
            max_size=4,
        ),
        waiting_days=st.integers(-5, 10**6),
        helped_before=st.none() | st.booleans(),
    )


def unique(found: list[Case]) -> list[Case]:
    return list({case.id: case for case in found}.values())


OFFERS = st.lists(cases("offer"), min_size=1, max_size=5).map(unique)


@settings(max_examples=150, deadline=None)
@given(cases("need"), OFFERS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_candidates_came_and_every_score_is_a_number(asks, offers, chance):
    ranked = rank(asks, offers)
    shuffled = offers[:]
    chance.shuffle(shuffled)
    assert rank(asks, shuffled) == ranked
    assert sorted(found.case.id for found in ranked) == sorted(offer.id for offer in offers)
    for found in ranked:
        assert 0 <= found.score <= 100
        assert all(math.isfinite(part) for part in found.parts.values())
    assert [found.total for found in ranked] == sorted((found.total for found in ranked), reverse=True)


@settings(max_examples=100, deadline=None)
@given(cases("need"), OFFERS, cases("offer"))
def test_a_further_candidate_does_not_change_the_order_of_the_others(asks, offers, further):
    corpus = Corpus.of([asks, *offers])
    before = [found.case.id for found in rank(asks, offers, corpus=corpus) if found.case.id != further.id]
    others = [offer for offer in offers if offer.id != further.id]
    after = [found.case.id for found in rank(asks, [*others, further], corpus=corpus) if found.case.id != further.id]
    assert after == before


#: Which fields a reason needs from both sides; anything else would be made up.
GROUNDS = {
    "same_area": ("municipalities",),
    "same_city": ("municipalities",),
    "neighbour": ("municipalities",),
    "far": ("municipalities",),
    "online": ("online",),
    "quantity": ("quantity",),
    "skills": ("skills",),
    "themes": ("themes",),
    "weekdays": ("weekdays",),
    "kind": ("resource",),
    "substitute": ("resource",),
}


@settings(max_examples=200, deadline=None)
@given(cases("need"), cases("offer"))
def test_every_reason_stands_on_what_both_said(asks, gives):
    (found,) = rank(asks, [gives])
    for reason in [*found.reasons, *found.misfits]:
        assert reason.text
        for name in GROUNDS.get(reason.code, ()):
            assert getattr(asks, name), reason
            assert getattr(gives, name), reason
        if reason.code == "words":
            for word in reason.text.removeprefix("どちらも").strip("「」").split("」「"):
                assert word in asks.text
                assert word in gives.text
    assert {reason.code for reason in found.reasons}.isdisjoint({"far", "weekdays", "hours", "dates", "kind"})


@settings(max_examples=100, deadline=None)
@given(cases("need"), cases("offer"), st.sampled_from([field.name for field in fields(Case)]))
def test_a_field_that_only_one_of_them_filled_in_costs_nothing_beside_saying_nothing_at_all(asks, gives, name):
    silent = {"time_from", "time_until", "available_from", "available_until", "weekdays", "season", "quantity"}
    if name not in silent:
        return
    # Nothing may be read from texts here.
    asks, gives = (replace(each, title="", body="") for each in (asks, gives))
    group = {
        "time_from": ("time_from", "time_until"),
        "time_until": ("time_from", "time_until"),
        "available_from": ("available_from", "available_until", "season"),
        "available_until": ("available_from", "available_until", "season"),
        "season": ("available_from", "available_until", "season"),
    }.get(name, (name,))
    nothing = {each: Case.__dataclass_fields__[each].default for each in group}
    neither = rank(replace(asks, **nothing), [replace(gives, **nothing)])[0]
    one = rank(asks, [replace(gives, **nothing)])[0]
    without = {"requirements"}
    assert {k: v for k, v in one.parts.items() if k not in without} == {
        k: v for k, v in neither.parts.items() if k not in without
    }


# --- the proposal across the board ---

NEEDS = st.lists(
    st.builds(
        Demand,
        id=st.sampled_from("abcdefg"),
        quantity=st.none() | st.integers(1, 9),
        waiting_days=st.integers(0, 400),
    ),
    max_size=7,
    unique_by=lambda need: need.id,
)
SUPPLIES = st.lists(
    st.builds(
        Supply,
        id=st.sampled_from("uvwxyz"),
        quota=st.none() | st.integers(0, 3),
        quantity=st.none() | st.integers(0, 12),
    ),
    max_size=6,
    unique_by=lambda offer: offer.id,
)
PAIRS = st.lists(
    st.builds(
        Pair,
        need=st.sampled_from("abcdefg"),
        offer=st.sampled_from("uvwxyz"),
        score=st.integers(0, 100).map(float),
    ),
    max_size=20,
)


@settings(max_examples=100, deadline=None)
@given(NEEDS, SUPPLIES, PAIRS, st.randoms(use_true_random=False))
def test_the_proposal_keeps_to_what_there_is_and_never_serves_fewer_than_the_greedy_one(needs, offers, pairs, chance):
    best, greedy = assign(needs, offers, pairs), assign_greedily(needs, offers, pairs)
    assert best.more_than(greedy) >= 0
    wanted = {need.id: need for need in needs}
    for plan in (best, greedy):
        assert len(plan.needs) == plan.served
        assert {(pair.need, pair.offer) for pair in plan.pairs} <= {(pair.need, pair.offer) for pair in pairs}
        for offer in offers:
            taken = [pair for pair in plan.pairs if pair.offer == offer.id]
            assert offer.quota is None or len(taken) <= offer.quota
            if offer.quantity is not None:
                amounts = [min(wanted[pair.need].quantity or 1, offer.quantity) for pair in taken]
                assert sum(amounts) <= offer.quantity
    shuffled = [needs[:], offers[:], pairs[:]]
    for each in shuffled:
        chance.shuffle(each)
    assert assign(*shuffled) == best


def test_a_need_with_one_choice_is_served_before_one_with_two():
    pairs = [Pair("a", "x", 90), Pair("a", "y", 80), Pair("b", "x", 85)]
    needs, offers = [Demand("a"), Demand("b")], [Supply("x", quota=1), Supply("y", quota=1)]
    best, greedy = assign(needs, offers, pairs), assign_greedily(needs, offers, pairs)
    assert [(pair.need, pair.offer) for pair in best.pairs] == [("a", "y"), ("b", "x")]
    assert [(pair.need, pair.offer) for pair in greedy.pairs] == [("a", "x")]
    assert best.more_than(greedy) == 1


def test_of_two_needs_for_one_offer_the_one_that_waits_is_not_forgotten():
    needs = [Demand("a", waiting_days=0), Demand("b", waiting_days=200)]
    pairs = [Pair("a", "x", 80), Pair("b", "x", 75)]
    assert assign(needs, [Supply("x", quota=1)], pairs).needs == {"b"}
    # Who waits does not come before who fits so much better.
    assert assign(needs, [Supply("x", quota=1)], [Pair("a", "x", 99), Pair("b", "x", 20)]).needs == {"a"}


def test_two_small_needs_come_before_one_large_one():
    needs = [Demand("large", 50), Demand("m", 20), Demand("n", 30)]
    pairs = [Pair(need.id, "rice", 90 if need.id == "large" else 60) for need in needs]
    assert assign(needs, [Supply("rice", quantity=50)], pairs).needs == {"m", "n"}
    assert assign_greedily(needs, [Supply("rice", quantity=50)], pairs).needs == {"large"}

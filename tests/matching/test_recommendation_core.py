"""What speaks for a pair and against it, one sign at a time; the order, and the reasons that are given for it."""

import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.enums import Resource
from matching.recommendation import WEIGHTS, Case, Corpus, Scored, rank, reasons
from matching.recommendation.places import Nearness, between, named_in, places
from matching.recommendation.reading import hours_in, months_in, quantity_in, read, weekdays_in
from matching.recommendation.requirements import compare
from matching.recommendation.topics import talk_of
from tomoiki.web.icons import icon_names

FUJISAWA, CHIGASAKI, ODAWARA, YOKOHAMA, TSURUMI, NAKA = "14205", "14207", "14206", "14100", "14101", "14104"


def need(**fields: Any) -> Case:
    return Case(**({"id": "need", "direction": "need", "title": "こども食堂の会場", "resource": "place"} | fields))


def offer(id_: str = "offer", **fields: Any) -> Case:
    return Case(**({"id": id_, "direction": "offer", "title": "社員食堂", "resource": "place"} | fields))


def first(subject: Case, *candidates: Case, **options: Any) -> str:
    return rank(subject, candidates, **options)[0].case.id


def only(subject: Case, candidate: Case) -> Scored:
    (found,) = rank(subject, [candidate])
    return found


def texts(found: Scored) -> list[str]:
    return [reason.text for reason in found.reasons]


def misfits(found: Scored) -> list[str]:
    return [reason.text for reason in found.misfits]


# --- one sign at a time ---


def test_the_right_kind_comes_before_the_right_place():
    room = offer("a", resource="place", municipalities=(ODAWARA,))
    food = offer("b", resource="food", title="お米", municipalities=(FUJISAWA,))
    assert first(need(municipalities=(FUJISAWA,)), food, room) == "a"


def test_what_can_stand_in_comes_before_what_cannot():
    lift = need(resource="transport", title="買い物の足")
    helper = offer("b", resource="hands", title="いっしょに歩きます")
    money = offer("a", resource="funding", title="いっしょに歩きます")
    assert first(lift, money, helper) == "b"


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ((FUJISAWA,), (CHIGASAKI,)),
        ((CHIGASAKI,), ("14203",)),
        (("14203",), (ODAWARA,)),
        ((ODAWARA, FUJISAWA), (CHIGASAKI,)),
        ((), (ODAWARA,)),
    ],
)
def test_nearer_ones_come_first(nearer, farther):
    asks = need(municipalities=(FUJISAWA,))
    assert first(asks, offer("a", municipalities=farther), offer("b", municipalities=nearer)) == "b"


def test_a_ward_is_in_its_city_and_beside_its_neighbours():
    assert between(YOKOHAMA, TSURUMI) == between(TSURUMI, YOKOHAMA) == Nearness.OVERLAP
    assert between(TSURUMI, NAKA) == Nearness.SAME_CITY
    assert between(TSURUMI, "14131") == Nearness.NEIGHBOUR
    assert between(FUJISAWA, "14110") == between("14110", FUJISAWA) == Nearness.NEIGHBOUR
    assert between(YOKOHAMA, FUJISAWA) == Nearness.NEIGHBOUR
    assert between(FUJISAWA, "99999") == Nearness.FAR
    assert all(between(code, other) == Nearness.NEIGHBOUR for code in places() for other in places()[code].neighbours)


def test_an_offer_for_the_whole_prefecture_lies_between_near_and_far():
    asks = need(municipalities=(FUJISAWA,))
    ranked = rank(
        asks,
        [
            offer("far", municipalities=(ODAWARA,)),
            offer("anywhere", anywhere=True),
            offer("same", municipalities=(FUJISAWA,)),
        ],
    )
    assert [found.case.id for found in ranked] == ["same", "anywhere", "far"]
    assert "県内どこでも" in texts(ranked[1])


def test_what_is_done_online_is_not_far():
    asks = need(resource="skill", municipalities=(FUJISAWA,), online=True)
    far = offer("a", resource="skill", municipalities=(ODAWARA,))
    online = replace(far, id="b", online=True)
    assert first(asks, far, online) == "b"
    assert "オンラインでできる" in texts(only(asks, online))


@pytest.mark.parametrize(
    ("fits", "does_not"),
    [
        ({"weekdays": (5,)}, {"weekdays": (0, 1)}),
        ({}, {"weekdays": (0, 1)}),
        ({"weekdays": (5, 6)}, {"weekdays": (5,)}),
        ({"time_from": time(9), "time_until": time(12)}, {"time_from": time(18), "time_until": time(21)}),
        (
            {"available_from": date(2027, 7, 1), "available_until": date(2027, 8, 31)},
            {"available_from": date(2027, 1, 1), "available_until": date(2027, 3, 31)},
        ),
        ({"season": (7, 8)}, {"season": (1, 2)}),
        ({"quantity": 40, "unit": "people"}, {"quantity": 20, "unit": "people"}),
        ({}, {"quantity": 10, "unit": "people"}),
        ({"themes": ("children",)}, {"themes": ("disaster",)}),
        ({"requirements": {"kitchen": True}}, {"requirements": {"parking": True}}),
        ({}, {"body": "台所は使えません。"}),
    ],
)
def test_what_fits_comes_before_what_does_not(fits, does_not):
    asks = need(
        title="台所つきの部屋",
        weekdays=(5, 6),
        time_from=time(10),
        time_until=time(15),
        available_from=date(2027, 7, 10),
        available_until=date(2027, 8, 20),
        quantity=30,
        unit="people",
        themes=("children",),
        requirements={"kitchen": True},
    )
    assert first(asks, offer("a", **does_not), offer("b", **fits)) == "b"


def test_skills_that_are_asked_come_first():
    asks = need(resource="skill", title="お手伝いください", skills=("accounting", "legal"))
    other, half, both = (
        offer(id_, resource="skill", title="お手伝いします", skills=skills)
        for id_, skills in (("a", ("design",)), ("b", ("accounting",)), ("c", ("accounting", "legal")))
    )
    assert [found.case.id for found in rank(asks, [other, half, both])] == ["c", "b", "a"]
    found = only(asks, half)
    assert [reason.in_words({"accounting": "会計", "legal": "法務"}) for reason in found.reasons] == ["「会計」の経験"]
    assert [reason.in_words({"legal": "法務"}) for reason in found.misfits] == ["「法務」は確認が必要"]
    assert found.reasons[0].in_words({}) == ""


def test_other_words_for_the_same_are_found():
    asks = need(resource="skill", title="帳簿の付け方を教わりたい", body="会計の担当が一人です。")
    cooks = offer("a", resource="skill", title="料理の経験者", body="献立や衛生の相談にのります。")
    counts = offer("b", resource="skill", title="経理の経験者", body="簿記や決算の相談にのります。")
    assert first(asks, cooks, counts) == "b"


def test_who_waits_and_who_was_never_helped_comes_first_among_equals_only():
    gives = offer(municipalities=(FUJISAWA,))
    waited = need(id="b", municipalities=(FUJISAWA,), waiting_days=90)
    new = need(id="a", municipalities=(FUJISAWA,))
    far = need(id="c", municipalities=(ODAWARA,), waiting_days=100_000, helped_before=False)
    helped, never = replace(new, id="d", helped_before=True), replace(new, id="e", helped_before=False)
    ranked = [found.case.id for found in rank(gives, [far, new, waited, helped, never])]
    assert ranked.index("b") < ranked.index("a")
    assert ranked.index("e") < ranked.index("d")
    assert ranked[-1] == "c"
    assert "90日お待ちです" in texts(only(gives, waited))
    assert "まだ一度もおつなぎできていない団体" in texts(only(gives, never))


def test_excluded_pairs_and_posts_of_the_same_direction_do_not_come():
    asks = need()
    candidates = [offer("a"), offer("b"), offer("c"), need(id="other")]
    found = rank(asks, candidates, excluded={("need", "a"), ("b", "need")})
    assert [each.case.id for each in found] == ["c"]


def test_both_directions_see_the_same_fit():
    asks, gives = need(municipalities=(FUJISAWA,), weekdays=(5,)), offer(municipalities=(CHIGASAKI,), weekdays=(5, 6))
    assert only(asks, gives).score == only(gives, asks).score


def test_meaning_is_compared_without_what_all_posts_share():
    chance = np.random.default_rng(1)
    shared = {"need": chance.normal(size=384) * 3, "offer": chance.normal(size=384) * 3}

    def vector(direction: str, about: int) -> Any:
        found = shared[direction] + np.eye(384)[about] * 4 + chance.normal(size=384) * 0.05
        return (found / np.linalg.norm(found)).astype(np.float32)

    needs = [need(id=f"n{number}", title="あ", vector=vector("need", number)) for number in range(12)]
    offers = [offer(f"o{number:02}", title="い", vector=vector("offer", number)) for number in range(12)]
    corpus = Corpus.of([*needs, *offers])
    assert [first(each, *offers, corpus=corpus) for each in needs] == [each.id for each in offers]


def test_a_few_posts_alone_are_compared_too():
    vectors = np.eye(384, dtype=np.float32) * 0.2 + 0.05
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asks = need(title="あ", vector=vectors[0])
    assert first(asks, offer("a", title="い", vector=vectors[1]), offer("b", title="い", vector=vectors[0])) == "b"


# --- requirements ---


@pytest.mark.parametrize(
    ("wanted", "given", "found"),
    [
        ({"kitchen": True}, {}, []),
        ({"kitchen": True}, {"kitchen": True, "wifi": True}, [("kitchen", 1)]),
        ({"kitchen": True}, {"kitchen": False}, [("kitchen", -1)]),
        ({"cold_chain": True}, {"wifi": True}, []),
        ({"minors": True}, {"minors": False}, [("minors", -1)]),
        ({"minors": False}, {"minors": False}, []),
        ({"allergens": ["egg"]}, {"allergens": ["egg", "milk"]}, [("allergens", -1)]),
        ({"allergens": ["egg"]}, {"allergens": ["milk"]}, []),
        ({"kinds": ["rice"]}, {"kinds": ["rice", "bread"]}, [("kinds", 1)]),
        ({"kinds": ["rice"]}, {"kinds": ["bread"]}, [("kinds", -1)]),
        ({"hours_a_month": 4}, {"hours_a_month": 2}, [("hours_a_month", -1)]),
        ({"lead_days": 5}, {"lead_days": 10}, [("lead_days", -1)]),
        ({"something_new": {"a": 1}}, {"something_new": [3]}, []),
    ],
)
def test_what_the_form_of_a_kind_asked_is_compared(wanted, given, found):
    answers = compare(need(requirements=wanted), offer(requirements=given))
    assert [(answer.key, 1 if answer.value > 0 else -1) for answer in answers] == found


def test_who_carries_is_compared():
    asks = need(resource="food", carrying="no_means")
    assert misfits(only(asks, offer(resource="food", carrying="no_means"))) == ["運ぶ手段を相談する必要があります"]
    assert "届けてもらえる" in texts(only(asks, offer(resource="food", carrying="delivered")))
    collects = replace(asks, carrying="collected")
    assert "取りに行ける" in texts(only(collects, offer(resource="food", carrying="collected")))


# --- reasons ---


def test_reasons_name_what_both_said():
    asks = need(
        municipalities=(FUJISAWA,),
        weekdays=(5, 6),
        time_from=time(10),
        time_until=time(15),
        quantity=30,
        unit="people",
    )
    gives = offer(
        municipalities=(FUJISAWA,),
        weekdays=(5,),
        time_from=time(9),
        time_until=time(17),
        quantity=20,
        unit="people",
    )
    found = only(asks, gives)
    assert texts(found)[:2] == ["同じ藤沢市", "土曜の昼に使える"]
    assert misfits(found) == ["日曜は使えません", "30人に対して20人まで"]
    enough = only(asks, replace(gives, weekdays=(5, 6), quantity=60))
    assert texts(enough)[:3] == ["同じ藤沢市", "土日の昼に使える", "30人に足りる（60人まで）"]
    assert misfits(enough) == []


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (YOKOHAMA, TSURUMI, "同じ横浜市（鶴見区）"),
        (TSURUMI, NAKA, "同じ横浜市の中"),
        (FUJISAWA, CHIGASAKI, "となりの茅ヶ崎市"),
    ],
)
def test_nearness_is_named(here, there, said):
    assert said in texts(only(need(municipalities=(here,)), offer(municipalities=(there,))))


def test_what_was_only_read_from_the_text_is_no_reason():
    asks = need(title="藤沢で土曜に使える部屋", body="30人。", resource="")
    gives = offer(title="藤沢の会議室", body="土曜に。60人まで。", resource="")
    found = only(asks, gives)
    assert found.parts["area"] > 0
    assert found.parts["weekdays"] > 0
    assert {reason.code for reason in [*found.reasons, *found.misfits]} <= {"words"}


def test_a_word_is_named_as_a_reason_only_where_both_wrote_it():
    asks = need(title="太鼓の練習をする場所", body="和太鼓です。")
    gives = offer(title="防音の部屋", body="太鼓もどうぞ。")
    (words,) = [reason for reason in only(asks, gives).reasons if reason.code == "words"]
    assert words.text == "どちらも「太鼓」"
    assert not [each for each in only(asks, offer(title="倉庫")).reasons if each.code == "words"]


def test_another_kind_is_named():
    found = only(need(resource="transport"), offer(resource="hands"))
    assert "種類が違う（人手）" in misfits(found)
    assert "人手で役に立てるかもしれません" in texts(found)
    assert "種類が違う（ship）" in misfits(only(need(resource="transport"), offer(resource="ship")))


def test_every_icon_of_a_reason_is_in_the_sprite():
    listed = {icon for icon, _ in [*reasons._ANSWERS.values(), *reasons._UNANSWERED.values()]}
    source = Path(reasons.__file__).read_text("utf-8")
    listed |= set(re.findall(r'Reason\(\s*"[^"]+", "([a-z-]+)"', source))
    assert len(listed) > 10
    assert listed | {"users", "package"} <= icon_names()


# --- reading ---


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("土日に使える", {5, 6}),
        ("週末の昼", {5, 6}),
        ("平日の夜", {0, 1, 2, 3, 4}),
        ("平日の火曜と水曜", {1, 2}),
        ("毎月第3土曜", {5}),
        ("月曜から金曜", {0, 1, 2, 3, 4}),
        ("月水金の朝", {0, 2, 4}),
        ("土日に開きます。日曜は使えません", {5}),
        ("毎日どうぞ", {0, 1, 2, 3, 4, 5, 6}),
        ("8月の行事", set()),
        ("水を配ります", set()),
    ],
)
def test_weekdays_are_read(text, days):
    assert weekdays_in(text) == days


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("10時から15時", (600, 900)),
        ("午後2時から4時", (840, 960)),
        ("19時以降", (1140, 1440)),
        ("夕方5時に閉まります", (0, 1020)),
        ("午前中だけ", (540, 720)),
        ("火曜の夜に", (1050, 1290)),
        ("いつか", None),
    ],
)
def test_hours_are_read(text, hours):
    assert hours_in(text) == hours


def test_months_and_amounts_are_read():
    assert months_in("7月の土曜、8月も") == {7, 8}
    assert months_in("夏まつり") == {6, 7, 8, 9}
    assert months_in("月に1回") == frozenset()
    assert quantity_in("30人ほど入れる、椅子は40脚") == (40, "pieces")
    assert quantity_in("500食") == (500, "meals")
    assert quantity_in("1万個") == (10_000, "pieces")
    assert quantity_in("たくさん") == (None, "")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("藤沢で", {FUJISAWA}),
        ("横浜市鶴見区の部屋", {TSURUMI}),
        ("鶴見区の部屋", {TSURUMI}),
        ("茅ケ崎の海岸", {CHIGASAKI}),
        ("緑区", {"14113", "14151"}),
        ("相模原市の緑区", {"14151"}),
        ("緑の多い所、大和なでしこ", set()),
        ("横浜銀行の前", set()),
    ],
)
def test_municipalities_are_read(text, codes):
    assert named_in(text) == codes


def test_what_an_offer_denies_it_does_not_give_and_what_a_need_lacks_it_asks_for():
    assert "kitchen" not in talk_of("部屋", "台所は使えません。", asks=False).topics
    assert "kitchen" in talk_of("部屋", "台所は使えません。", asks=False).refused
    assert "kitchen" in talk_of("部屋", "台所がありません。", asks=True).topics
    assert "kitchen" not in talk_of("部屋", "台所はいりません。", asks=True).topics


def test_a_kind_that_nobody_said_is_read():
    corpus = Corpus()
    found = read(
        need(resource="", title="段差のない会議室をお借りしたい", body="台所もあると助かります。"), corpus
    ).kinds
    assert max(found, key=lambda kind: found[kind]) == Resource.PLACE
    assert sum(found.values()) <= 1


def test_the_weights_have_one_entry_for_every_kind():
    assert set(WEIGHTS.area_by_kind) == set(Resource.values)


def test_who_looks_for_guests_gives_nothing():
    asks = need(title="お年寄りに届けるお弁当の食材", resource="food")
    gives = offer("b", title="煮物の材料", body="野菜の切れ端をお渡しします。", resource="food")
    tastes = offer("a", title="やわらか食の試食会", body="お年寄りのお弁当の味見をお願いします。", resource="food")
    assert first(asks, tastes, gives) == "b"
    assert only(asks, tastes).parts["seeks"] == -WEIGHTS.seeks
    # Whoever looks for takers gives; in a study or an order both sides look for somebody.
    assert "seeks" not in only(asks, replace(gives, body="受け取ってくださる団体を募集します。")).parts
    assert "seeks" not in only(need(resource="expertise"), offer(resource="expertise", title="仲間を募集")).parts


def test_what_nobody_misses_is_not_refused():
    asks = need(title="認知症カフェの会場", body="段差が少なく、お茶を出せる場所を。")
    assert "refused" not in only(asks, offer(body="段差はありません。")).parts
    assert "refused" in only(asks, offer(body="お茶は出せません。")).parts


def test_kinds_learned_with_one_model_are_not_read_into_vectors_of_another():
    rice = need(title="あ", resource="", vector=np.full(384, 0.05, dtype=np.float32))
    own = read(replace(rice, vector_model="multilingual-e5-small"), Corpus())
    other = read(replace(rice, vector_model="another"), Corpus())
    assert sum(own.kinds.values()) == pytest.approx(1)
    # Its words say nothing, and nothing else is asked.
    assert not other.kinds


def test_no_reason_is_given_twice():
    asks = need(resource="skill", skills=("accounting",), requirements={"skills": ["accounting", "legal"]})
    helps = offer(resource="skill", skills=("accounting", "legal"), requirements={"skills": ["accounting", "legal"]})
    said = [reason.names for reason in rank(asks, [helps])[0].reasons if reason.code == "skills"]
    # What was said already is not said again, only what is new.
    assert said == [("accounting",), ("legal",)]
    both = replace(asks, skills=("accounting", "legal"))
    assert [reason.code for reason in rank(both, [helps])[0].reasons].count("skills") == 1
    driver = reasons.Reason("driver", "transport", "運転する人がいる")
    assert reasons._once(iter([driver, driver])) == (driver,)

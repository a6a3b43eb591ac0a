"""What each resource asks: what it takes and refuses, how it reads, and what matching compares."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.enums import Carrying, Direction, Resource
from matching.models import Post
from matching.resources import KINDS, carried_by, kind_of, lists_of
from matching.resources.kind import ResourceKind
from matching.resources.lists import ALLERGENS, ALLERGENS_TOO
from tests.matching.answering_questions import answers, split
from tomoiki.vocabulary.models import Term
from tomoiki.vocabulary.words import Words
from tomoiki.web.icons import icon_names

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("direction", Direction.values)
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
PROPERTY = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(kind: str, direction: str = "offer", **values: Any) -> Post:
    return Post(resource=kind, direction=direction, title="見出し", **values)


def test_every_resource_has_a_class_and_a_template() -> None:
    assert list(KINDS) == Resource.values
    for kind in KINDS.values():
        assert kind.template == f"matching/resources/{kind.code}.html"
        get_template(kind.template)


def test_a_draft_without_a_resource_asks_nothing() -> None:
    kind = kind_of("")
    assert (kind.form_fields("need"), kind.facts(post("")), kind.words(post("")), kind.requirements(post(""))) == (
        {},
        [],
        [],
        {},
    )
    assert kind_of("no-such-thing").form_fields("offer") == {}


@EACH
@BOTH
def test_each_question_has_words_a_name_an_icon_and_a_code_of_its_own(kind: ResourceKind, direction: str) -> None:
    asked = list(kind.asked(direction))
    assert len({each.code for each in asked}) == len(asked)
    for each in asked:
        said = each.say(direction)
        assert said is not None
        assert said.label
        assert each.name
        assert each.icon in icon_names()


@EACH
@BOTH
def test_a_person_meets_few_questions_in_sight(kind: ResourceKind, direction: str) -> None:
    asked = list(kind.asked(direction))
    assert len([each for each in asked if not each.folded]) <= 4
    assert len(asked) <= 8


@EACH
@BOTH
@PROPERTY
@given(data=st.data())
def test_what_is_answered_is_stored_read_and_found(kind: ResourceKind, direction: str, data: st.DataObject) -> None:
    given_answers = data.draw(answers(kind, direction))
    columns, details = split(kind, given_answers)
    words = Words.load(*kind.vocabularies()) if kind.vocabularies() else Words(())

    kept = kind.clean(details, direction, lists=words)
    assert kept == details
    assert kind.clean(kept, direction, lists=words) == kept
    assert json.loads(json.dumps(kept)) == kept

    shown = post(kind.code, direction, details=kept, **columns)
    facts = kind.facts(shown, words)
    assert [fact["label"] for fact in facts] == [
        each.name for each in kind.asked(direction) if each.code in given_answers
    ]
    assert all(fact["main"] and "{" not in fact["main"] for fact in facts)
    # A card never says what the page does not.
    brief = kind.facts(shown, words, brief=True)
    short = {each.name for each in kind.asked(direction) if each.brief}
    assert [each["label"] for each in brief] == [each["label"] for each in facts if each["label"] in short]
    assert {code for code, _ in kind.rows(given_answers, direction, words).items()} == set(given_answers)
    assert kind.words(shown, words)[0] == kind.label
    assert len(set(kind.words(shown, words))) == len(kind.words(shown, words))
    json.dumps(kind.requirements(shown))


@EACH
@BOTH
@PROPERTY
@given(junk=st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(max_size=5)))
def test_whatever_else_is_sent_is_refused_by_field(kind: ResourceKind, direction: str, junk: dict[str, Any]) -> None:
    known = {each.code for each in kind.asked(direction)}
    foreign = set(junk) - known
    refused = _refused(kind, junk, direction)
    assert foreign <= refused <= set(junk)


def _refused(kind: ResourceKind, details: dict[str, Any], direction: str) -> set[str]:
    try:
        kind.clean(details, direction)
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("kinds", "bread"),
        ("kinds", [1, 2]),
        ("kinds", ["no-such-food"]),
        ("best_before", "いつか"),
        ("best_before", 20270401),
        ("labelled", "yes"),
        ("handing", "あ" * 101),
        ("handing", ["a"]),
        ("keeping", {"room": True}),
    ],
)
def test_an_answer_of_the_wrong_sort_is_refused_beside_its_field(code: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        kind_of("food").clean({code: value}, "offer")
    assert list(refused.value.message_dict) == [code]


def test_no_answer_is_not_stored() -> None:
    empty = {"kinds": [], "best_before": "", "labelled": False, "handing": None}
    assert kind_of("food").clean(empty, "offer") == {}


def test_a_question_of_the_other_direction_is_foreign() -> None:
    with pytest.raises(ValidationError):
        kind_of("food").clean({"best_before": "2027-04-01"}, "need")
    with pytest.raises(ValidationError):
        kind_of("food").clean({"days_left": 30}, "offer")


def test_what_the_list_lost_stays_where_it_was_chosen() -> None:
    kind = kind_of("food")
    before = kind.clean({"kinds": ["bread", "rice"]}, "offer")
    Term.objects.filter(vocabulary="food_kind", code="bread").update(active=False)
    assert kind.clean({"kinds": ["bread", "rice"]}, "offer", before=before) == before
    # Also when something else about it changes.
    assert kind.clean({"kinds": ["bread", "drinks"]}, "offer", before=before) == {"kinds": ["bread", "drinks"]}
    with pytest.raises(ValidationError):
        kind.clean({"kinds": ["bread"]}, "offer")
    assert kind.facts(post("food", details=before))[0]["main"] == "米・めん類、パン"


def test_a_question_that_is_gone_keeps_its_answer() -> None:
    before = {"asked_once": "箱で"}
    assert kind_of("goods").clean({"asked_once": "箱で", "terms": "give"}, "offer", before=before) == {
        "asked_once": "箱で",
        "terms": "give",
    }
    with pytest.raises(ValidationError):
        kind_of("goods").clean({"asked_once": "袋で"}, "offer", before=before)
    # Nobody knows how to read it any more, and the rest is read all the same.
    assert kind_of("goods").facts(post("goods", details=before)) == []


def test_a_need_and_an_offer_say_the_same_in_their_own_words() -> None:
    details = {"facilities": ["kitchen", "parking"]}
    kind = kind_of("place")
    assert kind.facts(post("place", "offer", details=details))[0]["main"] == "台所・調理室、駐車場あり"
    assert kind.facts(post("place", "need", details=details))[0]["main"] == "台所・調理室、駐車場がほしい"
    food = kind_of("food")
    for direction, words in (("need", "取りに行きます"), ("offer", "取りに来てほしい")):
        assert food.facts(post("food", direction, carrying=Carrying.COLLECTED))[0]["main"] == words


def test_a_card_has_room_for_three_words_and_the_page_for_all() -> None:
    shown = post("place", details={"facilities": ["kitchen", "barrier_free", "parking", "wifi"]})
    kind = kind_of("place")
    assert kind.facts(shown, brief=True)[0]["main"] == "台所・調理室、段差がない・車いすで使える、駐車場ほかあり"
    assert kind.facts(shown)[0]["main"].count("、") == 3


def test_the_allergens_are_those_that_the_law_names() -> None:
    assert (len(ALLERGENS), len(ALLERGENS_TOO)) == (8, 20)
    assert Term.objects.of("allergen").count() == 28


def test_nobody_is_led_to_wheat_by_a_warning_of_it() -> None:
    shown = post("food", details={"allergens": ["wheat"], "kinds": ["bread"]})
    assert "入っている：小麦" in [fact["main"] for fact in kind_of("food").facts(shown)]
    assert "小麦" not in " ".join(kind_of("food").words(shown))
    assert "パン" in kind_of("food").words(shown)


@pytest.mark.parametrize(
    ("resource", "direction", "values", "plain"),
    [
        ("place", "offer", {"details": {"facilities": ["kitchen", "wifi"]}}, {"kitchen": True, "wifi": True}),
        ("hands", "offer", {"details": {"minors": "no", "bring": "工具"}}, {"minors": False}),
        ("hands", "need", {"details": {"minors": "with_adult", "heavy": True}}, {"minors": True, "heavy": True}),
        ("food", "need", {"details": {"keeping": ["room", "chilled"]}}, {"cold_chain": True}),
        ("food", "need", {"details": {"keeping": ["room"]}}, {"cold_chain": False}),
        ("food", "offer", {"details": {"keeping": ["frozen"]}}, {"cold_chain": True}),
        ("food", "offer", {"details": {"keeping": ["room", "chilled"]}}, {"cold_chain": False}),
        ("food", "offer", {"carrying": "no_means"}, {"carrying": "no_means"}),
        ("transport", "offer", {"details": {"lifting": True, "driver": "without"}}, {"lifting": True, "driver": False}),
        ("transport", "need", {"details": {"loads": ["goods"]}}, {"goods": True}),
        ("skill", "need", {"skills": ["it", "accounting"]}, {"skills": ["accounting", "it"]}),
        ("expertise", "offer", {"details": {"students": "ask"}}, {}),
        ("partnership", "need", {"details": {"partners": ["npo", "company"]}}, {"partners": ["company", "npo"]}),
    ],
)
def test_what_matching_compares(resource: str, direction: str, values: dict[str, Any], plain: dict[str, Any]) -> None:
    assert kind_of(resource).requirements(post(resource, direction, **values)) == plain


@pytest.mark.parametrize(
    ("need", "offer", "who"),
    [
        ("delivered", "delivered", "offer"),
        ("no_means", "either", "offer"),
        ("collected", "collected", "need"),
        ("either", "no_means", "need"),
        ("delivered", "collected", "transport"),
        ("no_means", "no_means", "transport"),
        ("", "no_means", ""),
        ("", "", ""),
    ],
)
def test_who_carries_between_two(need: str, offer: str, who: str) -> None:
    assert carried_by(need, offer) == who


def test_who_carries_must_be_answered_for_food_and_goods() -> None:
    for resource in Resource.values:
        for direction in Direction.values:
            missing = kind_of(resource).missing(post(resource, direction))
            assert ("carrying" in missing) == (resource in ("food", "goods"))
    assert kind_of("food").missing(post("food", carrying="either")) == {}


def test_the_words_of_many_posts_are_loaded_at_once(django_assert_num_queries: Any) -> None:
    posts = [
        post("food", details={"kinds": ["bread"], "allergens": ["egg"]}, carrying="either"),
        post("skill", skills=["it"]),
        post("place"),
    ]
    assert lists_of(posts) == ("food_kind", "allergen", "skill")
    with django_assert_num_queries(1):
        words = Words.load(*lists_of(posts))
        for each in posts:
            kind_of(each.resource).facts(each, words)
            kind_of(each.resource).words(each, words)
    with django_assert_num_queries(0):
        kind_of("place").facts(posts[2])


def test_what_has_not_the_shape_of_an_answer_reads_as_none() -> None:
    broken = post("food", details={"kinds": "bread", "best_before": 5, "labelled": "ja"})
    assert kind_of("food").facts(broken) == []
    assert kind_of("food").requirements(broken) == {}

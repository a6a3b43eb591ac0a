"""A post at a glance, in the words people use."""

from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.cards import card_of, cards_for, fact_rows, state_chip
from matching.enums import PostState
from matching.models import Post
from tests.factories.matching import OfferFactory, PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spring")]


@pytest.fixture
def spring() -> Any:
    with time_machine.travel("2027-04-01T10:00:00+09:00", tick=False) as clock:
        yield clock


def lines(**fields: Any) -> list[str]:
    """The facts on a card, as one reads them."""
    return [fact["main"] for fact in card_of(PostFactory(**{"areas": [], **fields})).facts]


def large(**fields: Any) -> list[tuple[str, str]]:
    return [(fact["main"], fact["detail"]) for fact in fact_rows(PostFactory(**{"areas": [], **fields}))]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"areas": ["14205"]}, "藤沢市"),
        ({"areas": ["14118"]}, "横浜市 都筑区"),
        ({"areas": ["14205", "14207"]}, "藤沢市・茅ヶ崎市"),
        ({"areas": ["14201", "14203", "14204", "14205", "14206"]}, "横須賀市・鎌倉市・平塚市ほか2か所"),
        ({}, "県内どこでも"),
        ({"online": True}, "オンライン・県内どこでも"),
        ({"areas": ["14205"], "online": True}, "藤沢市・オンラインも"),
        ({"areas": ["14205"], "area_note": "届けます"}, "藤沢市・届けます"),
        ({"areas": ["14205"], "area_note": "善行・湘南台のあたりをさがしています"}, "藤沢市"),
    ],
)
def test_where(fields: dict[str, Any], shown: str) -> None:
    assert lines(**fields) == [shown]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (
            {
                "weekdays": [0, 1, 2, 3, 4],
                "time_from": time(14),
                "time_until": time(18),
                "available_from": date(2027, 10, 1),
            },
            "平日 14時〜18時・10月から",
        ),
        ({"weekdays": [1, 2], "time_from": time(10), "time_until": time(16)}, "火・水 10時〜16時"),
        ({"weekdays": [4], "time_from": time(17)}, "毎週金曜 17時以降"),
        ({"weekdays": [5, 6]}, "土日"),
        ({"weekdays": list(range(7)), "time_until": time(9, 30)}, "毎日 9時30分まで"),
        (
            {
                "available_from": date(2027, 7, 10),
                "available_until": date(2027, 7, 10),
                "time_from": time(9),
                "time_until": time(12),
            },
            "2027年7月10日（土） 9時〜12時",
        ),
        ({"available_from": date(2027, 5, 1), "available_until": date(2027, 9, 30)}, "2027年5月〜9月"),
        ({"available_from": date(2027, 11, 1), "available_until": date(2028, 2, 29)}, "2027年11月〜2028年2月"),
        ({"available_from": date(2027, 5, 1), "available_until": date(2027, 5, 31)}, "2027年5月"),
        ({"available_from": date(2027, 5, 3), "available_until": date(2027, 5, 9)}, "2027年5月3日〜5月9日"),
        ({"available_from": date(2028, 1, 15)}, "2028年1月15日から"),
        # What has begun need not be said any more.
        ({"available_from": date(2027, 3, 1), "available_until": date(2027, 6, 30)}, "6月まで"),
        ({"available_until": date(2028, 3, 15)}, "2028年3月15日まで"),
        ({"when_note": "月5時間まで"}, "月5時間まで"),
    ],
)
def test_when(fields: dict[str, Any], shown: str) -> None:
    assert lines(**fields) == ["県内どこでも", shown]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"quantity": 15, "unit": "people", "quantity_note": "くらい"}, "15人くらい"),
        ({"quantity": 8, "unit": "people"}, "8人"),
        ({"quantity": 20, "unit": "people", "quantity_note": "台所あり"}, "20人・台所あり"),
        ({"quantity": 1200, "unit": "meals", "quantity_taken": 200}, "1,200食（のこり1,000食）"),
        ({"quantity_note": "大学・研究室"}, "大学・研究室"),
    ],
)
def test_how_much(fields: dict[str, Any], shown: str) -> None:
    assert lines(**fields) == ["県内どこでも", shown]


def test_what_was_not_said_is_left_out() -> None:
    assert lines() == ["県内どこでも"]


def test_the_page_has_every_note_beside_its_fact() -> None:
    assert large(
        areas=["14205"],
        area_note="善行・湘南台のあたり",
        weekdays=[0, 1, 2, 3, 4],
        time_from=time(14),
        time_until=time(18),
        available_from=date(2027, 10, 1),
        when_note="まずは半年",
        quantity=15,
        unit="people",
        quantity_note="くらい、見守りの大人が3人",
    ) == [
        ("藤沢市", "善行・湘南台のあたり"),
        ("平日 14時〜18時", "10月から、まずは半年"),
        ("15人くらい", "見守りの大人が3人"),
    ]


def test_a_draft_without_anything_has_a_card() -> None:
    card = card_of(PostFactory(state=PostState.DRAFT, title="", resource="", areas=[]), with_state=True)
    assert (card.title, card.resource, card.resource_label, card.state) == (
        "（見出しはまだありません）",
        "other",
        "種類はこれから",
        "下書き",
    )


def test_a_published_post_says_how_long_it_may_be_answered() -> None:
    post = PostFactory()
    assert state_chip(post) == ("受付中・あと170日", "state")
    assert state_chip(PostFactory(state=PostState.FULFILLED)) == ("そろいました", "offer")


def test_the_card_names_who_wrote_it() -> None:
    post = PostFactory(organisation__name="NPO法人ひなたの見本")
    card = card_of(post)
    assert (card.who, card.kind, card.url, card.picture, card.state) == (
        "NPO法人ひなたの見本",
        "npo",
        post.get_absolute_url(),
        "",
        "",
    )


def test_many_cards_take_as_many_queries_as_one() -> None:
    for _ in range(3):
        PostFactory()

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            cards_for(Post.objects.for_cards().order_by("pk")[:number])
        return len(captured)

    # The posts with what belongs to them, and the names of all their places.
    assert queries(1) == queries(3) == 2


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([4, 5, 6, 7, 8, 9], "4〜9月"),
        ([1, 2, 11, 12], "11〜2月"),
        ([4, 8], "4・8月"),
        ([2, 3, 8, 9], "2〜3・8〜9月"),
        (list(range(1, 13)), ""),
    ],
)
def test_the_months_of_an_offer_stand_with_its_days(months: list[int], words: str) -> None:
    shown = OfferFactory(season=months, weekdays=[5, 6])
    when = next(fact["main"] for fact in card_of(shown).facts if fact["label"] == "日時")
    assert when == "・".join(filter(None, ("土日", words)))


def test_place_date_and_field_stand_before_what_the_resource_says() -> None:
    shown = OfferFactory(
        resource="place",
        areas=["14205"],
        weekdays=[5, 6],
        themes=["children", "elderly", "community"],
        quantity=None,
        unit="",
        details={"facilities": ["kitchen"], "cost": "free"},
    )
    assert [(fact["label"], fact["main"]) for fact in card_of(shown).facts] == [
        ("場所", "藤沢市"),
        ("日時", "土日"),
        ("分野", "子ども・子育て、高齢の方ほか"),
        ("設備", "台所・調理室あり"),
    ]
    assert ("費用", "費用：無料") in [(fact["label"], fact["main"]) for fact in fact_rows(shown)]

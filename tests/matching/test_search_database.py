"""The database finds exactly what the engine calls a hit, whatever is asked."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import search_text
from matching.models import Post
from matching.post_search import asked_of_database, bounded_number, search, search_anywhere
from matching.search import matches, parse_query
from matching.search.evaluation import OWN_CASES
from tests.factories.matching import PostFactory
from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary import synonyms

pytestmark = pytest.mark.django_db

CASES = json.loads(OWN_CASES.read_text(encoding="utf-8"))
#: Pieces of which questions are made: words, signs of the search box, and what no search box should trip over.
PIECES = [
    *[
        "子ども食堂",
        "子供",
        "手話",
        "駐車場",
        "会議室",
        "使いたい",
        "社協",
        "町内会",
        "雨の日に遊べるところ",
        "藤沢",
        "京都",
        "の",
        "空",
    ],
    *[
        "「",
        "」",
        '"',
        "-",
        "−",
        " OR ",
        "　",
        " ",
        "以外",
        "、",
        "%",
        "_",
        "\\",
        "'",
        "ヶ",
        "50人",
        "Wi-Fi",
        "ボランテァイ",
        "🙂",
    ],
]


@pytest.fixture
def posts(db: None) -> list[Post]:
    """The posts of the engine's own cases, as the board stores them."""
    return [
        PostFactory(
            title=case["title"][:60],
            body=case.get("body", ""),
            direction=case.get("direction", "need"),
            resource=case.get("resource") or "other",
            areas=case.get("municipalities", []),
        )
        for case in CASES["posts"][:120]
    ]


def expected(question: str, posts: list[Post]) -> set[int]:
    query = parse_query(question, synonyms.current())
    if query.empty:
        return {post.pk for post in posts}
    return {post.pk for post in posts if matches(query.condition, set(post.search_terms), post.search_text)}


def test_for_all_questions_of_the_cases(posts: list[Post]) -> None:
    found = 0
    for case in CASES["queries"]:
        hits = set(search(Post.objects.on_board(), case["q"]).values_list("pk", flat=True))
        assert hits == expected(case["q"], posts), case["q"]
        found += len(hits)
    assert found > 50


def test_for_the_looser_question(posts: list[Post]) -> None:
    for case in CASES["queries"]:
        query = parse_query(case["q"], synonyms.current())
        if query.looser is None:
            continue
        hits = set(Post.objects.filter(asked_of_database(query.looser)).values_list("pk", flat=True))
        assert hits == {p.pk for p in posts if matches(query.looser, set(p.search_terms), p.search_text)}, case["q"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_for_any_question(posts: list[Post], question: str) -> None:
    hits = set(search(Post.objects.on_board(), question).values_list("pk", flat=True))
    assert hits == expected(question, posts)
    assert set(search_anywhere(Post.objects.all(), question).values_list("pk", flat=True)) == hits
    assert bounded_number(search(Post.objects.on_board(), question)) == len(hits)


def test_the_stored_columns_are_what_the_engine_forms(posts: list[Post]) -> None:
    for post in Post.objects.filter(pk__in=[each.pk for each in posts[:20]]):
        before = post.search_text, post.search_terms
        search_text.build(post)
        assert (post.search_text, post.search_terms) == before
        assert post.search_terms == sorted(set(post.search_terms))


def test_synonyms_of_the_portal_are_those_that_staff_keep() -> None:
    assert synonyms.current().version() == Synonyms.shipped().version()

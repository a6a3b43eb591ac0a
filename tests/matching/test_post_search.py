"""Pages of what a search found: nothing lost, nothing twice, and quick ways for rare and for common words."""

from datetime import timedelta
from random import Random
from typing import cast

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import post_search, relevance
from matching.enums import PostState
from matching.models import Post
from matching.models.post import PostQuerySet
from matching.post_search import bounded_number, newest_page, search
from matching.relevance import ranked_page
from matching.search import Found, Query, parse_query, score
from members.models import User
from tests.bench.board_data import COMMON, COMMON_LONG, MIDDLING, RARE, RARE_LONG, fill_board
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.vocabulary import synonyms

pytestmark = pytest.mark.django_db

NUMBER = 60


def found_by(query: Query) -> PostQuerySet:
    """What the board finds by ``query``, with the questions of posts."""
    return cast(PostQuerySet, search(Post.objects.on_board(), query))


@pytest.fixture
def board() -> list[Post]:
    """Posts of which every third says 手話, several published at one moment; newest first, as the board has them."""
    chance, now = Random(3), timezone.now()
    posts = [
        PostFactory(
            title=f"手話を学ぶ会{number}" if number % 3 == 0 else f"畑を耕す会{number}",
            state=PostState.EXPIRED if number % 11 == 0 else PostState.PUBLISHED,
            published_at=now - timedelta(minutes=chance.randrange(12)),
        )
        for number in range(NUMBER)
    ]
    return sorted(posts, key=lambda post: (post.published_at, post.pk), reverse=True)


def hits_among(board: list[Post], word: str) -> list[int]:
    return [post.pk for post in board if post.state == PostState.PUBLISHED and word in post.title]


def found(word: str) -> QuerySet[Post]:
    return search(Post.objects.on_board(), word)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 25),
    one_by_one=st.integers(1, 70),
    stretch=st.integers(1, 90),
    word=st.sampled_from(["手話", "畑", "会", "ない"]),
)
def test_pages_forwards_and_back_have_every_hit_once(
    board: list[Post], size: int, one_by_one: int, stretch: int, word: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(post_search, "ONE_BY_ONE", one_by_one)
        patch.setattr(post_search, "ONE_BY_ONE_FURTHER_DOWN", one_by_one + 3)
        patch.setattr(post_search, "STRETCH", stretch)
        patch.setattr(post_search, "STRETCHES_TO_COUNT", (one_by_one, stretch))
        wanted = [post.pk for post in board if post.pk in set(found(word).values_list("pk", flat=True))]
        forwards: list[list[int]] = []
        cursor, before = "", ""
        while True:
            page = newest_page(found(word), cursor, size=size)
            forwards.append([post.pk for post in page])
            before = page.previous_cursor
            if not page.next_cursor:
                break
            cursor = page.next_cursor
        assert [pk for pks in forwards for pk in pks] == wanted
        backwards = [forwards[-1]]
        while before:
            page = newest_page(found(word), before, size=size)
            backwards.insert(0, [post.pk for post in page])
            before = page.previous_cursor
        assert backwards == forwards
        assert bounded_number(found(word)) == len(wanted)
        assert bounded_number(found(word), 7) == min(7, len(wanted))


def test_what_was_published_meanwhile_moves_no_page(board: list[Post]) -> None:
    first = newest_page(found("手話"), "", size=5)
    PostFactory(title="手話の新しい会")
    second = newest_page(found("手話"), first.next_cursor, size=5)
    assert [post.pk for post in second] == hits_among(board, "手話")[5:10]


@pytest.mark.parametrize("cursor", ["", "rubbish", "after~2020~x", "before~nonsense~4", "rank~2026~4~5"])
def test_an_unreadable_cursor_is_the_first_page(board: list[Post], cursor: str) -> None:
    assert [post.pk for post in newest_page(found("手話"), cursor, size=5)] == hits_among(board, "手話")[:5]


def test_by_relevance_the_best_come_first_and_pages_stay_as_they_were(board: list[Post]) -> None:
    title = PostFactory(title="手話通訳", body="", published_at=timezone.now() - timedelta(days=3))
    body = PostFactory(title="通訳", body="ときどき手話も使います。", published_at=timezone.now() - timedelta(days=2))
    query = parse_query("手話", synonyms.current())
    rows = list(search(Post.objects.on_board(), query).order_by("-published_at", "-pk"))
    wanted = sorted(rows, key=lambda post: -score(query, Found(frozenset(post.search_terms), post.search_text)))
    shown: list[int] = []
    cursor, pages = "", 0
    while True:
        page = ranked_page(found_by(query), query, cursor, size=6)
        shown += [post.pk for post in page]
        pages += 1
        if not page.next_cursor:
            break
        if pages == 1:
            # Published while somebody reads: it moves nothing that they see.
            PostFactory(title="手話手話手話", published_at=timezone.now())
        cursor = page.next_cursor
    assert shown == [post.pk for post in wanted]
    assert shown.index(title.pk) < shown.index(body.pk)
    assert ranked_page(found_by(query), query, page.previous_cursor, size=6).items != page.items


def test_only_the_newest_are_ranked_where_there_are_very_many(
    board: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relevance, "MOST", 7)
    monkeypatch.setattr(post_search, "ONE_BY_ONE", 7)
    query = parse_query("手話", synonyms.current())
    page = ranked_page(found_by(query), query, "", size=5)
    rest = ranked_page(found_by(query), query, page.next_cursor, size=5)
    assert {post.pk for post in [*page, *rest]} == set(hits_among(board, "手話")[:7])
    assert (len(page), len(rest), rest.next_cursor) == (5, 2, "")


@pytest.mark.parametrize("visitor", ["nobody", "pending", "member", "staff"])
def test_what_is_on_the_board_for_a_visitor_is_what_they_may_see(board: list[Post], visitor: str) -> None:
    from django.contrib.auth.models import AnonymousUser  # beside its only use

    from matching.enums import Visibility  # as above
    from members.enums import OrganisationState  # as above

    pending = OrganisationFactory(state=OrganisationState.APPLIED)
    PostFactory(visibility=Visibility.MEMBERS)
    PostFactory(visibility=Visibility.MEMBERS, organisation=pending)
    people: dict[str, User | AnonymousUser] = {
        "nobody": AnonymousUser(),
        "pending": member_of(pending),
        "member": member_of(OrganisationFactory()),
        "staff": StaffFactory(),
    }
    person = people[visitor]
    wanted = Post.objects.visible_to(person).on_board()
    assert set(Post.objects.on_board_for(person).values_list("pk", flat=True)) == set(
        wanted.values_list("pk", flat=True)
    )


# --- the plans, on enough rows for the planner to have a choice ---


@pytest.fixture
def many() -> int:
    number = 3_000
    organisations = [OrganisationFactory(), OrganisationFactory()]
    author = UserFactory()
    with connection.cursor() as cursor:
        # What waits to be checked would keep the table from being changed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        fill_board(number, organisations, author)
        cursor.execute("ANALYZE matching_post")
    return number


def plans(posts: QuerySet[Post]) -> list[str]:
    """How the database went about each query for a page of ``posts``."""
    with CaptureQueriesContext(connection) as captured:
        newest_page(posts, "")
    shown = []
    with connection.cursor() as cursor:
        for query in captured:
            cursor.execute(f"EXPLAIN {query['sql']}")
            shown.append("\n".join(line for (line,) in cursor.fetchall()))
    return shown


def test_a_common_word_is_read_off_the_index_by_date(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_search, "ONE_BY_ONE", 200)
    for word in (COMMON, COMMON_LONG):
        ways = plans(search(Post.objects.on_board(), word))
        # Where the first stretch ends, and its rows: nothing more is asked.
        assert len(ways) == 2, word
        assert all("post_board" in way and "post_words" not in way for way in ways), word
        assert not any("Seq Scan on matching_post" in way for way in ways), word


def test_a_rare_word_is_found_by_the_index_of_terms(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_search, "ONE_BY_ONE", 200)
    monkeypatch.setattr(post_search, "STRETCH", 1_000)
    for word in (RARE, RARE_LONG, f"{MIDDLING} {RARE_LONG}", f"「{RARE_LONG}」"):
        ways = plans(search(Post.objects.on_board(), word))
        assert len(ways) == 5, word
        assert "post_words" in ways[-1], word
        assert not any("Seq Scan on matching_post" in way for way in ways), word

"""Looking posts up by words: the conditions of ``matching.search`` in the database's own tongue, and their pages.

Everything that searches posts comes through here. ``search`` narrows a queryset to exactly those posts that
``matching.search.matches`` would call hits.

A word in every second post and a word in three of a million want different ways: the newest hits of the first lie
among the newest posts, which the index by date gives in order; those of the second only the index of terms finds.
Neither the planner's guess nor ours decides which it is. ``newest_page`` looks at the next few hundred posts first,
then asks the index of terms within the newest stretch of the board, then in all: whatever the word, each step costs
milliseconds, since the index of terms holds the date beside them. See docs/decisions/0014-search-in-stretches.md.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value

from matching.enums import PostState
from matching.models import Post
from matching.models.post import moment_in_utc
from matching.search import And, Anything, Condition, Has, Holds, Not, Or, Query, parse_query
from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary import synonyms
from tomoiki.web.pagination import COUNT_LIMIT, KeysetPage, keyset_page, moment_of

#: How many of the newest posts are looked at one by one before the index of terms is asked.
ONE_BY_ONE = 500
#: And on later pages, where the index of terms can only be asked for all.
ONE_BY_ONE_FURTHER_DOWN = 1_500
#: How many of the newest posts are asked of the index of terms before all are.
STRETCH = 30_000
#: The same for counting, where a common word has enough hits in a small one.
STRETCHES_TO_COUNT = (4_000, 30_000)


def read(words: str, known: Synonyms | None = None) -> Query:
    """What was typed into a search box; ``known``: the synonyms in use, where they are at hand."""
    return parse_query(words, synonyms.current() if known is None else known)


def search(posts: QuerySet[Post], query: Query | str) -> QuerySet[Post]:
    """Those of ``posts`` that ``query`` finds; all of them where it asks for nothing."""
    asked = read(query) if isinstance(query, str) else query
    return posts if asked.empty else posts.filter(asked_of_database(asked.condition))


def search_anywhere(posts: QuerySet[Post], query: Query | str) -> QuerySet[Post]:
    """As ``search``, where the posts may be in any state: asked of both indexes, that of the board and the other."""
    asked = read(query) if isinstance(query, str) else query
    if asked.empty:
        return posts
    found, open_ones = asked_of_database(asked.condition), Q(state=PostState.PUBLISHED)
    return posts.filter((open_ones & found) | (~open_ones & found))


def asked_of_database(condition: Condition) -> Q:
    """``condition`` as the database asks it: the same hits as ``matching.search.matches``."""
    match condition:
        case Has():
            return Q(search_terms__contains=list(condition.terms))
        case Anything():
            return Q(search_terms__overlap=list(condition.terms))
        case Holds():
            # The pairs of letters lead through the index; whether they stand together decides the text.
            stands = Q(search_text__contains=condition.text)
            return Q(search_terms__contains=list(condition.terms)) & stands if condition.terms else stands
        case And():
            found = Q()
            for part in condition.parts:
                found &= asked_of_database(part)
            return found
        case Or():
            found = Q()
            for part in condition.parts:
                found |= asked_of_database(part)
            return found
        case Not():
            return ~asked_of_database(condition.part)


def newest_page(posts: QuerySet[Post], cursor: str, *, size: int = 20) -> KeysetPage[Post]:
    """One page of the open ``posts`` that some conditions left over, newest first; see ``keyset_page``.

    At most five quick queries, of which all but the last read few rows or an index only.
    """
    backwards, start = moment_of(cursor) or (False, None)
    for rows, field in _steps(posts, start, backwards=backwards, size=size):
        page = keyset_page(rows, cursor, field=field, size=size)
        if page.previous_cursor if backwards else page.next_cursor:
            return page
    return page


def _steps(
    posts: QuerySet[Post], start: datetime | None, *, backwards: bool, size: int
) -> Iterator[tuple[QuerySet[Post], str]]:
    """More and more of ``posts`` from ``start`` on, and by which column each part is ordered."""
    near = ONE_BY_ONE if start is None else ONE_BY_ONE_FURTHER_DOWN
    if near > size:
        end = _moment_after(near, start, backwards=backwards)
        if end is not None:
            towards, until = ("gte", "lte") if backwards else ("lte", "gte")
            within = posts.filter(**{f"published_at__{until}": end})
            yield within if start is None else within.filter(**{f"published_at__{towards}": start}), "published_at"
        elif start is None:
            # The whole board is shorter than that.
            yield by_moment(posts), "moment"
            return
    found = by_moment(posts)
    end = _moment_after(STRETCH, None)
    if end is not None and (start is None or start > end):
        yield _since(found, end), "moment"
    # All: few, or the part before would have had enough of them.
    yield found, "moment"


def newest(posts: QuerySet[Post], number: int) -> QuerySet[Post]:
    """The newest ``number`` of the open ``posts``, found as ``newest_page`` finds them."""
    page = newest_page(posts.only("pk", "published_at"), "", size=number)
    return posts.filter(pk__in=[post.pk for post in page]).order_by("-published_at", "-pk")


def bounded_number(posts: QuerySet[Post], limit: int = COUNT_LIMIT) -> int:
    """How many of the open ``posts`` there are, ``limit`` at most: exact below it."""
    for stretch in STRETCHES_TO_COUNT:
        end = _moment_after(stretch, None)
        if end is None:
            break
        # In order, so that the planner cannot hope to come upon enough of them on some other way.
        if _since(by_moment(posts), end).order_by(F("moment").asc())[:limit].count() >= limit:
            return limit
    return posts.order_by()[:limit].count()


def by_moment(posts: QuerySet[Post]) -> QuerySet[Post]:
    """With ``moment`` to order by, of which no index knows: the rows are found by what they hold, and sorted then."""
    if "moment" in posts.query.annotations:
        return posts
    return posts.annotate(moment=ExpressionWrapper(F("published_at") + Value(timedelta(0)), DateTimeField()))


def _moment_after(number: int, start: datetime | None, *, backwards: bool = False) -> datetime | None:
    """When the post was published that stands ``number`` places from ``start`` on the board; read off its index."""
    board = Post.objects.on_board()
    if start is not None:
        board = board.filter(**{f"published_at__{'gte' if backwards else 'lte'}": start})
    moments = board.order_by("published_at" if backwards else "-published_at").values_list("published_at", flat=True)
    return moments[number : number + 1].first()


def _since(posts: QuerySet[Post], moment: datetime) -> QuerySet[Post]:
    """Those published since ``moment``, asked as the index of terms knows the date, and no other index."""
    end = moment_in_utc(Value(moment, DateTimeField()))
    return posts.alias(published_utc=moment_in_utc("published_at")).filter(published_utc__gte=end)

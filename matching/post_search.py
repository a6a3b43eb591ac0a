"""Looking posts up by words: the conditions of ``matching.search`` in the database's own tongue, and their pages.

Everything that searches posts comes through here. ``search`` narrows a queryset to exactly those posts that
``matching.search.matches`` would call hits.

A word in every second post and a word in three of a million want different ways: the newest hits of the first lie
among the newest posts, which the index by date gives in order; those of the second only the index of terms finds.
Neither the planner's guess nor ours decides which it is. ``newest_page`` looks at the newest few hundred posts first,
then asks the index of terms within a larger stretch, then in all: whatever the word, each step costs milliseconds,
since the index holds the date beside the terms.
"""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value

from matching.enums import PostState
from matching.models import Post
from matching.search import And, Anything, Condition, Has, Holds, Not, Or, Query, parse_query
from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary import synonyms
from tomoiki.web.pagination import COUNT_LIMIT, KeysetPage, keyset_page, moment_of

#: How many of the newest posts are looked at one by one before the index of terms is asked.
ONE_BY_ONE = 500
#: How many posts the first stretch takes in that is asked of the index of terms.
STRETCH = 30_000


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
    for number in (ONE_BY_ONE, STRETCH):
        if number <= size:
            continue
        end = _moment_after(number, start, backwards=backwards)
        if end is None:
            break
        rows, field = (posts, "published_at") if number == ONE_BY_ONE else (_unordered(posts), "moment")
        page = keyset_page(rows.filter(_between(start, end, backwards=backwards)), cursor, field=field, size=size)
        if page.previous_cursor if backwards else page.next_cursor:
            return page
    return keyset_page(
        # All that is left: few, or the stretches before would have had enough of them.
        _unordered(posts.filter(_between(start, None, backwards=backwards))),
        cursor,
        field="moment",
        size=size,
    )


def newest(posts: QuerySet[Post], number: int) -> QuerySet[Post]:
    """The newest ``number`` of the open ``posts``, found as ``newest_page`` finds them."""
    page = newest_page(posts.only("pk", "published_at"), "", size=number)
    return posts.filter(pk__in=[post.pk for post in page]).order_by("-published_at", "-pk")


def bounded_number(posts: QuerySet[Post], limit: int = COUNT_LIMIT) -> int:
    """How many of the open ``posts`` there are, ``limit`` at most: exact below it."""
    end = _moment_after(STRETCH, None)
    if end is not None and posts.filter(published_at__gte=end).order_by()[:limit].count() >= limit:
        return limit
    return posts.order_by()[:limit].count()


def _moment_after(number: int, start: datetime | None, *, backwards: bool = False) -> datetime | None:
    """When the post was published that stands ``number`` places from ``start`` on the board; read off its index."""
    board = Post.objects.on_board().filter(_between(start, None, backwards=backwards))
    moments = board.order_by("published_at" if backwards else "-published_at").values_list("published_at", flat=True)
    return moments[number : number + 1].first()


def _between(start: datetime | None, end: datetime | None, *, backwards: bool) -> Q:
    """Published from ``start`` on towards ``end``; to older ones, or ``backwards`` to newer ones."""
    towards, until = ("gte", "lte") if backwards else ("lte", "gte")
    within = Q()
    if start is not None:
        within &= Q(**{f"published_at__{towards}": start})
    if end is not None:
        within &= Q(**{f"published_at__{until}": end})
    return within


def _unordered(posts: QuerySet[Post]) -> QuerySet[Post]:
    """With ``moment`` to order by, of which no index knows: the rows are found by what they hold, and sorted then."""
    return posts.annotate(
        moment=ExpressionWrapper(F("published_at") + Value(timedelta(0)), output_field=DateTimeField())
    )

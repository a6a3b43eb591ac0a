"""The order 'by how well it answers': the newest thousand hits, ranked by the engine's own score.

A cursor holds where the thousand begins (the newest hit when the first page was opened) and how far down the page
stands, so that what is published meanwhile moves nothing.
"""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField, Value
from django.utils.dateparse import parse_datetime

from matching.models import Post
from matching.models.post import PostQuerySet
from matching.post_search import by_moment, newest_page
from matching.search import Found, Query, score
from matching.search.conditions import BIGRAM
from matching.search.indexing import DENIED, GROUP, LABEL, PART, TITLE, WORD
from matching.search.query import Clause
from tomoiki.web.pagination import KeysetPage

MOST = 1_000


def ranked_page(posts: PostQuerySet, query: Query, cursor: str, *, size: int = 20) -> KeysetPage[Post]:
    """One page of the newest ``MOST`` of ``posts``, those that answer ``query`` best first; unreadable: the first."""
    start, offset = _read(cursor) or (None, 0)
    among = posts
    if start is not None:
        moment, pk = start
        # Equal moments: what bears a higher number came later.
        among = posts.filter(published_at__lte=moment).exclude(published_at=moment, pk__gt=pk)
    terms = sorted(_asked(query))
    # Only what the score looks at leaves the database: of a long post, a few terms.
    held = by_moment(among).annotate(held=_Among("search_terms", Value(terms, _TERMS)))
    # Plain tuples, which look like posts: a thousand models would take as long as all the rest.
    plain: Any = held.values_list("pk", "published_at", "search_text", "moment", "held", named=True)
    rows = newest_page(plain, "", size=MOST)
    scored = sorted(
        ((score(query, Found(frozenset(row.held), row.search_text)), place, row) for place, row in enumerate(rows)),
        key=lambda each: (-each[0], each[1]),
    )
    shown = [row.pk for _, _, row in scored[offset : offset + size]]
    by_pk = posts.for_cards().in_bulk(shown)
    newest = start or ((rows.items[0].published_at, rows.items[0].pk) if rows.items else None)
    return KeysetPage(
        items=[by_pk[pk] for pk in shown if pk in by_pk],
        next_cursor=_cursor(newest, offset + size) if offset + size < len(scored) else "",
        previous_cursor=_cursor(newest, max(0, offset - size)) if offset and scored else "",
    )


_TERMS = ArrayField(TextField())


class _Among(Func):
    """Those elements of an array that are in another one, the long array read once."""

    template = "ARRAY(SELECT held FROM unnest(%(expressions)s))"
    arg_joiner = ") AS held WHERE held = ANY("
    output_field = _TERMS


def _asked(query: Query) -> set[str]:
    """The terms that the score asks of a text."""
    terms: set[str] = set()
    clauses: list[Clause] = [*query.clauses, *query.excluded]
    while clauses:
        clause = clauses.pop()
        clauses += clause.parts
        own = {term for way in clause.own for term in way} | {WORD + lemma for lemma in clause.lemmas}
        bare = {term.partition(":")[2] for term in own}
        said = own | {PART + word for word in bare} | {GROUP + group for group in clause.groups}
        terms |= said | {TITLE + term for term in said} | {LABEL + word for word in bare}
        terms |= {DENIED + word for word in bare}
        if clause.literal:
            terms |= {BIGRAM + clause.literal[at : at + 2] for at in range(len(clause.literal) - 1)}
    return terms


def _cursor(newest: tuple[datetime | None, int] | None, offset: int) -> str:
    return f"rank~{newest[0].isoformat()}~{newest[1]}~{offset}" if newest and newest[0] else ""


def _read(cursor: str) -> tuple[tuple[datetime, int], int] | None:
    parts = cursor.split("~")
    if len(parts) != 4 or parts[0] != "rank" or not all(part.isdecimal() and len(part) < 19 for part in parts[2:]):
        return None
    try:
        moment = parse_datetime(parts[1])
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or int(parts[3]) >= MOST:
        return None
    return (moment, int(parts[2])), int(parts[3])

"""What happened to an organisation, put together from every app: posts, introductions, outcomes, stories.

An app registers a ``TimelineSource``. Pages show the entries of all sources, newest first, by keyset: a page costs
one bounded question to each source, however long the history is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import DateTimeField, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime

from tomoiki.web.registry import Registry

PAGE_SIZE = 30
#: Before anything that is told.
_EVER = Value(datetime(1, 1, 2, tzinfo=UTC), output_field=DateTimeField())


@dataclass(frozen=True)
class TimelineEntry:
    """One row. ``key`` tells rows of one moment apart (``introduction:12:agreed``) and orders them."""

    when: datetime
    key: str
    icon: str
    tone: str
    what: str
    detail: str = ""
    url: str = ""

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in the order of all rows."""
        return self.when, self.key


@dataclass(frozen=True)
class TimelineSource:
    """What one app tells.

    ``entries(organisation, until, limit)`` gives all entries of that organisation that happened at ``until``, and
    at least the ``limit`` newest before it (None: now and ever) with all of the same moment as the last of them, in
    any order, in a fixed number of queries. ``newest_of`` finds such rows.
    """

    name: str
    entries: Callable[[Any, datetime | None, int], Iterable[TimelineEntry]]


#: Filled by the ``registrations`` of all apps.
timeline_sources: Registry[TimelineSource] = Registry("timeline", key=lambda source: source.name)


@dataclass(frozen=True)
class TimelinePage:
    """Some rows, newest first; ``next_cursor`` is empty where the history begins."""

    entries: Sequence[TimelineEntry]
    next_cursor: str


def timeline_page(organisation: Any, cursor: str = "", *, size: int = PAGE_SIZE) -> TimelinePage:
    """One page of everything that happened to ``organisation``; an unreadable ``cursor`` gives the first."""
    after = _parse(cursor)
    until = after[0] if after else None
    found = [_newest(source, organisation, until, size) for source in timeline_sources]
    rows = (entry for entry in merge(*found, key=lambda entry: entry.place, reverse=True))
    wanted = (entry for entry in rows if after is None or entry.place < after)
    page = list(islice(wanted, size + 1))
    more = len(page) > size
    page = page[:size]
    return TimelinePage(page, f"{page[-1].when.isoformat()}~{page[-1].key}" if more else "")


def _newest(source: TimelineSource, organisation: Any, until: datetime | None, size: int) -> list[TimelineEntry]:
    # One more tells whether there is a next page.
    return sorted(source.entries(organisation, until, size + 1), key=lambda entry: entry.place, reverse=True)


def _parse(cursor: str) -> tuple[datetime, str] | None:
    moment_text, _, key = cursor.partition("~")
    try:
        moment = parse_datetime(moment_text)
    except ValueError:
        return None
    return (moment, key) if moment is not None and moment.tzinfo is not None and key else None


def newest_of(
    rows: Any, moments: Sequence[str], until: datetime | None, limit: int
) -> Iterable[tuple[Any, str, datetime]]:
    """(row, name, moment) of each column of ``rows`` as a ``TimelineSource`` gives them: a query for each column.

    What happened in one moment (a hundred posts brought in at once) is never parted: pages tell such rows apart by
    their keys, whose order the database does not know.
    """
    for name in moments:
        found = rows.filter(**{f"{name}__isnull": False})
        older = found
        if until is not None:
            older = found.filter(**{f"{name}__lt": until})
            found = found.filter(**{f"{name}__lte": until})
        last = older.order_by(f"-{name}").values(name)[limit - 1 : limit]
        found = found.filter(**{f"{name}__gte": Coalesce(Subquery(last), _EVER)})
        for row in found.order_by(f"-{name}", "-pk"):
            yield row, name, _moment_of(row, name)


def _moment_of(row: Any, name: str) -> datetime:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    moment: datetime = value
    return moment

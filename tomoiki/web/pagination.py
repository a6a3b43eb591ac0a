"""Keyset pagination: pages by (moment, id), newest first, or by (text, id); quick at a million rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)

COUNT_LIMIT = 1_000
#: Of a text in a cursor: longer than any column that is paged by.
MOST_LETTERS = 400


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page of a list; ``next_cursor`` and ``previous_cursor`` are empty at the ends."""

    items: list[M]
    next_cursor: str
    previous_cursor: str

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def _cursor(direction: str, item: Model, field: str) -> str:
    value = getattr(item, field)
    return f"{direction}~{value.isoformat() if isinstance(value, datetime) else value}~{item.pk}"


def _moment(text: str) -> datetime | None:
    moment = parse_datetime(text)
    return moment if moment is not None and moment.tzinfo is not None else None


def _text(text: str) -> str | None:
    """A text of a row; what no row can hold would fail in the database."""
    return text if len(text) <= MOST_LETTERS and "\0" not in text else None


def _parse(cursor: str, read: Callable[[str], Any]) -> tuple[str, Any, int] | None:
    try:
        direction, rest = cursor.split("~", 1)
        text, pk_text = rest.rsplit("~", 1)
        value, pk = read(text), int(pk_text)
    except ValueError:
        return None
    if value is None or direction not in ("after", "before") or abs(pk) > 2**62:
        return None
    return direction, value, pk


def moment_of(cursor: str) -> tuple[bool, datetime] | None:
    """Whether ``cursor`` of a list by time goes backwards, and from which moment; None for the first page."""
    parsed = _parse(cursor, _moment)
    return (parsed[0] == "before", parsed[1]) if parsed else None


def keyset_page(
    queryset: QuerySet[M], cursor: str, *, field: str = "published_at", size: int = 20, by_text: bool = False
) -> KeysetPage[M]:
    """Cut one page out of ``queryset``, newest first by ``(field, pk)``; with ``by_text`` from A to Z.

    ``cursor`` comes from a previous page's ``next_cursor`` or ``previous_cursor``; anything unreadable
    gives the first page. Rows whose ``field`` is NULL are left out. One query.
    """
    rows = queryset.filter(**{f"{field}__isnull": False})
    parsed = _parse(cursor, _text if by_text else _moment)
    backwards = parsed is not None and parsed[0] == "before"
    ascending = backwards != by_text
    if parsed is not None:
        _, value, pk = parsed
        compare = "gt" if ascending else "lt"
        # The plain bound on `field` lets the planner use the index; the tie-break follows it.
        rows = rows.filter(**{f"{field}__{compare}e": value}).filter(
            Q(**{f"{field}__{compare}": value}) | Q(**{f"pk__{compare}": pk})
        )
    order = (field, "pk") if ascending else (f"-{field}", "-pk")
    items = list(rows.order_by(*order)[: size + 1])
    more = len(items) > size
    items = items[:size]
    if backwards:
        items.reverse()
    has_next = more if not backwards else bool(items)
    has_previous = more if backwards else parsed is not None and bool(items)
    return KeysetPage(
        items=items,
        next_cursor=_cursor("after", items[-1], field) if has_next and items else "",
        previous_cursor=_cursor("before", items[0], field) if has_previous and items else "",
    )


def bounded_count(queryset: QuerySet[M], limit: int = COUNT_LIMIT) -> str:
    """「312件」, or 「1,000件以上」 from ``limit`` on, without counting further than that."""
    return number_in_words(queryset.order_by()[:limit].count(), limit)


def number_in_words(found: int, limit: int = COUNT_LIMIT) -> str:
    """A number counted up to ``limit`` only: 「312件」, 「1,000件以上」."""
    return f"{limit:,}件以上" if found >= limit else f"{found:,}件"

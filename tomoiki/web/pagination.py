"""Keyset pagination: pages by (moment, id), newest first, which stays quick at a million rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)

COUNT_LIMIT = 1_000


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
    return f"{direction}~{getattr(item, field).isoformat()}~{item.pk}"


def _parse(cursor: str) -> tuple[str, datetime, int] | None:
    try:
        direction, moment_text, pk_text = cursor.split("~")
        moment, pk = parse_datetime(moment_text), int(pk_text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or direction not in ("after", "before") or abs(pk) > 2**62:
        return None
    return direction, moment, pk


def keyset_page(queryset: QuerySet[M], cursor: str, *, field: str = "published_at", size: int = 20) -> KeysetPage[M]:
    """Cut one page out of ``queryset``, newest first by ``(field, pk)``.

    ``cursor`` comes from a previous page's ``next_cursor`` or ``previous_cursor``; anything unreadable
    gives the first page. Rows whose ``field`` is NULL are left out. One query.
    """
    rows = queryset.filter(**{f"{field}__isnull": False})
    parsed = _parse(cursor)
    backwards = parsed is not None and parsed[0] == "before"
    if parsed is not None:
        _, moment, pk = parsed
        compare = "gt" if backwards else "lt"
        # The plain bound on `field` lets the planner use the index; the tie-break follows it.
        rows = rows.filter(**{f"{field}__{compare}e": moment}).filter(
            Q(**{f"{field}__{compare}": moment}) | Q(**{f"pk__{compare}": pk})
        )
    order = (field, "pk") if backwards else (f"-{field}", "-pk")
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
    found = queryset.order_by()[:limit].count()
    return f"{limit:,}件以上" if found >= limit else f"{found:,}件"

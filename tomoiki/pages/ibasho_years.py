"""How many ibasho there are and how good they are, by fiscal year, for everybody: totals alone, no place is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from matching.ibasho_figures import Question, first_day, gained_between, quality_between, standing_on

log = structlog.get_logger(__name__)

KEPT_SECONDS = 900
KEY = "pages:ibasho-years"
#: The newest; what was before stands in the consortium's reports.
MOST_YEARS = 5


@dataclass(frozen=True)
class IbashoYear:
    """One fiscal year: how it stood at its end (or today), what introductions added, and what people said.

    ``questions`` is empty where too few answered. Their numbers are shares of a hundred, so that one answer more does
    not show what it was.
    """

    year: int
    is_running: bool
    ibasho: int
    days_a_month: int
    visits_a_month: int
    opened: int
    enlarged: int
    more_often: int
    days_more: int
    people_more: int
    answers: int
    questions: Sequence[Mapping[str, Any]]


def ibasho_years() -> list[dict[str, Any]]:
    """The newest year first; counted again when what was kept is older than ``KEPT_SECONDS`` or cannot be had."""
    today = timezone.localdate()
    # With the day in it: a new year is not late, and a round that ended yesterday counts today.
    key = f"{KEY}:{today:%Y%m%d}"
    try:
        kept: list[dict[str, Any]] | None = cache.get(key)
        if kept is None:
            kept = [asdict(each) for each in count_years(today)]
            cache.set(key, kept, KEPT_SECONDS)
        return kept
    except RedisError as error:
        # The page stands without the cache.
        log.warning("ibasho_years.cache_unreachable", error=type(error).__name__)
        return [asdict(each) for each in count_years(today)]


def count_years(today: date) -> Iterator[IbashoYear]:
    """Count anew: three queries a year."""
    first = first_day()
    if first is None or first > today:
        return
    newest = _year_of(today)
    for year in range(newest, max(_year_of(first), newest - MOST_YEARS + 1) - 1, -1):
        begin, end = date(year, 4, 1), date(year + 1, 3, 31)
        until = min(today, end)
        standing, gained = standing_on(until), gained_between(begin, until)
        # Rounds that still run are not told of: their numbers would show each answer that comes.
        quality = quality_between(begin, min(today - timedelta(1), end))
        yield IbashoYear(
            year=year,
            is_running=until < end,
            ibasho=standing.ibasho,
            days_a_month=standing.days_a_month,
            visits_a_month=standing.visits_a_month,
            opened=gained.opened,
            enlarged=gained.enlarged,
            more_often=gained.more_often,
            days_more=gained.days_more,
            people_more=gained.people_more,
            answers=quality.answers,
            questions=[] if quality.hidden else [_shares(each) for each in quality.questions],
        )


def _year_of(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _shares(question: Question) -> dict[str, Any]:
    rows = [(label, round(100 * count / question.answers)) for label, count in question.rows]
    return {"words": question.words, "agree": question.agree, "rows": rows}

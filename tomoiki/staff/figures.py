"""This fiscal year in a few numbers: how far needs came, and what became of ibasho."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from matching.enums import Direction, IbashoChangeKind
from matching.models import IbashoChange, Introduction, Outcome, Post


@dataclass(frozen=True)
class YearFigures:
    """``way``: pairs (label, number) from a need posted to an outcome; the rest counts ibasho."""

    way: list[tuple[str, int]]
    opened: int
    enlarged: int
    more_often: int

    @property
    def most(self) -> int:
        """The number of the longest bar."""
        return max((number for _, number in self.way), default=0)


def fiscal_year_start(now: datetime | None = None) -> datetime:
    """Midnight of the last first of April, Japan time."""
    local = timezone.localtime(now)
    year = local.year if local.month >= 4 else local.year - 1
    return local.replace(year=year, month=4, day=1, hour=0, minute=0, second=0, microsecond=0)


def figures_of_year(start: datetime) -> YearFigures:
    """The figures since ``start``, in four queries. An ibasho counts once a kind, however many sides report it."""
    needs = Post.objects.filter(direction=Direction.NEED, published_at__gte=start).count()
    introductions = Introduction.objects.aggregate(
        asked=Count("pk", filter=Q(asked_at__gte=start)),
        agreed=Count("pk", filter=Q(agreed_at__gte=start)),
        started=Count("pk", filter=Q(started_at__gte=start)),
    )
    reported = Outcome.objects.filter(reported_at__gte=start).aggregate(n=Count("introduction", distinct=True))["n"]
    changes = dict(
        IbashoChange.objects.filter(outcome__reported_at__gte=start)
        .values_list("kind")
        .annotate(n=Count("ibasho", distinct=True))
    )
    return YearFigures(
        way=[
            ("困りごと", needs),
            ("紹介", introductions["asked"]),
            ("合意", introductions["agreed"]),
            ("実施", introductions["started"]),
            ("成果", reported),
        ],
        opened=changes.get(IbashoChangeKind.OPENED, 0),
        enlarged=changes.get(IbashoChangeKind.ENLARGED, 0),
        more_often=changes.get(IbashoChangeKind.MORE_OFTEN, 0),
    )

"""The few numbers on the front page: counted from what really happened, at most every few minutes."""

from dataclasses import asdict, dataclass

import structlog
from django.core.cache import cache
from django.db.models import Max, Sum
from redis.exceptions import RedisError

from matching.enums import IbashoChangeKind
from matching.models import IbashoChange, Introduction, Outcome, Post
from members.models import Organisation

log = structlog.get_logger(__name__)

KEPT_SECONDS = 300
KEY = "pages:figures"


@dataclass(frozen=True)
class Figures:
    """``open_posts`` are answered to by anybody; the others tell what came of it so far."""

    organisations: int
    open_posts: int
    introductions: int
    ibasho: int
    people: int

    @property
    def any_result(self) -> bool:
        """Whether there is something to be proud of yet."""
        return bool(self.introductions or self.ibasho or self.people)


def figures() -> Figures:
    """The current figures; counted again when the kept ones are older than ``KEPT_SECONDS`` or cannot be had."""
    try:
        kept = cache.get(KEY)
        if kept is None:
            kept = asdict(count_figures())
            cache.set(KEY, kept, KEPT_SECONDS)
        return Figures(**kept)
    except RedisError as error:
        # The front page stands without the cache.
        log.warning("figures.cache_unreachable", error=type(error).__name__)
        return count_figures()


def count_figures() -> Figures:
    """Count anew: one query each."""
    # What both sides told of one introduction reached the same people: the larger number counts once.
    reached = (
        Outcome.objects.filter(people_reached__isnull=False)
        .values("introduction")
        .annotate(most=Max("people_reached"))
        .aggregate(total=Sum("most"))["total"]
    )
    return Figures(
        organisations=Organisation.objects.active().count(),
        open_posts=Post.objects.on_board().count(),
        introductions=Introduction.objects.filter(agreed_at__isnull=False).count(),
        # An ibasho told of by both sides is one ibasho.
        ibasho=IbashoChange.objects.filter(kind=IbashoChangeKind.OPENED).values("ibasho").distinct().count(),
        people=reached or 0,
    )

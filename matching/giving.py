"""How much of a post is still to be had, when, and whether somebody may ask for it now: in words and as answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from matching.enums import Answer, IntroductionState
from matching.enums.doors import Purpose
from matching.models import Introduction, Participant, Post

#: What fills a post's quota: everybody knows of it, and it is not over.
TALKED_ABOUT = (IntroductionState.ASKED, IntroductionState.AGREED, IntroductionState.UNDER_WAY)


# --- how much ---


@dataclass(frozen=True)
class Share:
    """How far a post with a number has come: 50食のうち30食が決まりました。あと20食"""

    quantity: int
    taken: int
    unit: str

    @property
    def left(self) -> int:
        return self.quantity - self.taken

    @property
    def percent(self) -> int:
        """For a bar; never 0 or 100 while there is something on either side."""
        if self.taken in (0, self.quantity):
            return 100 if self.taken else 0
        return min(99, max(1, round(100 * self.taken / self.quantity)))

    @property
    def words(self) -> str:
        settled = f"{self.quantity:,}{self.unit}のうち{self.taken:,}{self.unit}が決まりました。"
        return f"{settled}あと{self.left:,}{self.unit}" if self.left else settled

    @property
    def short(self) -> str:
        """For a card: のこり20食."""
        return f"のこり{self.left:,}{self.unit}"


def share_of(post: Post) -> Share | None:
    """How far ``post`` has come; None where nothing is counted, or nothing is settled yet."""
    if post.quantity is None or not post.quantity_taken:
        return None
    return Share(post.quantity, post.quantity_taken, post.get_unit_display())


# --- when in the year ---


def season_words(months: Iterable[int]) -> str:
    """4月〜9月だけ, 12月〜2月だけ, 4月・10月だけ; empty for all year round."""
    spans = _spans(months)
    if not spans:
        return ""
    return "・".join(f"{first}月" if first == last else f"{first}月〜{last}月" for first, last in spans) + "だけ"


def _spans(months: Iterable[int]) -> list[tuple[int, int]]:
    """The months as unbroken spans, over the turn of the year as well."""
    chosen = sorted(set(months))
    if not chosen or len(chosen) == 12:
        return []
    starts = [month for month in chosen if (month - 2) % 12 + 1 not in chosen]
    spans = []
    for first in starts:
        last = first
        while last % 12 + 1 in chosen:
            last = last % 12 + 1
        spans.append((first, last))
    return spans


def in_season(post: Post, day: date | None = None) -> bool:
    """Whether ``post`` can be used on ``day``, today if none is given."""
    return not post.season or (day or timezone.localdate()).month in post.season


def next_season(post: Post, day: date | None = None) -> date | None:
    """The first day of its next months, for a post that rests; None for one that does not."""
    today = day or timezone.localdate()
    if in_season(post, today):
        return None
    for ahead in range(1, 12):
        month = (today.month - 1 + ahead) % 12 + 1
        if month in post.season:
            return date(today.year + (today.month - 1 + ahead) // 12, month, 1)
    return None


# --- how many at once ---


def _taking_part() -> QuerySet[Participant]:
    """Sides that have been asked, did not say no and have not left: the rest takes nobody's time.

    Research and interviews use up nothing.
    """
    taking_part = Participant.objects.filter(asked=True, left_at=None, introduction__purpose=Purpose.HELP)
    return taking_part.exclude(answer=Answer.NO)


def talks_about(post: Post, *, but: int | None = None) -> int:
    """How many introductions of ``post`` are on their way; ``but`` is the number of one that does not count."""
    sides = _taking_part().filter(post=post).values("introduction")
    open_ones = Introduction.objects.filter(Q(pk__in=sides), state__in=TALKED_ABOUT)
    return open_ones.exclude(pk=but).count() if but else open_ones.count()


def talks_about_each(posts: Iterable[int]) -> dict[int, int]:
    """The same of each of ``posts`` that has any; one query for all of them."""
    counts: dict[int, int] = {}
    rows = _taking_part().filter(post__in=list(posts), introduction__state__in=TALKED_ABOUT)
    for pk in rows.values_list("post", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


@dataclass(frozen=True)
class Quota:
    """How many introductions of a post may be on their way at once, and how many are."""

    limit: int
    open: int

    @property
    def full(self) -> bool:
        return self.open >= self.limit

    @property
    def words(self) -> str:
        return f"いまは{self.open}件の話が進んでいて、同時に受けられる{self.limit}件に達しています。"


def quota_of(post: Post, *, but: int | None = None) -> Quota | None:
    """None where its owner set no limit. One query otherwise."""
    return None if post.quota is None else Quota(post.quota, talks_about(post, but=but))


def has_room(post: Post) -> bool:
    """Whether one more introduction of ``post`` may begin now."""
    quota = quota_of(post)
    return quota is None or not quota.full


def with_room(posts: Sequence[Post]) -> list[Post]:
    """Those of ``posts`` that may be brought into one more introduction; one query for all of them."""
    limited = [post.pk for post in posts if post.quota is not None]
    if not limited:
        return list(posts)
    counts = talks_about_each(limited)
    return [post for post in posts if post.quota is None or counts.get(post.pk, 0) < post.quota]

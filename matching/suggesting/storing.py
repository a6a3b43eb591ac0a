"""What is kept of the comparisons: for one post at a time, together with the lists it enters or leaves.

A pair is kept while it is among the best of one of its two sides. Computing takes no lock; what was computed from a
post that changed meanwhile is thrown away, and the post stays marked. Writing is one short transaction, one at a time,
so that a worker that is killed leaves either the old list or the new one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from matching.enums import Direction, PostState
from matching.freshness import mark_stale_by_number
from matching.models import Post, PostEmbedding, Recommendation
from matching.suggesting.pool import is_recommendable
from matching.suggesting.ranking import Ranked, partners_of, rank_posts
from matching.suggesting.standing import excluded_for

#: The best so many of each post are kept; people see fewer, since some of these will be gone when they look.
KEPT = 20
#: Whoever is left with fewer than these, because another left the board, is looked after anew.
REFILL_BELOW = 5
#: The lock of whoever writes: one number for the whole table.
_WRITERS = 0x746F6D6F696B69


def refresh(pk: int) -> bool:
    """Compute the recommendations of one post anew; False when it changed meanwhile and has to be done again."""
    post = Post.objects.select_related("organisation", "embedding").get(pk=pk)
    seen = post.stale_at
    shown = is_recommendable(post)
    ranked = partners_of(post) if shown else []
    with transaction.atomic():
        _wait_for_other_writers()
        if not _settle(post, seen):
            return False
        left = _store(post, ranked)
        if post.state != PostState.PUBLISHED:
            PostEmbedding.objects.filter(pk=post.pk).delete()
    # By itself: people lock several posts by number, and this would hold one of them already.
    with transaction.atomic():
        _refill(left, post)
    return True


def put_back(post: Post, other: Post) -> None:
    """The one pair at once, for whoever took back that it does not fit; the worker settles the rest of the list."""
    one, two = (
        Post.objects.select_related("organisation", "embedding").filter(pk__in=[post.pk, other.pk]).order_by("pk")
    )
    if not (is_recommendable(one) and is_recommendable(two)):
        return
    need, offer = (one, two) if one.direction == Direction.NEED else (two, one)
    for each in rank_posts(need, [offer], excluded_for(need)):
        said = {"score": each.score, "reasons": list(each.reasons), "misfits": list(each.misfits)}
        with transaction.atomic():
            _wait_for_other_writers()
            Recommendation.objects.update_or_create(
                need=need, offer=offer, defaults={**said, "computed_at": timezone.now()}
            )


def _wait_for_other_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])


def _settle(post: Post, seen: datetime | None) -> bool:
    """Take the mark away, if it is still the one that was seen."""
    if seen is None:
        return not Post.objects.filter(pk=post.pk, stale_at__isnull=False).exists()
    return Post.objects.filter(pk=post.pk, stale_at=seen).update(stale_at=None) == 1


def _store(post: Post, ranked: Sequence[Ranked]) -> set[int]:
    """Keep what is among the best of either side; whose lists ``post`` left."""
    mine, theirs = ("need", "offer") if post.direction == Direction.NEED else ("offer", "need")
    kept = {each.post.pk: each for each in ranked[:KEPT]}
    rest = ranked[KEPT:]
    bars = _bars(theirs, [each.post.pk for each in rest])
    for each in rest:
        bar = bars.get(each.post.pk)
        if bar is None or each.score > bar:
            kept[each.post.pk] = each
    held = {getattr(row, f"{theirs}_id"): row for row in Recommendation.objects.about(post)}
    now = timezone.now()
    changed = [
        Recommendation(
            **{f"{mine}_id": post.pk, f"{theirs}_id": pk},
            score=each.score,
            reasons=list(each.reasons),
            misfits=list(each.misfits),
            computed_at=now,
        )
        for pk, each in kept.items()
        # What is as it was is not written again: the night looks at everything.
        if pk not in held or not each.same_as(held[pk])
    ]
    Recommendation.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["score", "reasons", "misfits", "computed_at"],
    )
    left = set(held) - set(kept)
    Recommendation.objects.filter(pk__in=[held[pk].pk for pk in left]).delete()
    return left


def _bars(side: str, posts: Collection[int]) -> dict[int, float | None]:
    """What a pair must score to be among the best of each of ``posts``; none where there is still room."""
    last = Recommendation.objects.filter(**{side: OuterRef("pk")}).order_by("-score", "pk")
    rows = Post.objects.filter(pk__in=posts).annotate(bar=Subquery(last.values("score")[KEPT - 1 : KEPT]))
    return dict(rows.order_by("pk").values_list("pk", "bar"))


def _refill(posts: Iterable[int], leaver: Post) -> None:
    """Mark those who are left with few: somebody further down their list may do."""
    side = "offer" if leaver.direction == Direction.NEED else "need"
    open_ones = Post.objects.on_board().filter(pk__in=list(posts), stale_at=None)
    many = Recommendation.objects.filter(**{f"{side}__in": open_ones.values("pk")})
    enough = many.values_list(side).annotate(n=Count("pk")).filter(n__gte=REFILL_BELOW).order_by(side)
    rich = {pk for pk, _ in enough}
    mark_stale_by_number(pk for pk in open_ones.order_by("pk").values_list("pk", flat=True) if pk not in rich)


def sweep_closed() -> int:
    """Remove what is left of posts that are not on the board any more; how many pairs went."""
    gone = Post.objects.exclude(state=PostState.PUBLISHED)
    PostEmbedding.objects.filter(post__in=gone.values("pk")).delete()
    found, _ = Recommendation.objects.filter(Q(need__in=gone.values("pk")) | Q(offer__in=gone.values("pk"))).delete()
    return found

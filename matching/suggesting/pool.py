"""Which open posts are worth comparing with one: found by indexes, and never more than some hundreds of them.

Comparing everything with everything costs what a hundred thousand posts squared cost. So each question below brings
its best few by an index (meaning, the same resource nearby, the same skills, those who have waited longest), and
only what they bring is compared exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from pgvector.django import CosineDistance

from matching.enums import Carrying, Direction, Resource
from matching.models import Post, PostEmbedding, Recommendation
from matching.models.post import PostQuerySet
from matching.suggesting.standing import Excluded
from members.enums import OrganisationState
from tomoiki.places.lookups import around, neighbours_of

#: How many each question brings at most.
BY_MEANING, NEARBY, SAME_KIND, LONGEST_WAITING, SAME_SKILLS, SAME_THEMES, CARRIERS, KNOWN = (
    120,
    80,
    40,
    40,
    40,
    40,
    20,
    100,
)
#: How many neighbours the vector index looks at; more finds more of the truly nearest, and takes longer.
EF_SEARCH = 160


@dataclass(frozen=True)
class Surroundings:
    """Where a post is wanted: its municipalities with their wards and cities, and their neighbours."""

    areas: frozenset[str] = field(default_factory=frozenset)
    neighbours: frozenset[str] = field(default_factory=frozenset)

    @property
    def nearby(self) -> list[str]:
        return sorted(self.areas | self.neighbours)


def surroundings_of(areas: Iterable[str]) -> Surroundings:
    """Asked once for all candidates of a post."""
    codes = list(areas)
    if not codes:
        return Surroundings()
    return Surroundings(frozenset(around(codes)), frozenset(neighbours_of(codes)))


def recommendable() -> PostQuerySet:
    """Posts that may be recommended today: on the board, in their season, with something left, their owner in good
    standing. Whether one more introduction may begin is asked when somebody looks (``giving.with_room``): it comes and
    goes with every answer."""
    today = timezone.localdate()
    return Post.objects.on_board().filter(
        Q(season=[]) | Q(season__contains=[today.month]),
        Q(quantity=None) | Q(quantity_taken__lt=F("quantity")),
        organisation__state=OrganisationState.APPROVED,
        expires_at__gt=timezone.now(),
    )


def is_recommendable(post: Post) -> bool:
    """The same question about one post, as it is in the database now."""
    return recommendable().filter(pk=post.pk).exists()


def partners_in_question(post: Post, excluded: Excluded) -> list[Post]:
    """The open posts of the other direction that are worth comparing with ``post``."""
    keys: dict[int, None] = {}
    for each in _questions(post, surroundings_of(post.areas)):
        keys.update(dict.fromkeys(each))
    wanted = [key for key in keys if key not in excluded.posts]
    found = recommendable().filter(pk__in=wanted, direction=Direction(post.direction).opposite)
    rows = found.exclude(organisation__in=excluded.organisations).select_related("organisation", "embedding")
    return list(rows.order_by("-published_at", "-pk"))


def _questions(post: Post, where: Surroundings) -> Iterator[Iterable[int]]:
    other = Direction(post.direction).opposite
    everybody = recommendable().filter(direction=other).exclude(organisation=post.organisation_id)
    newest = everybody.order_by("-published_at", "-pk").values_list("pk", flat=True)
    yield nearest(post, BY_MEANING)
    same = newest.filter(resource=post.resource)
    if where.areas:
        yield same.filter(Q(areas__overlap=where.nearby) | Q(areas=[]) | Q(online=True))[:NEARBY]
    yield same[:SAME_KIND]
    if other == Direction.NEED:
        yield same.order_by("published_at", "pk")[:LONGEST_WAITING]
    if post.skills:
        yield newest.filter(skills__overlap=post.skills)[:SAME_SKILLS]
    if post.themes:
        alike = newest.filter(themes__overlap=post.themes)
        yield (alike.filter(areas__overlap=where.nearby) if where.areas else alike)[:SAME_THEMES]
    if post.carrying == Carrying.NO_MEANS and post.direction == Direction.NEED:
        carriers = newest.filter(resource=Resource.TRANSPORT)
        yield (carriers.filter(areas__overlap=where.nearby) if where.areas else carriers)[:CARRIERS]
    yield _known(post)


def _known(post: Post) -> QuerySet[Recommendation, int]:
    """With whom it stands in the table now: lists that it may have to leave."""
    side = "offer" if post.direction == Direction.NEED else "need"
    return Recommendation.objects.about(post).values_list(side, flat=True)[:KNOWN]


def nearest(post: Post, number: int) -> list[int]:
    """The posts of the other direction whose meaning is nearest to ``post``'s, the nearest first.

    Nothing where it has no vector: then words, places and themes have to do.
    """
    own = PostEmbedding.objects.filter(pk=post.pk).first()
    if own is None:
        return []
    others = PostEmbedding.objects.filter(direction=Direction(post.direction).opposite, model=own.model)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # For this transaction only. As many as are asked for, also where the condition leaves out some.
            cursor.execute("SELECT set_config('hnsw.ef_search', %s, true)", [str(max(EF_SEARCH, number))])
        return list(others.order_by(CosineDistance("vector", own.vector)).values_list("pk", flat=True)[:number])

"""What people are shown of the table, by the state of the world now: it may have changed since the last computation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from matching.cards import Card, cards_for
from matching.enums import Direction
from matching.giving import with_room
from matching.models import Post, Recommendation, RecommendationDismissal
from matching.models.post import PostQuerySet
from matching.standing import Visitor
from matching.suggesting.pool import nearest, recommendable, surroundings_of
from matching.suggesting.ranking import texts
from matching.suggesting.standing import excluded_for, excluded_for_all
from members.models import Organisation

#: Of one post: more than are shown, since some may be gone by now.
LOOKED_AT = 60
#: Of all posts of an organisation together.
LOOKED_AT_OF_ALL = 120
#: Of the nearest by meaning, for the posts beside one.
NEAREST = 40


@dataclass(frozen=True)
class Shown:
    """A recommendation as a page shows it: the other post's card, and how it fits.

    ``own`` is the post that it fits, None where it fits an ``organisation`` as such; ``near`` names the branch that it
    is near to, if it is one.
    """

    card: Card
    organisation: Organisation
    fits: Sequence[str]
    misfits: Sequence[str]
    own: Post | None = None
    near: str = ""

    @property
    def post(self) -> Post:
        return self.card.post

    @property
    def call_label(self) -> str:
        """What the button says: one raises a hand for a need, and speaks to whoever offers something."""
        return "手を挙げる" if self.post.direction == Direction.NEED else "声をかける"

    @property
    def call_url(self) -> str:
        """Where one does so, with one's own post in hand."""
        url = reverse("matching:respond", args=[self.post.pk])
        return f"{url}?with={self.own.pk}" if self.own else url


def visible(viewer: Visitor) -> PostQuerySet:
    """What may be recommended today and ``viewer`` may see."""
    return recommendable() & Post.objects.visible_to(viewer)


def recommended_to(post: Post, viewer: Visitor, number: int) -> list[Shown]:
    """The best for ``post`` (one of the viewer's own, or any for staff); nothing while it is not open itself."""
    if not recommendable().filter(pk=post.pk).exists() or not with_room([post]):
        return []
    excluded = excluded_for(post)
    rows = Recommendation.objects.about(post)[:LOOKED_AT]
    by_partner = {row.offer_id if post.direction == Direction.NEED else row.need_id: row for row in rows}
    found = _partners(by_partner, viewer).exclude(organisation__in=excluded.organisations)
    others = [each for each in found if excluded.allows(each)]
    best = sorted(with_room(others), key=lambda each: (-by_partner[each.pk].score, by_partner[each.pk].pk))[:number]
    return [_shown(card, post, by_partner[card.post.pk], viewer) for card in cards_for(best, viewer=viewer)]


def _shown(card: Card, own: Post, row: Recommendation, viewer: Visitor) -> Shown:
    staff, needs = bool(viewer.is_staff), own.direction == Direction.NEED
    fits, misfits = (texts(said, for_staff=staff, own_need=needs) for said in (row.reasons, row.misfits))
    return Shown(card, own.organisation, fits, misfits, own)


def _partners(keys: Collection[int], viewer: Visitor) -> PostQuerySet:
    return visible(viewer).filter(pk__in=list(keys)).for_cards()


def recommended_for_posts_of(
    organisations: Collection[int], viewer: Visitor, number: int, *, since: datetime | None = None
) -> list[Shown]:
    """The best over all open posts of the viewer's ``organisations``, each partner once, each own post in turn.

    ``since``: of those that were found from then on. A fixed number of queries, however many posts they have.
    """
    own = {
        each.pk: each
        for each in with_room(
            list(recommendable().filter(organisation__in=organisations).select_related("organisation")[:200])
        )
    }
    if not own:
        return []
    found = Recommendation.objects.about_any(own).order_by("-score", "pk")
    rows = list((found.filter(found_at__gte=since) if since else found)[:LOOKED_AT_OF_ALL])
    pairs = [
        (row.need_id, row.offer_id, row) if row.need_id in own else (row.offer_id, row.need_id, row) for row in rows
    ]
    others = {each.pk: each for each in with_room(list(_partners({other for _, other, _ in pairs}, viewer)))}
    excluded = excluded_for_all(list(own.values()))
    possible = [
        (mine, other, row)
        for mine, other, row in pairs
        if (post := others.get(other)) is not None
        and post.organisation_id not in organisations
        and excluded[mine].allows(post)
    ]
    best = _in_turn(possible, number)
    cards = {card.post.pk: card for card in cards_for([others[other] for _, other, _ in best], viewer=viewer)}
    return [_shown(cards[other], own[mine], row, viewer) for mine, other, row in best]


def _in_turn(pairs: Sequence[tuple[int, int, Recommendation]], number: int) -> list[tuple[int, int, Recommendation]]:
    """The best pair of each own post first, then the second best of each; no partner twice."""
    waiting: dict[int, list[tuple[int, int, Recommendation]]] = {}
    for pair in pairs:
        waiting.setdefault(pair[0], []).append(pair)
    chosen: dict[int, tuple[int, int, Recommendation]] = {}
    while any(waiting.values()) and len(chosen) < number:
        for queue in waiting.values():
            while queue and queue[0][1] in chosen:
                queue.pop(0)
            if queue and len(chosen) < number:
                first = queue.pop(0)
                chosen[first[1]] = first
    return list(chosen.values())


def near_in_meaning(post: Post, viewer: Visitor, number: int) -> list[Post]:
    """Open posts of the other direction that mean something alike: the same resource nearby before the others.

    Whoever reads a post is shown them, whatever has been between the two.
    """
    keys = nearest(post, NEAREST)
    if not keys:
        return []
    order = {key: place for place, key in enumerate(keys)}
    nearby = set(surroundings_of(post.areas).nearby)
    found = visible(viewer).filter(pk__in=keys).exclude(organisation=post.organisation_id).for_cards()

    def place(each: Post) -> tuple[bool, bool, int]:
        far = bool(nearby and each.areas and not each.online and not nearby.intersection(each.areas))
        return each.resource != post.resource, far, order[each.pk]

    return sorted(found, key=place)[:number]


def dismissed_by(organisations: Collection[int], post: Post) -> list[RecommendationDismissal]:
    """What the viewer's organisations found not to fit ``post``, or ``post`` not to fit theirs; newest first."""
    rows = RecommendationDismissal.objects.filter(organisation__in=organisations)
    return list(rows.filter(Q(own_post=post) | Q(post=post)).select_related("post", "own_post", "organisation")[:20])

"""Which pairs are not to be recommended: on their way already, done, declined, or dismissed by either side."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from matching.enums import OPEN_STATES, IntroductionState
from matching.models import Participant, Post, RecommendationDismissal

#: Introductions after which the same two are not recommended to each other again. Where nobody answered, where
#: staff or the asker took it back, or where another was quicker, they may well be.
SETTLED = frozenset(
    {*OPEN_STATES, IntroductionState.COMPLETED, IntroductionState.DECLINED, IntroductionState.ENDED_EARLY}
)

#: By so much a candidate sinks for each thing its like was dismissed for, and by how much at most. Gentle: it changes
#: the order of what fits about equally well, and never takes anything away.
SINKS_BY, SINKS_AT_MOST = 0.03, 0.09
#: How many of an organisation's latest dismissals are looked at.
REMEMBERED = 50
#: Dismissals that say something about the pair only, and nothing about its like.
ABOUT_THE_PAIR = frozenset({"known", "settled", "not_now"})


@dataclass(frozen=True)
class Excluded:
    """With whom a post is not brought together: single posts, or everything of an organisation."""

    posts: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()

    def allows(self, other: Post) -> bool:
        return other.pk not in self.posts and other.organisation_id not in self.organisations


def excluded_for(post: Post) -> Excluded:
    """What is not recommended to ``post``: its own organisation's, what is settled, what was dismissed."""
    return excluded_for_all([post])[post.pk]


def excluded_for_all(posts: Collection[Post]) -> dict[int, Excluded]:
    """The same for each of ``posts``; five queries, however many there are."""
    by_pk = {post.pk: post for post in posts}
    by_organisation: dict[int, list[int]] = {}
    for post in posts:
        by_organisation.setdefault(post.organisation_id, []).append(post.pk)
    others: dict[int, set[int]] = {pk: set() for pk in by_pk}
    organisations: dict[int, set[int]] = {post.pk: {post.organisation_id} for post in posts}
    about = Participant.objects.filter(introduction__state__in=SETTLED)
    # It was brought, or answered: its partners' posts, or the partner as such where that brought none.
    own = _by_introduction(about.filter(post__in=by_pk).values_list("introduction", "post"))
    for introduction, other, organisation in _sides(about, own):
        for pk in own[introduction]:
            if other is not None and other != pk:
                others[pk].add(other)
            elif other is None and organisation != by_pk[pk].organisation_id:
                organisations[pk].add(organisation)
    # Its organisation answered others without bringing a post of its own.
    bare = about.filter(organisation__in=by_organisation, post=None)
    answered = _by_introduction(bare.values_list("introduction", "organisation"))
    for introduction, other, _ in _sides(about, answered):
        for organisation in answered[introduction]:
            if other is not None:
                for pk in by_organisation[organisation]:
                    others[pk].add(other)
    # Dismissed by its own organisation, for it or for all of theirs; or by another, for one of its posts or for all.
    own_ones = Q(organisation__in=by_organisation) & (Q(own_post__in=by_pk) | Q(own_post=None))
    rows = RecommendationDismissal.objects.filter(own_ones | Q(post__in=by_pk))
    for by, dismissed, theirs in rows.values_list("organisation", "post", "own_post"):
        if by in by_organisation:
            for pk in by_organisation[by] if theirs is None else [theirs] if theirs in by_pk else []:
                others[pk].add(dismissed)
        if dismissed in by_pk and theirs is not None:
            others[dismissed].add(theirs)
        elif dismissed in by_pk:
            organisations[dismissed].add(by)
    return {pk: Excluded(frozenset(others[pk]), frozenset(organisations[pk])) for pk in by_pk}


def _by_introduction(rows: Iterable[tuple[int, int | None]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for introduction, key in rows:
        if key is not None:
            found.setdefault(introduction, set()).add(key)
    return found


def _sides(about: QuerySet[Participant], introductions: Collection[int]) -> Iterable[tuple[int, int | None, int]]:
    return about.filter(introduction__in=introductions).values_list("introduction", "post", "organisation")


@dataclass(frozen=True)
class Disliked:
    """What an organisation has dismissed lately, as far as it tells something about others of its kind."""

    resources: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)
    organisations: frozenset[int] = field(default_factory=frozenset)

    def sinks(self, other: Post) -> float:
        """By how much ``other`` sinks in the order."""
        alike = (
            any((other.resource, theme) in self.resources for theme in (*other.themes, "")),
            bool(self.places.intersection(other.areas)) and not other.online,
            other.organisation_id in self.organisations,
        )
        return min(SINKS_AT_MOST, SINKS_BY * sum(alike))


def disliked_by(organisation: int, *, for_post: int | None = None) -> Disliked:
    """What it dismissed, for one of its posts or for itself; one query.

    「種類が違う」 counts for the same resource with the same theme, 「場所が遠い」 for the same municipalities, and
    「団体の都合」 for other posts of the same organisation.
    """
    rows = RecommendationDismissal.objects.filter(organisation=organisation).select_related("post")
    if for_post is not None:
        rows = rows.filter(Q(own_post=for_post) | Q(own_post=None))
    resources: set[tuple[str, str]] = set()
    places: set[str] = set()
    organisations: set[int] = set()
    for row in rows.order_by("-created_at", "-pk")[:REMEMBERED]:
        if row.reason in ABOUT_THE_PAIR:
            continue
        if row.reason in {"content", ""}:
            resources |= {(row.post.resource, theme) for theme in row.post.themes or [""]}
        if row.reason == "place":
            places |= set(row.post.areas)
        if row.reason == "partner":
            organisations.add(row.post.organisation_id)
    return Disliked(frozenset(resources), frozenset(places), frozenset(organisations))


def helped_organisations(organisations: Iterable[int]) -> Collection[int]:
    """Those of ``organisations`` that were helped at least once: somebody agreed to help them. One query."""
    helped = Participant.objects.filter(
        organisation__in=set(organisations), side="need", introduction__agreed_at__isnull=False
    )
    return set(helped.values_list("organisation", flat=True))

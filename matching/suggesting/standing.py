"""Which pairs are not to be recommended: on their way already, done, declined, or dismissed by either side."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from matching.enums import OPEN_STATES, IntroductionState
from matching.enums.doors import Purpose
from matching.models import Participant, Post, RecommendationDismissal

#: Introductions after which the same two are not recommended to each other again. Where nobody answered, where
#: staff or the asker took it back, or where another was quicker, they may well be.
SETTLED = frozenset(
    {*OPEN_STATES, IntroductionState.COMPLETED, IntroductionState.DECLINED, IntroductionState.ENDED_EARLY}
)

#: By so much a candidate sinks for each thing its like was dismissed for, and by how much at most. Gentle: it changes
#: the order of what fits about equally well, and never takes anything away.
SINKS_BY, SINKS_AT_MOST = 0.03, 0.09
#: How many of an organisation's latest dismissals are looked at, and of all that are compared at once.
REMEMBERED, REMEMBERED_OF_ALL = 50, 2_000
#: Dismissals that say something about the pair only, and nothing about its like.
ABOUT_THE_PAIR = frozenset({"known", "not_now", "dates", "amount", "other"})


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


class _Collected:
    """What is not recommended to each of some posts, while it is being put together."""

    def __init__(self, posts: Collection[Post]) -> None:
        self.by_pk = {post.pk: post for post in posts}
        self.by_organisation: dict[int, list[int]] = {}
        for post in posts:
            self.by_organisation.setdefault(post.organisation_id, []).append(post.pk)
        self.posts: dict[int, set[int]] = {pk: set() for pk in self.by_pk}
        self.organisations: dict[int, set[int]] = {post.pk: {post.organisation_id} for post in posts}

    def with_partners(self, about: QuerySet[Participant]) -> None:
        """They were brought, or answered: their partners' posts, or the partner as such where that brought none."""
        own = _by_introduction(about.filter(post__in=self.by_pk).values_list("introduction", "post"))
        for introduction, other, organisation in _sides(about, own):
            for pk in own[introduction]:
                if other is not None and other != pk:
                    self.posts[pk].add(other)
                elif other is None and organisation != self.by_pk[pk].organisation_id:
                    self.organisations[pk].add(organisation)

    def with_bare_hands(self, about: QuerySet[Participant]) -> None:
        """Their organisations answered others without bringing a post of their own."""
        bare = about.filter(organisation__in=self.by_organisation, post=None)
        answered = _by_introduction(bare.values_list("introduction", "organisation"))
        for introduction, other, _ in _sides(about, answered):
            for organisation in answered[introduction] if other is not None else ():
                for pk in self.by_organisation[organisation]:
                    self.posts[pk].add(other or 0)

    def with_dismissals(self) -> None:
        """Dismissed by their organisations, for them or for all of theirs; or by another, for one post or for all."""
        own_ones = Q(organisation__in=self.by_organisation) & (Q(own_post__in=self.by_pk) | Q(own_post=None))
        rows = RecommendationDismissal.objects.filter(own_ones | Q(post__in=self.by_pk))
        for by, dismissed, theirs in rows.values_list("organisation", "post", "own_post"):
            for pk in self.by_organisation.get(by, ()) if theirs is None else [theirs]:
                if pk in self.posts:
                    self.posts[pk].add(dismissed)
            if dismissed in self.by_pk and theirs is not None:
                self.posts[dismissed].add(theirs)
            elif dismissed in self.by_pk:
                self.organisations[dismissed].add(by)


def excluded_for_all(posts: Collection[Post]) -> dict[int, Excluded]:
    """The same for each of ``posts``; five queries, however many there are."""
    found = _Collected(posts)
    about = Participant.objects.filter(introduction__state__in=SETTLED, introduction__purpose=Purpose.HELP)
    found.with_partners(about)
    found.with_bare_hands(about)
    found.with_dismissals()
    return {pk: Excluded(frozenset(found.posts[pk]), frozenset(found.organisations[pk])) for pk in found.by_pk}


def _by_introduction(rows: Iterable[tuple[int, int | None]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for introduction, key in rows:
        if key is not None:
            found.setdefault(introduction, set()).add(key)
    return found


def _sides(about: QuerySet[Participant], introductions: Collection[int]) -> Iterable[tuple[int, int | None, int]]:
    return about.filter(introduction__in=introductions).values_list("introduction", "post", "organisation")


@dataclass(frozen=True)
class Dislikes:
    """What some organisations have dismissed lately, as far as it tells something about others of its kind."""

    rows: Mapping[int, Sequence[RecommendationDismissal]]

    def sinks(self, other: Post, *, below: Post) -> float:
        """By how much ``other`` sinks in the list of ``below``, by what was dismissed for that post or for all."""
        own = [row for row in self.rows.get(below.organisation_id, ()) if row.own_post_id in (None, below.pk)]
        return _sinks(other, own)

    def sinks_for(self, organisation: int, other: Post) -> float:
        """The same for an organisation as such."""
        return _sinks(other, self.rows.get(organisation, ()))


def _sinks(other: Post, rows: Iterable[RecommendationDismissal]) -> float:
    """「種類や内容が違う」, or no reason, tells against the same resource with the same theme, 「場所が遠い」 against
    the same municipalities, and 「この団体とは」 against other posts of the same organisation."""
    alike: set[str] = set()
    for row in rows:
        gone = row.post
        if row.reason in {"content", ""} and gone.resource == other.resource:
            if set(gone.themes).intersection(other.themes) or not gone.themes:
                alike.add("content")
        elif row.reason == "place" and not other.online and set(gone.areas).intersection(other.areas):
            alike.add("place")
        elif row.reason == "partner" and gone.organisation_id == other.organisation_id:
            alike.add("partner")
    return min(SINKS_AT_MOST, SINKS_BY * len(alike))


def dislikes_of(organisations: Collection[int]) -> Dislikes:
    """The latest dismissals of each of ``organisations`` that say more than something about one pair; one query."""
    latest = RecommendationDismissal.objects.filter(organisation__in=organisations).exclude(reason__in=ABOUT_THE_PAIR)
    rows: dict[int, list[RecommendationDismissal]] = {}
    for row in latest.select_related("post").order_by("-created_at", "-pk")[:REMEMBERED_OF_ALL]:
        own = rows.setdefault(row.organisation_id, [])
        if len(own) < REMEMBERED:
            own.append(row)
    return Dislikes(rows)


def helped_organisations(organisations: Iterable[int]) -> Collection[int]:
    """Those of ``organisations`` that were helped at least once: somebody agreed to help them. One query."""
    helped = Participant.objects.filter(
        organisation__in=set(organisations),
        side="need",
        introduction__agreed_at__isnull=False,
        introduction__purpose=Purpose.HELP,
    )
    return set(helped.values_list("organisation", flat=True))

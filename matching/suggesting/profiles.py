"""What an organisation could do by its profile, for those who have posted nothing yet, and around its branches.

Computed when it is asked for: a profile is no post, there is no vector of it, and what is on the board an hour later
is another thing. Bounded like everything here: three questions by index, then the same comparison as for posts.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.db.models import Q

from matching.cards import cards_for
from matching.enums import Direction, Resource
from matching.enums.doors import Purpose
from matching.giving import with_room
from matching.models import Participant, Post, RecommendationDismissal
from matching.recommendation import Case
from matching.standing import Visitor
from matching.suggesting.pool import recommendable, surroundings_of
from matching.suggesting.ranking import Said, in_order, texts
from matching.suggesting.reading import Shown, visible
from matching.suggesting.standing import SETTLED, dislikes_of
from members.enums import OrganisationKind
from members.models import Organisation

#: How many each question brings.
OF_ITS_KINDS, NEARBY, OF_ITS_THEMES = 60, 60, 40

#: What a profile says somebody can do -> what they could help with. Field of ``details`` -> code -> resource.
GIVES: Mapping[str, Mapping[str, Resource]] = {
    "employee_gift": {
        "hands": Resource.HANDS,
        "skill": Resource.SKILL,
        "lecture": Resource.EXPERTISE,
        "visit": Resource.WORK,
        "place": Resource.PLACE,
        "goods": Resource.GOODS,
        "food": Resource.FOOD,
        "transport": Resource.TRANSPORT,
        "work": Resource.WORK,
        "publicity": Resource.PUBLICITY,
        "funding": Resource.FUNDING,
        "idea": Resource.PARTNERSHIP,
    },
    "offers": {
        "joint-research": Resource.EXPERTISE,
        "expertise": Resource.EXPERTISE,
        "evaluation": Resource.EXPERTISE,
        "lecture": Resource.EXPERTISE,
        "students": Resource.HANDS,
        "place": Resource.PLACE,
        "equipment": Resource.GOODS,
    },
    "introduces": {
        "customers": Resource.PARTNERSHIP,
        "grants": Resource.FUNDING,
        "crowdfunding": Resource.FUNDING,
        "loans": Resource.FUNDING,
        "start-up": Resource.EXPERTISE,
        "succession": Resource.EXPERTISE,
        "seminars": Resource.PARTNERSHIP,
        "lobby": Resource.PUBLICITY,
        "volunteers": Resource.HANDS,
    },
    "services": {
        "volunteers": Resource.HANDS,
        "venues": Resource.PLACE,
        "grants": Resource.FUNDING,
        "publicity": Resource.PUBLICITY,
    },
    "activities": {
        "place": Resource.PLACE,
        "meals": Resource.FOOD,
        "mobility": Resource.TRANSPORT,
        "events": Resource.HANDS,
        "disaster": Resource.HANDS,
    },
}
#: What a kind of organisation is for, also where its profile says nothing.
BY_KIND: Mapping[str, frozenset[Resource]] = {
    OrganisationKind.MEDIA: frozenset({Resource.PUBLICITY}),
    OrganisationKind.UNIVERSITY: frozenset({Resource.EXPERTISE}),
    OrganisationKind.FINANCIAL: frozenset({Resource.FUNDING}),
}


def gives(organisation: Organisation) -> frozenset[Resource]:
    """With what it could help, by what its profile says."""
    found = set(BY_KIND.get(organisation.kind, ()))
    for field, resources in GIVES.items():
        said = organisation.details.get(field)
        if isinstance(said, list):
            found |= {resources[code] for code in said if code in resources}
    return frozenset(found)


def suggestions_for(organisation: Organisation, viewer: Visitor, number: int) -> list[Shown]:
    """Open needs of others that it could help with, the best first; a fixed number of queries."""
    branches = _branches(organisation)
    home = {*organisation.areas, *([organisation.municipality.code] if organisation.municipality else ())}
    where = surroundings_of({*home, *branches})
    needs = recommendable().filter(direction=Direction.NEED).exclude(organisation=organisation)
    newest = needs.order_by("-published_at", "-pk").values_list("pk", flat=True)
    given = gives(organisation)
    here = Q(areas__overlap=where.nearby) | Q(areas=[]) | Q(online=True) if where.areas else Q()
    keys: set[int] = set()
    if given:
        keys |= set(newest.filter(here, resource__in=given)[:OF_ITS_KINDS])
    if organisation.themes:
        keys |= set(newest.filter(here, themes__overlap=organisation.themes)[:OF_ITS_THEMES])
    if branches:
        keys |= set(newest.filter(areas__overlap=sorted(branches))[:NEARBY])
    keys -= _not_again(organisation)
    rows = list(visible(viewer).filter(pk__in=keys).for_cards().select_related("organisation", "photo", "embedding"))
    ranked = _ranked(organisation, with_room(rows), given, {*home, *branches})[:number]
    cards = {card.post.pk: card for card in cards_for([post for post, *_ in ranked], viewer=viewer)}
    staff = bool(viewer.is_staff)
    return [
        Shown(
            cards[post.pk],
            organisation,
            [*_by_profile(post, given), *texts(reasons, for_staff=staff)][:4],
            texts(misfits, for_staff=staff),
            near=_near_branch(post, branches, home),
        )
        for post, reasons, misfits in ranked
    ]


def _ranked(
    organisation: Organisation, posts: Sequence[Post], given: Iterable[str], places: Iterable[str]
) -> list[tuple[Post, Sequence[Said], Sequence[Said]]]:
    """In the order in which they fit; what it gives is compared as an offer of just that."""
    dislikes = dislikes_of([organisation.pk])
    able = frozenset(given)
    found = []
    for resource in sorted({post.resource if post.resource in able else "" for post in posts}):
        some = [post for post in posts if (post.resource if post.resource in able else "") == resource]
        subject = Case(
            id=f"organisation:{organisation.pk}",
            direction=Direction.OFFER,
            title="",
            body=organisation.description,
            resource=resource,
            municipalities=tuple(sorted(places)),
            themes=tuple(organisation.themes),
            organisation_kind=organisation.kind,
        )
        found += in_order(subject, some, partial(dislikes.sinks_for, organisation.pk), worth_showing_only=False)
    # What its profile says it can do first; then by fit.
    found.sort(key=lambda each: (each.post.resource not in able, -each.score, each.post.pk))
    return [(each.post, each.reasons, each.misfits) for each in found]


def _by_profile(post: Post, given: Iterable[str]) -> list[str]:
    return [f"プロフィールの「できること」（{post.get_resource_display()}）"] if post.resource in set(given) else []


def _branches(organisation: Organisation) -> dict[str, str]:
    """Municipality -> the name of a branch there."""
    rows = organisation.branches.order_by("order", "pk").values_list("municipality__code", "name")
    found: dict[str, str] = {}
    for code, name in rows:
        found.setdefault(code, name)
    return found


def _near_branch(post: Post, branches: Mapping[str, str], home: Iterable[str]) -> str:
    """The branch in one of the post's municipalities, unless the organisation itself is there."""
    if set(post.areas).intersection(home):
        return ""
    return next((name for code, name in branches.items() if code in post.areas), "")


def _not_again(organisation: Organisation) -> set[int]:
    """What it dismissed as an organisation, and that in which it takes or took part."""
    dismissed = RecommendationDismissal.objects.filter(organisation=organisation)
    settled = Participant.objects.filter(
        organisation=organisation, introduction__state__in=SETTLED, introduction__purpose=Purpose.HELP
    )
    with_it = Participant.objects.filter(introduction__in=settled.values("introduction"), post__isnull=False)
    return {
        *dismissed.values_list("post", flat=True),
        *(post for post in with_it.values_list("post", flat=True) if post is not None),
    }

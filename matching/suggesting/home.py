"""What a member's home shows of recommendations: a few for its posts, and what its organisations might do."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.standing import Visitor
from matching.suggesting.profiles import gives, suggestions_for
from matching.suggesting.reading import Shown, recommended_for_posts_of
from members.models import Organisation

SHOWN = 3
#: Of how many organisations of one person; whoever acts for more finds the others on their own pages.
ORGANISATIONS = 2


@dataclass(frozen=True)
class ForOrganisation:
    """Needs that an organisation could help with."""

    organisation: Organisation
    items: Sequence[Shown]


@dataclass(frozen=True)
class HomeRecommendations:
    """The part of a member's home."""

    for_posts: Sequence[Shown]
    for_organisations: Sequence[ForOrganisation]


def recommendations_for_home(user: Visitor, acting: Sequence[Organisation]) -> HomeRecommendations:
    """For those in whose name ``user`` may act; a fixed number of queries for each of at most two organisations.

    What an organisation could do is shown to those that said so in their profile, have branches, or posted nothing.
    """
    if not acting:
        return HomeRecommendations([], [])
    keys = {organisation.pk for organisation in acting}
    for_posts = recommended_for_posts_of(keys, user, SHOWN)
    shown = {item.post.pk for item in for_posts}
    rows = []
    for organisation in acting[:ORGANISATIONS]:
        if for_posts and not gives(organisation):
            continue
        items = [item for item in suggestions_for(organisation, user, SHOWN * 2) if item.post.pk not in shown][:SHOWN]
        if items:
            shown |= {item.post.pk for item in items}
            rows.append(ForOrganisation(organisation, items))
    return HomeRecommendations(for_posts, rows)

"""The newest needs and offers for the front page and for a member's own page."""

from dataclasses import dataclass
from itertools import chain, zip_longest

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from matching.cards import Card, cards_for
from matching.enums import Direction, PostState
from matching.models import Post
from members.models import Organisation, User
from tomoiki.places.lookups import around, neighbours_of

Visitor = User | AnonymousUser

EACH = 3


def newest_of_both(user: Visitor, *, each: int = EACH) -> list[Card]:
    """The newest needs and offers that the visitor may see, by turns: at most ``each`` of both."""
    visible = Post.objects.visible_to(user).on_board().for_cards()
    needs = visible.filter(direction=Direction.NEED).order_by("-published_at", "-pk")[:each]
    offers = visible.filter(direction=Direction.OFFER).order_by("-published_at", "-pk")[:each]
    return cards_for([post for post in chain(*zip_longest(needs, offers)) if post is not None], viewer=user)


@dataclass(frozen=True)
class News:
    """What is new for a member. ``direction`` is empty when both are shown; ``nearby`` tells whether it is close."""

    cards: list[Card]
    direction: str
    nearby: bool

    @property
    def heading(self) -> str:
        what = Direction(self.direction).label if self.direction else "困りごと・できること"
        return f"近くで新しく出た{what}" if self.nearby else f"新しく出た{what}"


def news_for(user: User, organisations: list[Organisation], *, size: int = EACH) -> News:
    """The newest open posts of others in and around the person's area, of the direction that answers their own.

    Who has open needs is shown offers, who has open offers needs, anybody else both. Where nothing is open
    nearby, the newest of the whole prefecture are shown instead.
    """
    own = Post.objects.filter(organisation__in=organisations, state__in=[PostState.PUBLISHED, PostState.SUBMITTED])
    directions, areas = set(), {each.municipality.code for each in organisations if each.municipality}
    for direction, codes in own.values_list("direction", "areas"):
        directions.add(direction)
        areas.update(codes)
    wanted = Direction(directions.pop()).opposite.value if len(directions) == 1 else ""
    posts = Post.objects.visible_to(user).on_board().exclude(organisation__in=organisations).for_cards()
    if wanted:
        posts = posts.filter(direction=wanted)
    posts = posts.order_by("-published_at", "-pk")
    if areas:
        near = around(areas) | neighbours_of(areas)
        found = list(posts.filter(Q(areas__overlap=sorted(near)) | Q(areas=[]))[:size])
        if found:
            return News(cards_for(found, viewer=user), wanted, nearby=True)
    return News(cards_for(list(posts[:size]), viewer=user), wanted, nearby=False)

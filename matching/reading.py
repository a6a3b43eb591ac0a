"""Since when an introduction's conversation is somebody's business, and how far each side has read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from matching.models import Participant
from members.models import Affiliation, User
from tomoiki.conversations.models import Conversation, ReadMark


def came_at(user: User) -> Subquery:
    """When ``user`` came to the organisation that takes part, asked of a message: what is older is no news."""
    places = Affiliation.objects.current().filter(
        user=user, organisation__participations__introduction=OuterRef("conversation__object_id")
    )
    return Subquery(places.order_by("started_at").values("started_at")[:1])


@dataclass(frozen=True)
class SideRead:
    """How far the people of one side have read: its organisation reads with the first of them."""

    side: Participant
    up_to: datetime


def read_by_sides(conversation: Conversation, sides: Iterable[Participant]) -> list[SideRead]:
    """How far each of ``sides`` has read that has read anything; two queries."""
    marks = _marks(conversation)
    people = _people_of({side.speaks.pk for side in sides}, marks)
    found = []
    for side in sides:
        moments = [marks[person] for person in people.get(side.speaks.pk, ())]
        if moments:
            found.append(SideRead(side, max(moments)))
    return found


def _marks(conversation: Conversation) -> dict[int, datetime]:
    return dict(ReadMark.objects.filter(conversation=conversation).values_list("user", "read_up_to"))


def _people_of(organisations: Iterable[int], people: Iterable[int]) -> Mapping[int, list[int]]:
    rows = Affiliation.objects.current().filter(organisation__in=list(organisations), user__in=list(people))
    found: dict[int, list[int]] = {}
    for organisation, person in rows.order_by("pk").values_list("organisation", "user"):
        found.setdefault(organisation, []).append(person)
    return found


def own_readers(conversation: Conversation, organisations: Iterable[int], *, up_to: datetime, but: User) -> list[User]:
    """The colleagues of ``but`` in ``organisations`` who have read up to the newest message; one query."""
    return list(
        User.objects.filter(
            pk__in=ReadMark.objects.filter(conversation=conversation, read_up_to__gte=up_to).values("user"),
            affiliations__organisation__in=list(organisations),
            affiliations__ended_at__isnull=True,
            is_active=True,
        )
        .exclude(pk=but.pk)
        .distinct()
        .order_by("pk")[:20]
    )

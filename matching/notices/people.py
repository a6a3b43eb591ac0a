"""Whom matching tells, and words that several notices share."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from matching.models import Participant
from members.enums import AffiliationRole
from members.models import Affiliation, User
from tomoiki.audit.actors import Actor

ACTING = (AffiliationRole.OWNER, AffiliationRole.EDITOR)


def staff_people(*, but: Actor | None = None) -> QuerySet[User]:
    """Everybody of the secretariat, without whoever did it."""
    people = User.objects.of_the_office()
    return people.exclude(pk=but.pk) if isinstance(but, User) else people


def people_by_side(sides: Iterable[Participant]) -> dict[User, list[Participant]]:
    """The people who act for ``sides``, each with the sides they act for; two queries at most."""
    of_organisation: dict[int, list[Participant]] = defaultdict(list)
    for side in sides:
        of_organisation[side.desk_id or side.organisation_id].append(side)
    affiliations = (
        Affiliation.objects.current()
        .of_roles(ACTING)
        .filter(organisation__in=list(of_organisation), user__is_active=True, user__anonymised_at__isnull=True)
        .select_related("user")
        .order_by("pk")
    )
    people: dict[User, list[Participant]] = defaultdict(list)
    for affiliation in affiliations:
        people[affiliation.user] += of_organisation[affiliation.organisation_id]
    return dict(people)


def short(text: object, length: int) -> str:
    """``text`` in at most ``length`` characters, for subjects."""
    whole = str(text)
    return whole if len(whole) <= length else f"{whole[: length - 1]}…"


def named(sides: Iterable[Participant], length: int | None = None) -> str:
    """みどりベーカリーさん、海風町内会さん（窓口：しおさい市社会福祉協議会）

    With ``length``, for subjects, each name in at most so many characters and without its desk.
    """
    if length is None:
        return "、".join(f"{short(side.name, 40)}さん{side.through}" for side in sides)
    return "、".join(f"{short(side.name, length)}さん" for side in sides)

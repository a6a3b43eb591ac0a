"""How a visitor stands to acting: whether they may write and raise a hand, and if not, what is missing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser

from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Affiliation, Organisation

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class Standing(StrEnum):
    """What a visitor may do on the board."""

    VISITOR = "visitor"  # not logged in
    STAFF = "staff"  # the office introduces from the admin, and acts for nobody
    NOBODY = "nobody"  # logged in, without an organisation
    WAITING = "waiting"  # the organisation is not approved yet
    RETURNED = "returned"  # the application came back to be mended
    STOPPED = "stopped"  # suspended, rejected or left
    VIEWER = "viewer"  # may read only
    ABLE = "able"


#: Organisations of so many people that a need can be shown to colleagues.
_WITH_COLLEAGUES = (
    OrganisationKind.COMPANY,
    OrganisationKind.FINANCIAL,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.MEDIA,
)
_WAITING = (OrganisationState.DRAFT, OrganisationState.APPLIED)


@dataclass(frozen=True)
class Place:
    """A visitor's standing, and the organisations in whose name they may act."""

    standing: Standing
    organisations: tuple[Organisation, ...] = ()

    @property
    def able(self) -> bool:
        return self.standing == Standing.ABLE

    @property
    def has_colleagues(self) -> bool:
        """Whether they may want to show needs to the people who work there."""
        return any(each.kind in _WITH_COLLEAGUES for each in self.organisations)

    def may_act_for(self, organisation_id: int) -> bool:
        return any(each.pk == organisation_id for each in self.organisations)


def place_of(user: Visitor) -> Place:
    """``user``'s standing; one query, or two for somebody who may not act."""
    if not user.is_authenticated:
        return Place(Standing.VISITOR)
    able = tuple(Organisation.objects.able_to_act(user).order_by("name", "pk"))
    if able:
        return Place(Standing.ABLE, able)
    if user.is_staff:
        return Place(Standing.STAFF)
    own = Affiliation.objects.current().filter(user=user).values_list("role", "organisation__state")
    found = set(own)
    states = {state for _, state in found}
    if OrganisationState.RETURNED in states:
        return Place(Standing.RETURNED)
    if states & set(_WAITING):
        return Place(Standing.WAITING)
    if (AffiliationRole.VIEWER, OrganisationState.APPROVED) in found:
        return Place(Standing.VIEWER)
    return Place(Standing.STOPPED if states else Standing.NOBODY)

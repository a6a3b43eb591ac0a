"""The staff's desk for members: applications first, then people, requests to join, and what people agree to."""

from members.admin.consents import ConsentAdmin, ConsentDocumentAdmin
from members.admin.organisations import OrganisationAdmin
from members.admin.people import AffiliationAdmin, JoinRequestAdmin, PractitionerAdmin, UserAdmin
from members.admin.relay import RelayedGroupAdmin

__all__ = [
    "AffiliationAdmin",
    "ConsentAdmin",
    "ConsentDocumentAdmin",
    "JoinRequestAdmin",
    "OrganisationAdmin",
    "PractitionerAdmin",
    "RelayedGroupAdmin",
    "UserAdmin",
]

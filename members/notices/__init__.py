"""What this app tells people: one class a message."""

from members.notices.applications import (
    ApplicationApproved,
    ApplicationReceived,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationWaiting,
    OrganisationLeft,
    OrganisationNotice,
    OrganisationReinstated,
    OrganisationSuspended,
    OrganisationWithdrawn,
    staff,
)
from members.notices.belonging import (
    AffiliationEnded,
    AffiliationNotice,
    JoinAccepted,
    JoinNotice,
    JoinRefused,
    JoinRequested,
    JoinSent,
    RoleChanged,
)

__all__ = [
    "AffiliationEnded",
    "AffiliationNotice",
    "ApplicationApproved",
    "ApplicationReceived",
    "ApplicationRejected",
    "ApplicationReturned",
    "ApplicationWaiting",
    "JoinAccepted",
    "JoinNotice",
    "JoinRefused",
    "JoinRequested",
    "JoinSent",
    "OrganisationLeft",
    "OrganisationNotice",
    "OrganisationReinstated",
    "OrganisationSuspended",
    "OrganisationWithdrawn",
    "RoleChanged",
    "staff",
]

"""The staff's desk for members: applications first, then people, requests to join, and what people agree to."""

from members.admin.belonging import HandoverAdmin, InvitationAdmin
from members.admin.consents import ConsentAdmin, ConsentDocumentAdmin
from members.admin.merges import MergeAdmin
from members.admin.organisations import OrganisationAdmin
from members.admin.people import AffiliationAdmin, JoinRequestAdmin, PractitionerAdmin, UserAdmin
from members.admin.reconfirmations import ReconfirmationAdmin, ReconfirmationReplyAdmin
from members.admin.referrals import ReferralAdmin
from members.admin.relay import RelayedGroupAdmin
from members.admin.retention import RetentionPeriodAdmin
from members.admin.roster import RosterImportAdmin

__all__ = [
    "AffiliationAdmin",
    "ConsentAdmin",
    "ConsentDocumentAdmin",
    "HandoverAdmin",
    "InvitationAdmin",
    "JoinRequestAdmin",
    "MergeAdmin",
    "OrganisationAdmin",
    "PractitionerAdmin",
    "ReconfirmationAdmin",
    "ReconfirmationReplyAdmin",
    "ReferralAdmin",
    "RelayedGroupAdmin",
    "RetentionPeriodAdmin",
    "RosterImportAdmin",
    "UserAdmin",
]

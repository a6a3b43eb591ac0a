from members.models.application import ApplicationRound
from members.models.consent import Consent, ConsentDocument
from members.models.imports import RosterContact, RosterImport
from members.models.invitation import Handover, Invitation
from members.models.merge import Merge, MergeMove
from members.models.organisation import ONGOING_STATES, Affiliation, Branch, JoinRequest, Organisation
from members.models.people import Practitioner, User
from members.models.reconfirmation import Reconfirmation, ReconfirmationReply
from members.models.referral import Referral
from members.models.registration import RegistrationDraft
from members.models.relay import RelayedGroup
from members.models.retention import RetentionPeriod

__all__ = [
    "ONGOING_STATES",
    "Affiliation",
    "ApplicationRound",
    "Branch",
    "Consent",
    "ConsentDocument",
    "Handover",
    "Invitation",
    "JoinRequest",
    "Merge",
    "MergeMove",
    "Organisation",
    "Practitioner",
    "Reconfirmation",
    "ReconfirmationReply",
    "Referral",
    "RegistrationDraft",
    "RelayedGroup",
    "RetentionPeriod",
    "RosterContact",
    "RosterImport",
    "User",
]

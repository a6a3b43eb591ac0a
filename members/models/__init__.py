from members.models.consent import Consent, ConsentDocument
from members.models.organisation import ONGOING_STATES, Affiliation, JoinRequest, Organisation
from members.models.people import Practitioner, User
from members.models.registration import RegistrationDraft

__all__ = [
    "ONGOING_STATES",
    "Affiliation",
    "Consent",
    "ConsentDocument",
    "JoinRequest",
    "Organisation",
    "Practitioner",
    "RegistrationDraft",
    "User",
]

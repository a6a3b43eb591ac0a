from members.models.consent import Consent, ConsentDocument
from members.models.organisation import Affiliation, JoinRequest, Organisation
from members.models.people import Practitioner, User
from members.models.registration import RegistrationDraft

__all__ = [
    "Affiliation",
    "Consent",
    "ConsentDocument",
    "JoinRequest",
    "Organisation",
    "Practitioner",
    "RegistrationDraft",
    "User",
]

"""Every change of people and organisations: one function a verb."""

from members.transitions.affiliations import (
    accept_join_request,
    ask_to_join,
    change_role,
    end_affiliation,
    refuse_join_request,
    withdraw_join_request,
)
from members.transitions.organisations import (
    approve_organisation,
    reinstate_organisation,
    reject_organisation,
    return_organisation,
    suspend_organisation,
    update_profile,
    withdraw_organisation,
)
from members.transitions.people import record_consents, register_person, update_person
from members.transitions.registration import (
    register_organisation,
    remove_unconfirmed_person,
    resubmit_organisation,
    settle_registration,
    submit_application,
)

__all__ = [
    "accept_join_request",
    "approve_organisation",
    "ask_to_join",
    "change_role",
    "end_affiliation",
    "record_consents",
    "refuse_join_request",
    "register_organisation",
    "register_person",
    "reinstate_organisation",
    "reject_organisation",
    "remove_unconfirmed_person",
    "resubmit_organisation",
    "return_organisation",
    "settle_registration",
    "submit_application",
    "suspend_organisation",
    "update_person",
    "update_profile",
    "withdraw_join_request",
    "withdraw_organisation",
]

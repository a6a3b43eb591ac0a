"""Every change of people and organisations: one function a verb."""

from members.transitions.affiliations import (
    accept_join_request,
    ask_to_join,
    change_role,
    end_affiliation,
    refuse_join_request,
    withdraw_join_request,
)
from members.transitions.handovers import cancel_handover, complete_handover, plan_handover
from members.transitions.invitations import (
    accept_invitation,
    accept_own_invitation,
    decline_invitation,
    decline_own_invitation,
    invite_person,
    join_by_invitation,
    resend_invitation,
    revoke_invitation,
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
from members.transitions.relay import add_group, restore_group, retire_group, update_group

__all__ = [
    "accept_invitation",
    "accept_join_request",
    "add_group",
    "accept_own_invitation",
    "approve_organisation",
    "ask_to_join",
    "cancel_handover",
    "change_role",
    "complete_handover",
    "decline_invitation",
    "decline_own_invitation",
    "end_affiliation",
    "invite_person",
    "join_by_invitation",
    "plan_handover",
    "record_consents",
    "refuse_join_request",
    "register_organisation",
    "register_person",
    "reinstate_organisation",
    "reject_organisation",
    "remove_unconfirmed_person",
    "resend_invitation",
    "resubmit_organisation",
    "restore_group",
    "retire_group",
    "return_organisation",
    "revoke_invitation",
    "settle_registration",
    "submit_application",
    "suspend_organisation",
    "update_group",
    "update_person",
    "update_profile",
    "withdraw_join_request",
    "withdraw_organisation",
]

"""Every change of people and organisations: one function a verb."""

from members.transitions.affiliations import (
    accept_join_request,
    ask_to_join,
    change_role,
    end_affiliation,
    refuse_join_request,
    withdraw_join_request,
)
from members.transitions.claims import forget_roster_contact, send_claim_invitation
from members.transitions.consents import agree_to_documents, announce_document, publish_consent_document
from members.transitions.erasure import erase_organisation, erase_person, without_other_owner
from members.transitions.exports import record_export
from members.transitions.handovers import cancel_handover, complete_handover, plan_handover
from members.transitions.imports import cancel_roster_import, confirm_roster_import, start_roster_import
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
from members.transitions.merges import merge_organisations, undo_merge
from members.transitions.organisations import (
    approve_organisation,
    reinstate_organisation,
    reject_organisation,
    return_organisation,
    suspend_organisation,
    withdraw_organisation,
)
from members.transitions.people import link_gbizid, record_consents, register_person, update_person
from members.transitions.profile import update_profile
from members.transitions.reconfirmations import (
    add_missing_organisations,
    answer_reconfirmation,
    ask_for_reconfirmation,
    close_reconfirmation,
    open_reconfirmation,
    record_reconfirmation_answer,
    remind_of_reconfirmation,
)
from members.transitions.referrals import (
    accept_referral,
    change_sharing,
    decline_referral,
    make_referral,
    revoke_referral,
)
from members.transitions.registration import (
    register_organisation,
    remove_unconfirmed_person,
    resubmit_organisation,
    settle_registration,
    submit_application,
)
from members.transitions.relay import add_group, restore_group, retire_group, update_group
from members.transitions.retention import set_retention_period
from members.transitions.roster import import_organisation

__all__ = [
    "accept_invitation",
    "accept_join_request",
    "accept_own_invitation",
    "accept_referral",
    "add_group",
    "add_missing_organisations",
    "agree_to_documents",
    "announce_document",
    "answer_reconfirmation",
    "approve_organisation",
    "ask_for_reconfirmation",
    "ask_to_join",
    "cancel_handover",
    "cancel_roster_import",
    "change_role",
    "change_sharing",
    "close_reconfirmation",
    "complete_handover",
    "confirm_roster_import",
    "decline_invitation",
    "decline_own_invitation",
    "decline_referral",
    "end_affiliation",
    "erase_organisation",
    "erase_person",
    "forget_roster_contact",
    "import_organisation",
    "invite_person",
    "join_by_invitation",
    "link_gbizid",
    "make_referral",
    "merge_organisations",
    "open_reconfirmation",
    "plan_handover",
    "publish_consent_document",
    "record_consents",
    "record_export",
    "record_reconfirmation_answer",
    "refuse_join_request",
    "register_organisation",
    "register_person",
    "reinstate_organisation",
    "reject_organisation",
    "remind_of_reconfirmation",
    "remove_unconfirmed_person",
    "resend_invitation",
    "restore_group",
    "resubmit_organisation",
    "retire_group",
    "return_organisation",
    "revoke_invitation",
    "revoke_referral",
    "send_claim_invitation",
    "set_retention_period",
    "settle_registration",
    "start_roster_import",
    "submit_application",
    "suspend_organisation",
    "undo_merge",
    "update_group",
    "update_person",
    "update_profile",
    "withdraw_join_request",
    "withdraw_organisation",
    "without_other_owner",
]

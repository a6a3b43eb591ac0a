"""Who may do what with people and organisations: predicates, registered as rules when the app starts."""

# Registers its rules.
from members.permissions import approval as approval
from members.permissions import people as people
from members.permissions import personal_data as personal_data
from members.permissions import reconfirmations as reconfirmations
from members.permissions import referrals as referrals
from members.permissions import roster as roster
from members.permissions.basics import (
    answers_for_requested,
    asked_it,
    belongs_to_organisation,
    can_answer_join_request,
    can_ask_to_join,
    can_change_role,
    can_decide_on_organisation,
    can_end_affiliation,
    can_manage_people,
    can_update_organisation,
    can_view_people,
    edits_organisation,
    has_confirmed_address,
    has_role,
    is_own_affiliation,
    is_same_person,
    is_staff,
    owns_organisation,
    owns_organisation_of,
)
from members.permissions.relay import belongs_to_desk, edits_desk, edits_desk_of

__all__ = [
    "answers_for_requested",
    "asked_it",
    "belongs_to_desk",
    "belongs_to_organisation",
    "can_answer_join_request",
    "can_ask_to_join",
    "can_change_role",
    "can_decide_on_organisation",
    "can_end_affiliation",
    "can_manage_people",
    "can_update_organisation",
    "can_view_people",
    "edits_desk",
    "edits_desk_of",
    "edits_organisation",
    "has_confirmed_address",
    "has_role",
    "is_own_affiliation",
    "is_same_person",
    "is_staff",
    "owns_organisation",
    "owns_organisation_of",
]

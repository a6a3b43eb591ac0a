"""Who may do what with people and organisations."""

from typing import Any

import rules
from allauth.account.models import EmailAddress

from members.enums import AffiliationRole
from members.models import Affiliation, JoinRequest, Organisation, User


def has_role(user: User, organisation: Organisation, *roles: AffiliationRole) -> bool:
    """Whether ``user`` belongs to ``organisation`` now, in one of ``roles`` if any are named."""
    affiliations = Affiliation.objects.current().filter(organisation=organisation, user_id=user.pk)
    return bool((affiliations.of_roles(roles) if roles else affiliations).exists())


def has_confirmed_address(user: User) -> bool:
    """Whether ``user`` has opened the mail we sent them, and so is who they say."""
    return EmailAddress.objects.filter(user_id=user.pk, verified=True).exists()


@rules.predicate
def is_staff(user: User, obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)


@rules.predicate
def is_same_person(user: User, person: User | None) -> bool:
    return person is not None and user.pk == person.pk


@rules.predicate
def owns_organisation(user: User, organisation: Organisation | None) -> bool:
    return organisation is not None and has_role(user, organisation, AffiliationRole.OWNER)


@rules.predicate
def edits_organisation(user: User, organisation: Organisation | None) -> bool:
    return organisation is not None and has_role(user, organisation, AffiliationRole.OWNER, AffiliationRole.EDITOR)


@rules.predicate
def belongs_to_organisation(user: User, organisation: Organisation | None) -> bool:
    return organisation is not None and has_role(user, organisation)


@rules.predicate
def can_ask_to_join(user: User, organisation: Organisation | None) -> bool:
    return organisation is not None and has_confirmed_address(user)


@rules.predicate
def answers_for_requested(user: User, request: JoinRequest | None) -> bool:
    return request is not None and has_role(user, request.organisation, AffiliationRole.OWNER)


@rules.predicate
def asked_it(user: User, request: JoinRequest | None) -> bool:
    return request is not None and request.user_id == user.pk


@rules.predicate
def owns_organisation_of(user: User, affiliation: Affiliation | None) -> bool:
    return affiliation is not None and has_role(user, affiliation.organisation, AffiliationRole.OWNER)


@rules.predicate
def is_own_affiliation(user: User, affiliation: Affiliation | None) -> bool:
    return affiliation is not None and affiliation.user_id == user.pk


can_decide_on_organisation = is_staff
can_update_organisation = edits_organisation | is_staff
can_view_people = belongs_to_organisation | is_staff
can_manage_people = owns_organisation | is_staff
can_answer_join_request = answers_for_requested | is_staff
can_change_role = owns_organisation_of | is_staff
can_end_affiliation = is_own_affiliation | owns_organisation_of | is_staff

# --- an organisation's way ---
rules.add_perm("members.register_organisation", is_same_person)
rules.add_perm("members.submit_organisation", owns_organisation)
rules.add_perm("members.resubmit_organisation", owns_organisation)
rules.add_perm("members.approve_organisation", can_decide_on_organisation)
rules.add_perm("members.return_organisation", can_decide_on_organisation)
rules.add_perm("members.reject_organisation", can_decide_on_organisation)
rules.add_perm("members.suspend_organisation", can_decide_on_organisation)
rules.add_perm("members.reinstate_organisation", can_decide_on_organisation)
rules.add_perm("members.withdraw_organisation", owns_organisation | is_staff)
rules.add_perm("members.update_organisation", can_update_organisation)
# What an organisation is (name, kind, corporate number): checked at the application, so changed by staff only.
rules.add_perm("members.identify_organisation", is_staff)

# --- its people ---
rules.add_perm("members.view_people", can_view_people)
rules.add_perm("members.view_timeline", can_view_people)
rules.add_perm("members.manage_people", can_manage_people)
rules.add_perm("members.ask_to_join", can_ask_to_join)
rules.add_perm("members.answer_joinrequest", can_answer_join_request)
rules.add_perm("members.withdraw_joinrequest", asked_it)
rules.add_perm("members.change_role", can_change_role)
rules.add_perm("members.end_affiliation", can_end_affiliation)

# --- oneself ---
rules.add_perm("members.update_person", is_same_person)
rules.add_perm("members.give_consent", is_same_person)
# Nobody by hand: a task of the portal forgets registrations that were never confirmed.
rules.add_perm("members.remove_unconfirmed", rules.always_deny)

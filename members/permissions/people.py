"""Who may invite, accept and hand over."""

import rules
from allauth.account.models import EmailAddress

from members.enums import AffiliationRole, InvitationKind
from members.models import Affiliation, Handover, Invitation, User
from members.permissions.basics import has_role, is_staff, owns_organisation


@rules.predicate
def owns_organisation_of_invitation(user: User, invitation: Invitation | None) -> bool:
    return invitation is not None and has_role(user, invitation.organisation, AffiliationRole.OWNER)


@rules.predicate
def is_invitation_of_a_colleague(user: User, invitation: Invitation | None) -> bool:
    """Claims of the roster are the office's to send and to take back."""
    return invitation is not None and invitation.kind == InvitationKind.COLLEAGUE


@rules.predicate
def invited_it(user: User, invitation: Invitation | None) -> bool:
    return invitation is not None and invitation.invited_by_id == user.pk and has_role(user, invitation.organisation)


@rules.predicate
def has_invited_address(user: User, invitation: Invitation | None) -> bool:
    """The invitation went to an address that the person has confirmed."""
    return (
        invitation is not None
        and EmailAddress.objects.filter(user_id=user.pk, verified=True, email=invitation.email).exists()
    )


@rules.predicate
def leaves_or_owns_or_office(user: User, affiliation: Affiliation | None) -> bool:
    """Whoever still belongs there may hand over their own; an owner and the office that of anybody, gone or not."""
    if affiliation is None:
        return False
    if bool(is_staff(user)) or has_role(user, affiliation.organisation, AffiliationRole.OWNER):
        return True
    return affiliation.user_id == user.pk and affiliation.ended_at is None


@rules.predicate
def concerns_handover(user: User, handover: Handover | None) -> bool:
    """Leaves, follows, asked for it, owns the organisation, or is of the office."""
    if handover is None:
        return False
    if bool(is_staff(user)) or has_role(user, handover.organisation, AffiliationRole.OWNER):
        return True
    accepted_by = handover.invitation.accepted_by_id if handover.invitation is not None else None
    people = {handover.leaver_id, handover.successor_id, handover.requested_by_id, accepted_by}
    return user.pk in people and has_role(user, handover.organisation)


can_invite_person = owns_organisation | is_staff
can_manage_invitation = is_staff | (is_invitation_of_a_colleague & (owns_organisation_of_invitation | invited_it))

# --- invitations ---
rules.add_perm("members.invite_person", can_invite_person)
rules.add_perm("members.invite_to_claim", is_staff)
rules.add_perm("members.resend_invitation", can_manage_invitation)
rules.add_perm("members.revoke_invitation", can_manage_invitation)
rules.add_perm("members.answer_invitation", has_invited_address)

# --- handing over ---
rules.add_perm("members.plan_handover", leaves_or_owns_or_office)
rules.add_perm("members.complete_handover", concerns_handover)
rules.add_perm("members.cancel_handover", concerns_handover)

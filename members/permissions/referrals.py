"""Who invites organisations by link, who takes such a link back, and who says what the referrer may see."""

import rules

from members.enums import AffiliationRole
from members.models import Organisation, Referral, User
from members.permissions.basics import (
    belongs_to_organisation,
    edits_organisation,
    has_role,
    is_staff,
    owns_organisation,
)


@rules.predicate
def edits_referrer(user: User, referral: Referral | None) -> bool:
    return referral is not None and has_role(user, referral.referrer, AffiliationRole.OWNER, AffiliationRole.EDITOR)


@rules.predicate
def owns_invited(user: User, referral: Referral | None) -> bool:
    return (
        referral is not None
        and referral.invited is not None
        and has_role(user, referral.invited, AffiliationRole.OWNER)
    )


can_make_referral = edits_organisation
can_revoke_referral = edits_referrer | is_staff
can_accept_referral = owns_organisation
can_change_sharing = owns_invited


def belongs_to_referrer(user: User, organisation: Organisation) -> bool:
    """Whether the person is of the organisation that invites: a link is for others."""
    return has_role(user, organisation)


rules.add_perm("members.view_referrals", belongs_to_organisation)
rules.add_perm("members.make_referral", can_make_referral)
rules.add_perm("members.revoke_referral", can_revoke_referral)
rules.add_perm("members.accept_referral", can_accept_referral)
# The invited party's own decision: not even staff take it for them.
rules.add_perm("members.change_sharing", can_change_sharing)

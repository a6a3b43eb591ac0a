"""Who may do what with the groups that a desk speaks for."""

from typing import Any

import rules

from members.enums import AffiliationRole
from members.models import Organisation, RelayedGroup, User
from members.permissions.basics import has_role, is_staff


@rules.predicate
def belongs_to_desk(user: User, desk: Organisation | None) -> bool:
    return desk is not None and desk.is_desk and has_role(user, desk)


@rules.predicate
def edits_desk(user: User, desk: Organisation | None) -> bool:
    roles = (AffiliationRole.OWNER, AffiliationRole.EDITOR)
    return desk is not None and desk.is_desk and has_role(user, desk, *roles)


@rules.predicate
def edits_desk_of(user: Any, group: RelayedGroup | None) -> bool:
    return group is not None and bool(edits_desk(user, group.desk))


# Staff read the lists; who is in a neighbourhood the desk knows.
rules.add_perm("members.view_groups", belongs_to_desk | is_staff)
rules.add_perm("members.add_group", edits_desk)
rules.add_perm("members.update_group", edits_desk_of)
rules.add_perm("members.retire_group", edits_desk_of)
rules.add_perm("members.restore_group", edits_desk_of)

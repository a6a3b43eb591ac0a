"""Who may make two registered organisations one, and take that back."""

import rules

from members.permissions.basics import is_staff

can_merge_organisations = is_staff
can_undo_merge = is_staff

rules.add_perm("members.merge_organisations", can_merge_organisations)
rules.add_perm("members.undo_merge", can_undo_merge)

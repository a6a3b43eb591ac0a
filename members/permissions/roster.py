"""Who may bring the roster in and write lists out: staff, with the right for it."""

from typing import Any

import rules

from members.models import User
from members.permissions.basics import is_staff


@rules.predicate
def may_add_imports(user: User, obj: Any = None) -> bool:
    return bool(user.has_perm("members.add_rosterimport"))


@rules.predicate
def may_see_organisations(user: User, obj: Any = None) -> bool:
    return bool(user.has_perm("members.view_organisation"))


@rules.predicate
def may_take_people_along(user: User, obj: Any = None) -> bool:
    return bool(user.has_perm("members.export_people"))


can_import_organisation = is_staff & may_add_imports
can_export_organisations = is_staff & may_see_organisations
can_export_people = is_staff & may_take_people_along

rules.add_perm("members.import_organisation", can_import_organisation)
rules.add_perm("members.start_rosterimport", can_import_organisation)
rules.add_perm("members.confirm_rosterimport", can_import_organisation)
rules.add_perm("members.cancel_rosterimport", can_import_organisation)
rules.add_perm("members.send_claim_invitation", can_import_organisation)
# Nobody by hand: the portal forgets it once it has served their purpose.
rules.add_perm("members.forget_rostercontact", rules.always_deny)
rules.add_perm("members.write_out_organisations", can_export_organisations)
# People's names, addresses and telephone numbers.
rules.add_perm("members.write_out_people", can_export_people)

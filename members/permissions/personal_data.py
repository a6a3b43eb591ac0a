"""Who may take a copy of data, and who may have it erased."""

import rules

from members.models import User
from members.permissions.basics import is_same_person, is_staff, owns_organisation
from members.permissions.roster import can_export_people


@rules.predicate
def is_of_the_office(user: User, person: User | None) -> bool:
    """Whether the account is one of the office's own."""
    return person is not None and person.is_staff


# Whoever is of the office has a colleague do it, so that no work of the office ends unseen.
can_erase_person = (is_same_person & ~is_of_the_office) | (is_staff & ~is_same_person)

rules.add_perm("members.view_own_data", is_same_person)
rules.add_perm("members.erase_person", can_erase_person)
# It names people: of the office only those who may take people's data along.
rules.add_perm("members.export_organisation", owns_organisation | can_export_people)
rules.add_perm("members.erase_organisation", is_staff)
rules.add_perm("members.set_retention", is_staff)
# By the portal itself, when the time that staff set is over.
rules.add_perm("members.forget", rules.always_deny)

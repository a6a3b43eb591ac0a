"""Whose searches are whose: a kept search is its person's alone, staff included."""

from typing import Any

import rules

from matching.models import SavedSearch


@rules.predicate
def can_keep_search(user: Any, obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_active)


@rules.predicate
def can_change_search(user: Any, search: SavedSearch | None) -> bool:
    return search is not None and search.person_id == user.pk


rules.add_perm("matching.keep_search", can_keep_search)
rules.add_perm("matching.change_search", can_change_search)
# The portal itself looks for what is new.
rules.add_perm("matching.tell_of_new_posts", rules.always_false)

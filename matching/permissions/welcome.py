"""Who may say that something was welcome, and let the words be used."""

from typing import Any

import rules

from matching.models import Participant, WelcomeConfirmation
from matching.models.welcome import receives
from matching.permissions.basics import acts_for_any, is_staff, speaks_for_group_of


@rules.predicate
def receives_for(user: Any, side: Participant | None) -> bool:
    """Acts for a side that was helped."""
    return side is not None and receives(side) and acts_for_any(user, {side.speaks.pk})


@rules.predicate
def is_receiving_side(user: Any, side: Participant | None) -> bool:
    return side is not None and receives(side)


@rules.predicate
def gave_the_words(user: Any, confirmation: WelcomeConfirmation | None) -> bool:
    return confirmation is not None and acts_for_any(user, {confirmation.participant.speaks.pk})


rules.add_perm("matching.confirm_welcome", receives_for)
rules.add_perm("matching.record_welcome", is_receiving_side & (speaks_for_group_of | is_staff))
# Permission is given by whoever said it; the office may take words out of use, and never allow it for others.
rules.add_perm("matching.allow_words", gave_the_words)
rules.add_perm("matching.end_words", gave_the_words | is_staff)

"""Who may do what with messages to the office."""

from typing import Any

import rules


@rules.predicate
def can_handle_contact_message(user: Any, message: Any) -> bool:
    """Staff read and answer what reaches the office."""
    return bool(user.is_authenticated and user.is_staff)


rules.add_perm("pages.answer_contactmessage", can_handle_contact_message)
rules.add_perm("pages.close_contactmessage", can_handle_contact_message)

"""Who may decide about mail: the secretariat."""

from typing import Any

import rules


@rules.predicate
def can_decide_about_message(user: Any, message: Any = None) -> bool:
    return bool(user.is_active and user.is_staff)


rules.add_perm("notifications.send_again_message", can_decide_about_message)
rules.add_perm("notifications.mark_as_arrived_message", can_decide_about_message)
rules.add_perm("notifications.cancel_message", can_decide_about_message)

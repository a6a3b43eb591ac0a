"""Who asks several, who brings others along, who leaves, and who arranges where to meet."""

from typing import Any

import rules

from matching.enums import Resource
from matching.models import Introduction
from matching.permissions.basics import acts_for_any, can_answer_introduction, is_staff, takes_part


@rules.predicate
def began_partnership(user: Any, introduction: Introduction | None) -> bool:
    """Acts for whoever called for partners: who else takes part is theirs to say."""
    if introduction is None or introduction.post.resource != Resource.PARTNERSHIP:
        return False
    return acts_for_any(user, {introduction.post.organisation_id})


can_bring_others = is_staff | began_partnership
can_arrange_appointments = takes_part | is_staff

rules.add_perm("matching.start_inquiry", is_staff)
rules.add_perm("matching.add_candidates", is_staff)
rules.add_perm("matching.close_inquiry", is_staff)
rules.add_perm("matching.ask_again", is_staff)
rules.add_perm("matching.invite_participant", can_bring_others)
rules.add_perm("matching.release_participant", can_bring_others)
# Time alone ends an invitation: system actors need no rule, people never may.
rules.add_perm("matching.lapse_invitation", rules.always_false)
rules.add_perm("matching.leave_introduction", can_answer_introduction)
rules.add_perm("matching.propose_appointment", can_arrange_appointments)
rules.add_perm("matching.answer_appointment", can_answer_introduction)
rules.add_perm("matching.fix_appointment", can_arrange_appointments)
rules.add_perm("matching.move_appointment", can_arrange_appointments)
rules.add_perm("matching.cancel_appointment", can_arrange_appointments)

"""Who may say that a recommendation does not fit, and who chooses across the board."""

import rules

from matching.permissions.basics import can_act_for_organisation, is_staff

rules.add_perm("matching.dismiss_recommendation", can_act_for_organisation)
rules.add_perm("matching.propose_across_board", is_staff)

"""Who may show needs to an employer's colleagues, put them forward, and thank them."""

from typing import Any

import rules

from matching.models import ProBonoApplication, ProBonoCall
from matching.permissions.basics import acts_for_any, can_act_for_organisation


@rules.predicate
def coordinates_call(user: Any, call: ProBonoCall | None) -> bool:
    """Acts for the organisation whose colleagues are asked."""
    return call is not None and acts_for_any(user, {call.organisation_id})


@rules.predicate
def coordinates_application(user: Any, application: ProBonoApplication | None) -> bool:
    """As above, while the person helps in the employer's name."""
    return application is not None and not application.is_on_its_own and coordinates_call(user, application.call)


@rules.predicate
def is_helped(user: Any, application: ProBonoApplication | None) -> bool:
    """Acts for an organisation to which the person was put forward."""
    return application is not None and acts_for_any(user, application.helped())


rules.add_perm("matching.make_pro_bono_call", can_act_for_organisation)
rules.add_perm("matching.edit_pro_bono_call", coordinates_call)
rules.add_perm("matching.put_forward", coordinates_call)
rules.add_perm("matching.decide_pro_bono_application", coordinates_application)
rules.add_perm("matching.record_pro_bono_hours", coordinates_application)
rules.add_perm("matching.thank_volunteer", is_helped)
rules.add_perm("matching.end_pro_bono", coordinates_application | is_helped)

"""Who may keep an ibasho and ask those who come."""

from typing import Any

import rules

from matching.models import Ibasho, IbashoSurvey
from matching.permissions.basics import acts_for_any, can_act_for_organisation, is_staff


@rules.predicate
def keeps_ibasho(user: Any, ibasho: Ibasho | None) -> bool:
    return ibasho is not None and acts_for_any(user, {ibasho.organisation_id})


@rules.predicate
def keeps_survey(user: Any, survey: IbashoSurvey | None) -> bool:
    return survey is not None and acts_for_any(user, {survey.ibasho.organisation_id})


rules.add_perm("matching.open_ibasho", can_act_for_organisation)
rules.add_perm("matching.edit_ibasho", keeps_ibasho | is_staff)
rules.add_perm("matching.close_ibasho", keeps_ibasho | is_staff)
rules.add_perm("matching.measure_ibasho", keeps_ibasho | is_staff)
rules.add_perm("matching.start_survey", keeps_ibasho | is_staff)
rules.add_perm("matching.close_survey", keeps_survey | is_staff)
rules.add_perm("matching.record_survey", keeps_survey | is_staff)

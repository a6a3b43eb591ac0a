"""Who publishes texts to agree to, who asks whether organisations go on, and who answers."""

import rules

from members.enums import AffiliationRole
from members.models import ReconfirmationReply, User
from members.permissions.basics import belongs_to_organisation, has_role, is_staff
from members.permissions.roster import can_export_people


@rules.predicate
def owns_asked(user: User, reply: ReconfirmationReply | None) -> bool:
    return reply is not None and has_role(user, reply.organisation, AffiliationRole.OWNER)


can_answer_reconfirmation = owns_asked
# Both lists hold people's names and addresses.
can_export_reconfirmation = can_export_people
can_export_consents = can_export_people

rules.add_perm("members.publish_consentdocument", is_staff)
rules.add_perm("members.open_reconfirmation", is_staff)
rules.add_perm("members.close_reconfirmation", is_staff)
rules.add_perm("members.export_reconfirmation", can_export_reconfirmation)
rules.add_perm("members.export_consents", can_export_consents)
# An answer that came by telephone or on paper; in the portal itself only the organisation's own people answer.
rules.add_perm("members.record_reconfirmation", is_staff)
rules.add_perm("members.answer_reconfirmation", can_answer_reconfirmation)
rules.add_perm("members.view_reconfirmation_question", belongs_to_organisation)

"""What staff decide about an organisation, and how it leaves."""

from django.db import transaction
from django.utils import timezone

from members import search_text
from members.enums import OrganisationState
from members.models import Organisation
from members.notices import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationReturned,
    OrganisationLeft,
    OrganisationReinstated,
    OrganisationSuspended,
    OrganisationWithdrawn,
)
from members.signals import (
    organisation_reinstated,
    organisation_suspended,
    organisation_withdrawn,
)
from members.transitions._organisation import (
    locked,
    locked_with_partners,
    reason_given,
    save,
)
from members.transitions._rounds import close_round
from members.transitions.affiliations import refuse_join_request
from members.transitions.invitations import end_invitations_of
from members.transitions.referrals import tell_referrers
from members.workflow import WORKFLOW
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import require


@transaction.atomic
def approve_organisation(pk: int, *, actor: Actor) -> Organisation:
    """Take an applicant in: applied -> approved."""
    organisation = locked(pk)
    require(actor, "members.approve_organisation", organisation)
    before = WORKFLOW.check(organisation, "approve")
    organisation.state = OrganisationState.APPROVED
    organisation.approved_at = timezone.now()
    organisation.staff_message = ""
    save(organisation, "state", "approved_at", "staff_message")
    close_round(organisation, actor=actor)
    audit.record(organisation, "organisation.approved", actor=actor, before=before)
    search_text.refresh(organisation)
    outbox.put(ApplicationApproved(organisation))
    tell_referrers(organisation)
    return organisation


@transaction.atomic
def return_organisation(pk: int, *, message: str, actor: Actor) -> Organisation:
    """Ask the applicant to mend the application, for the reasons in ``message``: applied -> returned."""
    organisation = locked(pk)
    require(actor, "members.return_organisation", organisation)
    before = WORKFLOW.check(organisation, "return")
    organisation.state = OrganisationState.RETURNED
    organisation.staff_message = reason_given(message)
    save(organisation, "state", "staff_message")
    close_round(organisation, actor=actor, message=organisation.staff_message)
    audit.record(organisation, "organisation.returned", actor=actor, before=before)
    outbox.put(ApplicationReturned(organisation))
    return organisation


@transaction.atomic
def reject_organisation(pk: int, *, message: str, actor: Actor) -> Organisation:
    """Turn an applicant down, for the reasons in ``message``: applied -> rejected. Whoever asked to join is told no."""
    organisation = locked(pk)
    require(actor, "members.reject_organisation", organisation)
    before = WORKFLOW.check(organisation, "reject")
    for request in organisation.join_requests.waiting():
        refuse_join_request(request.pk, actor=actor)
    end_invitations_of(organisation, actor=actor)
    organisation.state = OrganisationState.REJECTED
    organisation.staff_message = reason_given(message)
    save(organisation, "state", "staff_message")
    close_round(organisation, actor=actor, message=organisation.staff_message)
    audit.record(organisation, "organisation.rejected", actor=actor, before=before)
    outbox.put(ApplicationRejected(organisation))
    return organisation


@transaction.atomic
def suspend_organisation(pk: int, *, message: str, actor: Actor) -> Organisation:
    """Stop an organisation for the time being, for the reasons in ``message``: approved -> suspended."""
    organisation = locked(pk)
    require(actor, "members.suspend_organisation", organisation)
    before = WORKFLOW.check(organisation, "suspend")
    organisation.state = OrganisationState.SUSPENDED
    organisation.staff_message = reason_given(message)
    save(organisation, "state", "staff_message")
    audit.record(organisation, "organisation.suspended", actor=actor, before=before)
    organisation_suspended.send(sender=Organisation, organisation=organisation, actor=actor)
    outbox.put(OrganisationSuspended(organisation))
    return organisation


@transaction.atomic
def reinstate_organisation(pk: int, *, actor: Actor) -> Organisation:
    """Let a suspended organisation take part again: suspended -> approved."""
    organisation = locked(pk)
    require(actor, "members.reinstate_organisation", organisation)
    before = WORKFLOW.check(organisation, "reinstate")
    organisation.state = OrganisationState.APPROVED
    organisation.staff_message = ""
    save(organisation, "state", "staff_message")
    audit.record(organisation, "organisation.reinstated", actor=actor, before=before)
    organisation_reinstated.send(sender=Organisation, organisation=organisation, actor=actor)
    outbox.put(OrganisationReinstated(organisation))
    return organisation


@transaction.atomic
def withdraw_organisation(pk: int, *, actor: Actor) -> Organisation:
    """Leave the consortium: approved or suspended -> withdrawn. Whoever asked to join it is told no."""
    organisation = locked_with_partners(pk)
    require(actor, "members.withdraw_organisation", organisation)
    before = WORKFLOW.check(organisation, "withdraw")
    for request in organisation.join_requests.waiting():
        refuse_join_request(request.pk, actor=actor)
    end_invitations_of(organisation, actor=actor)
    organisation.state = OrganisationState.WITHDRAWN
    organisation.withdrawn_at = timezone.now()
    save(organisation, "state", "withdrawn_at")
    audit.record(organisation, "organisation.withdrawn", actor=actor, before=before)
    organisation_withdrawn.send(sender=Organisation, organisation=organisation, actor=actor)
    outbox.put(OrganisationWithdrawn(organisation))
    outbox.put(OrganisationLeft(organisation))
    return organisation

"""The record of each time that an organisation applied; written by the transitions that hold it."""

from django.utils import timezone

from members.models import ApplicationRound, Organisation
from members.rounds import snapshot
from tomoiki.audit.actors import Actor, SystemActor


def open_round(organisation: Organisation, *, actor: Actor) -> ApplicationRound:
    """Keep what ``organisation``, locked, has just handed in."""
    last = ApplicationRound.objects.filter(organisation=organisation).order_by("-number").first()
    return ApplicationRound.objects.create(
        organisation=organisation,
        number=last.number + 1 if last else 1,
        data=snapshot(organisation),
        submitted_at=organisation.applied_at or timezone.now(),
        submitted_by=None if isinstance(actor, SystemActor) else actor,
    )


def close_round(organisation: Organisation, *, actor: Actor, message: str = "") -> None:
    """Keep what the office answered: the state in which it leaves ``organisation``, and its words."""
    last = ApplicationRound.objects.filter(organisation=organisation, decision="").order_by("-number").first()
    if last is None:
        # It applied before anybody kept this, and no migration found it.
        last = open_round(organisation, actor=actor)
    last.decision = organisation.state
    last.message = message
    last.decided_at = timezone.now()
    last.decided_by = None if isinstance(actor, SystemActor) else actor
    last.save(update_fields=["decision", "message", "decided_at", "decided_by"])

"""Offering the organisations of the roster to whoever the roster names for them: a step of its own, once each."""

from django.db import transaction
from django.utils import timezone

from members.enums import AffiliationRole, InvitationKind
from members.models import Invitation, Organisation, RosterContact, User
from members.transitions.invitations import invite_person
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def send_claim_invitation(contact_pk: int, *, message: str, actor: User) -> Invitation:
    """Ask whom the roster names to take the organisation over as its owner.

    Raises ``TransitionError`` when they were asked already, there is no address, or somebody has claimed it.
    """
    # The organisation first, as whoever changes its people does.
    organisation = Organisation.objects.select_for_update(of=("self",)).get(roster_contact=contact_pk)
    contact = RosterContact.objects.select_for_update(of=("self",)).get(pk=contact_pk)
    require(actor, "members.send_claim_invitation", contact)
    if not contact.email:
        raise TransitionError("no_address", f"「{organisation.name}」のメールアドレスは、名簿にありません。")
    if contact.invited_at is not None or organisation.invitations.unanswered().exists():
        raise TransitionError("invited_already", f"「{organisation.name}」には、もう招待を送っています。")
    if organisation.affiliations.exists():
        raise TransitionError("claimed_already", f"「{organisation.name}」には、すでに担当者の方がいます。")
    invitation = invite_person(
        organisation.pk,
        email=contact.email,
        name=contact.name,
        role=AffiliationRole.OWNER,
        message=message,
        actor=actor,
        kind=InvitationKind.CLAIM,
    )
    contact.invited_at = timezone.now()
    contact.save(update_fields=["invited_at"])
    return invitation


@transaction.atomic
def forget_roster_contact(pk: int, *, actor: Actor) -> bool:
    """Forget whom the roster named; True if there was somebody to forget."""
    contact = RosterContact.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=pk).first()
    if contact is None:
        return False
    require(actor, "members.forget_rostercontact", contact)
    audit.record(contact.organisation, "organisation.contact_forgotten", actor=actor, fields=["roster_contact"])
    contact.delete()
    return True

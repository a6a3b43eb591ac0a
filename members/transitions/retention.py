"""For how long what is no longer needed is kept: staff set it, and each night what is over goes."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.enums import (
    ErasureReason,
    HandoverState,
    InvitationState,
    JoinRequestState,
    OrganisationState,
    ReferralSharing,
)
from members.links.organisations import GONE
from members.models import (
    Affiliation,
    Handover,
    Invitation,
    JoinRequest,
    Organisation,
    Referral,
    RetentionPeriod,
    RosterImport,
    User,
)
from members.notices.personal_data import AccountEndsSoon
from members.retention import MONTHS, WARNED_FOR, idle_and_warned, kept_since, months_of
from members.transitions.erasure import erase_person
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

IDLE_PEOPLE = "idle_people"


@transaction.atomic
def set_retention_period(pk: int, *, months: int, actor: Actor) -> RetentionPeriod:
    """Keep data of one sort for ``months`` from now on; what is over by that goes in the coming night."""
    period = RetentionPeriod.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.set_retention", period)
    shortest, longest = MONTHS
    if not shortest <= months <= longest:
        raise ValidationError({"months": f"{shortest}か月から{longest}か月（20年）までで入力してください。"})
    if period.months == months:
        return period
    before, period.months = period.months, months
    period.save(update_fields=["months", "updated_at"])
    audit.record(
        period,
        "retentionperiod.set",
        actor=actor,
        before=f"{before}か月",
        after=f"{months}か月",
        fields=["months"],
        codes={"rule": period.rule},
    )
    return period


@transaction.atomic
def end_reading(pk: int, *, actor: Actor) -> Organisation:
    """The people of an organisation that left read what it did with others no longer: their places end."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", organisation)
    _only(organisation.state == OrganisationState.WITHDRAWN)
    for place in Affiliation.objects.current().filter(organisation=organisation).order_by("pk"):
        place.ended_at = timezone.now()
        place.save(update_fields=["ended_at"])
        audit.record(place, "affiliation.ended", actor=actor, before=place.role, after="")
    return organisation


@transaction.atomic
def forget_invitation(pk: int, *, actor: Actor) -> Invitation:
    """Whom an invitation went to goes; one whose time is over can be accepted no more anyway."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", invitation)
    _only(invitation.state != InvitationState.SENT or invitation.is_over)
    before = invitation.state
    if before == InvitationState.SENT:
        invitation.state = InvitationState.REVOKED
        invitation.answered_at = timezone.now()
    invitation.email = invitation.name = invitation.message = ""
    invitation.save(update_fields=["state", "answered_at", "email", "name", "message"])
    audit.record(invitation, "invitation.forgotten", actor=actor, before=before)
    return invitation


@transaction.atomic
def forget_join_request(pk: int, *, actor: Actor) -> None:
    """An answered request to join goes; what came of it stands in the trail."""
    request = JoinRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", request)
    _only(request.state != JoinRequestState.WAITING)
    audit.record(request, "joinrequest.forgotten", actor=actor, before=request.state, after="")
    request.delete()


@transaction.atomic
def forget_brief(pk: int, *, actor: Actor) -> Handover:
    """What a successor was told goes; that somebody followed somebody stays."""
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", handover)
    _only(handover.state != HandoverState.PLANNED)
    handover.note, handover.brief = "", []
    handover.save(update_fields=["note", "brief"])
    audit.record(handover, "handover.forgotten", actor=actor, before=handover.state)
    return handover


@transaction.atomic
def forget_roster_import(pk: int, *, actor: Actor) -> None:
    """The file of an old import, its preview and the rows to correct go; what was saved from it stays."""
    job = RosterImport.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", job)
    _only(not job.goes_on)
    audit.record(job, "rosterimport.forgotten", actor=actor, before=job.state, after="")
    # Its files lead nowhere then, and the sweep removes them.
    job.delete()


@transaction.atomic
def forget_referral(pk: int, *, actor: Actor) -> Referral:
    """Whom a link was meant for goes, once the link is over, unless its maker may know what came of it.

    What was answered stays as it is, for the figures and so that nothing shows.
    """
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.forget", referral)
    _only(referral.expires_at <= timezone.now())
    _only(referral.sharing == ReferralSharing.NOTHING or referral.invited_id is None)
    referral.organisation_name = GONE
    referral.contact_name = referral.email = referral.message = ""
    referral.save(update_fields=["organisation_name", "contact_name", "email", "message"])
    audit.record(referral, "referral.forgotten", actor=actor, before=referral.state)
    return referral


@transaction.atomic
def warn_idle_person(pk: int, *, actor: Actor) -> User:
    """Tell somebody who has been away for long that their account ends in thirty days."""
    user = User.objects.get(pk=pk)
    require(actor, "members.forget", user)
    # A day more than the time to go, so that the nightly run never comes before the day that was named.
    outbox.put(AccountEndsSoon(user, ends_on=timezone.localdate() + WARNED_FOR + timedelta(days=1)))
    return user


@transaction.atomic
def forget_idle_person(pk: int, *, actor: Actor) -> User:
    """Erase somebody who was told so and stayed away."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    require(actor, "members.forget", user)
    # Asked again under the lock: they may have logged in or joined somewhere meanwhile.
    _only(idle_and_warned(kept_since(months_of(IDLE_PEOPLE))).filter(pk=pk).exists())
    return erase_person(pk, actor=actor, reason=ErasureReason.RETENTION)


def _only(condition: bool) -> None:
    if not condition:
        raise TransitionError("still_needed", "ほかの手続きが先にあったため、消去しませんでした。")

"""Who belongs to an organisation: asking, answering, changing a role, leaving."""

from django.db import transaction
from django.utils import timezone

from members.enums import AffiliationRole, JoinRequestState
from members.models import ONGOING_STATES, Affiliation, JoinRequest, Organisation, User
from members.notices import (
    AffiliationEnded,
    JoinAccepted,
    JoinRefused,
    JoinRequested,
    JoinSent,
    RoleChanged,
)
from members.transitions._organisation import locked_owner
from members.workflow import JOIN_REQUESTS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def ask_to_join(pk: int, *, message: str, actor: User) -> JoinRequest:
    """Ask those who answer for the organisation ``pk`` to take ``actor`` in; asking again gives the same request."""
    # Held, so that two presses of the button make one request.
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.ask_to_join", organisation)
    if organisation.state not in ONGOING_STATES:
        raise TransitionError("not_ongoing", "この団体は、今は申し込みを受け付けていません。")
    if Affiliation.objects.current().filter(organisation=organisation, user=actor).exists():
        raise TransitionError("already_belongs", "すでにこの団体の担当者です。")
    waiting = JoinRequest.objects.waiting().filter(organisation=organisation, user=actor).first()
    if waiting is not None:
        return waiting
    request = JoinRequest.objects.create(organisation=organisation, user=actor, message=message.strip())
    audit.record(request, "joinrequest.sent", actor=actor, codes={"organisation": organisation.pk})
    outbox.put(JoinRequested(request))
    outbox.put(JoinSent(request))
    return request


@transaction.atomic
def accept_join_request(pk: int, *, actor: Actor, role: AffiliationRole = AffiliationRole.EDITOR) -> JoinRequest:
    """Take the person in, in ``role``."""
    request = _locked_request(pk)
    require(actor, "members.answer_joinrequest", request)
    before = JOIN_REQUESTS.check(request, "accept")
    if request.organisation.state not in ONGOING_STATES:
        raise TransitionError("not_ongoing", "この団体は、今は担当者を加えられません。")
    _, joined = Affiliation.objects.get_or_create(
        organisation=request.organisation, user=request.user, ended_at=None, defaults={"role": role}
    )
    _answer(request, JoinRequestState.ACCEPTED)
    audit.record(request, "joinrequest.accepted", actor=actor, before=before, codes={"role": role, "joined": joined})
    outbox.put(JoinAccepted(request))
    return request


@transaction.atomic
def refuse_join_request(pk: int, *, actor: Actor) -> JoinRequest:
    """Say no to the person, who is told so without a reason."""
    request = _locked_request(pk)
    require(actor, "members.answer_joinrequest", request)
    before = JOIN_REQUESTS.check(request, "refuse")
    _answer(request, JoinRequestState.REFUSED)
    audit.record(request, "joinrequest.refused", actor=actor, before=before)
    outbox.put(JoinRefused(request))
    return request


@transaction.atomic
def withdraw_join_request(pk: int, *, actor: Actor) -> JoinRequest:
    """Take one's own request back."""
    request = _locked_request(pk)
    require(actor, "members.withdraw_joinrequest", request)
    before = JOIN_REQUESTS.check(request, "withdraw")
    _answer(request, JoinRequestState.WITHDRAWN)
    audit.record(request, "joinrequest.withdrawn", actor=actor, before=before)
    return request


@transaction.atomic
def change_role(pk: int, *, role: AffiliationRole, actor: Actor) -> Affiliation:
    """Give somebody another role; an organisation keeps at least one owner."""
    affiliation = _locked_affiliation(pk)
    require(actor, "members.change_role", affiliation)
    if affiliation.role == role:
        return affiliation
    before = affiliation.role
    keep_an_owner(affiliation, role)
    affiliation.role = AffiliationRole(role)
    affiliation.save(update_fields=["role"])
    entry = audit.record(affiliation, "affiliation.role_changed", actor=actor, before=before, after=role)
    if affiliation.user != actor:
        outbox.put(RoleChanged(affiliation, change=entry.pk))
    return affiliation


@transaction.atomic
def end_affiliation(pk: int, *, actor: Actor) -> Affiliation:
    """Somebody leaves the organisation, by themselves or by its owner; it keeps at least one owner."""
    affiliation = _locked_affiliation(pk)
    require(actor, "members.end_affiliation", affiliation)
    keep_an_owner(affiliation, None)
    affiliation.ended_at = timezone.now()
    affiliation.save(update_fields=["ended_at"])
    audit.record(affiliation, "affiliation.ended", actor=actor, before=affiliation.role, after="")
    if affiliation.user != actor:
        outbox.put(AffiliationEnded(affiliation))
    return affiliation


def _locked_request(pk: int) -> JoinRequest:
    # The organisation first, as whoever withdraws it does: two ways round would wait for each other.
    locked_owner(lambda: JoinRequest.objects.values_list("organisation", flat=True).get(pk=pk))
    return JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=pk)


def _answer(request: JoinRequest, state: JoinRequestState) -> None:
    request.state = state
    request.answered_at = timezone.now()
    request.save(update_fields=["state", "answered_at"])


def _locked_affiliation(pk: int) -> Affiliation:
    # The organisation too: two owners may leave in the same moment.
    locked_owner(lambda: Affiliation.objects.values_list("organisation", flat=True).get(pk=pk))
    affiliation = Affiliation.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=pk)
    if affiliation.ended_at is not None:
        raise TransitionError("ended", "この方は、すでにこの団体から外れています。画面を開き直してご確認ください。")
    return affiliation


def keep_an_owner(affiliation: Affiliation, role: AffiliationRole | None) -> None:
    """Raise ``TransitionError('last_owner')`` when nobody would answer for the organisation any more."""
    if affiliation.role != AffiliationRole.OWNER or role == AffiliationRole.OWNER:
        return
    others = affiliation.organisation.people(AffiliationRole.OWNER).exclude(pk=affiliation.user_id)
    if not others.exists():
        raise TransitionError(
            "last_owner",
            "代表担当者がいなくなるため、変えられません。ほかの方を代表担当者にするか、後任の方に引き継いでください。",
        )

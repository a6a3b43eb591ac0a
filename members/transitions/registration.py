"""From the three screens to an application on the office's desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members import duplicates, search_text
from members.enums import AffiliationRole, OrganisationState
from members.merging import remaining
from members.models import Affiliation, JoinRequest, Organisation, RegistrationDraft, User
from members.notices import ApplicationReceived, ApplicationWaiting
from members.permissions import has_confirmed_address
from members.transitions._organisation import (
    IDENTITY_FIELDS,
    PROFILE_FIELDS,
    assign,
    locked,
    refuse_when_changed_meanwhile,
    save,
)
from members.transitions._rounds import open_round
from members.transitions.affiliations import ask_to_join
from members.transitions.referrals import release_referrals, settle_referrals
from members.workflow import WORKFLOW
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

APPLICATION_FIELDS = (*IDENTITY_FIELDS, *PROFILE_FIELDS)


@transaction.atomic
def register_organisation(data: Mapping[str, Any], *, user: User, actor: Actor, title: str = "") -> Organisation:
    """Make an organisation of ``data`` with ``user`` as its owner, and submit it if their address is confirmed.

    Otherwise it stays a draft that nobody sees until ``settle_registration``. ``data`` holds fields of
    ``Organisation``; ``title`` is the person's post in it. Raises ``ValidationError`` for what may not be stored.
    """
    require(actor, "members.register_organisation", user)
    organisation = Organisation(state=OrganisationState.DRAFT)
    assign(organisation, data, APPLICATION_FIELDS)
    organisation.save(force_insert=True)
    Affiliation.objects.create(organisation=organisation, user=user, role=AffiliationRole.OWNER, title=title)
    audit.record(organisation, "organisation.registered", actor=actor, fields=data, codes={"kind": organisation.kind})
    search_text.refresh(organisation)
    if has_confirmed_address(user):
        return submit_application(organisation.pk, actor=actor)
    return organisation


@transaction.atomic
def submit_application(pk: int, *, actor: Actor) -> Organisation:
    """Put the organisation on the office's desk: draft -> applied.

    Raises ``TransitionError('address_not_confirmed')`` while none of its owners has confirmed an address, and
    ``TransitionError('already_registered')`` when another organisation of this 法人番号 came first.
    """
    organisation = locked(pk)
    require(actor, "members.submit_organisation", organisation)
    before = WORKFLOW.check(organisation, "submit")
    if not any(has_confirmed_address(owner) for owner in organisation.people(AffiliationRole.OWNER)):
        raise TransitionError(
            "address_not_confirmed", "メールアドレスの確認がまだ済んでいません。届いたメールから確認してください。"
        )
    organisation.state = OrganisationState.APPLIED
    organisation.applied_at = timezone.now()
    try:
        save(organisation, "state", "applied_at")
    except ValidationError as error:
        raise TransitionError("already_registered", "この法人番号の団体は、すでに登録されています。") from error
    open_round(organisation, actor=actor)
    audit.record(organisation, "organisation.applied", actor=actor, before=before)
    settle_referrals(organisation, actor=actor)
    outbox.put(ApplicationReceived(organisation))
    outbox.put(ApplicationWaiting(organisation))
    return organisation


@transaction.atomic
def resubmit_organisation(
    pk: int, *, data: Mapping[str, Any], actor: Actor, version: datetime | None = None
) -> Organisation:
    """Mend what staff asked for and apply again: returned -> applied.

    ``version`` is the ``updated_at`` the person saw; when it is another now, nothing is stored.
    """
    organisation = locked(pk)
    require(actor, "members.resubmit_organisation", organisation)
    before = WORKFLOW.check(organisation, "resubmit")
    refuse_when_changed_meanwhile(organisation, version)
    changed = assign(organisation, data, APPLICATION_FIELDS)
    organisation.state = OrganisationState.APPLIED
    organisation.applied_at = timezone.now()
    organisation.staff_message = ""
    save(organisation, *changed, "state", "applied_at", "staff_message")
    open_round(organisation, actor=actor)
    audit.record(organisation, "organisation.resubmitted", actor=actor, before=before, fields=changed)
    search_text.refresh(organisation)
    outbox.put(ApplicationReceived(organisation))
    outbox.put(ApplicationWaiting(organisation, again=True))
    return organisation


@transaction.atomic
def settle_registration(user: User, *, actor: Actor) -> list[Organisation | JoinRequest]:
    """Do what ``user`` asked for while their address was not confirmed; without effect when that is done.

    Returns the organisations that are on the office's desk now and the requests that were sent.

    Their drafts are submitted and their wish to join an organisation is passed on. Whoever wanted to register a
    body that somebody else registered meanwhile asks to join it instead.
    """
    # Without the key: rows that refer to the person may be written meanwhile.
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    done: list[Organisation | JoinRequest] = []
    if not has_confirmed_address(user):
        return done
    own = Affiliation.objects.current().filter(user=user, role=AffiliationRole.OWNER).values("organisation")
    for organisation in Organisation.objects.filter(pk__in=own, state=OrganisationState.DRAFT).order_by("pk"):
        try:
            done.append(submit_application(organisation.pk, actor=actor))
        except TransitionError as error:
            if error.code != "already_registered":
                raise
            done += _join_instead(organisation, user, actor=actor)
    draft = RegistrationDraft.objects.select_for_update(of=("self",)).filter(user=user).first()
    if draft is not None and draft.data.get("waits_for_confirmation"):
        wanted = remaining(draft.data["join"])
        message = str(draft.data.get("person", {}).get("message", ""))
        draft.delete()
        if wanted is not None:
            done += _ask_unless_belonging(wanted.pk, message, user)
    return done


def _ask_unless_belonging(pk: int, message: str, user: User) -> list[JoinRequest]:
    """Somebody may have been taken in meanwhile, by an invitation say: then there is nothing left to ask."""
    try:
        return [ask_to_join(pk, message=message, actor=user)]
    except TransitionError as error:
        if error.code != "already_belongs":
            raise
        return []


def _join_instead(draft: Organisation, user: User, *, actor: Actor) -> list[JoinRequest]:
    existing = duplicates.same_number(draft.corporate_number, besides=draft.pk)
    if existing is None:
        # Whoever was first has left in this very moment: the next sweep submits the draft.
        return []
    audit.record(draft, "organisation.superseded", actor=actor, codes={"by": existing.pk})
    release_referrals([draft])
    draft.affiliations.all().delete()
    draft.delete()
    return _ask_unless_belonging(existing.pk, "", user)


@transaction.atomic
def remove_unconfirmed_person(pk: int, *, actor: Actor) -> bool:
    """Forget somebody who never confirmed their address, with the draft they made; True if they are gone.

    Whoever belongs to anything else, is of the office or has confirmed meanwhile is left alone.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.remove_unconfirmed", user)
    drafts = Organisation.objects.filter(affiliations__user=user, state=OrganisationState.DRAFT)
    elsewhere = Affiliation.objects.filter(user=user).exclude(organisation__in=drafts.values("pk"))
    if user.is_staff or user.last_login is not None or has_confirmed_address(user) or elsewhere.exists():
        return False
    gone = list(drafts)
    for organisation in gone:
        audit.record(organisation, "organisation.unconfirmed_removed", actor=actor)
    release_referrals(gone)
    Affiliation.objects.filter(organisation__in=gone).delete()
    Organisation.objects.filter(pk__in=[each.pk for each in gone]).delete()
    audit.record(user, "user.unconfirmed_removed", actor=actor)
    user.delete()
    return True

"""Somebody is forgotten: what told who they were goes, the rows stay, so that figures stay true.

What becomes of which row is declared beside its foreign key (``tomoiki.web.lifecycle``).
"""

from collections.abc import Iterable
from dataclasses import replace
from secrets import token_hex
from typing import Any

import rules
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from members.enums import AffiliationRole, ErasureReason, HandoverState, OrganisationState
from members.links.accounts import identity_of as identity_of_person
from members.links.organisations import GONE, LEFT
from members.links.organisations import identity_of as identity_of_organisation
from members.models import ONGOING_STATES, Affiliation, Handover, Merge, Organisation, User
from members.notices.personal_data import ColleagueGone, mail_farewell
from members.signals import organisation_erased, person_erased
from members.transitions._contacts import forget_as_contact
from members.transitions.handovers import cancel_handover
from members.transitions.referrals import release_referrals
from members.workflow import WORKFLOW
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.web.lifecycle import (
    Carry,
    Delete,
    Erasing,
    OrganisationLink,
    Pass,
    PersonLink,
    Wipe,
    organisation_links,
    organisation_traces,
    person_links,
    person_traces,
    rows_of,
)
from tomoiki.workflow import TransitionError, require

#: States in which an organisation has left or never came in.
_OVER = (OrganisationState.WITHDRAWN, OrganisationState.REJECTED, OrganisationState.MERGED)


# --- a person ---


@transaction.atomic
def erase_person(pk: int, *, actor: Actor, reason: str = ErasureReason.OWN) -> User:
    """Delete an account: the row stays, anonymised; without effect when that is done.

    Raises ``TransitionError('last_owner')`` while an organisation that goes on has nobody else to answer for it.
    """
    # The key is left free: rows that refer to the person may be written meanwhile.
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if user.anonymised_at is not None:
        return user
    require(actor, "members.erase_person", user)
    organisations, places = _held_places(user)
    _refuse_without_owner(user)
    identity = identity_of_person(user)
    address = user.email
    _call_off_handovers(user, actor=actor)
    told = [ColleagueGone(place, open_rows=_open_rows(user, place.organisation)) for place in places]
    _end_places(places, actor=actor)
    forget_as_contact(user, identity, organisations, actor=actor)
    person_erased.send(sender=User, person=user, actor=actor)
    for trace in person_traces:
        trace.erase(identity, actor)
    _erase_rows(person_links, user, actor)
    _anonymise(user)
    audit.record(user, "user.erased", actor=actor, codes={"reason": ErasureReason(reason)})
    for notice in told:
        if notice.organisation.state in ONGOING_STATES:
            outbox.put(notice)
    mail_farewell(pk=user.pk, address=address, by_office=not isinstance(actor, User) or actor.pk != user.pk)
    return user


def without_other_owner(user: User) -> list[Organisation]:
    """The organisations that go on and that nobody else answers for: they keep ``user`` from leaving."""
    owned = Affiliation.objects.current().filter(user=user, role=AffiliationRole.OWNER)
    others = Affiliation.objects.current().filter(
        role=AffiliationRole.OWNER, user__is_active=True, user__anonymised_at=None
    )
    return list(
        Organisation.objects.filter(pk__in=owned.values("organisation"), state__in=ONGOING_STATES)
        .exclude(pk__in=others.exclude(user=user).values("organisation"))
        .order_by("pk")
    )


def _held_places(user: User) -> tuple[list[Organisation], list[Affiliation]]:
    """The organisations that the person belongs or belonged to, held, and their places of today.

    Somebody may hand over or leave in the same moment.
    """
    named = Affiliation.objects.filter(user=user).values("organisation")
    held = {
        row.pk: row
        for row in Organisation.objects.filter(pk__in=named).order_by("pk").select_for_update(of=("self",), no_key=True)
    }
    places = list(
        Affiliation.objects.current().filter(user=user).order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    for place in places:
        if place.organisation_id not in held:
            raise TransitionError("changed_meanwhile", "ほかの手続きと重なりました。もう一度お試しください。")
        place.organisation = held[place.organisation_id]
        place.user = user
    return list(held.values()), places


def _refuse_without_owner(user: User) -> None:
    alone = without_other_owner(user)
    if alone:
        names = "、".join(f"「{each.name}」" for each in alone)
        raise TransitionError(
            "last_owner",
            f"{names}の代表担当者がいなくなるため、まだ削除できません。"
            "先に、ほかの方への引き継ぎか、団体の退会の手続きをしてください。",
        )


def _call_off_handovers(user: User, *, actor: Actor) -> None:
    """Where somebody was invited to follow, they are told; whatever else was planned ends with the rows."""
    if isinstance(actor, SystemActor):
        return
    for handover in Handover.objects.filter(leaver=user, state=HandoverState.PLANNED).order_by("pk"):
        if rules.has_perm("members.cancel_handover", actor, handover):
            cancel_handover(handover.pk, actor=actor)


def _open_rows(user: User, organisation: Organisation) -> int:
    """How much of what is open the person looked after."""
    return sum(
        link.hand_over.rows(user, organisation).count() for link in person_links if isinstance(link.hand_over, Pass)
    )


def _end_places(places: Iterable[Affiliation], *, actor: Actor) -> None:
    for place in places:
        organisation = place.organisation
        audit.record(place, "affiliation.ended", actor=actor, before=place.role, after="")
        place.ended_at = timezone.now()
        place.save(update_fields=["ended_at"])
        # A registration that was never sent is nobody's without the person who typed it.
        alone = not Affiliation.objects.filter(organisation=organisation).exclude(user=place.user).exists()
        if organisation.state == OrganisationState.DRAFT and alone:
            audit.record(organisation, "organisation.unconfirmed_removed", actor=actor)
            release_referrals([organisation])
            Affiliation.objects.filter(organisation=organisation).delete()
            organisation.delete()


def _anonymise(user: User) -> None:
    user.email = f"{token_hex(8)}-{user.pk}@erased.invalid"
    user.name = user.name_kana = user.phone = ""
    # Whoever is logged in with the old password is not any more.
    user.set_unusable_password()
    user.is_active = user.is_staff = user.is_superuser = False
    user.anonymised_at = timezone.now()
    user.save(
        update_fields=[
            "email",
            "name",
            "name_kana",
            "phone",
            "password",
            "is_active",
            "is_staff",
            "is_superuser",
            "anonymised_at",
        ]
    )


# --- an organisation ---


@transaction.atomic
def erase_organisation(pk: int, *, actor: Actor, reason: str = ErasureReason.ASKED) -> Organisation:
    """Wipe what told who an organisation was that left, was turned down or went up in another one.

    Whatever went up in it is wiped with it, and, while a merge may be undone, the one that it went up in: neither
    is erased without the other. Raises ``TransitionError('still_together')`` where that one goes on.
    """
    family = _held_family(pk)
    organisation = family[pk]
    require(actor, "members.erase_organisation", organisation)
    if organisation.erased_at is not None:
        return organisation
    WORKFLOW.check(organisation, "erase")
    for each in family.values():
        if each.state not in _OVER:
            raise TransitionError(
                "still_together",
                f"この団体は「{each.name}」に統合されていて、まだ元に戻せる期間です。"
                f"そのあいだは「{each.name}」と一緒でなければ消去できません。",
            )
    for each in family.values():
        if each.erased_at is None:
            _erase_one(each, together=tuple(family), actor=actor, reason=reason)
    return organisation


def _family(pk: int) -> set[int]:
    """The organisation, whatever went up in it, and what it went up in for as long as that may be undone."""
    family, found = set[int](), {pk}
    while found - family:
        family |= found
        undoable = Merge.objects.undoable().filter(loser__in=family)
        found = set(Organisation.objects.filter(Q(merged_into__in=family)).values_list("pk", flat=True))
        found |= set(undoable.values_list("winner", flat=True))
    return family


def _held_family(pk: int) -> dict[int, Organisation]:
    family = _family(pk)
    rows = Organisation.objects.filter(pk__in=family).order_by("pk").select_for_update(of=("self",), no_key=True)
    held = {row.pk: row for row in rows}
    if pk not in held:
        raise Organisation.DoesNotExist
    if _family(pk) != family:
        raise TransitionError("changed_meanwhile", "ほかの手続きと重なりました。もう一度お試しください。")
    return held


def _erase_one(organisation: Organisation, *, together: tuple[int, ...], actor: Actor, reason: str) -> None:
    identity = replace(identity_of_organisation(organisation), together=together)
    for trace in organisation_traces:
        trace.erase(identity, actor)
    _erase_rows(organisation_links, organisation, actor)
    wiped: dict[str, Any] = {
        "name": LEFT,
        "name_kana": "",
        "kind_other": GONE if organisation.kind_other else "",
        "corporate_number": "",
        "postal_code": "",
        "address": "",
        "phone": "",
        "website": "",
        "description": "",
        "logo": None,
        "links": [],
        "details": {},
        "audiences": {},
        "areas": [],
        "listed_publicly": False,
        "search_text": "",
        "search_text_members": "",
        "roster_key": "",
        "staff_message": GONE if organisation.staff_message else "",
        "erased_at": timezone.now(),
    }
    for name, value in wiped.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=[*wiped, "updated_at"])
    audit.record(
        organisation,
        "organisation.erased",
        actor=actor,
        before=organisation.state,
        codes={"reason": ErasureReason(reason)},
    )
    organisation_erased.send(sender=Organisation, organisation=organisation, actor=actor)


def _erase_rows(
    links: Iterable[PersonLink] | Iterable[OrganisationLink], target: User | Organisation, actor: Actor
) -> None:
    """Carry out what each foreign key declared."""
    for link in links:
        way: Erasing = link.erase
        rows = rows_of(link.key, target)
        if isinstance(way, Wipe):
            rows.update(**way.values)
        elif isinstance(way, Delete):
            rows.delete()
        elif isinstance(way, Carry):
            way.carry(rows, actor)

"""Invitations and handovers, two in the same moment."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members import transitions
from members.enums import AffiliationRole, HandoverState, InvitationState
from members.models import Affiliation, Handover
from tests.factories.matching import PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, UserFactory, member_of
from tests.factories.people import HandoverFactory, InvitationFactory
from tests.members.people import reload
from tests.members.test_at_once import at_once
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_accept_one_invitation() -> None:
    invitation = InvitationFactory(token="one")
    one, other = UserFactory(email=invitation.email), UserFactory()
    results = at_once(
        lambda: transitions.accept_invitation("one", actor=one),
        lambda: transitions.accept_invitation("one", actor=other, as_another=True),
    )
    assert results == ["done", "wrong_state"]
    joined = Affiliation.objects.current().filter(organisation=invitation.organisation, user__in=[one, other])
    assert [each.user for each in joined] == [reload(invitation).accepted_by]


def test_a_newcomer_who_presses_twice_has_one_account() -> None:
    InvitationFactory(token="twice")
    data = {"name": "森 春子", "name_kana": "モリ ハルコ", "password": "machi-no-akari-7"}
    join = lambda: transitions.join_by_invitation("twice", data=data)  # noqa: E731 - called twice
    results = at_once(join, join)
    # The second finds the address in use.
    assert results == ["address_in_use", "done"]
    assert Affiliation.objects.current().filter(role=AffiliationRole.EDITOR).count() == 1


def test_accepting_and_taking_back() -> None:
    invitation = InvitationFactory(token="race")
    person = UserFactory(email=invitation.email)
    results = at_once(
        lambda: transitions.accept_invitation("race", actor=person),
        lambda: transitions.revoke_invitation(invitation.pk, actor=invitation.invited_by),
    )
    assert results == ["done", "wrong_state"]
    belongs = Affiliation.objects.current().filter(user=person).exists()
    assert belongs == (reload(invitation).state == InvitationState.ACCEPTED)


def test_two_owners_invite_one_person() -> None:
    organisation = OrganisationFactory()
    owners = [member_of(organisation), member_of(organisation)]
    results = at_once(
        *[
            lambda owner=owner: transitions.invite_person(
                organisation.pk,
                email="mori@machi.example",
                name="",
                role=AffiliationRole.EDITOR,
                message="",
                actor=owner,
            )
            for owner in owners
        ]
    )
    assert results == ["done", "invalid"]
    assert Message.objects.filter(code="members_invitation").count() == 1


def test_two_handovers_of_one_person() -> None:
    own = AffiliationFactory()
    one, other = member_of(own.organisation), member_of(own.organisation)
    post = PostFactory(organisation=own.organisation, contact=own.user)
    results = at_once(
        lambda: transitions.plan_handover(own.pk, successor=one, note="", actor=other),
        lambda: transitions.plan_handover(own.pk, successor=other, note="", actor=one),
    )
    # Whoever comes second finds nothing left to pass, and nobody who has to leave.
    assert results == ["done", "done"]
    post.refresh_from_db()
    assert post.contact in (one, other)
    done = Handover.objects.filter(state=HandoverState.DONE).order_by("done_at", "pk").first()
    assert done is not None
    assert post.contact == done.successor


def test_two_plan_the_same_handover_by_invitation() -> None:
    own = AffiliationFactory()
    owner = member_of(own.organisation)
    results = at_once(
        *[
            lambda actor=actor, email=email: transitions.plan_handover(
                own.pk, invite={"email": email, "name": ""}, note="", actor=actor
            )
            for actor, email in ((own.user, "mori@machi.example"), (owner, "hara@machi.example"))
        ]
    )
    assert results == ["done", "planned_already"]


def test_handing_over_and_leaving() -> None:
    own = AffiliationFactory(role=AffiliationRole.EDITOR)
    successor = member_of(own.organisation)
    post = PostFactory(organisation=own.organisation, contact=own.user)
    results = at_once(
        lambda: transitions.plan_handover(own.pk, successor=successor, note="", actor=successor),
        lambda: transitions.end_affiliation(own.pk, actor=own.user),
    )
    assert results in (["done", "done"], ["done", "ended"])
    post.refresh_from_db()
    assert post.contact == successor
    assert Affiliation.objects.get(pk=own.pk).ended_at is not None


def test_the_invited_accepts_while_the_handover_is_called_off() -> None:
    handover = HandoverFactory(invitation__token="off")
    assert handover.invitation is not None
    person = UserFactory(email=handover.invitation.email)

    def call_off() -> None:
        # Too late, the leaver belongs no more and may not even ask.
        with suppress(PermissionDenied):
            transitions.cancel_handover(handover.pk, actor=handover.leaver)

    results = at_once(lambda: transitions.accept_invitation("off", actor=person), call_off)
    assert results[0] in ("done", "wrong_state")
    handover.refresh_from_db()
    stays = Affiliation.objects.current().filter(user=handover.leaver).exists()
    follows = Affiliation.objects.current().filter(user=person).exists()
    assert (stays, follows) == ((False, True) if handover.state == HandoverState.DONE else (True, False))


def test_an_owner_leaves_while_the_other_hands_over() -> None:
    own = AffiliationFactory()
    other = AffiliationFactory(organisation=own.organisation)
    editor = member_of(own.organisation, AffiliationRole.EDITOR)
    results = at_once(
        lambda: transitions.plan_handover(own.pk, successor=editor, note="", actor=own.user),
        lambda: transitions.end_affiliation(other.pk, actor=other.user),
    )
    assert results == ["done", "done"]
    owners = list(own.organisation.people(AffiliationRole.OWNER))
    assert owners == [editor]
    assert timezone.now() >= Affiliation.objects.get(pk=own.pk).ended_at  # type: ignore[operator]

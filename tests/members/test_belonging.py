"""Who belongs to an organisation: asking, being taken in, another role, leaving."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from members import transitions
from members.enums import AffiliationRole, JoinRequestState, OrganisationState
from members.models import ONGOING_STATES, Affiliation, JoinRequest, User
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def told(code: str) -> set[User]:
    return {each.recipient for each in Notification.objects.filter(code=code).select_related("recipient")}


# --- asking ---


def test_the_owners_are_asked_once_however_often_somebody_asks() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    member_of(organisation, AffiliationRole.EDITOR)
    user = UserFactory(name="広報 花子")
    first = transitions.ask_to_join(organisation.pk, message=" 広報の係です ", actor=user)
    again = transitions.ask_to_join(organisation.pk, message="まだですか", actor=user)
    assert first == again
    assert first.message == "広報の係です"
    assert told("members_join_requested") == {owner}
    assert told("members_join_sent") == {user}
    mail = Message.objects.get(code="members_join_requested")
    assert "広報 花子" in mail.text_body
    assert "広報の係です" in mail.text_body


def test_where_nobody_answers_for_it_the_office_is_asked() -> None:
    organisation, office = OrganisationFactory(), StaffFactory()
    member_of(organisation, is_active=False)
    transitions.ask_to_join(organisation.pk, message="", actor=UserFactory())
    assert told("members_join_requested") == {office}


def test_an_address_is_confirmed_before_anybody_is_asked() -> None:
    with pytest.raises(PermissionDenied):
        transitions.ask_to_join(OrganisationFactory().pk, message="", actor=UserFactory(email_confirmed=False))


def test_who_belongs_already_need_not_ask() -> None:
    organisation = OrganisationFactory()
    with pytest.raises(TransitionError) as refused:
        transitions.ask_to_join(organisation.pk, message="", actor=member_of(organisation))
    assert refused.value.code == "already_belongs"


@pytest.mark.parametrize("state", OrganisationState)
def test_one_joins_what_is_registered_or_about_to_be(state: OrganisationState) -> None:
    organisation, user = OrganisationFactory(state=state), UserFactory()
    if state in ONGOING_STATES:
        assert transitions.ask_to_join(organisation.pk, message="", actor=user).state == JoinRequestState.WAITING
        return
    with pytest.raises(TransitionError):
        transitions.ask_to_join(organisation.pk, message="", actor=user)


# --- answering ---


def test_an_owner_takes_somebody_in() -> None:
    request = JoinRequestFactory()
    transitions.accept_join_request(request.pk, actor=member_of(request.organisation))
    request.refresh_from_db()
    assert request.state == JoinRequestState.ACCEPTED
    assert request.answered_at is not None
    affiliation = Affiliation.objects.current().get(organisation=request.organisation, user=request.user)
    assert affiliation.role == AffiliationRole.EDITOR
    assert told("members_join_accepted") == {request.user}


def test_an_owner_says_no() -> None:
    request = JoinRequestFactory()
    transitions.refuse_join_request(request.pk, actor=member_of(request.organisation))
    request.refresh_from_db()
    assert request.state == JoinRequestState.REFUSED
    assert not Affiliation.objects.filter(user=request.user).exists()
    assert told("members_join_refused") == {request.user}


def test_the_office_may_answer_too() -> None:
    request = JoinRequestFactory()
    transitions.accept_join_request(request.pk, actor=StaffFactory())
    assert Affiliation.objects.current().filter(user=request.user).exists()


@pytest.mark.parametrize("answer", [transitions.accept_join_request, transitions.refuse_join_request])
def test_nobody_else_answers(answer: Any) -> None:
    request = JoinRequestFactory()
    people = [
        request.user,
        member_of(request.organisation, AffiliationRole.EDITOR),
        member_of(OrganisationFactory()),
    ]
    for person in people:
        with pytest.raises(PermissionDenied):
            answer(request.pk, actor=person)
    request.refresh_from_db()
    assert request.state == JoinRequestState.WAITING


@pytest.mark.parametrize("state", [JoinRequestState.ACCEPTED, JoinRequestState.REFUSED, JoinRequestState.WITHDRAWN])
def test_an_answer_is_given_once(state: JoinRequestState) -> None:
    request = JoinRequestFactory(state=state)
    owner = member_of(request.organisation)
    for answer in (transitions.accept_join_request, transitions.refuse_join_request):
        with pytest.raises(TransitionError) as refused:
            answer(request.pk, actor=owner)
        assert refused.value.code == "wrong_state"
    with pytest.raises(TransitionError):
        transitions.withdraw_join_request(request.pk, actor=request.user)


def test_one_takes_back_ones_own_request_and_may_ask_again() -> None:
    request = JoinRequestFactory()
    with pytest.raises(PermissionDenied):
        transitions.withdraw_join_request(request.pk, actor=member_of(request.organisation))
    transitions.withdraw_join_request(request.pk, actor=request.user)
    again = transitions.ask_to_join(request.organisation.pk, message="", actor=request.user)
    assert again.pk != request.pk
    assert JoinRequest.objects.waiting().get() == again


# --- roles, leaving ---


def test_an_owner_gives_a_role() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    colleague = AffiliationFactory(organisation=organisation, role=AffiliationRole.EDITOR)
    transitions.change_role(colleague.pk, role=AffiliationRole.OWNER, actor=owner)
    colleague.refresh_from_db()
    assert colleague.role == AffiliationRole.OWNER
    assert told("members_role_changed") == {colleague.user}


def test_a_role_is_given_by_an_owner_only() -> None:
    organisation = OrganisationFactory()
    member_of(organisation)
    own = AffiliationFactory(organisation=organisation, role=AffiliationRole.EDITOR)
    for person in (own.user, member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            transitions.change_role(own.pk, role=AffiliationRole.OWNER, actor=person)


def test_an_organisation_keeps_an_owner() -> None:
    own = AffiliationFactory()
    for act in (
        lambda: transitions.change_role(own.pk, role=AffiliationRole.EDITOR, actor=own.user),
        lambda: transitions.end_affiliation(own.pk, actor=own.user),
    ):
        with pytest.raises(TransitionError) as refused:
            act()
        assert refused.value.code == "last_owner"
    # An owner who can no longer log in does not count.
    member_of(own.organisation, is_active=False)
    with pytest.raises(TransitionError):
        transitions.end_affiliation(own.pk, actor=own.user)
    member_of(own.organisation)
    transitions.end_affiliation(own.pk, actor=own.user)
    assert own.organisation not in own.user.organisations


def test_one_leaves_by_oneself_or_is_taken_out_by_an_owner_and_told() -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    leaves = AffiliationFactory(organisation=organisation, role=AffiliationRole.EDITOR)
    taken_out = AffiliationFactory(organisation=organisation, role=AffiliationRole.VIEWER)
    with pytest.raises(PermissionDenied):
        transitions.end_affiliation(taken_out.pk, actor=leaves.user)
    transitions.end_affiliation(leaves.pk, actor=leaves.user)
    transitions.end_affiliation(taken_out.pk, actor=owner)
    assert told("members_affiliation_ended") == {taken_out.user}
    with pytest.raises(TransitionError) as refused:
        transitions.end_affiliation(taken_out.pk, actor=owner)
    assert refused.value.code == "ended"

"""Merges, and what else may happen to the same organisations in the same moment."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from matching.enums import Answer
from matching.models import Participant
from matching.transitions import answer_introduction
from members import transitions
from members.enums import AffiliationRole, OrganisationState
from members.models import Merge, Organisation
from tests.factories.approval import current_people
from tests.factories.matching import IntroductionFactory, PostFactory
from tests.factories.members import JoinRequestFactory, OrganisationFactory, StaffFactory, member_of
from tests.members.test_at_once import at_once
from tomoiki.audit.models import Entry
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "電話で、同じ団体と確かめました。"


def merging(winner: Organisation, loser: Organisation, actor: Any) -> Any:
    return lambda: transitions.merge_organisations(winner=winner.pk, loser=loser.pk, note=NOTE, actor=actor)


@pytest.mark.parametrize("attempt", range(3))
def test_two_merges_that_cross_leave_one_organisation(attempt: int) -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    staff, colleague = StaffFactory(), StaffFactory()
    assert at_once(merging(one, other, staff), merging(other, one, colleague)) == ["done", "not_mergeable"]
    assert sorted(Organisation.objects.values_list("state", flat=True)) == ["approved", "merged"]


def test_two_of_the_office_merge_the_same_two() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    assert at_once(merging(one, other, StaffFactory()), merging(one, other, StaffFactory())) == [
        "done",
        "not_mergeable",
    ]
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_an_answer_and_a_merge_both_come_true(attempt: int) -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    editor = member_of(loser, AffiliationRole.EDITOR)
    introduction = IntroductionFactory(post=PostFactory(organisation=loser))
    side = introduction.participants.get(organisation=loser)
    results = at_once(
        merging(winner, loser, StaffFactory()),
        lambda: answer_introduction(introduction.pk, participant=side.pk, answer=Answer.YES, actor=editor),
    )
    assert results == ["done", "done"]
    side = Participant.objects.get(pk=side.pk)
    assert (side.organisation, side.answer) == (winner, Answer.YES)


@pytest.mark.parametrize("attempt", range(3))
def test_leaving_and_a_merge_are_one_after_the_other(attempt: int) -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    owner = member_of(winner)
    results = at_once(
        merging(winner, loser, StaffFactory()), lambda: transitions.withdraw_organisation(winner.pk, actor=owner)
    )
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert winner.state == OrganisationState.WITHDRAWN
    merged = loser.state == OrganisationState.MERGED
    assert results == (["done", "done"] if merged else ["done", "not_mergeable"])


def test_the_one_that_goes_up_cannot_leave_as_well() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    owner, staff = member_of(loser), StaffFactory()

    def leave() -> None:
        try:
            transitions.withdraw_organisation(loser.pk, actor=owner)
        except PermissionDenied as error:
            # The merge came first: by now the person owns the other organisation.
            raise TransitionError("not_theirs", "") from error

    results = at_once(merging(winner, loser, staff), leave)
    loser.refresh_from_db()
    assert loser.state == OrganisationState.MERGED
    # Whoever left first may still be merged; whoever was merged can no longer leave.
    left_first = Entry.objects.about(loser).filter(action="organisation.withdrawn").exists()
    assert results == (["done", "done"] if left_first else ["done", "not_theirs"])


def test_undone_twice_at_once_is_undone_once() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    staff, colleague = StaffFactory(), StaffFactory()
    merge = merging(one, other, staff)()
    results = at_once(
        lambda: transitions.undo_merge(merge.pk, actor=staff), lambda: transitions.undo_merge(merge.pk, actor=colleague)
    )
    assert results == ["already_undone", "done"]


@pytest.mark.parametrize("attempt", range(3))
def test_somebody_who_is_taken_in_meanwhile_is_not_lost(attempt: int) -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    request = JoinRequestFactory(organisation=loser)
    results = at_once(
        merging(winner, loser, StaffFactory()),
        lambda: transitions.accept_join_request(request.pk, actor=StaffFactory()),
    )
    assert results == ["done", "done"]
    assert set(current_people(winner)) == {request.user_id}

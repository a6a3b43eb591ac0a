"""Two at once among several: each of these runs its transitions in real transactions."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, AppointmentState, IntroductionState
from matching.models import Appointment, Inquiry, Introduction, Participant
from matching.transitions import CandidateChoice, bystanders, locks
from tests.factories.introducing import AppointmentFactory
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of here is what stands in the outbox; sending it is tested elsewhere."""
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run ``calls`` at the same moment, each in a thread and a connection of its own; what became of each."""
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        together.wait(timeout=5)
        try:
            call()
        except TransitionError as refusal:
            return refusal.code
        except ValidationError:
            return "invalid"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, call) for call in calls]]


def inquiry_of(number: int, wanted: int) -> Inquiry:
    post = PostFactory()
    somebody_of(post.organisation)
    offers = [OfferFactory() for _ in range(number)]
    return transitions.start_inquiry(
        post.pk,
        candidates=[CandidateChoice.of(offer) for offer in offers],
        wanted=wanted,
        message="",
        actor=StaffFactory(),
    )


def yes(side: Participant) -> Callable[[], Any]:
    actor = somebody_of(side.organisation)
    return lambda: transitions.answer_introduction(
        side.introduction_id, participant=side.pk, answer=Answer.YES, actor=actor
    )


def candidates(inquiry: Inquiry) -> list[Participant]:
    sides = Participant.objects.filter(introduction__inquiry=inquiry).exclude(post=inquiry.post_id)
    return list(sides.order_by("introduction"))


def test_two_candidates_accept_at_once_and_one_is_enough() -> None:
    inquiry = inquiry_of(3, wanted=1)
    first, second, _ = candidates(inquiry)
    assert at_once(yes(first), yes(second)) == ["done", "done"]
    states = sorted(inquiry.introductions.values_list("state", flat=True))
    assert states == [IntroductionState.ASKED, IntroductionState.NOT_NEEDED, IntroductionState.NOT_NEEDED]
    # The slower one is thanked, not refused.
    assert Participant.objects.filter(answer=Answer.YES).count() == 1
    assert len(set(told("matching_staff_late_yes"))) == 1
    assert len(told("matching_inquiry_not_needed")) == 2


def test_two_staff_ask_the_same_candidate_at_once() -> None:
    post, offer = PostFactory(), OfferFactory()
    staff = [StaffFactory(), StaffFactory()]

    def ask(actor: Any) -> Callable[[], Any]:
        return lambda: transitions.start_inquiry(
            post.pk, candidates=[CandidateChoice.of(offer)], wanted=1, message="", actor=actor
        )

    assert sorted(at_once(*(ask(each) for each in staff))) == ["done", "pair_open"]
    assert Introduction.objects.count() == 1


def test_two_staff_add_candidates_at_once_and_ten_stay_ten() -> None:
    inquiry = inquiry_of(8, wanted=5)

    def add(number: int) -> Callable[[], Any]:
        chosen = [CandidateChoice(OrganisationFactory().pk) for _ in range(number)]
        actor = StaffFactory()
        return lambda: transitions.add_candidates(inquiry.pk, candidates=chosen, actor=actor)

    assert sorted(at_once(add(2), add(2))) == ["done", "invalid"]
    assert inquiry.introductions.count() == 10


def test_a_candidate_accepts_while_staff_close() -> None:
    inquiry = inquiry_of(2, wanted=2)
    staff = StaffFactory()
    first = candidates(inquiry)[0]
    results = at_once(yes(first), lambda: transitions.close_inquiry(inquiry.pk, actor=staff))
    assert results == ["done", "done"]
    first.refresh_from_db()
    state = first.introduction.state
    assert (state, first.answer) in {
        (IntroductionState.ASKED, Answer.YES),
        (IntroductionState.NOT_NEEDED, Answer.WAITING),
    }


def test_the_owner_and_a_candidate_answer_across_introductions() -> None:
    inquiry = inquiry_of(3, wanted=3)
    first, second, _ = candidates(inquiry)
    yes(first)()
    owner = Participant.objects.get(introduction=first.introduction_id, post=inquiry.post_id)
    assert at_once(yes(owner), yes(second)) == ["done", "done"]
    first.introduction.refresh_from_db()
    assert first.introduction.state == IntroductionState.AGREED


def test_two_ask_the_same_organisation_along_at_once() -> None:
    introduction = IntroductionFactory()
    university = OrganisationFactory()

    def invite(actor: Any) -> Callable[[], Any]:
        return lambda: transitions.invite_participant(introduction.pk, organisation=university, actor=actor)

    assert sorted(at_once(invite(StaffFactory()), invite(StaffFactory()))) == ["done", "invalid"]
    assert introduction.participants.count() == 3


def test_two_leave_three_at_once_and_one_stays_with_the_owner() -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    university = OrganisationFactory()
    member_of(university)
    side = transitions.invite_participant(introduction.pk, organisation=university, actor=StaffFactory())
    yes(side)()
    leaving = list(introduction.participants.order_by("pk")[1:])

    def leave(each: Participant) -> Callable[[], Any]:
        actor = somebody_of(each.organisation)
        return lambda: transitions.leave_introduction(introduction.pk, participant=each.pk, reason="dates", actor=actor)

    assert sorted(at_once(*(leave(each) for each in leaving))) == ["done", "end_instead"]


def test_two_fix_different_dates_at_once() -> None:
    appointment = AppointmentFactory()
    dates = list(appointment.dates.order_by("starts_at"))
    people = [somebody_of(side.organisation) for side in appointment.introduction.participants.order_by("pk")]
    results = at_once(
        lambda: transitions.fix_appointment(appointment.pk, date=dates[0].pk, actor=people[0]),
        lambda: transitions.fix_appointment(appointment.pk, date=dates[1].pk, actor=people[1]),
    )
    assert sorted(results) == ["done", "wrong_state"]
    assert len(told("matching_appointment_fixed")) == 2


def test_both_propose_at_once_and_the_later_stands() -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)

    def propose(side: Participant) -> Callable[[], Any]:
        actor = somebody_of(side.organisation)
        return lambda: transitions.propose_appointment(
            introduction.pk,
            participant=side.pk,
            dates=[timezone.now() + timedelta(days=2)],
            place="市民センター",
            actor=actor,
        )

    assert at_once(*(propose(side) for side in introduction.participants.order_by("pk"))) == ["done", "done"]
    states = sorted(Appointment.objects.values_list("state", flat=True))
    assert states == [AppointmentState.PROPOSED, AppointmentState.REPLACED]


def test_a_candidate_finds_another_partner_while_the_other_candidate_says_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = inquiry_of(2, wanted=1)
    first, second = candidates(inquiry)
    assert first.post is not None
    ended, held = threading.Event(), threading.Event()
    finds, answers = locks.lock_inquiry_unless_held, locks.lock_inquiry

    def after_the_other(pk: int) -> Any:
        # The first's introduction is locked and ended, nothing is committed: now the second holds the inquiry.
        ended.set()
        held.wait(timeout=5)
        return finds(pk)

    def then_let_go(pk: int) -> Any:
        found = answers(pk)
        held.set()
        return found

    monkeypatch.setattr(bystanders, "lock_inquiry_unless_held", after_the_other)
    monkeypatch.setattr(bystanders, "lock_inquiry", then_let_go)
    owner, say_yes = somebody_of(first.post.organisation), yes(second)

    def answer() -> Any:
        ended.wait(timeout=5)
        return say_yes()

    post = first.post.pk
    assert at_once(lambda: transitions.fulfil_post(post, actor=owner), answer) == ["done", "done"]
    assert {each.state for each in Introduction.objects.filter(participants=first)} == {IntroductionState.NOT_NEEDED}
    assert Participant.objects.get(pk=second.pk).answer == Answer.YES
    # The first answered by its own post: it is not thanked for an answer besides.
    assert told("matching_inquiry_not_needed") == []

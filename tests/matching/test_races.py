"""Two at once: each of these runs two transitions in two real transactions."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

import members.transitions
from matching import transitions
from matching.enums import Answer, Direction, IntroductionState, PostState
from matching.models import Introduction, Participant, Post
from matching.transitions import standing
from matching.transitions.locks import lock_introduction
from members.enums import OrganisationState
from members.models import Organisation
from members.signals import organisation_suspended
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import Conversation
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
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=20) for future in [pool.submit(run, call) for call in calls]]


def say(side: Participant, said: Answer, reason: str = "") -> Callable[[], Any]:
    actor = somebody_of(side.organisation)
    return lambda: transitions.answer_introduction(
        side.introduction_id, participant=side.pk, answer=said, reason=reason, actor=actor
    )


def test_the_last_unit_goes_to_one() -> None:
    post = PostFactory(quantity=1, unit="sets")
    introductions = [IntroductionFactory(post=post, responder=OrganisationFactory()) for _ in range(2)]
    sides = [each.participants.get(post=post) for each in introductions]
    assert sorted(at_once(*(say(side, Answer.YES) for side in sides))) == ["done", "wrong_state"]
    post.refresh_from_db()
    assert (post.quantity_taken, post.state) == (1, PostState.FULFILLED)
    assert sorted(Introduction.objects.values_list("state", flat=True)) == [
        IntroductionState.AGREED,
        IntroductionState.NOT_NEEDED,
    ]
    assert Conversation.objects.count() == 1


def test_two_yes_at_once_make_one_agreement() -> None:
    introduction = IntroductionFactory()
    first, second = introduction.participants.order_by("pk")
    assert at_once(say(first, Answer.YES), say(second, Answer.YES)) == ["done", "done"]
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED
    assert len(told("matching_introduction_agreed")) == 2
    assert Entry.objects.filter(action="introduction.agreed").count() == 1


def test_a_yes_and_a_no_at_once_agree_on_no() -> None:
    introduction = IntroductionFactory()
    first, second = introduction.participants.order_by("pk")
    results = at_once(say(first, Answer.YES), say(second, Answer.NO, "dates"))
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.DECLINED
    # The no counts; the yes came before it, or too late.
    assert (results[0] in {"done", "wrong_state"}, results[1]) == (True, "done")


def test_two_staff_publish_one_post_once() -> None:
    post = PostFactory(state=PostState.SUBMITTED)
    staff = [StaffFactory(), StaffFactory()]
    results = at_once(*(lambda each=each: transitions.publish_post(post.pk, actor=each) for each in staff))
    assert sorted(results) == ["done", "wrong_state"]
    assert told("matching_post_published") == [post.author]


def test_publishing_and_returning_at_once_end_in_one_of_both() -> None:
    post = PostFactory(state=PostState.SUBMITTED)
    staff = [StaffFactory(), StaffFactory()]
    results = at_once(
        lambda: transitions.publish_post(post.pk, actor=staff[0]),
        lambda: transitions.return_post(post.pk, message="直してください。", actor=staff[1]),
    )
    assert sorted(results) == ["done", "wrong_state"]
    assert len(told("matching_post_published") + told("matching_post_returned")) == 1


def test_a_double_click_makes_one_draft() -> None:
    organisation = OrganisationFactory()
    person = member_of(organisation)

    def save() -> None:
        transitions.save_draft(
            None,
            data={"direction": Direction.NEED, "title": "二度押し"},
            on_behalf=organisation,
            actor=person,
            idempotency_key="one-form",
        )

    assert at_once(save, save) == ["done", "done"]
    assert Post.objects.get().title == "二度押し"


def test_a_double_click_raises_one_hand() -> None:
    post, organisation = PostFactory(), OrganisationFactory()
    person = somebody_of(organisation)

    def respond() -> None:
        transitions.respond_to_post(post.pk, on_behalf=organisation, message="", actor=person)

    assert sorted(at_once(respond, respond)) == ["done", "pair_open"]
    assert Introduction.objects.count() == 1


def test_staff_and_member_bring_the_same_two_together_once() -> None:
    need, offer = PostFactory(), OfferFactory()
    staff, giver = StaffFactory(), offer.author
    results = at_once(
        lambda: transitions.propose_introduction(need=need, offer=offer, message="", actor=staff),
        lambda: transitions.respond_to_post(need.pk, on_behalf=offer.organisation, message="", post=offer, actor=giver),
    )
    assert sorted(results) == ["done", "pair_open"]


def test_suspending_and_publishing_at_once_leave_nothing_on_the_board() -> None:
    post = PostFactory(state=PostState.SUBMITTED)
    staff = StaffFactory()

    def suspend() -> None:
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=post.organisation_id)
            organisation.state = OrganisationState.SUSPENDED
            organisation.save(update_fields=["state"])
            organisation_suspended.send(Organisation, organisation=organisation, actor=staff)

    results = at_once(suspend, lambda: transitions.publish_post(post.pk, actor=staff))
    post.refresh_from_db()
    assert results[0] == "done"
    assert (results[1], post.state) in {
        ("done", PostState.PAUSED),
        ("organisation_not_active", PostState.SUBMITTED),
    }


def test_leaving_and_agreeing_at_once_do_not_wait_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    stays, leaves = OrganisationFactory(), OrganisationFactory()
    introduction = IntroductionFactory(post=PostFactory(organisation=stays), responder=leaves)
    side = introduction.participants.get(organisation=stays)
    staff, answer = StaffFactory(), say(side, Answer.YES)
    left_is_held = threading.Event()

    def lock_late(pk: int) -> Introduction:
        left_is_held.set()
        # Time for the answer to take what it can get.
        time.sleep(0.3)
        return lock_introduction(pk)

    monkeypatch.setattr(standing, "lock_introduction", lock_late)
    results = at_once(
        lambda: members.transitions.withdraw_organisation(leaves.pk, actor=staff),
        lambda: left_is_held.wait(5) and answer(),
    )
    introduction.refresh_from_db()
    assert results == ["done", "wrong_state"]
    assert introduction.state == IntroductionState.WITHDRAWN


def test_fulfilling_and_agreeing_at_once_do_not_wait_in_a_circle() -> None:
    post = PostFactory(quantity=5, unit="sets")
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    side = introduction.participants.get(post=post)
    results = at_once(say(side, Answer.YES), lambda: transitions.fulfil_post(post.pk, actor=post.author))
    post.refresh_from_db()
    introduction.refresh_from_db()
    assert post.state == PostState.FULFILLED
    assert results[1] == "done"
    assert (results[0], introduction.state) in {
        ("done", IntroductionState.AGREED),
        ("wrong_state", IntroductionState.NOT_NEEDED),
    }


def test_both_report_at_once_and_it_is_done_once() -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    sides = list(introduction.participants.order_by("pk"))
    data = {"result": "done", "again": "yes", "welcome": "very"}
    calls = [
        lambda side=side: transitions.report_outcome(
            introduction.pk, participant=side.pk, data=data, actor=somebody_of(side.organisation)
        )
        for side in sides
    ]
    assert at_once(*calls) == ["done", "done"]
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.COMPLETED
    assert len(told("matching_introduction_completed")) == 2

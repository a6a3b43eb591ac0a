"""Whatever order people agree, stop, report, renew, pause and wait in: nothing is promised twice, nothing is lost."""

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState
from matching.giving import TALKED_ABOUT, talks_about
from matching.models import Introduction, Participant, Post
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.audit.actors import SCHEDULER
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

QUANTITY, QUOTA = 50, 3
USES = {IntroductionState.AGREED, IntroductionState.UNDER_WAY, IntroductionState.COMPLETED}
LEGAL = {PostState.PUBLISHED, PostState.PAUSED, PostState.FULFILLED, PostState.EXPIRED}


class Meals(RuleBasedStateMachine):
    """Fifty meals, of which three talks at most may be about; four organisations that would like some."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.offer: Post = OfferFactory(quantity=QUANTITY, unit="meals", quota=QUOTA)
        self.owner = somebody_of(self.offer.organisation)
        self.helpers = [OrganisationFactory() for _ in range(4)]
        self.needs = [PostFactory(quantity=20, unit="meals", organisation=each) for each in self.helpers[:2]]
        self.staff = StaffFactory()
        #: What each introduction used when it was agreed, by its number.
        self.begun = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, verb: Any, *args: Any, **kwargs: Any) -> None:
        # What is refused may have changed nothing halfway.
        with suppress(TransitionError, PermissionDenied, ValidationError):
            verb(*args, **kwargs)

    def introduction(self, number: int) -> Introduction | None:
        found = list(Introduction.objects.order_by("pk"))
        return found[number % len(found)] if found else None

    @rule(who=st.integers(0, 3), meals=st.one_of(st.none(), st.integers(1, 60)))
    def raise_a_hand(self, who: int, meals: int | None) -> None:
        helper = self.helpers[who]
        self.attempt(
            transitions.respond_to_post,
            self.offer.pk,
            on_behalf=helper,
            message="",
            quantity=meals,
            actor=somebody_of(helper),
        )

    @rule(which=st.integers(0, 1))
    def bring_together(self, which: int) -> None:
        def both() -> None:
            prepared = transitions.propose_introduction(
                need=self.needs[which], offer=self.offer, message="", actor=self.staff
            )
            transitions.ask_participants(prepared.pk, actor=self.staff)

        self.attempt(both)

    @rule(number=st.integers(0, 9), side=st.integers(0, 1), meals=st.one_of(st.none(), st.integers(1, 60)))
    def say_yes(self, number: int, side: int, meals: int | None) -> None:
        self._answer(number, side, answer=Answer.YES, quantity=meals)

    @rule(number=st.integers(0, 9))
    def both_say_yes(self, number: int) -> None:
        self._answer(number, 0, answer=Answer.YES)
        self._answer(number, 1, answer=Answer.YES)

    @rule(number=st.integers(0, 9), side=st.integers(0, 1))
    def say_no(self, number: int, side: int) -> None:
        self._answer(number, side, answer=Answer.NO, reason="dates", words="また、いつか。")

    def _answer(self, number: int, side: int, **given: Any) -> None:
        introduction = self.introduction(number)
        if introduction is not None:
            who = introduction.sides()[side]
            self.attempt(
                transitions.answer_introduction,
                introduction.pk,
                participant=who.pk,
                actor=somebody_of(who.organisation),
                **given,
            )

    @rule(number=st.integers(0, 9))
    def end_early(self, number: int) -> None:
        introduction = self.introduction(number)
        if introduction is not None:
            self.attempt(
                transitions.end_introduction_early, introduction.pk, on_behalf=None, reason="other", actor=self.staff
            )

    @rule(number=st.integers(0, 9), side=st.integers(0, 1))
    def report(self, number: int, side: int) -> None:
        introduction = self.introduction(number)
        if introduction is not None:
            who = introduction.sides()[side]
            told = {"result": "done", "again": "yes", "welcome": "well", "people_reached": 5}
            self.attempt(
                transitions.report_outcome,
                introduction.pk,
                participant=who.pk,
                data=told,
                actor=somebody_of(who.organisation),
            )

    @rule(verb=st.sampled_from(["pause_post", "resume_post", "renew_post", "fulfil_post"]))
    def the_owner_presses(self, verb: str) -> None:
        self.attempt(getattr(transitions, verb), self.offer.pk, actor=self.owner)

    @rule()
    def its_time_runs_out(self) -> None:
        post = Post.objects.get(pk=self.offer.pk)
        if post.state in {PostState.PUBLISHED, PostState.PAUSED}:
            Post.objects.filter(pk=post.pk).update(expires_at=post.published_at)
            self.attempt(transitions.expire_post, self.offer.pk, actor=SCHEDULER)

    @invariant()
    def what_is_taken_is_what_is_promised(self) -> None:
        post = Post.objects.get(pk=self.offer.pk)
        assert post.quantity == QUANTITY
        assert 0 <= post.quantity_taken <= QUANTITY
        promised = Participant.objects.filter(post=post, introduction__state__in=USES).aggregate(all=Sum("quantity"))
        assert post.quantity_taken == (promised["all"] or 0)

    @invariant()
    def its_state_is_one_that_it_may_be_in(self) -> None:
        post = Post.objects.get(pk=self.offer.pk)
        assert post.state in LEGAL
        if post.quantity_left == 0:
            assert post.state in {PostState.FULFILLED, PostState.EXPIRED}

    @invariant()
    def no_more_talks_than_the_owner_can_take(self) -> None:
        assert talks_about(self.offer) <= QUOTA

    @invariant()
    def nothing_is_lost(self) -> None:
        count = Introduction.objects.count()
        assert count >= self.begun
        self.begun = count
        # Whoever waits for an answer waits for one that may still come.
        for introduction in Introduction.objects.filter(state__in=TALKED_ABOUT):
            assert introduction.asked_at is not None


def test_fifty_meals_are_given_once_in_any_order() -> None:
    run_state_machine_as_test(
        Meals,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )

"""Inquiries and introductions of several, in any order of answers, leaving, silence and ends: nobody is forgotten."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState
from matching.models import Inquiry, Introduction, Participant, Post
from matching.models.inquiries import MOST_CANDIDATES
from matching.transitions import CandidateChoice
from matching.transitions.bystanders import awaited
from matching.transitions.parties import MOST_PARTICIPANTS, invitation_due
from matching.workflow import TOGETHER_STATES
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import Conversation
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

S = IntroductionState
#: Where one press of a button may lead.
STEPS: dict[str, set[str]] = {
    S.PROPOSED: {S.ASKED, S.WITHDRAWN, S.NOT_NEEDED},
    S.ASKED: {S.AGREED, S.DECLINED, S.LAPSED, S.WITHDRAWN, S.NOT_NEEDED},
    S.DECLINED: {S.ASKED},
    S.LAPSED: {S.ASKED},
    S.AGREED: {S.UNDER_WAY, S.COMPLETED, S.ENDED_EARLY},
    S.UNDER_WAY: {S.COMPLETED, S.ENDED_EARLY},
}
USES = {S.AGREED, S.UNDER_WAY, S.COMPLETED}
AGREED_ONCE = USES | {S.ENDED_EARLY}
OVER = {S.DECLINED, S.LAPSED, S.WITHDRAWN, S.NOT_NEEDED, S.COMPLETED, S.ENDED_EARLY}
OPEN = {S.PROPOSED, S.ASKED, S.AGREED, S.UNDER_WAY}
#: What tells somebody that there is nothing to wait for any more.
ENDINGS = {
    "matching_introduction_declined",
    "matching_introduction_lapsed",
    "matching_introduction_withdrawn",
    "matching_introduction_not_needed",
    "matching_inquiry_not_needed",
    "matching_introduction_ended_early",
    "matching_introduction_completed",
    "matching_released",
    "matching_invitation_lapsed",
}
#: After which somebody may rightly hear of an end once more.
ASKED_ANEW = {"introduction.asked_again", "introduction.invited"}
NUMBERS = st.integers(0, 11)
MEALS = st.one_of(st.none(), st.integers(1, 25))


class Partners(RuleBasedStateMachine):
    """Two needs of two organisations, ten that could help (three with an offer), and staff."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.needs: list[Post] = [PostFactory(quantity=30, unit="meals"), PostFactory()]
        self.helpers = [OrganisationFactory() for _ in range(MOST_CANDIDATES)]
        self.offers: list[Post] = [
            OfferFactory(organisation=self.helpers[0], quantity=20, unit="meals"),
            OfferFactory(organisation=self.helpers[1], quantity=5, unit="meals"),
            OfferFactory(organisation=self.helpers[2]),
        ]
        self.everybody = [*(need.organisation for need in self.needs), *self.helpers]
        for each in self.helpers:
            somebody_of(each)
        self.staff = StaffFactory()
        self.before: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, verb: Any, *args: Any, **kwargs: Any) -> None:
        # What is refused may have changed nothing halfway.
        with suppress(TransitionError, PermissionDenied, ValidationError), transaction.atomic():
            verb(*args, **kwargs)

    def side(self, number: int, which: int) -> Participant | None:
        """One side of one introduction, rather of one that is going on."""
        found = list(Introduction.objects.open().order_by("pk")) or list(Introduction.objects.order_by("pk"))
        if not found:
            return None
        sides = found[number % len(found)].sides()
        return sides[which % len(sides)]

    def choice(self, number: int) -> CandidateChoice:
        number %= len(self.helpers)
        return CandidateChoice.of(self.offers[number]) if number < 3 else CandidateChoice(self.helpers[number].pk)

    def inquiry(self, number: int) -> Inquiry | None:
        found = list(Inquiry.objects.order_by("pk"))
        return found[number % len(found)] if found else None

    # --- how it begins ---

    @rule(
        need=st.integers(0, 1),
        who=st.sets(NUMBERS, min_size=1, max_size=10),
        wanted=st.one_of(st.none(), st.integers(1, 3)),
    )
    def ask_several(self, need: int, who: set[int], wanted: int | None) -> None:
        chosen = list(dict.fromkeys(self.choice(each) for each in sorted(who)))
        self.attempt(
            transitions.start_inquiry,
            self.needs[need].pk,
            candidates=chosen,
            wanted=wanted,
            message="ご相談です。",
            actor=self.staff,
        )

    @rule(number=NUMBERS, who=st.sets(NUMBERS, min_size=1, max_size=3))
    def ask_more(self, number: int, who: set[int]) -> None:
        inquiry = self.inquiry(number)
        if inquiry is not None:
            chosen = list(dict.fromkeys(self.choice(each) for each in sorted(who)))
            self.attempt(transitions.add_candidates, inquiry.pk, candidates=chosen, actor=self.staff)

    @rule(number=NUMBERS)
    def stop_asking(self, number: int) -> None:
        inquiry = self.inquiry(number)
        if inquiry is not None:
            self.attempt(transitions.close_inquiry, inquiry.pk, actor=self.staff)

    @rule(need=st.integers(0, 1), offer=st.integers(0, 2), now=st.booleans())
    def bring_together(self, need: int, offer: int, now: bool) -> None:
        def both() -> None:
            prepared = transitions.propose_introduction(
                need=self.needs[need], offer=self.offers[offer], message="", actor=self.staff
            )
            if now:
                transitions.ask_participants(prepared.pk, actor=self.staff)

        self.attempt(both)

    @rule(number=NUMBERS)
    def ask_those_prepared(self, number: int) -> None:
        side = self.side(number, 0)
        if side is not None:
            self.attempt(transitions.ask_participants, side.introduction_id, actor=self.staff)

    @rule(need=st.integers(0, 1), who=NUMBERS, meals=MEALS)
    def raise_a_hand(self, need: int, who: int, meals: int | None) -> None:
        helper = self.helpers[who % len(self.helpers)]
        self.attempt(
            transitions.respond_to_post,
            self.needs[need].pk,
            on_behalf=helper,
            message="",
            quantity=meals,
            actor=somebody_of(helper),
        )

    # --- what they say ---

    def _answer(self, side: Participant, **given: Any) -> None:
        self.attempt(
            transitions.answer_introduction,
            side.introduction_id,
            participant=side.pk,
            actor=somebody_of(side.organisation),
            **given,
        )

    @rule(number=NUMBERS, which=st.integers(0, 5), meals=MEALS)
    def say_yes(self, number: int, which: int, meals: int | None) -> None:
        side = self.side(number, which)
        if side is not None:
            self._answer(side, answer=Answer.YES, quantity=meals)

    @rule(number=NUMBERS)
    def all_say_yes(self, number: int) -> None:
        side = self.side(number, 0)
        if side is not None:
            # The owner of an inquiry's post comes after the candidate.
            for each in reversed(side.introduction.sides()):
                self._answer(each, answer=Answer.YES)

    @rule(number=NUMBERS, which=st.integers(0, 5))
    def say_no(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None:
            self._answer(side, answer=Answer.NO, reason="dates", words="また、いつか。")

    @rule(number=NUMBERS, which=st.integers(0, 5))
    def may_think_again(self, number: int, which: int) -> None:
        found = list(Introduction.objects.filter(state__in=[S.ASKED, S.DECLINED, S.LAPSED]).order_by("pk"))
        if found:
            introduction = found[number % len(found)]
            sides = introduction.sides()
            self.attempt(
                transitions.ask_again, introduction.pk, participant=sides[which % len(sides)].pk, actor=self.staff
            )

    # --- who comes along, and who goes ---

    @rule(number=NUMBERS, who=NUMBERS, needed=st.booleans(), brings=st.booleans())
    def invite(self, number: int, who: int, needed: bool, brings: bool) -> None:
        side = self.side(number, 0)
        if side is not None:
            who %= len(self.everybody)
            offers = {2: self.offers[0], 3: self.offers[1], 4: self.offers[2]}
            self.attempt(
                transitions.invite_participant,
                side.introduction_id,
                organisation=self.everybody[who],
                required=needed,
                post=offers.get(who) if brings else None,
                actor=self.staff,
            )

    @rule(number=NUMBERS, which=st.integers(2, 5))
    def release(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None:
            self.attempt(transitions.release_participant, side.introduction_id, participant=side.pk, actor=self.staff)

    @rule(number=NUMBERS, which=st.integers(0, 5))
    def leave(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None:
            self.attempt(
                transitions.leave_introduction,
                side.introduction_id,
                participant=side.pk,
                reason="other",
                actor=somebody_of(side.organisation),
            )

    # --- what time brings ---

    @rule(number=NUMBERS)
    def nobody_answers_in_time(self, number: int) -> None:
        side = self.side(number, 0)
        if side is not None:
            found = Introduction.objects.filter(pk=side.introduction_id, state=S.ASKED)
            found.update(respond_by=timezone.localdate() - timedelta(days=1))
            self.attempt(transitions.lapse_introduction, side.introduction_id, actor=SCHEDULER)

    @rule(number=NUMBERS, which=st.integers(2, 5))
    def an_invitation_is_forgotten(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None and side.asked_at is not None:
            Participant.objects.filter(pk=side.pk).update(asked_at=side.asked_at - timedelta(days=60))
            self.attempt(transitions.lapse_invitation, side.introduction_id, participant=side.pk, actor=SCHEDULER)

    # --- how it goes on, and ends ---

    @rule(number=NUMBERS, which=st.integers(0, 5))
    def meet(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None:
            self.attempt(
                transitions.propose_appointment,
                side.introduction_id,
                participant=side.pk,
                dates=[timezone.now() + timedelta(days=days) for days in (3, 4)],
                place="市民センター",
                actor=somebody_of(side.organisation),
            )

    @rule(number=NUMBERS, which=st.integers(0, 5))
    def report(self, number: int, which: int) -> None:
        side = self.side(number, which)
        if side is not None:
            self.attempt(
                transitions.report_outcome,
                side.introduction_id,
                participant=side.pk,
                data={"result": "done", "again": "yes", "welcome": "well", "people_reached": 5},
                actor=somebody_of(side.organisation),
            )

    @rule(number=NUMBERS, which=st.integers(0, 5), staff=st.booleans())
    def end_early(self, number: int, which: int, staff: bool) -> None:
        side = self.side(number, which)
        if side is not None:
            self.attempt(
                transitions.end_introduction_early,
                side.introduction_id,
                on_behalf=None if staff else side.organisation,
                reason="other",
                actor=self.staff if staff else somebody_of(side.organisation),
            )

    @rule(number=NUMBERS, which=st.integers(0, 5), staff=st.booleans())
    def withdraw(self, number: int, which: int, staff: bool) -> None:
        side = self.side(number, which)
        if side is not None:
            actor = self.staff if staff else somebody_of(side.organisation)
            self.attempt(transitions.withdraw_introduction, side.introduction_id, actor=actor)

    @rule(verb=st.sampled_from(["pause_post", "resume_post", "fulfil_post", "close_post"]), which=st.integers(0, 4))
    def the_owner_presses(self, verb: str, which: int) -> None:
        posts: list[Post] = [*self.needs, *self.offers]
        post = posts[which]
        self.attempt(getattr(transitions, verb), post.pk, actor=post.author)

    # --- what holds whatever happened ---

    @invariant()
    def every_step_is_one_of_the_table(self) -> None:
        now = dict(Introduction.objects.values_list("pk", "state"))
        assert now.keys() >= self.before.keys()
        for pk, before in self.before.items():
            assert now[pk] == before or now[pk] in STEPS[before], (before, now[pk])
        self.before = now

    @invariant()
    def what_is_taken_is_what_is_promised(self) -> None:
        for post in Post.objects.all():
            promised = Participant.objects.filter(post=post, introduction__state__in=USES)
            assert post.quantity_taken == (promised.aggregate(all=Sum("quantity"))["all"] or 0)
            if post.quantity is not None:
                assert 0 <= post.quantity_taken <= post.quantity
            if post.quantity_left == 0:
                assert post.state not in {PostState.PUBLISHED, PostState.PAUSED}

    @invariant()
    def nobody_is_asked_twice_for_the_same(self) -> None:
        pairs: Counter[tuple[int, int]] = Counter()
        for introduction in Introduction.objects.filter(state__in=OPEN).with_participants():
            assert len(introduction.concerned()) <= MOST_PARTICIPANTS
            for side in introduction.concerned():
                if side.post_id != introduction.post_id:
                    pairs[introduction.post_id, side.organisation_id] += 1
        assert all(number == 1 for number in pairs.values()), pairs

    @invariant()
    def an_inquiry_finds_no_more_than_it_wants(self) -> None:
        for inquiry in Inquiry.objects.all():
            assert inquiry.introductions.count() <= MOST_CANDIDATES
            if inquiry.wanted is not None:
                assert len(inquiry.interested()) <= inquiry.wanted
            # One that is open waits for somebody, and one that is closed for nobody.
            assert inquiry.is_open == bool(awaited(inquiry))

    @invariant()
    def the_states_say_what_was_answered(self) -> None:
        for introduction in Introduction.objects.with_participants():
            if introduction.state in {S.ASKED, S.DECLINED} | AGREED_ONCE:
                told = S.AGREED if introduction.state in AGREED_ONCE else introduction.state
                assert introduction.state_after_answers() == told
            assert Conversation.objects.about(introduction).exists() == (introduction.state in AGREED_ONCE)
            assert (introduction.ended_at is not None) == (introduction.state in OVER)

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        for introduction in Introduction.objects.with_participants():
            waiting = [side for side in introduction.sides() if side.is_awaited]
            if introduction.state == S.ASKED:
                assert introduction.respond_by is not None
                assert any(side.required for side in waiting), "nobody is left to wait for"
            elif introduction.state in TOGETHER_STATES:
                assert all(side.joined_later for side in waiting), "no task looks after these"
                assert all(invitation_due(side, introduction) for side in waiting)

    @invariant()
    def whoever_was_asked_hears_how_it_ended_once(self) -> None:
        for introduction in Introduction.objects.exclude(state=S.PROPOSED).with_participants():
            heard = Counter(
                Notification.objects.filter(
                    code__in=ENDINGS, object_id=introduction.pk, content_type__model="introduction"
                ).values_list("recipient", flat=True)
            )
            trail = Entry.objects.about(introduction)
            anew = trail.filter(action__in=ASKED_ANEW).count()
            assert all(number <= 1 + anew for number in heard.values())
            if introduction.state not in OVER or introduction.asked_at is None:
                continue
            own = self._who_ended(introduction)
            for side in introduction.concerned():
                person = somebody_of(side.organisation)
                assert heard[person.pk] or person.pk in own, (introduction.state, side.organisation_id)

    def _who_ended(self, introduction: Introduction) -> set[int]:
        """Whoever ended it, or used up or closed the post in it, knows."""
        by = Entry.objects.about(introduction).filter(after__in=OVER).values_list("actor", flat=True)
        used = [side for side in introduction.sides() if side.post and not side.post.is_open]
        return {pk for pk in by if pk} | {somebody_of(side.organisation).pk for side in used}


@pytest.mark.parametrize("length", ["short", "long"])
def test_partners_in_any_order(length: str) -> None:
    run_state_machine_as_test(
        Partners,
        settings=settings(
            max_examples=6 if length == "short" else 1,
            stateful_step_count=16 if length == "short" else 50,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )

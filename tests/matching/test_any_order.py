"""Whatever people do, in whatever order: the counts stay true, and no state contradicts another."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState
from matching.models import Introduction, Post
from members.models import User
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.audit.actors import SCHEDULER
from tomoiki.conversations.models import Conversation
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

USING = {IntroductionState.AGREED, IntroductionState.UNDER_WAY, IntroductionState.COMPLETED}
AGREED_ONCE = USING | {IntroductionState.ENDED_EARLY}


@dataclass
class World:
    """Two needs and two offers of four organisations, one organisation without a post, and staff."""

    posts: list[Post]
    helper: Any
    staff: User

    def introduction(self, number: int) -> Introduction | None:
        found = list(Introduction.objects.order_by("pk"))
        return found[number % len(found)] if found else None


def propose(world: World, a: int, b: int) -> None:
    need, offer = world.posts[a % 2], world.posts[2 + b % 2]
    introduction = transitions.propose_introduction(need=need, offer=offer, message="", actor=world.staff)
    transitions.ask_participants(introduction.pk, actor=world.staff)


def respond(world: World, a: int, b: int) -> None:
    transitions.respond_to_post(
        world.posts[a % 4].pk, on_behalf=world.helper, message="", quantity=b, actor=somebody_of(world.helper)
    )


def on_side(verb: Callable[[Introduction, Any, int], None]) -> Callable[[World, int, int], None]:
    def act(world: World, a: int, b: int) -> None:
        introduction = world.introduction(a // 2)
        if introduction is not None:
            verb(introduction, introduction.sides()[a % 2], b)

    return act


@on_side
def say_yes(introduction: Introduction, side: Any, b: int) -> None:
    transitions.answer_introduction(
        introduction.pk,
        participant=side.pk,
        answer=Answer.YES,
        quantity=b if b % 3 else None,
        actor=somebody_of(side.organisation),
    )


@on_side
def say_no(introduction: Introduction, side: Any, b: int) -> None:
    transitions.answer_introduction(
        introduction.pk,
        participant=side.pk,
        answer=Answer.NO,
        reason="dates",
        actor=somebody_of(side.organisation),
    )


@on_side
def end_early(introduction: Introduction, side: Any, b: int) -> None:
    transitions.end_introduction_early(
        introduction.pk, on_behalf=side.organisation, reason="other", actor=somebody_of(side.organisation)
    )


@on_side
def report(introduction: Introduction, side: Any, b: int) -> None:
    data = {"result": "done", "again": "yes", "welcome": "well", "people_reached": b}
    transitions.report_outcome(introduction.pk, participant=side.pk, data=data, actor=somebody_of(side.organisation))


@on_side
def withdraw(introduction: Introduction, side: Any, b: int) -> None:
    transitions.withdraw_introduction(introduction.pk, actor=somebody_of(side.organisation))


def on_post(verb: Callable[..., Post], **more: Any) -> Callable[[World, int, int], None]:
    def act(world: World, a: int, b: int) -> None:
        post = world.posts[a % 4]
        verb(post.pk, actor=world.staff if more else post.author, **more)

    return act


def let_time_pass(world: World, a: int, b: int) -> None:
    post = world.posts[a % 4]
    Post.objects.filter(pk=post.pk, expires_at__isnull=False).update(expires_at=post.published_at)
    transitions.expire_post(post.pk, actor=SCHEDULER)


STEPS = {
    "propose": propose,
    "respond": respond,
    # Twice as likely as the rest: without a yes there is nothing to see.
    "say yes": say_yes,
    "yes, gladly": say_yes,
    "say no": say_no,
    "end early": end_early,
    "report": report,
    "withdraw": withdraw,
    "pause": on_post(transitions.pause_post),
    "resume": on_post(transitions.resume_post),
    "fulfil": on_post(transitions.fulfil_post),
    "renew": on_post(transitions.renew_post),
    "close": on_post(transitions.close_post),
    "take down": on_post(transitions.take_down_post, message="載せられません。"),
    "time passes": let_time_pass,
}


def check(world: World) -> None:
    for post in Post.objects.all():
        promised = post.participations.filter(introduction__state__in=USING).aggregate(all=Sum("quantity"))["all"]
        assert post.quantity_taken == (promised or 0)
        if post.quantity_left == 0:
            assert post.state not in {PostState.PUBLISHED, PostState.PAUSED}
        assert (post.ended_at is None) == (post.state in {PostState.PUBLISHED, PostState.PAUSED})
        if post.state in {PostState.CLOSED, PostState.FULFILLED, PostState.TAKEN_DOWN}:
            assert not post.participations.filter(introduction__state=IntroductionState.ASKED).exists()
    for introduction in Introduction.objects.prefetch_related("participants"):
        answers = {side.answer for side in introduction.participants.all()}
        assert (Answer.NO in answers) == (introduction.state == IntroductionState.DECLINED)
        assert (answers == {Answer.YES}) == (introduction.state in AGREED_ONCE)
        talks = Conversation.objects.about(introduction).first()
        assert (talks is not None) == (introduction.state in AGREED_ONCE)
        assert talks is None or (talks.closed_at is not None) == (introduction.state == IntroductionState.ENDED_EARLY)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 11), st.integers(1, 12)), min_size=4, max_size=16)
)
def test_counts_and_states_stay_true(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        counted = {"quantity": 10, "unit": "meals"}
        world = World(
            posts=[
                PostFactory(**counted),
                PostFactory(),
                OfferFactory(**counted),
                OfferFactory(quantity=4, unit="hours"),
            ],
            helper=OrganisationFactory(),
            staff=StaffFactory(),
        )
        for name, a, b in steps:
            # What is refused may have changed nothing halfway.
            with suppress(TransitionError, PermissionDenied, ValidationError):
                STEPS[name](world, a, b)
            check(world)
        transaction.set_rollback(True)

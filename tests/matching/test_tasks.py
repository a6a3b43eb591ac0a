"""What time alone brings about: what is due and not yet done, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from matching import tasks, transitions
from matching.enums import IntroductionState, PostState
from matching.models import Introduction, Post
from members.enums import OrganisationState
from tests.factories.matching import IntroductionFactory, OutcomeFactory, PostFactory, somebody_of
from tests.factories.members import StaffFactory, member_of
from tests.matching.traces import told, trail
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    # A Thursday without holidays near.
    with time_machine.travel("2027-06-03T10:00:00+09:00", tick=False) as coordinates:
        yield coordinates


def later(clock: time_machine.Traveller, **by: float) -> None:
    clock.move_to(timezone.now() + timedelta(**by))


def test_posts_expire_when_due_and_once(clock: time_machine.Traveller) -> None:
    published, paused = PostFactory(), PostFactory(state=PostState.PAUSED)
    assert tasks.expire_posts() == 0
    later(clock, days=171)
    assert tasks.expire_posts() == 2
    assert tasks.expire_posts() == 0
    for post in (published, paused):
        post.refresh_from_db()
        assert post.state == PostState.EXPIRED
    assert told("matching_post_expired") == [published.author, paused.author]
    assert trail(published)[-1] == ("post.expired", "published", "expired")


def test_the_owner_is_warned_once_for_each_end(clock: time_machine.Traveller) -> None:
    post = PostFactory()
    later(clock, days=155)
    tasks.expire_posts()
    assert told("matching_post_expiring_soon") == []
    # A day on which the task did not run is made up for.
    later(clock, days=3)
    tasks.expire_posts()
    later(clock, hours=1)
    tasks.expire_posts()
    assert told("matching_post_expiring_soon") == [post.author]
    transitions.renew_post(post.pk, actor=post.author)
    tasks.expire_posts()
    assert len(told("matching_post_expiring_soon")) == 1
    later(clock, days=170)
    tasks.expire_posts()
    assert told("matching_post_expiring_soon") == [post.author, post.author]


def ask() -> Introduction:
    introduction = IntroductionFactory(state=IntroductionState.PROPOSED)
    return transitions.ask_participants(introduction.pk, actor=introduction.proposed_by)


def test_whoever_is_silent_is_asked_again_after_three_working_days(clock: time_machine.Traveller) -> None:
    introduction = ask()
    people = [somebody_of(side.organisation) for side in introduction.sides()]
    # Thursday; Friday, Monday: two working days.
    later(clock, days=4)
    tasks.remind_and_lapse()
    assert told("matching_answer_reminder") == []
    later(clock, days=1)
    tasks.remind_and_lapse()
    tasks.remind_and_lapse()
    later(clock, days=2)
    tasks.remind_and_lapse()
    assert told("matching_answer_reminder") == people


def test_silence_ends_it_after_ten_working_days(clock: time_machine.Traveller) -> None:
    introduction = ask()
    later(clock, days=14)
    assert timezone.localdate() == introduction.respond_by
    assert tasks.remind_and_lapse() == 0
    later(clock, days=1)
    assert tasks.remind_and_lapse() == 1
    assert tasks.remind_and_lapse() == 0
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.LAPSED


def test_how_it_went_is_asked_once(clock: time_machine.Traveller) -> None:
    under_way = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    agreed = IntroductionFactory(state=IntroductionState.AGREED)
    later(clock, days=10)
    tasks.follow_up_outcomes()
    assert told("matching_outcome_wanted") == []
    later(clock, days=5)
    tasks.follow_up_outcomes()
    later(clock, hours=1)
    tasks.follow_up_outcomes()
    assert told("matching_outcome_wanted") == [somebody_of(side.organisation) for side in under_way.sides()]
    later(clock, days=20)
    tasks.follow_up_outcomes()
    assert told("matching_outcome_wanted")[2:] == [somebody_of(side.organisation) for side in agreed.sides()]


def test_a_half_told_introduction_is_done_after_thirty_days(clock: time_machine.Traveller) -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    OutcomeFactory(introduction=introduction)
    Introduction.objects.filter(pk=introduction.pk).update(first_reported_at=timezone.now())
    later(clock, days=29)
    assert tasks.follow_up_outcomes() == 0
    later(clock, days=1)
    assert tasks.follow_up_outcomes() == 1
    assert tasks.follow_up_outcomes() == 0
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.COMPLETED


def test_one_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, refused, sound = (PostFactory(expires_at=timezone.now()) for _ in range(3))
    expire = transitions.expire_post

    def sometimes(pk: int, **more: object) -> Post:
        if pk == broken.pk:
            raise RuntimeError
        if pk == refused.pk:
            raise TransitionError("wrong_state", "ほかの人が先に手続きをしました。")
        return expire(pk, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(transitions, "expire_post", sometimes)
    assert tasks.expire_posts() == 1
    sound.refresh_from_db()
    assert sound.state == PostState.EXPIRED


def test_what_is_put_up_for_a_few_days_is_not_warned_of(clock: time_machine.Traveller) -> None:
    post = PostFactory(state=PostState.SUBMITTED, available_until=timezone.localdate() + timedelta(days=3))
    transitions.publish_post(post.pk, actor=StaffFactory())
    tasks.expire_posts()
    assert told("matching_post_expiring_soon") == []


def test_who_is_suspended_is_not_asked_again(clock: time_machine.Traveller) -> None:
    introduction = IntroductionFactory(created_at=timezone.now() - timedelta(days=10))
    stopped, other = (side.organisation for side in introduction.sides())
    people = {name: member_of(organisation) for name, organisation in {"stopped": stopped, "other": other}.items()}
    stopped.state = OrganisationState.SUSPENDED
    stopped.save(update_fields=["state"])
    tasks.remind_and_lapse()
    reminded = told("matching_answer_reminder")
    assert (people["other"] in reminded, people["stopped"] in reminded) == (True, False)

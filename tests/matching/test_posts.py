"""A post's way: written, checked, published, and over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.cards import state_chip
from matching.enums import Direction, IntroductionState, PausedBy, PostState, Resource, Unit
from matching.models import Post
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import mail, told, trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

DATA: dict[str, Any] = {
    "direction": Direction.NEED,
    "resource": Resource.PLACE,
    "title": "放課後に使える部屋をさがしています",
    "body": "宿題をしたり、ただ寝ころんだりできる部屋です。",
    "areas": ["14205"],
    "quantity": 15,
    "unit": Unit.PEOPLE,
}


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def owner(organisation: Organisation) -> User:
    return member_of(organisation)


@pytest.fixture
def staff() -> User:
    return StaffFactory()


# --- who may ---


def members(organisation: Organisation) -> dict[str, User]:
    stranger = OrganisationFactory()
    return {
        "viewer": member_of(organisation, AffiliationRole.VIEWER),
        "stranger": member_of(stranger),
        "nobody": UserFactory(),
        "staff": StaffFactory(),
    }


def test_only_people_who_act_for_it_post_in_its_name(organisation: Organisation) -> None:
    for person in members(organisation).values():
        with pytest.raises(PermissionDenied):
            transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=person)


@pytest.mark.parametrize("state", [each for each in OrganisationState if each != OrganisationState.APPROVED])
def test_only_an_approved_organisation_posts(state: OrganisationState) -> None:
    organisation = OrganisationFactory(state=state)
    with pytest.raises(PermissionDenied):
        transitions.save_draft(None, data=DATA, on_behalf=organisation, actor=member_of(organisation))


Verb = Callable[..., Post]
OWNERS_VERBS: list[tuple[Verb, PostState]] = [
    (transitions.submit_post, PostState.DRAFT),
    (transitions.pause_post, PostState.PUBLISHED),
    (transitions.resume_post, PostState.PAUSED),
    (transitions.close_post, PostState.PUBLISHED),
    (transitions.fulfil_post, PostState.PUBLISHED),
    (transitions.renew_post, PostState.EXPIRED),
]


@pytest.mark.parametrize(("verb", "state"), OWNERS_VERBS)
def test_nobody_but_the_owner_moves_a_post(organisation: Organisation, verb: Verb, state: PostState) -> None:
    post = PostFactory(organisation=organisation, state=state)
    for person in members(organisation).values():
        with pytest.raises(PermissionDenied):
            verb(post.pk, actor=person)
    post.refresh_from_db()
    assert post.state == state


@pytest.mark.parametrize(
    ("verb", "state", "more"),
    [
        (transitions.publish_post, PostState.SUBMITTED, {}),
        (transitions.return_post, PostState.SUBMITTED, {"message": "直してください。"}),
        (transitions.take_down_post, PostState.PUBLISHED, {"message": "載せられません。"}),
        (transitions.expire_post, PostState.PUBLISHED, {}),
    ],
)
def test_no_member_does_what_staff_do(
    organisation: Organisation, owner: User, verb: Verb, state: PostState, more: dict[str, Any]
) -> None:
    post = PostFactory(organisation=organisation, state=state)
    with pytest.raises(PermissionDenied):
        verb(post.pk, actor=owner, **more)


def test_no_person_expires_a_post(staff: User) -> None:
    with pytest.raises(PermissionDenied):
        transitions.expire_post(PostFactory().pk, actor=staff)


ALL_VERBS: list[tuple[Verb, set[PostState], dict[str, Any]]] = [
    (transitions.submit_post, {PostState.DRAFT, PostState.RETURNED, PostState.SUBMITTED}, {}),
    (transitions.publish_post, {PostState.SUBMITTED}, {}),
    (transitions.return_post, {PostState.SUBMITTED}, {"message": "直してください。"}),
    (transitions.pause_post, {PostState.PUBLISHED, PostState.PAUSED}, {}),
    (transitions.resume_post, {PostState.PAUSED, PostState.PUBLISHED}, {}),
    (transitions.fulfil_post, {PostState.PUBLISHED, PostState.PAUSED, PostState.FULFILLED}, {}),
    (transitions.renew_post, {PostState.PUBLISHED, PostState.EXPIRED}, {}),
    (
        transitions.close_post,
        {
            PostState.DRAFT,
            PostState.RETURNED,
            PostState.SUBMITTED,
            PostState.PUBLISHED,
            PostState.PAUSED,
            PostState.CLOSED,
        },
        {},
    ),
    (
        transitions.take_down_post,
        {PostState.PUBLISHED, PostState.PAUSED, PostState.FULFILLED},
        {"message": "載せられません。"},
    ),
]


@pytest.mark.parametrize(("verb", "allowed", "more"), ALL_VERBS)
def test_each_verb_is_refused_in_every_other_state(verb: Verb, allowed: set[PostState], more: dict[str, Any]) -> None:
    for state in PostState:
        post = PostFactory(state=state)
        if state in allowed:
            verb(post.pk, actor=SCHEDULER, **more)
        else:
            with pytest.raises(TransitionError) as refusal:
                verb(post.pk, actor=SCHEDULER, **more)
            assert refusal.value.code == "wrong_state"


# --- submitting and publishing ---


def test_staff_are_told_once_of_a_post_to_check(organisation: Organisation, owner: User, staff: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.DRAFT)
    for _ in range(2):
        transitions.submit_post(post.pk, actor=owner)
    assert trail(post) == [("post.submitted", "draft", "submitted")]
    assert told("matching_post_waiting") == [staff]
    assert organisation.name in mail("matching_post_waiting").text_body


def test_publishing_tells_the_owners_people(organisation: Organisation, owner: User, staff: User) -> None:
    editor = member_of(organisation, AffiliationRole.EDITOR)
    member_of(organisation, AffiliationRole.VIEWER)
    post = PostFactory(organisation=organisation, state=PostState.SUBMITTED, author=owner)
    transitions.publish_post(post.pk, actor=staff)
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED
    assert post.expires_at - post.published_at == timedelta(days=180)
    assert set(told("matching_post_published")) == {owner, editor}
    assert len(told("matching_post_published")) == 2
    assert trail(post) == [("post.published", "submitted", "published")]


@time_machine.travel("2027-04-01T10:00:00+09:00", tick=False)
def test_a_post_leaves_the_board_after_its_last_day(staff: User) -> None:
    post = PostFactory(state=PostState.SUBMITTED, available_until=date(2027, 7, 10))
    transitions.publish_post(post.pk, actor=staff)
    post.refresh_from_db()
    assert timezone.localtime(post.expires_at).replace(tzinfo=None) == datetime(2027, 7, 11, 0, 0)  # noqa: DTZ001
    # People are told the last day, not the midnight after it.
    assert post.last_day == date(2027, 7, 10)
    assert "掲載は2027年7月10日（土）までです。" in mail("matching_post_published").text_body
    with time_machine.travel("2027-07-10T23:00:00+09:00", tick=False):
        assert state_chip(post)[0] == "受付中・きょうまで"


def test_dates_that_are_past_are_mended_first(organisation: Organisation, owner: User, staff: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for state, verb, actor in (
        (PostState.DRAFT, transitions.submit_post, owner),
        (PostState.SUBMITTED, transitions.publish_post, staff),
        (PostState.EXPIRED, transitions.renew_post, owner),
    ):
        post = PostFactory(organisation=organisation, state=state, available_until=yesterday)
        with pytest.raises(TransitionError) as refusal:
            verb(post.pk, actor=actor)
        assert refusal.value.code == "dates_past"


def test_nothing_of_a_suspended_organisation_is_published(staff: User) -> None:
    post = PostFactory(organisation__state=OrganisationState.SUSPENDED, state=PostState.SUBMITTED)
    with pytest.raises(TransitionError) as refusal:
        transitions.publish_post(post.pk, actor=staff)
    assert refusal.value.code == "organisation_not_active"


def test_a_returned_post_says_why_and_comes_again(organisation: Organisation, owner: User, staff: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.SUBMITTED)
    with pytest.raises(ValidationError, match="メッセージ"):
        transitions.return_post(post.pk, message="  ", actor=staff)
    transitions.return_post(post.pk, message="いつごろ必要ですか。", actor=staff)
    assert told("matching_post_returned") == [owner]
    assert "いつごろ必要ですか。" in mail("matching_post_returned").text_body
    transitions.save_draft(post.pk, data={"when_note": "10月から"}, on_behalf=organisation, actor=owner)
    transitions.submit_post(post.pk, actor=owner)
    transitions.publish_post(post.pk, actor=staff)
    post.refresh_from_db()
    assert (post.state, post.staff_message, post.when_note) == (PostState.PUBLISHED, "", "10月から")
    assert [action for action, *_ in trail(post)] == [
        "post.returned",
        "post.edited",
        "post.submitted",
        "post.published",
    ]


def test_a_post_returned_twice_is_told_twice(organisation: Organisation, owner: User, staff: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.SUBMITTED)
    for message in ("いつですか。", "どこですか。"):
        transitions.return_post(post.pk, message=message, actor=staff)
        transitions.submit_post(post.pk, actor=owner)
    assert told("matching_post_returned") == [owner, owner]
    assert len(told("matching_post_waiting")) == 2


def test_a_handed_in_post_is_not_edited(organisation: Organisation, owner: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.SUBMITTED)
    with pytest.raises(TransitionError) as refusal:
        transitions.save_draft(post.pk, data={"title": "別の見出し"}, on_behalf=organisation, actor=owner)
    assert refusal.value.code == "wrong_state"


# --- resting and ending ---


def test_the_owner_pauses_and_resumes(organisation: Organisation, owner: User) -> None:
    post = PostFactory(organisation=organisation)
    for _ in range(2):
        assert transitions.pause_post(post.pk, actor=owner).paused_by == PausedBy.OWNER
    for _ in range(2):
        assert transitions.resume_post(post.pk, actor=owner).paused_by == ""
    assert trail(post) == [("post.paused", "published", "paused"), ("post.resumed", "paused", "published")]


def test_what_expired_while_it_rested_is_renewed_not_resumed(organisation: Organisation, owner: User) -> None:
    post = PostFactory(
        organisation=organisation, state=PostState.PAUSED, expires_at=timezone.now() - timedelta(minutes=1)
    )
    with pytest.raises(TransitionError) as refusal:
        transitions.resume_post(post.pk, actor=owner)
    assert refusal.value.code == "expired"


def test_what_expired_can_be_renewed(organisation: Organisation, owner: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.EXPIRED)
    transitions.renew_post(post.pk, actor=owner)
    post.refresh_from_db()
    assert (post.state, post.ended_at) == (PostState.PUBLISHED, None)
    assert post.expires_at > timezone.now() + timedelta(days=179)


def test_a_post_expires_when_its_time_has_come(organisation: Organisation, owner: User) -> None:
    post = PostFactory(organisation=organisation)
    with pytest.raises(TransitionError) as refusal:
        transitions.expire_post(post.pk, actor=SCHEDULER)
    assert refusal.value.code == "not_due"
    with time_machine.travel(post.expires_at, tick=False):
        transitions.expire_post(post.pk, actor=SCHEDULER)
    assert trail(post) == [("post.expired", "published", "expired")]
    assert told("matching_post_expired") == [owner]


@pytest.mark.parametrize(
    ("verb", "state", "code"),
    [
        (transitions.close_post, IntroductionState.WITHDRAWN, "matching_introduction_withdrawn"),
        (transitions.fulfil_post, IntroductionState.NOT_NEEDED, "matching_introduction_not_needed"),
    ],
)
def test_who_waits_for_a_post_that_ends_is_told(
    organisation: Organisation, owner: User, verb: Verb, state: IntroductionState, code: str
) -> None:
    post = PostFactory(organisation=organisation)
    responder = OrganisationFactory()
    waiting = IntroductionFactory(post=post, responder=responder)
    agreed = IntroductionFactory(post=post, state=IntroductionState.AGREED)
    prepared = IntroductionFactory(post=post, state=IntroductionState.PROPOSED)
    verb(post.pk, actor=owner)
    for introduction in (waiting, agreed, prepared):
        introduction.refresh_from_db()
    assert (waiting.state, agreed.state, prepared.state) == (state, IntroductionState.AGREED, state)
    assert told(code) == list(responder.acting_people())


def test_taking_down_says_why_and_ends_what_waits(organisation: Organisation, owner: User, staff: User) -> None:
    post = PostFactory(organisation=organisation)
    waiting = IntroductionFactory(post=post)
    transitions.take_down_post(post.pk, message="個人のお名前が載っていました。", actor=staff)
    post.refresh_from_db()
    waiting.refresh_from_db()
    assert (post.state, post.ended_at, waiting.state) == (PostState.TAKEN_DOWN, ANY, IntroductionState.WITHDRAWN)
    assert told("matching_post_taken_down") == [owner]
    assert "個人のお名前" in mail("matching_post_taken_down").text_body


def test_every_mail_about_a_post_says_why_it_came(organisation: Organisation, owner: User, staff: User) -> None:
    post = PostFactory(organisation=organisation, state=PostState.SUBMITTED)
    transitions.publish_post(post.pk, actor=staff)
    text = mail("matching_post_published").text_body
    assert f"掲載した{organisation}の担当者のため" in text
    assert post.get_absolute_url() in text
    assert mail("matching_post_published").subject == f"【ともいき】「{post}」を掲載しました"

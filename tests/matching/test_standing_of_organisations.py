"""What matching does when an organisation is suspended, comes back, or leaves."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import search_text, transitions
from matching.enums import Answer, IntroductionState, PausedBy, PostState
from matching.models import Post
from members.enums import OrganisationState
from members.models import Organisation, User
from members.signals import organisation_reinstated, organisation_suspended, organisation_withdrawn
from members.transitions import update_profile, withdraw_organisation
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told, trail
from tomoiki.conversations.models import Conversation
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    made: Organisation = OrganisationFactory()
    member_of(made)
    return made


@pytest.fixture
def staff() -> User:
    return StaffFactory()


def become(organisation: Organisation, state: OrganisationState, staff: User) -> None:
    """What the members' transition does: the state first, then the signal, in one transaction."""
    signal = {
        OrganisationState.SUSPENDED: organisation_suspended,
        OrganisationState.APPROVED: organisation_reinstated,
        OrganisationState.WITHDRAWN: organisation_withdrawn,
    }[state]
    with transaction.atomic():
        organisation.state = state
        organisation.withdrawn_at = timezone.now() if state == OrganisationState.WITHDRAWN else None
        organisation.save(update_fields=["state", "withdrawn_at"])
        signal.send(Organisation, organisation=organisation, actor=staff)


def states(*posts: Post) -> list[tuple[str, str]]:
    for post in posts:
        post.refresh_from_db()
    return [(post.state, post.paused_by) for post in posts]


def test_posts_rest_with_their_organisation_and_only_those_come_back(organisation: Organisation, staff: User) -> None:
    published, paused, draft, over = (
        PostFactory(organisation=organisation, state=state)
        for state in (PostState.PUBLISHED, PostState.PAUSED, PostState.DRAFT, PostState.PUBLISHED)
    )
    become(organisation, OrganisationState.SUSPENDED, staff)
    assert states(published, paused, draft) == [
        (PostState.PAUSED, PausedBy.SUSPENSION),
        (PostState.PAUSED, PausedBy.OWNER),
        (PostState.DRAFT, ""),
    ]
    Post.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(days=1))
    become(organisation, OrganisationState.APPROVED, staff)
    assert states(published, paused, draft, over) == [
        (PostState.PUBLISHED, ""),
        (PostState.PAUSED, PausedBy.OWNER),
        (PostState.DRAFT, ""),
        (PostState.EXPIRED, ""),
    ]
    assert trail(published) == [("post.paused", "published", "paused"), ("post.resumed", "paused", "published")]


def test_what_was_done_is_not_shown_while_its_organisation_is_suspended(
    client: Client, organisation: Organisation, staff: User
) -> None:
    post = PostFactory(organisation=organisation, state=PostState.FULFILLED)
    assert client.get(post.get_absolute_url()).status_code == 200
    become(organisation, OrganisationState.SUSPENDED, staff)
    assert client.get(post.get_absolute_url()).status_code == 404
    client.force_login(somebody_of(organisation))
    assert client.get(post.get_absolute_url()).status_code == 200
    client.logout()
    become(organisation, OrganisationState.APPROVED, staff)
    assert client.get(post.get_absolute_url()).status_code == 200


def test_an_organisation_that_leaves_closes_its_posts_and_ends_what_it_does(
    organisation: Organisation, staff: User
) -> None:
    posts = [
        PostFactory(organisation=organisation, state=state)
        for state in (PostState.DRAFT, PostState.SUBMITTED, PostState.PUBLISHED, PostState.FULFILLED)
    ]
    need = PostFactory(quantity=30, unit="meals")
    asked = IntroductionFactory(post=posts[2])
    agreed = IntroductionFactory(post=need, responder=organisation)
    side = agreed.participants.get(post=need)
    transitions.answer_introduction(agreed.pk, participant=side.pk, answer=Answer.YES, actor=need.author)
    done = IntroductionFactory(post=posts[2], state=IntroductionState.COMPLETED)
    become(organisation, OrganisationState.WITHDRAWN, staff)
    assert states(*posts) == [(PostState.CLOSED, "")] * 4
    for introduction in (asked, agreed, done):
        introduction.refresh_from_db()
    assert [asked.state, agreed.state, done.state] == [
        IntroductionState.WITHDRAWN,
        IntroductionState.ENDED_EARLY,
        IntroductionState.COMPLETED,
    ]
    assert agreed.end_reason == "partner_left"
    need.refresh_from_db()
    assert (need.state, need.quantity_taken) == (PostState.PUBLISHED, 0)
    assert told("matching_introduction_ended_early") == [need.author]
    other = asked.participants.exclude(organisation=organisation).get().organisation
    assert somebody_of(other) in told("matching_introduction_withdrawn")
    assert Conversation.objects.about(agreed).get().closed_at is not None
    # Nobody writes to people who left, who would get it by mail.
    assert Conversation.objects.about(done).get().closed_at is not None


def test_posts_are_found_by_the_new_name_of_their_organisation(staff: User) -> None:
    post = PostFactory()
    update_profile(post.organisation.pk, data={"name": "NPO法人あさひの森"}, actor=staff)
    post.refresh_from_db()
    assert "あさひの森" in post.search_text


def test_a_new_name_costs_the_same_for_one_post_and_for_three(organisation: Organisation) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            search_text.rebuild(organisation)
        return len(captured)

    PostFactory(organisation=organisation, themes=["children"])
    one = queries()
    PostFactory.create_batch(2, organisation=organisation, themes=["elderly"], areas=["14207"])
    assert queries() == one


def test_an_organisation_can_leave_also_when_members_are_not_offered_that_reason(staff: User) -> None:
    Term.objects.filter(vocabulary="end_reason", code="partner_left").update(active=False)
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    withdraw_organisation(introduction.post.organisation.pk, actor=staff)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.end_reason) == (IntroductionState.ENDED_EARLY, "partner_left")

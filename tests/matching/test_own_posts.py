"""The list of one's own posts: by organisation and state, each with the next thing to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.enums import IntroductionState, PausedBy, PostState
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db

MINE = "/my/posts/"


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def owner(client: Client, organisation: Organisation) -> User:
    user = member_of(organisation)
    client.force_login(user)
    return user


def rows(client: Client, query: str = "") -> list[tuple[str, str]]:
    """(title, what its button says) of each card."""
    response = client.get(f"{MINE}{query}")
    assert response.status_code == 200
    return [(row.card.title, row.step.label) for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("state", "tab", "label"),
    [
        (PostState.PUBLISHED, "shown", "見る"),
        (PostState.PAUSED, "shown", "再開する"),
        (PostState.DRAFT, "drafts", "続きを書く"),
        (PostState.RETURNED, "drafts", "直して出しなおす"),
        (PostState.SUBMITTED, "waiting", "見る"),
        (PostState.FULFILLED, "over", "見る"),
        (PostState.EXPIRED, "over", "もう一度載せる"),
        (PostState.CLOSED, "over", "見る"),
        (PostState.TAKEN_DOWN, "over", "見る"),
    ],
)
def test_each_state_has_its_tab_and_its_next_step(
    client: Client, owner: User, organisation: Organisation, state: PostState, tab: str, label: str
) -> None:
    PostFactory(organisation=organisation, state=state, title="部屋")
    PostFactory(title="よその部屋", state=state)
    for code in ("shown", "drafts", "waiting", "over"):
        assert rows(client, f"?tab={code}") == ([("部屋", label)] if code == tab else [])
    # Without a choice the page opens where something is.
    assert rows(client) == [("部屋", label)]


def test_an_answer_that_is_waited_for_comes_first(client: Client, owner: User, organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, title="部屋")
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    response = client.get(MINE)
    step = response.context["rows"][0].step
    assert (step.label, step.url) == ("お返事をする", introduction.get_absolute_url())


def test_a_post_that_ends_soon_may_be_kept_up(client: Client, owner: User, organisation: Organisation) -> None:
    PostFactory(organisation=organisation, title="部屋", expires_at=timezone.now() + timedelta(days=5))
    assert rows(client) == [("部屋", "掲載をのばす")]


def test_what_a_suspension_stopped_waits_for_the_office(client: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.SUSPENDED)
    PostFactory(organisation=organisation, title="部屋", state=PostState.PAUSED, paused_by=PausedBy.SUSPENSION)
    client.force_login(member_of(organisation))
    assert rows(client) == [("部屋", "見る")]


def test_a_viewer_only_looks(client: Client, organisation: Organisation) -> None:
    PostFactory(organisation=organisation, title="部屋", state=PostState.PAUSED)
    client.force_login(member_of(organisation, role=AffiliationRole.VIEWER))
    assert rows(client) == [("部屋", "見る")]


def test_each_organisation_has_its_own_list(client: Client, owner: User, organisation: Organisation) -> None:
    second = OrganisationFactory()
    AffiliationFactory(organisation=second, user=owner)
    PostFactory(organisation=organisation, title="一つ目")
    PostFactory(organisation=second, title="二つ目")
    assert rows(client, f"?organisation={organisation.pk}") == [("一つ目", "見る")]
    assert rows(client, f"?organisation={second.pk}") == [("二つ目", "見る")]
    foreign = PostFactory(title="よその").organisation
    assert "よその" not in [title for title, _ in rows(client, f"?organisation={foreign.pk}")]


def test_the_tabs_tell_how_many(client: Client, owner: User, organisation: Organisation) -> None:
    PostFactory.create_batch(2, organisation=organisation)
    PostFactory(organisation=organisation, state=PostState.RETURNED)
    assert [tab["count"] for tab in client.get(MINE).context["tabs"]] == [2, 1, 0, 0]


def test_a_button_brings_back_to_the_list(client: Client, owner: User, organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, state=PostState.PAUSED)
    response = client.post(f"/posts/{post.pk}/resume/", {"back": "my_posts"})
    assert response["Location"] == MINE
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED


def test_pages_go_on_by_when_a_post_was_begun(client: Client, owner: User, organisation: Organisation) -> None:
    now = timezone.now()
    for number in range(23):
        PostFactory(organisation=organisation, title=f"部屋{number:02}", created_at=now - timedelta(hours=number))
    first = client.get(MINE)
    second = client.get(MINE, {"tab": "shown", "cursor": first.context["page"].next_cursor})
    seen = [row.card.title for response in (first, second) for row in response.context["rows"]]
    assert seen == [f"部屋{number:02}" for number in range(23)]


def test_three_posts_cost_no_more_than_one(client: Client, owner: User, organisation: Organisation) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(MINE)
        return len(captured)

    PostFactory(organisation=organisation)
    client.get(MINE)
    one = queries()
    PostFactory.create_batch(2, organisation=organisation, areas=["14206"])
    assert queries() == one <= 14


def test_without_an_organisation_the_page_says_what_to_do(client: Client) -> None:
    client.force_login(UserFactory())
    assert "団体の登録へ進む" in client.get(MINE).content.decode()
    client.force_login(StaffFactory())
    assert "事務局の方は" in client.get(MINE).content.decode()


def test_empty_tabs_say_what_to_do(client: Client, owner: User) -> None:
    for tab, words in (
        ("shown", "小さなことから書いて"),
        ("drafts", "下書きに保存"),
        ("waiting", "確認しているものはありません"),
        ("over", "終わったものはありません"),
    ):
        assert words in client.get(f"{MINE}?tab={tab}").content.decode()


def test_who_waits_for_approval_is_told_so_above_the_empty_list(client: Client) -> None:
    client.force_login(member_of(OrganisationFactory(state=OrganisationState.APPLIED)))
    assert "承認をお待ちください" in client.get(MINE).content.decode()


@pytest.mark.parametrize("state", [IntroductionState.AGREED, IntroductionState.UNDER_WAY])
def test_an_agreed_introduction_is_told_and_linked(
    client: Client, owner: User, organisation: Organisation, state: IntroductionState
) -> None:
    post = PostFactory(organisation=organisation, title="部屋")
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory(), state=state)
    step = client.get(MINE).context["rows"][0].step
    assert (step.text, step.url) == ("おつなぎが進んでいます。", introduction.get_absolute_url())


def test_an_introduction_that_is_over_waits_for_others_again(
    client: Client, owner: User, organisation: Organisation
) -> None:
    post = PostFactory(organisation=organisation, title="部屋")
    IntroductionFactory(post=post, responder=OrganisationFactory(), state=IntroductionState.ENDED_EARLY)
    step = client.get(MINE).context["rows"][0].step
    assert (step.text, step.label) == ("手が挙がるのを待っています。", "見る")

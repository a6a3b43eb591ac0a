"""A post's own page: what each visitor may see and do, and the owner's buttons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import IntroductionState, PausedBy, PostState, Visibility
from matching.models import Post
from members.enums import AffiliationRole, OrganisationState
from members.models import User
from tests.factories.matching import (
    IntroductionFactory,
    OfferFactory,
    PostFactory,
    PostRevisionFactory,
    somebody_of,
)
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


def url(post: Post, name: str = "post", *args: str) -> str:
    return reverse(f"matching:{name}", args=[post.pk, *args])


def html(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def post() -> Post:
    return PostFactory(title="午後の部屋", body="子どもが過ごす部屋です。\n火曜だけでも。", quantity=15, unit="people")


@pytest.fixture
def owner(post: Post) -> User:
    return member_of(post.organisation)


def test_a_visitor_reads_the_post_and_is_told_how_to_raise_a_hand(client: Client, post: Post) -> None:
    page = html(client, url(post))
    for text in (
        "午後の部屋",
        "子どもが過ごす部屋です。\n火曜だけでも。",
        "15人",
        post.organisation.name,
        "受付中・あと",
    ):
        assert text in page
    assert "手を挙げるには、団体の登録が必要です" in page
    assert url(post, "respond") not in page


def test_a_member_may_raise_a_hand(client: Client, post: Post) -> None:
    client.force_login(member_of(OrganisationFactory()))
    page = html(client, url(post))
    assert f'href="{url(post, "respond")}"' in page
    assert "あなたの団体の掲載です" not in page


@pytest.mark.parametrize(
    ("state", "role", "words"),
    [
        (OrganisationState.APPLIED, AffiliationRole.OWNER, "承認をお待ちください"),
        (OrganisationState.DRAFT, AffiliationRole.OWNER, "承認をお待ちください"),
        (OrganisationState.RETURNED, AffiliationRole.OWNER, "直しのお願いが届いています"),
        (OrganisationState.SUSPENDED, AffiliationRole.OWNER, "いまは、手を挙げることができません"),
        (OrganisationState.APPROVED, AffiliationRole.VIEWER, "閲覧のみ"),
    ],
)
def test_whoever_cannot_raise_a_hand_yet_is_told_why(
    client: Client, post: Post, state: OrganisationState, role: AffiliationRole, words: str
) -> None:
    client.force_login(member_of(OrganisationFactory(state=state), role=role))
    page = html(client, url(post))
    assert words in page
    assert f'href="{url(post, "respond")}"' not in page


def test_a_person_without_organisation_and_staff_are_told_where_to_go(client: Client, post: Post) -> None:
    client.force_login(UserFactory())
    assert "団体の登録へ進む" in html(client, url(post))
    client.force_login(StaffFactory())
    assert "事務局の方は、管理画面から" in html(client, url(post))


def test_a_hand_already_raised_leads_to_its_introduction(client: Client, post: Post) -> None:
    helper = OrganisationFactory()
    introduction = IntroductionFactory(post=post, responder=helper)
    client.force_login(member_of(helper))
    page = html(client, url(post))
    assert introduction.get_absolute_url() in page
    assert url(post, "respond") not in page


@pytest.mark.parametrize("state", sorted(set(PostState) - {PostState.PUBLISHED, PostState.FULFILLED}))
def test_what_is_not_shown_answers_404_to_others_and_opens_to_its_owner(client: Client, state: PostState) -> None:
    hidden = PostFactory(state=state)
    assert client.get(url(hidden)).status_code == 404
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(url(hidden)).status_code == 404
    client.force_login(member_of(hidden.organisation))
    assert "あなたの団体の掲載です" in html(client, url(hidden))


def test_a_post_for_members_is_not_there_for_visitors(client: Client) -> None:
    hidden = PostFactory(visibility=Visibility.MEMBERS)
    assert client.get(url(hidden)).status_code == 404
    client.force_login(member_of(OrganisationFactory()))
    assert "参加団体だけに公開" in html(client, url(hidden))


def test_a_fulfilled_post_stays_readable_and_takes_no_hands(client: Client) -> None:
    done = PostFactory(state=PostState.FULFILLED)
    client.force_login(member_of(OrganisationFactory()))
    page = html(client, url(done))
    assert "そろいました" in page
    assert url(done, "respond") not in page


def test_link_previews_tell_of_public_open_posts_only(client: Client, post: Post) -> None:
    page = html(client, url(post))
    assert '<meta property="og:title" content="困りごと：午後の部屋">' in page
    assert 'name="robots"' not in page
    member = PostFactory(visibility=Visibility.MEMBERS)
    client.force_login(member_of(OrganisationFactory()))
    page = html(client, url(member))
    assert "og:title" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_similar_posts_are_of_the_other_direction_and_near_ones_come_first(client: Client) -> None:
    need = PostFactory(areas=["14205"])
    now = timezone.now()
    OfferFactory(title="遠い", areas=["14206"], published_at=now)
    OfferFactory(title="近い", areas=["14207"], published_at=now - timedelta(days=5))
    OfferFactory(title="別の種類", areas=["14205"], resource="food")
    OfferFactory(title="自分の", areas=["14205"], organisation=need.organisation)
    PostFactory(title="困りごと", areas=["14205"])
    response = client.get(url(need))
    assert [card.title for card in response.context["similar"]] == ["近い", "遠い"]


def test_the_page_costs_the_same_with_one_similar_post_and_with_three(client: Client, post: Post) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url(post))
        return len(captured)

    OfferFactory(areas=["14206"])
    client.get(url(post))
    one = queries()
    OfferFactory.create_batch(2, areas=["14206"])
    assert queries() == one <= 16


def test_the_owners_list_of_introductions_costs_the_same_for_one_and_three(
    client: Client, post: Post, owner: User
) -> None:
    client.force_login(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url(post))
        return len(captured)

    IntroductionFactory(post=post, responder=OrganisationFactory())
    client.get(url(post))
    one = queries()
    for _ in range(2):
        IntroductionFactory(post=post, responder=OrganisationFactory())
    assert queries() == one


def test_the_owner_sees_its_introductions_and_whose_turn_it_is(client: Client, post: Post, owner: User) -> None:
    helper = OrganisationFactory(name="手を挙げた見本の会")
    introduction = IntroductionFactory(post=post, responder=helper)
    IntroductionFactory(
        post=post,
        state=IntroductionState.PROPOSED,
        offer=OfferFactory(organisation__name="まだ秘密の会", resource="food"),
    )
    client.force_login(owner)
    page = html(client, url(post))
    assert introduction.get_absolute_url() in page
    assert "手を挙げた見本の会" in page
    assert "あなたの番です" in page
    assert "まだ秘密の会" not in page


def test_the_owner_reads_what_staff_wrote(client: Client) -> None:
    returned = PostFactory(state=PostState.RETURNED, staff_message="時間を書いてください。")
    client.force_login(member_of(returned.organisation))
    assert "時間を書いてください。" in html(client, url(returned))


@pytest.mark.parametrize(
    ("state", "status"),
    [(PostState.PAUSED, 200), (PostState.EXPIRED, 200), (PostState.CLOSED, 200), (PostState.TAKEN_DOWN, 404)],
)
def test_partners_go_on_reading_what_they_agreed_on(client: Client, state: PostState, status: int) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    post = introduction.post
    PostFactory(pk=post.pk, organisation=post.organisation, state=state)
    partner = introduction.participants.exclude(post=post).get().organisation
    client.force_login(somebody_of(partner))
    page = client.get(introduction.get_absolute_url()).content.decode()
    assert (f'href="{post.get_absolute_url()}"' in page) == (status == 200)
    assert client.get(post.get_absolute_url()).status_code == status
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(post.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (PostState.DRAFT, ["discard"]),
        (PostState.SUBMITTED, ["close"]),
        (PostState.PUBLISHED, ["pause", "fulfil", "close"]),
        (PostState.PAUSED, ["resume", "fulfil", "close"]),
        (PostState.EXPIRED, ["renew"]),
        (PostState.FULFILLED, []),
        (PostState.CLOSED, []),
        (PostState.TAKEN_DOWN, []),
    ],
)
def test_the_owner_is_offered_what_the_state_allows(client: Client, state: PostState, names: list[str]) -> None:
    own = PostFactory(state=state)
    client.force_login(member_of(own.organisation))
    assert [name for name, _ in client.get(url(own)).context["actions"]] == names


def test_shortly_before_its_end_a_post_may_be_kept_up_longer(client: Client) -> None:
    own = PostFactory(expires_at=timezone.now() + timedelta(days=9))
    client.force_login(member_of(own.organisation))
    assert "renew" in [name for name, _ in client.get(url(own)).context["actions"]]
    client.post(url(own, "post_action", "renew"))
    own.refresh_from_db()
    assert own.expires_at is not None
    assert own.expires_at > timezone.now() + timedelta(days=100)


def test_what_a_suspension_stopped_is_not_resumed_by_hand(client: Client) -> None:
    own = PostFactory(state=PostState.PAUSED, paused_by=PausedBy.SUSPENSION)
    client.force_login(member_of(own.organisation))
    assert "resume" not in [name for name, _ in client.get(url(own)).context["actions"]]


def test_a_viewer_sees_no_buttons(client: Client, post: Post) -> None:
    client.force_login(member_of(post.organisation, role=AffiliationRole.VIEWER))
    response = client.get(url(post))
    assert response.context["actions"] == []
    assert not response.context["may_edit"]


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (PostState.DRAFT, "submit", PostState.SUBMITTED),
        (PostState.PUBLISHED, "pause", PostState.PAUSED),
        (PostState.PAUSED, "resume", PostState.PUBLISHED),
        (PostState.PUBLISHED, "close", PostState.CLOSED),
        (PostState.PUBLISHED, "fulfil", PostState.FULFILLED),
        (PostState.EXPIRED, "renew", PostState.PUBLISHED),
    ],
)
def test_each_button_does_what_it_says(client: Client, state: PostState, action: str, after: PostState) -> None:
    own = PostFactory(state=state)
    client.force_login(member_of(own.organisation))
    response = client.post(url(own, "post_action", action), follow=True)
    assert response.status_code == 200
    own.refresh_from_db()
    assert own.state == after
    # A second press finds it done, and says so or says why not; nothing breaks.
    assert client.post(url(own, "post_action", action), follow=True).status_code == 200
    own.refresh_from_db()
    assert own.state == after


def test_a_refused_step_is_told_in_words(client: Client) -> None:
    own = PostFactory(state=PostState.CLOSED)
    client.force_login(member_of(own.organisation))
    page = client.post(url(own, "post_action", "pause"), follow=True).content.decode()
    assert "取り下げました" in page
    assert "「一時停止する」はできません" in page


def test_a_draft_without_its_words_cannot_be_handed_in(client: Client) -> None:
    own = PostFactory(state=PostState.DRAFT, title="", resource="")
    client.force_login(member_of(own.organisation))
    response = client.post(url(own, "post_action", "submit"))
    assert response.status_code == 302
    assert response["Location"] == url(own, "post_edit")
    own.refresh_from_db()
    assert own.state == PostState.DRAFT


def test_buttons_are_for_the_owner_alone(client: Client, post: Post) -> None:
    for person, status in (
        (None, 302),
        (member_of(OrganisationFactory()), 404),
        (StaffFactory(), 404),
        (member_of(post.organisation, role=AffiliationRole.VIEWER), 403),
    ):
        if person is not None:
            client.force_login(person)
        assert client.post(url(post, "post_action", "close")).status_code == status
        post.refresh_from_db()
        assert post.state == PostState.PUBLISHED


def test_buttons_are_pressed_and_never_opened(client: Client, post: Post, owner: User) -> None:
    client.force_login(owner)
    for action in ("submit", "pause", "resume", "close", "fulfil", "renew"):
        assert client.get(url(post, "post_action", action)).status_code == 405
    assert client.post(url(post, "post_action", "publish")).status_code == 404
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED


def test_an_end_is_asked_for_once_more(client: Client, post: Post, owner: User) -> None:
    client.force_login(owner)
    page = html(client, url(post, "post_confirm", "close"))
    assert f'action="{url(post, "post_action", "close")}"' in page
    assert "もとに戻せません" in page
    assert client.get(url(post, "post_confirm", "pause")).status_code == 404
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(url(post, "post_confirm", "close")).status_code == 404


def test_a_change_that_waits_is_told_to_the_owner(client: Client, post: Post, owner: User) -> None:
    PostRevisionFactory(post=post, author=owner)
    client.force_login(owner)
    assert "修正案を、事務局が確認しています" in html(client, url(post))


def test_the_owner_takes_a_suggestion_of_staff_over_or_leaves_it(client: Client, post: Post, owner: User) -> None:
    PostRevisionFactory(post=post, author=StaffFactory(), changes={"title": "夕方の部屋"})
    client.force_login(owner)
    assert url(post, "post_suggestion") in html(client, url(post))
    page = html(client, url(post, "post_suggestion"))
    assert "午後の部屋" in page
    assert "夕方の部屋" in page
    assert "入力してください" not in page
    refused = client.post(url(post, "post_suggestion"), {"refuse": "1", "message": ""})
    assert refused.status_code == 200
    assert "必須" in refused.content.decode()
    client.post(url(post, "post_suggestion"), {"accept": "1"})
    post.refresh_from_db()
    assert post.title == "夕方の部屋"
    PostRevisionFactory(post=post, author=StaffFactory(), changes={"title": "朝の部屋"})
    client.post(url(post, "post_suggestion"), {"refuse": "1", "message": "午後だけです。"})
    post.refresh_from_db()
    assert post.title == "夕方の部屋"
    assert not post.revisions.waiting().exists()

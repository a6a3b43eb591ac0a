"""Writing a post on the web: drafts, the look before it goes out, changes to what is published."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Direction, PostState
from matching.models import Post
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import PostFactory, PostRevisionFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.files.samples import picture, upload

pytestmark = pytest.mark.django_db

NEW = "/posts/new/need/"


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def writer(client: Client, organisation: Organisation) -> User:
    user = member_of(organisation)
    client.force_login(user)
    return user


def filled(organisation: Organisation, **more: Any) -> dict[str, Any]:
    return {
        "on_behalf": organisation.pk,
        "resource": "place",
        "title": "午後の部屋",
        "body": "子どもが過ごす部屋です。",
        "areas": ["14205"],
        "visibility": "public",
        "preview": "1",
        **more,
    }


def edit(post: Post) -> str:
    return reverse("matching:post_edit", args=[post.pk])


def typed(post: Post, **more: Any) -> dict[str, Any]:
    """The form of ``post`` as its page would send it."""
    return {
        **filled(post.organisation, title=post.title, body=post.body, areas=list(post.areas), resource=post.resource),
        "version": post.updated_at.isoformat(),
        **more,
    }


def test_a_need_is_written_looked_at_and_handed_in(client: Client, writer: User, organisation: Organisation) -> None:
    page = client.get(NEW)
    assert page.status_code == 200
    assert organisation.name in page.content.decode()
    response = client.post(NEW, filled(organisation, key=page.context["form"]["key"].value()))
    post = Post.objects.get()
    preview = reverse("matching:post_preview", args=[post.pk])
    assert response.status_code == 302
    assert response["Location"] == preview
    assert (post.state, post.direction, post.organisation, post.author) == (
        PostState.DRAFT,
        Direction.NEED,
        organisation,
        writer,
    )
    look = client.get(preview).content.decode()
    assert "午後の部屋" in look
    assert "子どもが過ごす部屋です。" in look
    assert "藤沢市" in look
    done = client.post(reverse("matching:post_action", args=[post.pk, "submit"]), follow=True)
    assert "提出しました" in done.content.decode()
    post.refresh_from_db()
    assert post.state == PostState.SUBMITTED


def test_an_offer_is_an_offer(client: Client, writer: User, organisation: Organisation) -> None:
    client.post("/posts/new/offer/", filled(organisation))
    assert Post.objects.get().direction == Direction.OFFER
    assert client.get("/posts/new/wish/").status_code == 404


def test_a_beginning_is_saved_as_a_draft(client: Client, writer: User, organisation: Organisation) -> None:
    sent = filled(organisation, title="", body="途中まで", resource="", draft="1")
    del sent["preview"]
    response = client.post(NEW, sent, follow=True)
    assert "下書きを保存しました" in response.content.decode()
    post = Post.objects.get()
    assert (post.body, post.state) == ("途中まで", PostState.DRAFT)
    look = client.get(reverse("matching:post_preview", args=[post.pk])).content.decode()
    assert "まだ書いていないところがあります：種類、見出し" in look
    assert "提出する</span>" not in look


def look_at(client: Client, **fields: Any) -> str:
    post = PostFactory(organisation=fields.pop("organisation"), state=PostState.DRAFT, **fields)
    return str(client.get(reverse("matching:post_preview", args=[post.pk])).content.decode())


def test_an_offered_place_without_a_municipality_is_pointed_out(
    client: Client, writer: User, organisation: Organisation
) -> None:
    told = "市区町村を選んでいないため、「県内どこでも」と表示されます"
    room = {"organisation": organisation, "direction": Direction.OFFER, "resource": "place", "areas": []}
    html = look_at(client, **room)
    assert told in html
    assert "提出する</span>" in html
    assert told not in look_at(client, **{**room, "areas": ["14205"]})
    assert told not in look_at(client, **{**room, "direction": Direction.NEED})
    assert told not in look_at(client, **{**room, "resource": "hands"})


def test_its_writers_check_how_many_may_talk_at_once_and_in_which_months(
    client: Client, writer: User, organisation: Organisation
) -> None:
    html = look_at(client, organisation=organisation, direction=Direction.OFFER, quota=3, season=[4, 5, 6])
    assert "同時に受けられる数" in html
    assert "3件" in html
    assert "4〜6月" in html
    assert "同時に受けられる数" not in look_at(client, organisation=organisation, direction=Direction.OFFER)


def test_a_double_click_makes_one_draft(client: Client, writer: User, organisation: Organisation) -> None:
    key = client.get(NEW).context["form"]["key"].value()
    first = client.post(NEW, filled(organisation, key=key))
    second = client.post(NEW, filled(organisation, key=key))
    assert Post.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_two_pages_make_two_drafts(client: Client, writer: User, organisation: Organisation) -> None:
    for _ in range(2):
        client.post(NEW, filled(organisation, key=client.get(NEW).context["form"]["key"].value()))
    assert Post.objects.count() == 2


def test_nothing_typed_is_lost_on_a_mistake(client: Client, writer: User, organisation: Organisation) -> None:
    response = client.post(
        NEW, filled(organisation, title="", quantity="15", area_note="駅のそば", weekdays=["2"], themes=[])
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert not Post.objects.exists()
    assert "子どもが過ごす部屋です。" in page
    assert 'value="駅のそば"' in page
    assert 'value="15"' in page
    assert "単位を選んでください。" in page
    form = response.context["form"]
    assert form["areas"].value() == ["14205"]
    assert form["weekdays"].value() == ["2"]


def test_a_photo_is_kept_while_the_rest_is_mended(client: Client, writer: User, organisation: Organisation) -> None:
    response = client.post(NEW, filled(organisation, photo=upload(picture())))
    assert set(response.context["form"].errors) == {"photo_alt"}
    kept = response.context["form"]["photo"].as_widget()
    token = kept.split('name="photo-kept" value="')[1].split('"')[0]
    client.post(NEW, filled(organisation, photo_alt="広い和室", **{"photo-kept": token}))
    post = Post.objects.select_related("photo").get()
    assert post.photo is not None
    assert post.photo_alt == "広い和室"
    # Taking it away takes its description along.
    client.post(edit(post), typed(post, photo_alt="広い和室", **{"photo-drop": post.photo.token}))
    without = Post.objects.get()
    assert (without.photo, without.photo_alt) == (None, "")


def test_the_organisation_that_acts_is_named(client: Client, writer: User, organisation: Organisation) -> None:
    second = OrganisationFactory()
    AffiliationFactory(organisation=second, user=writer)
    assert "掲載する団体" in client.get(NEW).content.decode()
    client.post(NEW, filled(second))
    assert Post.objects.get().organisation == second


@pytest.mark.parametrize(
    ("state", "role"),
    [
        (OrganisationState.APPLIED, AffiliationRole.OWNER),
        (OrganisationState.SUSPENDED, AffiliationRole.OWNER),
        (OrganisationState.APPROVED, AffiliationRole.VIEWER),
    ],
)
def test_who_may_not_write_is_told_why_and_writes_nothing(
    client: Client, state: OrganisationState, role: AffiliationRole
) -> None:
    other = OrganisationFactory(state=state)
    client.force_login(member_of(other, role=role))
    assert '<form class="form"' not in client.get(NEW).content.decode()
    client.post(NEW, filled(other))
    assert not Post.objects.exists()


def test_visitors_log_in_first_and_people_without_organisation_are_led_to_join(client: Client) -> None:
    assert client.get(NEW)["Location"].startswith("/account/login/")
    client.force_login(UserFactory())
    assert reverse("members:join") in client.get(NEW).content.decode()
    client.force_login(StaffFactory())
    assert "事務局の方は" in client.get(NEW).content.decode()


def test_nobody_writes_for_a_foreign_organisation(client: Client, writer: User) -> None:
    foreign = OrganisationFactory()
    response = client.post(NEW, filled(foreign))
    assert response.status_code == 200
    assert "on_behalf" in response.context["form"].errors
    assert not Post.objects.exists()


@pytest.mark.parametrize("name", ["post_edit", "post_preview", "post_submitted"])
def test_a_foreign_draft_is_not_there(client: Client, writer: User, name: str) -> None:
    draft = PostFactory(state=PostState.DRAFT)
    assert client.get(reverse(f"matching:{name}", args=[draft.pk])).status_code == 404


def test_a_viewer_does_not_edit(client: Client, organisation: Organisation) -> None:
    draft = PostFactory(state=PostState.DRAFT, organisation=organisation)
    client.force_login(member_of(organisation, role=AffiliationRole.VIEWER))
    assert client.get(edit(draft)).status_code == 403


def test_a_returned_post_is_mended_and_handed_in_again(
    client: Client, writer: User, organisation: Organisation
) -> None:
    post = PostFactory(organisation=organisation, state=PostState.RETURNED, staff_message="時間を書いてください。")
    assert "時間を書いてください。" in client.get(edit(post)).content.decode()
    client.post(edit(post), typed(post, when_note="火曜の午後"))
    client.post(reverse("matching:post_action", args=[post.pk, "submit"]))
    post.refresh_from_db()
    assert (post.state, post.when_note) == (PostState.SUBMITTED, "火曜の午後")


def test_the_second_tab_is_told_and_keeps_its_words(client: Client, writer: User, organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, state=PostState.DRAFT)
    first, second = typed(post, title="一つ目の画面"), typed(post, title="二つ目の画面")
    client.post(edit(post), first)
    response = client.post(edit(post), second)
    page = response.content.decode()
    assert "別の画面で先に保存されています" in page
    assert "二つ目の画面" in page
    post.refresh_from_db()
    assert post.title == "一つ目の画面"
    # Pressed once more, knowing so, it writes over.
    client.post(edit(post), {**second, "version": response.context["form"]["version"].value()})
    post.refresh_from_db()
    assert post.title == "二つ目の画面"


@pytest.mark.parametrize("state", [PostState.SUBMITTED, PostState.FULFILLED, PostState.CLOSED, PostState.TAKEN_DOWN])
def test_what_is_being_checked_or_over_is_not_edited(
    client: Client, writer: User, organisation: Organisation, state: PostState
) -> None:
    post = PostFactory(organisation=organisation, state=state, title="もとの見出し")
    assert client.get(edit(post))["Location"] == post.get_absolute_url()
    client.post(edit(post), typed(post, title="別の見出し"))
    post.refresh_from_db()
    assert post.title == "もとの見出し"


def test_a_change_to_a_published_post_waits_and_the_post_stays(
    client: Client, writer: User, organisation: Organisation
) -> None:
    post = PostFactory(organisation=organisation, title="もとの見出し")
    response = client.post(edit(post), typed(post, title="新しい見出し", note="時間が決まりました"), follow=True)
    assert "修正案を送りました" in response.content.decode()
    post.refresh_from_db()
    assert (post.title, post.state) == ("もとの見出し", PostState.PUBLISHED)
    revision = post.revisions.get()
    assert (revision.changes, revision.note, revision.author) == (
        {"title": "新しい見出し"},
        "時間が決まりました",
        writer,
    )


def test_one_change_waits_at_a_time(client: Client, writer: User, organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation)
    PostRevisionFactory(post=post, author=writer)
    assert "確認待ちの修正案があります" in client.get(edit(post)).content.decode()
    response = client.post(edit(post), typed(post, title="さらに別の見出し"))
    assert response.status_code == 200
    assert "さらに別の見出し" in response.content.decode()
    assert post.revisions.count() == 1


def test_looking_changes_nothing(client: Client, writer: User, organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, state=PostState.DRAFT)
    before = post.updated_at
    for name in ("post_edit", "post_preview", "post_submitted"):
        client.get(reverse(f"matching:{name}", args=[post.pk]))
    client.get(NEW)
    post.refresh_from_db()
    assert post.updated_at == before
    assert Post.objects.count() == 1

"""A change to a published post: what stands there stays until the other party agrees."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState, PostState, RevisionState
from matching.models import Post, PostRevision
from matching.revisions import differences
from members.models import User
from tests.factories.matching import IntroductionFactory, PostFactory, PostRevisionFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.files.samples import picture, upload
from tests.matching.traces import told, trail
from tomoiki.files.models import StoredFile
from tomoiki.files.tasks import remove_orphans
from tomoiki.files.uploads import store_upload
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    post: Post = PostFactory(title="もとの見出し", quantity=15, unit="people")
    return post


@pytest.fixture
def owner(post: Post) -> User:
    return post.author


@pytest.fixture
def staff() -> User:
    return StaffFactory()


def test_the_text_stays_until_staff_accept(post: Post, owner: User, staff: User) -> None:
    until = timezone.localdate() + timedelta(days=30)
    changes: dict[str, Any] = {
        "title": "新しい見出し",
        "areas": ["14207"],
        "available_until": until,
        "time_from": time(14, 30),
        "weekdays": [0, 2],
        "quantity": 15,
    }
    revision = transitions.propose_revision(post.pk, changes=changes, note="時間が決まりました", actor=owner)
    post.refresh_from_db()
    assert (post.title, post.search_text.count("新しい")) == ("もとの見出し", 0)
    # What did not change is not part of it.
    assert revision.changes == {
        "title": "新しい見出し",
        "areas": ["14207"],
        "available_until": until.isoformat(),
        "time_from": "14:30:00",
        "weekdays": [0, 2],
    }
    assert told("matching_revision_waiting") == [staff]
    transitions.accept_revision(revision.pk, actor=staff)
    post.refresh_from_db()
    assert {name: getattr(post, name) for name in changes} == changes
    assert "新しい見出し" in post.search_text
    assert timezone.localdate(post.expires_at) == until + timedelta(days=1)
    assert told("matching_revision_accepted") == [owner]
    assert trail(revision) == [
        ("post_revision.proposed", "", "proposed"),
        ("post_revision.accepted", "proposed", "accepted"),
    ]
    assert trail(post) == [("post.revised", "published", "published")]


def test_a_refusal_gives_its_reason(post: Post, owner: User, staff: User) -> None:
    revision = PostRevisionFactory(post=post)
    with pytest.raises(ValidationError):
        transitions.refuse_revision(revision.pk, message="", actor=staff)
    transitions.refuse_revision(revision.pk, message="番地は載せられません。", actor=staff)
    revision.refresh_from_db()
    post.refresh_from_db()
    assert (revision.state, post.title) == (RevisionState.REFUSED, "もとの見出し")
    assert told("matching_revision_refused") == [owner]


def test_what_staff_suggest_the_owner_decides(post: Post, owner: User, staff: User) -> None:
    revision = transitions.propose_revision(post.pk, changes={"title": "伝わりやすい見出し"}, note="", actor=staff)
    assert told("matching_revision_suggested") == [owner]
    for nobody in (staff, member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            transitions.accept_revision(revision.pk, actor=nobody)
    transitions.accept_revision(revision.pk, actor=owner)
    post.refresh_from_db()
    assert post.title == "伝わりやすい見出し"


def test_staff_hear_that_their_suggestion_was_refused(post: Post, owner: User, staff: User) -> None:
    revision = transitions.propose_revision(post.pk, changes={"title": "伝わりやすい見出し"}, note="", actor=staff)
    transitions.refuse_revision(revision.pk, message="このままでお願いします。", actor=owner)
    assert told("matching_suggestion_refused") == [staff]


def test_nobody_decides_on_their_own_proposal(post: Post, owner: User) -> None:
    revision = PostRevisionFactory(post=post)
    for verb, more in ((transitions.accept_revision, {}), (transitions.refuse_revision, {"message": "だめです。"})):
        with pytest.raises(PermissionDenied):
            verb(revision.pk, actor=owner, **more)


def test_strangers_propose_nothing(post: Post) -> None:
    with pytest.raises(PermissionDenied):
        transitions.propose_revision(
            post.pk, changes={"title": "別の見出し"}, note="", actor=member_of(OrganisationFactory())
        )


def test_the_same_proposal_twice_is_one_and_another_waits(post: Post, owner: User) -> None:
    first, second = (
        transitions.propose_revision(post.pk, changes={"title": "新しい見出し"}, note="", actor=owner) for _ in range(2)
    )
    assert first == second
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_revision(post.pk, changes={"title": "もっと新しい見出し"}, note="", actor=owner)
    assert refusal.value.code == "revision_waiting"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "もとの見出し"},
        {"title": ""},
        {"unit": ""},
        {"available_from": date(2027, 2, 1), "available_until": date(2027, 1, 1)},
    ],
)
def test_a_proposal_must_change_something_and_be_right(post: Post, owner: User, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        transitions.propose_revision(post.pk, changes=changes, note="", actor=owner)
    assert not post.revisions.exists()


def test_less_than_is_promised_already_cannot_be_asked(owner: User, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(quantity_taken=10)
    for changes in ({"quantity": 9}, {"quantity": None, "unit": ""}):
        with pytest.raises(ValidationError, match="決まった数"):
            transitions.propose_revision(post.pk, changes=changes, note="", actor=owner)


def test_wanting_no_more_than_is_promised_ends_the_search(owner: User, post: Post, staff: User) -> None:
    waiting = IntroductionFactory(post=post, responder=OrganisationFactory())
    Post.objects.filter(pk=post.pk).update(quantity_taken=10)
    revision = transitions.propose_revision(post.pk, changes={"quantity": 10}, note="", actor=owner)
    transitions.accept_revision(revision.pk, actor=staff)
    post.refresh_from_db()
    waiting.refresh_from_db()
    assert (post.quantity, post.state) == (10, PostState.FULFILLED)
    assert waiting.state == IntroductionState.NOT_NEEDED


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.SUBMITTED, PostState.FULFILLED, PostState.CLOSED])
def test_only_what_was_published_is_revised(state: PostState) -> None:
    post = PostFactory(state=state)
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_revision(post.pk, changes={"title": "新しい見出し"}, note="", actor=post.author)
    assert refusal.value.code == "wrong_state"


def test_a_decided_change_is_not_decided_again(post: Post, staff: User) -> None:
    revision = PostRevisionFactory(post=post, state=RevisionState.ACCEPTED)
    with pytest.raises(TransitionError) as refusal:
        transitions.accept_revision(revision.pk, actor=staff)
    assert refusal.value.code == "wrong_state"


def test_a_proposed_photo_is_kept_and_seen_by_those_who_decide(
    client: Client, post: Post, owner: User, staff: User
) -> None:
    photo = store_upload(upload(picture()), by=owner)
    revision = transitions.propose_revision(
        post.pk, changes={"photo": photo, "photo_alt": "明るい和室"}, note="", actor=owner
    )
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=3))
    remove_orphans()
    address = photo.small_url
    seen = {}
    for name, somebody in {"staff": staff, "owner": owner, "other": member_of(OrganisationFactory())}.items():
        client.force_login(somebody)
        seen[name] = client.get(address).status_code
    client.logout()
    assert seen | {"visitor": client.get(address).status_code} == {
        "staff": 200,
        "owner": 200,
        "other": 404,
        "visitor": 404,
    }
    assert [each.picture_after for each in differences(revision) if each.label == "写真"] == [photo]
    client.force_login(staff)
    page = client.get(reverse("admin:matching_postrevision_change", args=[revision.pk])).content.decode()
    assert f'src="{address}"' in page
    transitions.accept_revision(revision.pk, actor=staff)
    post.refresh_from_db()
    client.logout()
    assert (post.photo, client.get(address).status_code) == (photo, 200)


def test_a_change_to_a_post_that_is_over_waits_for_nobody(post: Post, owner: User) -> None:
    revision = PostRevisionFactory(post=post)
    assert list(PostRevision.objects.waiting()) == [revision]
    transitions.close_post(post.pk, actor=owner)
    assert not PostRevision.objects.waiting().exists()


def test_a_suggestion_that_no_longer_fits_is_told_to_its_owner(
    client: Client, post: Post, owner: User, staff: User
) -> None:
    transitions.propose_revision(post.pk, changes={"quantity": 3}, note="", actor=staff)
    Post.objects.filter(pk=post.pk).update(quantity_taken=5)
    client.force_login(owner)
    response = client.post(reverse("matching:post_suggestion", args=[post.pk]), {"accept": "1"}, follow=True)
    assert "決まった数より少なくはできません。" in response.content.decode()
    post.refresh_from_db()
    assert post.quantity == 15


def test_what_would_change_is_told_in_words(post: Post) -> None:
    revision = PostRevisionFactory(
        post=post,
        changes={
            "title": "新しい見出し",
            "online": True,
            "areas": ["14207", "14205"],
            "available_from": "2027-10-01",
            "weekdays": [1, 2],
            "time_from": "14:00:00",
            "visibility": "members",
            "body": post.body,
        },
    )
    assert [(each.label, each.before, each.after) for each in differences(revision)] == [
        ("見出し", "もとの見出し", "新しい見出し"),
        ("オンラインでもできる", "いいえ", "はい"),
        ("市区町村", "藤沢市", "藤沢市・茅ヶ崎市"),
        ("いつから", "なし", "2027年10月1日（金）"),
        ("曜日", "なし", "火・水"),
        ("何時から", "なし", "14:00"),
        ("見られる人", "だれでも見られる", "参加団体だけが見られる"),
    ]

"""Posts to find again: private, told of when they change, and gone with the person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import PostState, Visibility
from matching.models import Favourite, Post
from matching.transitions import favourites
from members.models import User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, PostRevisionFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import told
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

NEWS = "matching_favourite_news"


@pytest.fixture
def reader() -> User:
    return member_of(OrganisationFactory())


def keep(reader: User, post: Post) -> Post:
    transitions.keep_favourite(post.pk, actor=reader)
    return post


def news() -> list[str]:
    return [each.subject for each in Notification.objects.filter(code=NEWS).order_by("pk")]


def address(post: Post) -> str:
    return reverse("matching:favourite", args=[post.pk])


def test_a_button_keeps_a_post_and_takes_it_off_again(client: Client, reader: User) -> None:
    post = PostFactory()
    client.force_login(reader)
    assert "お気に入りに入れる" in client.get(post.get_absolute_url()).content.decode()
    for _ in range(2):
        answer = client.post(address(post), {"back": "/board/?q=a"})
        assert (answer.status_code, answer["Location"]) == (302, "/board/?q=a")
    assert Favourite.objects.get().user == reader
    page = client.get(post.get_absolute_url()).content.decode()
    assert "お気に入りからはずす" in page
    listed = client.get(reverse("matching:favourites")).content.decode()
    assert post.title in listed
    client.post(address(post), {"drop": "1"})
    assert not Favourite.objects.exists()
    assert client.get(address(post)).status_code == 405


def test_it_leads_nowhere_else(client: Client, reader: User) -> None:
    post = PostFactory()
    client.force_login(reader)
    for back in ("https://evil.example/", "//evil.example/", ""):
        assert client.post(address(post), {"back": back})["Location"] == post.get_absolute_url()


def test_the_list_is_ones_own_alone(client: Client, reader: User) -> None:
    post = keep(reader, PostFactory())
    client.force_login(member_of(OrganisationFactory()))
    assert post.title not in client.get(reverse("matching:favourites")).content.decode()
    client.force_login(StaffFactory())
    assert post.title not in client.get(reverse("matching:favourites")).content.decode()
    # The trail, which staff read, says nothing of it either.
    assert not Entry.objects.about(post).exists()
    assert not Notification.objects.exists()


def test_what_one_may_not_read_one_cannot_keep(client: Client, reader: User) -> None:
    draft = PostFactory(state=PostState.DRAFT)
    client.force_login(reader)
    assert client.post(address(draft)).status_code == 404
    assert not Favourite.objects.exists()


def test_what_is_read_no_more_is_told_by_its_title_and_can_be_taken_off(client: Client, reader: User) -> None:
    post = keep(reader, PostFactory(body="なかの文章"))
    transitions.close_post(post.pk, actor=post.author)
    client.force_login(reader)
    html = client.get(reverse("matching:favourites")).content.decode()
    assert "いまは見られません" in html
    assert "なかの文章" not in html
    client.post(address(post), {"drop": "1"})
    assert not Favourite.objects.exists()


def test_a_list_has_an_end(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(favourites, "MOST_FAVOURITES", 1)
    kept = keep(reader, PostFactory())
    with pytest.raises(TransitionError) as refusal:
        keep(reader, PostFactory())
    assert refusal.value.code == "too_many_favourites"
    keep(reader, kept)


def test_three_cost_as_many_queries_as_one(client: Client, reader: User, django_assert_num_queries: Any) -> None:
    client.force_login(reader)
    keep(reader, PostFactory())
    client.get(reverse("matching:favourites"))
    with django_assert_num_queries(7):
        client.get(reverse("matching:favourites"))
    keep(reader, PostFactory(photo=None))
    keep(reader, OfferFactory())
    with django_assert_num_queries(7):
        client.get(reverse("matching:favourites"))


# --- what one hears of them ---


def test_a_change_that_was_accepted_is_told(reader: User) -> None:
    revision = PostRevisionFactory()
    keep(reader, revision.post)
    transitions.accept_revision(revision.pk, actor=StaffFactory())
    assert told(NEWS) == [reader]
    notice = Notification.objects.get(code=NEWS)
    assert "内容が変わりました" in notice.subject
    # It may wait for the digest, and can be switched off by itself.
    assert (notice.topic, notice.urgency) == (Topic.FAVOURITE, "normal")


def test_its_own_people_and_those_who_took_it_off_hear_nothing(reader: User) -> None:
    post = keep(reader, PostFactory())
    keep(somebody_of(post.organisation), post)
    transitions.drop_favourite(post.pk, actor=reader)
    transitions.pause_post(post.pk, actor=post.author)
    transitions.resume_post(post.pk, actor=post.author)
    assert told(NEWS) == []


def test_that_it_is_open_again_is_told(reader: User) -> None:
    post = keep(reader, PostFactory())
    transitions.pause_post(post.pk, actor=post.author)
    assert news() == []
    transitions.resume_post(post.pk, actor=post.author)
    assert [subject.endswith("いま受け付けています") for subject in news()] == [True]


def test_a_place_that_became_free_is_told_once(reader: User) -> None:
    offer = keep(reader, OfferFactory(quota=1))
    introduction = IntroductionFactory(offer=offer)
    transitions.withdraw_introduction(introduction.pk, actor=StaffFactory())
    assert [subject.endswith("いま受け付けています") for subject in news()] == [True]
    # Where there was room before, nothing has become free.
    roomy = keep(reader, OfferFactory(quota=5))
    other = IntroductionFactory(offer=roomy)
    transitions.withdraw_introduction(other.pk, actor=StaffFactory())
    assert len(news()) == 1


def test_what_was_all_taken_and_comes_back_is_told(reader: User) -> None:
    offer = keep(reader, OfferFactory(quantity=10, unit="meals"))
    introduction = IntroductionFactory(offer=offer)
    for side in introduction.participants.order_by("pk"):
        transitions.answer_introduction(
            introduction.pk,
            participant=side.pk,
            answer="yes",
            quantity=10 if side.post_id == offer.pk else None,
            actor=somebody_of(side.organisation),
        )
    offer.refresh_from_db()
    assert offer.state == PostState.FULFILLED
    transitions.end_introduction_early(introduction.pk, on_behalf=None, reason="dates", actor=StaffFactory())
    assert [subject.split("、")[-1].split("は、")[-1] for subject in news()] == [
        "受付を終えました",
        "いま受け付けています",
    ]


def test_that_it_ends_soon_and_that_it_ended_is_told(reader: User) -> None:
    post = keep(
        reader,
        PostFactory(published_at=timezone.now() - timedelta(days=170), expires_at=timezone.now() + timedelta(days=5)),
    )
    for _ in range(2):
        transitions.warn_of_expiry(post.pk, actor=SCHEDULER)
    assert [subject.endswith("まもなく終わります") for subject in news()] == [True]
    Post.objects.filter(pk=post.pk).update(expires_at=timezone.now())
    transitions.expire_post(post.pk, actor=SCHEDULER)
    assert news()[-1].endswith("受付を終えました")
    transitions.renew_post(post.pk, actor=post.author)
    assert news()[-1].endswith("いま受け付けています")


def test_news_of_members_posts_reach_members_alone(reader: User) -> None:
    post = PostFactory(visibility=Visibility.MEMBERS)
    stranger = UserFactory()
    for person in (reader, stranger):
        Favourite.objects.create(user=person, post=post)
    transitions.fulfil_post(post.pk, actor=post.author)
    assert told(NEWS) == [reader]


def test_what_was_taken_down_or_turned_to_members_is_not_told_by_its_title(client: Client) -> None:
    visitor = UserFactory()
    taken, closed = (keep(visitor, PostFactory(title=title)) for title in ("090-1234-5678まで", "閉じた部屋"))
    turned = keep(visitor, PostFactory(title="会員だけの話"))
    transitions.take_down_post(taken.pk, message="電話番号があるため", actor=StaffFactory())
    transitions.close_post(closed.pk, actor=closed.author)
    Post.objects.filter(pk=turned.pk).update(visibility=Visibility.MEMBERS)
    client.force_login(visitor)
    html = client.get(reverse("matching:favourites")).content.decode()
    assert ("090-1234-5678" in html, "会員だけの話" in html, "閉じた部屋" in html) == (False, False, True)

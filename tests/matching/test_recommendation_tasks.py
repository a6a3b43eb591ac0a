"""Recommendations follow what changed: marks, vectors, lists; twice, late, and without a model."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from matching import freshness, recommendation_tasks, transitions
from matching.enums import IntroductionState, PostState
from matching.models import Post, PostEmbedding, Recommendation
from matching.suggesting import meaning, storing
from matching.suggesting.cases import forget_corpus
from matching.suggesting.pool import nearest
from members.models import Organisation
from members.signals import organisation_renamed
from tests.factories.matching import IntroductionFactory, PostFactory, PostRevisionFactory, somebody_of
from tests.factories.members import StaffFactory
from tests.factories.recommendations import computed, kitchen_need, kitchen_offer
from tests.matching.traces import told
from tomoiki.audit.actors import SCHEDULER
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Message, Notification, Preference
from tomoiki.text.embeddings import DIMENSIONS, Refused, Unavailable
from tomoiki.web import background

pytestmark = pytest.mark.django_db


class Letters:
    """Vectors without a model: one number for each letter, in the narrow band in which a model puts all texts."""

    name = "letters"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> Any:
        self.asked += texts
        return [self._vector(text) for text in texts]

    def queries(self, texts: Sequence[str]) -> Any:
        return self.passages(texts)

    def _vector(self, text: str) -> list[float]:
        vector = [2.0] * DIMENSIONS
        for letter in text:
            vector[ord(letter) % DIMENSIONS] += 1
        return vector


class Away(Letters):
    def passages(self, texts: Sequence[str]) -> Any:
        raise Unavailable("the server is away")


class Choosy(Letters):
    """Takes no text that says 禁句, and then none of those that came with it."""

    def queries(self, texts: Sequence[str]) -> Any:
        self._refuse(texts)
        return super().queries(texts)

    def passages(self, texts: Sequence[str]) -> Any:
        self._refuse(texts)
        return super().passages(texts)

    def _refuse(self, texts: Sequence[str]) -> None:
        if any("禁句" in text for text in texts):
            raise Refused("the embedding server answered 400")


@pytest.fixture(autouse=True)
def _nothing_learned() -> None:
    forget_corpus()


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were asked for, by name."""
    names: list[str] = []
    monkeypatch.setattr(background, "wake", names.append)
    monkeypatch.setattr(recommendation_tasks, "wake", names.append)
    return names


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Letters:
    settings.EMBEDDINGS = "in-process"
    letters = Letters()
    monkeypatch.setattr(recommendation_tasks, "embedder", lambda: letters)
    return letters


def stale(*posts: Post) -> list[bool]:
    return [Post.objects.get(pk=post.pk).stale_at is not None for post in posts]


def marked(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(stale_at=timezone.now())


# --- marks ---


def _publish(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state=PostState.SUBMITTED, submitted_at=timezone.now())
    transitions.publish_post(post.pk, actor=StaffFactory())


def _resume(post: Post) -> None:
    transitions.pause_post(post.pk, actor=post.author)
    Post.objects.update(stale_at=None)
    transitions.resume_post(post.pk, actor=post.author)


def _expire(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    transitions.expire_post(post.pk, actor=SCHEDULER)


def _revise(post: Post) -> None:
    transitions.accept_revision(PostRevisionFactory(post=post).pk, actor=StaffFactory())


def _rename(post: Post) -> None:
    organisation_renamed.send(Organisation, organisation=post.organisation, actor=SCHEDULER)


CHANGES = {
    "published": _publish,
    "paused": lambda post: transitions.pause_post(post.pk, actor=post.author),
    "resumed": _resume,
    "renewed": lambda post: transitions.renew_post(post.pk, actor=post.author),
    "closed": lambda post: transitions.close_post(post.pk, actor=post.author),
    "fulfilled": lambda post: transitions.fulfil_post(post.pk, actor=post.author),
    "expired": _expire,
    "taken down": lambda post: transitions.take_down_post(
        post.pk, message="電話番号が書かれていました。", actor=StaffFactory()
    ),
    "revised": _revise,
    "renamed": _rename,
    "dismissed": lambda post: transitions.dismiss_recommendation(
        kitchen_offer().pk, on_behalf=post.organisation, own_post=post, actor=post.author
    ),
    "suspended": lambda post: transitions.pause_for_suspension(post.organisation, actor=StaffFactory()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_matters_marks_the_post_and_wakes_a_worker_after_the_commit(
    name: str, woken: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    post = kitchen_need()
    assert stale(post) == [False]
    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[name](post)
        assert freshness.REFRESH not in woken
    assert stale(post) == [True]
    assert freshness.REFRESH in woken


def test_a_draft_marks_nothing(woken: list[str]) -> None:
    post = PostFactory(state=PostState.DRAFT)
    transitions.close_post(post.pk, actor=post.author)
    freshness.mark_stale(PostFactory(state=PostState.SUBMITTED))
    assert stale(post) == [True]


def test_what_is_taken_and_given_back_marks_the_posts_of_both() -> None:
    need, offer = kitchen_need(quantity=10, unit="people"), kitchen_offer(quantity=30, unit="people")
    introduction = IntroductionFactory(post=need, offer=offer, state=IntroductionState.ASKED)
    for side in introduction.participants.all():
        transitions.answer_introduction(
            introduction.pk, participant=side.pk, answer="yes", actor=somebody_of(side.organisation)
        )
    assert stale(need, offer) == [True, True]
    Post.objects.update(stale_at=None)
    transitions.end_introduction_early(
        introduction.pk, on_behalf=need.organisation, reason="plans_changed", actor=somebody_of(need.organisation)
    )
    assert stale(need, offer) == [True, True]


# --- vectors ---


def test_vectors_first_then_lists(model: Letters, woken: list[str]) -> None:
    need, offer = kitchen_need(), kitchen_offer()
    marked(need)
    marked(offer)
    # Not before there are vectors.
    assert recommendation_tasks.refresh_stale_posts() == 0
    assert recommendation_tasks.embed_stale_posts() == 2
    assert woken == [freshness.REFRESH]
    assert {row.post: row.direction for row in PostEmbedding.objects.all()} == {need: "need", offer: "offer"}
    assert nearest(need, 5) == [offer.pk]
    assert recommendation_tasks.refresh_stale_posts() == 2
    assert stale(need, offer) == [False, False]
    assert Recommendation.objects.count() == 1
    # Again, and late: nothing is left to do.
    assert recommendation_tasks.embed_stale_posts() == 0
    assert recommendation_tasks.refresh_stale_posts() == 0


def test_the_same_words_keep_their_vector(model: Letters, woken: list[str]) -> None:
    need = kitchen_need()
    marked(need)
    recommendation_tasks.embed_stale_posts()
    marked(need)
    assert recommendation_tasks.embed_stale_posts() == 1
    assert len(model.asked) == 1
    Post.objects.filter(pk=need.pk).update(title="ほかの見出し", stale_at=timezone.now())
    recommendation_tasks.embed_stale_posts()
    assert len(model.asked) == 2


def test_a_model_that_is_away_delays_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, woken: list[str]
) -> None:
    settings.EMBEDDINGS = "server"
    monkeypatch.setattr(recommendation_tasks, "embedder", Away)
    need, offer = kitchen_need(), kitchen_offer()
    marked(need)
    assert recommendation_tasks.embed_stale_posts() == 0
    assert recommendation_tasks.refresh_stale_posts() == 0
    Post.objects.filter(pk=need.pk).update(stale_at=timezone.now() - recommendation_tasks.PATIENCE)
    assert recommendation_tasks.refresh_stale_posts() == 1
    assert Recommendation.objects.get().offer == offer
    # Once it is back, the vectors are made up for.
    letters = Letters()
    monkeypatch.setattr(recommendation_tasks, "embedder", lambda: letters)
    assert recommendation_tasks.catch_up_embeddings() == 2
    assert recommendation_tasks.embed_stale_posts() == 2
    assert list(meaning.without_meaning(letters.name)) == []


def test_without_embeddings_everything_works_on_words(settings: Settings) -> None:
    settings.EMBEDDINGS = "none"
    need, offer = kitchen_need(), kitchen_offer()
    marked(need)
    assert recommendation_tasks.catch_up_embeddings() == 0
    assert recommendation_tasks.refresh_stale_posts() == 1
    assert Recommendation.objects.get().offer == offer


def test_who_leaves_the_board_takes_the_vector_along(model: Letters, woken: list[str]) -> None:
    need = kitchen_need()
    marked(need)
    recommendation_tasks.embed_stale_posts()
    recommendation_tasks.refresh_stale_posts()
    transitions.close_post(need.pk, actor=need.author)
    assert recommendation_tasks.refresh_stale_posts() == 1
    assert not PostEmbedding.objects.exists()


# --- nobody waits for somebody else's trouble ---


def test_one_that_fails_is_left_marked_and_the_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = kitchen_need(), kitchen_need()
    marked(good)
    marked(bad)
    refresh = storing.refresh

    def sometimes(pk: int) -> bool:
        if pk == bad.pk:
            raise ValueError("a bad row")
        return refresh(pk)

    monkeypatch.setattr(storing, "refresh", sometimes)
    assert recommendation_tasks.refresh_stale_posts() == 1
    assert stale(bad, good) == [True, False]


# --- the night ---


def test_the_nightly_pass_finds_what_time_brought_and_changes_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    need, offer, closed = kitchen_need(), kitchen_offer(), kitchen_offer()
    Recommendation.objects.create(need=need, offer=closed, score=90)
    Post.objects.filter(pk=closed.pk).update(state=PostState.CLOSED, ended_at=timezone.now())
    assert recommendation_tasks.refresh_all_posts() == 2
    [row] = Recommendation.objects.all()
    assert row.offer == offer
    before = Recommendation.objects.values().get()
    assert recommendation_tasks.refresh_all_posts() == 2
    assert Recommendation.objects.values().get() == before


def test_the_nightly_pass_goes_on_where_one_task_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [kitchen_need() for _ in range(3)]
    monkeypatch.setattr(recommendation_tasks, "NIGHTLY", 2)
    asked: list[int] = []
    monkeypatch.setattr(recommendation_tasks.refresh_all_posts, "delay", lambda *, after: asked.append(after))
    assert recommendation_tasks.refresh_all_posts() == 2
    assert asked == [posts[1].pk]
    assert recommendation_tasks.refresh_all_posts(after=asked[0]) == 1
    assert len(asked) == 1


# --- once a week ---


def test_what_is_new_is_told_once_a_week_to_whoever_acts_for_the_organisation() -> None:
    need, offer, old = kitchen_need(), kitchen_offer(), kitchen_offer()
    computed(need)
    Recommendation.objects.filter(offer=old).update(found_at=timezone.now() - timedelta(days=8))
    assert recommendation_tasks.tell_of_recommendations() == 2
    assert recommendation_tasks.tell_of_recommendations() == 0
    assert set(told("matching_new_recommendations")) == {need.author, offer.author}
    mail = Message.objects.get(recipient=need.author)
    assert offer.title in mail.text_body
    assert mail.text_body.count(offer.title) == 1


def test_whoever_wants_no_mails_about_posts_gets_none_of_these() -> None:
    need, _ = kitchen_need(), kitchen_offer()
    computed(need)
    Preference.objects.create(user=need.author, topic=Topic.POST, by_mail=False)
    recommendation_tasks.tell_of_recommendations()
    assert not Message.objects.filter(recipient=need.author).exists()
    assert Notification.objects.filter(recipient=need.author).exists()


def test_what_was_dismissed_meanwhile_is_not_told() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    transitions.dismiss_recommendation(offer.pk, on_behalf=need.organisation, own_post=need, actor=need.author)
    assert recommendation_tasks.tell_of_recommendations() == 0


def test_a_text_that_is_not_taken_keeps_no_other_from_its_vector() -> None:
    taken = [PostFactory(stale_at=timezone.now()) for _ in range(2)]
    refused = PostFactory(title="禁句", stale_at=timezone.now())
    meaning.embed_some(Choosy())
    assert set(PostEmbedding.objects.values_list("post", flat=True)) == {post.pk for post in taken}
    assert not PostEmbedding.objects.filter(post=refused).exists()

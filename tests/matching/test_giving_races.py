"""Two at once for the last place or the last meals: each of these runs in real threads and transactions."""

from collections.abc import Callable
from typing import Any

import pytest

from matching import transitions
from matching.enums import Answer, IntroductionState, PostState
from matching.giving import talks_about
from matching.models import Favourite, Introduction, Participant, Post
from members.models import Organisation
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, member_of
from tests.matching.test_races import at_once
from tests.matching.traces import told
from tomoiki.conversations.models import Report
from tomoiki.conversations.transitions import report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)
    monkeypatch.setattr("tomoiki.web.background.wake_after_commit", lambda *args, **kwargs: None)


def hand_of(organisation: Organisation, post: Post) -> Callable[[], Any]:
    actor = member_of(organisation)
    return lambda: transitions.respond_to_post(post.pk, on_behalf=organisation, message="", actor=actor)


def yes(side: Participant) -> Callable[[], Any]:
    actor = somebody_of(side.organisation)
    return lambda: transitions.answer_introduction(
        side.introduction_id, participant=side.pk, answer=Answer.YES, actor=actor
    )


def test_of_two_hands_for_the_last_place_one_is_raised() -> None:
    post = OfferFactory(quota=1)
    assert sorted(at_once(hand_of(OrganisationFactory(), post), hand_of(OrganisationFactory(), post))) == [
        "done",
        "quota_full",
    ]
    assert talks_about(post) == 1
    assert Introduction.objects.count() == 1


def test_of_two_who_accept_the_last_unit_one_has_it() -> None:
    offer = OfferFactory(quantity=1, unit="sets")
    last = []
    for _ in range(2):
        introduction = IntroductionFactory(offer=offer, post=PostFactory(quantity=1, unit="sets"))
        first, second = introduction.sides()
        yes(first)()
        last.append(second)
    results = at_once(*(yes(side) for side in last))
    assert results.count("done") == 1
    offer.refresh_from_db()
    assert (offer.state, offer.quantity_taken) == (PostState.FULFILLED, 1)
    states = sorted(Introduction.objects.values_list("state", flat=True))
    assert states == [IntroductionState.AGREED, IntroductionState.NOT_NEEDED]


def test_a_double_click_keeps_a_favourite_once() -> None:
    post, reader = PostFactory(), member_of(OrganisationFactory())
    assert at_once(*[lambda: transitions.keep_favourite(post.pk, actor=reader)] * 2) == ["done", "done"]
    assert Favourite.objects.count() == 1


def test_two_first_reports_make_one_case_and_the_same_one_twice_one_voice() -> None:
    post = PostFactory()
    one, other = member_of(OrganisationFactory()), member_of(OrganisationFactory())

    def reports(person: Any, key: str) -> Callable[[], Any]:
        return lambda: report("post", post.pk, reason="other", key=key * 64, actor=person)

    assert at_once(reports(one, "a"), reports(other, "b"), reports(other, "b")) == ["done"] * 3
    case = Report.objects.get()
    assert (case.count, case.voices.count()) == (2, 2)
    assert len(told("conversation_report_received")) in {0, 1}

"""Choosing across the board: most needs served, beside the greedy choice; accepted pair by pair."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState, Origin, PostState
from matching.models import Introduction, Post
from matching.suggesting.board import Why, board, forget_proposal
from members.models import User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory
from tests.factories.members import StaffFactory, UserFactory
from tests.factories.recommendations import RecommendationFactory
from tomoiki.notifications.models import Notification
from tomoiki.staff.roles import OFFICE
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db
PROPOSAL, ACCEPT = "admin:matching_proposal", "admin:matching_proposal_accept"


@pytest.fixture(autouse=True)
def _anew() -> None:
    forget_proposal()


@pytest.fixture
def staff(client: Client) -> User:
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=OFFICE))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def scarce() -> dict[str, Post]:
    """Two needs, of which one fits two offers and the other only the better one, which takes one at a time."""
    picky, flexible = PostFactory(title="調理室が要る"), PostFactory(title="部屋ならどこでも")
    kitchen, room = OfferFactory(title="調理室", quota=1), OfferFactory(title="ただの部屋", quota=1)
    RecommendationFactory(need=flexible, offer=kitchen, score=95)
    RecommendationFactory(need=flexible, offer=room, score=70)
    RecommendationFactory(need=picky, offer=kitchen, score=80)
    return {"picky": picky, "flexible": flexible, "kitchen": kitchen, "room": room}


def accept(client: Client, need: Post, offer: Post) -> Any:
    return client.post(reverse(ACCEPT), {"need": need.pk, "offer": offer.pk}, follow=True)


def test_more_are_served_than_by_the_best_pair_first(client: Client, staff: User, scarce: dict[str, Post]) -> None:
    found = board()
    assert {row.need: row.offer for row in found.rows} == {
        scarce["picky"]: scarce["kitchen"],
        scarce["flexible"]: scarce["room"],
    }
    assert (found.served, found.greedily_served, found.more) == (2, 1, 1)
    by_need = {row.need: row for row in found.rows}
    assert by_need[scarce["picky"]].gained
    assert by_need[scarce["flexible"]].greedy == scarce["kitchen"]

    page = client.get(reverse(PROPOSAL)).content.decode()
    assert "相手がいない困りごと2件のうち、2件に相手を紹介できます" in page
    assert "<strong>1件多く</strong>" in page
    assert "合うものから順に選ぶと、「調理室」になります。" in page
    assert "合うものから順に選ぶと、この困りごとには相手が残りません。" in page
    assert "同じ藤沢市" in page


def test_who_gets_nothing_is_told_with_the_reason_and_how_long_they_wait(
    client: Client, staff: User, scarce: dict[str, Post]
) -> None:
    third = PostFactory(title="もうひとつの調理室が要る", published_at=timezone.now() - timedelta(days=45))
    RecommendationFactory(need=third, offer=scarce["kitchen"], score=60)
    alone = PostFactory(title="だれも持っていないもの")
    found = board()
    why = {row.need: row.why for row in found.unserved}
    assert why[alone] == Why.NOTHING_FITS
    assert len(why) == 2
    assert set(why.values()) == {Why.NOTHING_FITS, Why.ALL_TAKEN}
    page = client.get(reverse(PROPOSAL)).content.decode()
    assert Why.NOTHING_FITS in page
    assert "45日" in page
    assert "まだ一度もおつなぎできていません" in page


def test_whoever_sets_no_limit_is_not_asked_by_everybody_at_once(staff: User) -> None:
    offer = OfferFactory()
    for _ in range(5):
        RecommendationFactory(offer=offer)
    assert (board().served, board().asked) == (3, 5)


def test_what_is_left_of_a_quantity_goes_no_further_than_it_reaches(staff: User) -> None:
    offer = OfferFactory(resource="food", quantity=50, quantity_taken=10, unit="meals")
    for _ in range(3):
        RecommendationFactory(need=PostFactory(resource="food", quantity=20, unit="meals"), offer=offer)
    assert board().served == 2


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.DECLINED])
def test_pairs_that_were_brought_together_are_not_proposed(
    staff: User, scarce: dict[str, Post], state: IntroductionState
) -> None:
    IntroductionFactory(post=scarce["picky"], offer=scarce["kitchen"], state=state)
    assert scarce["picky"] not in [row.need for row in board().rows]


def test_accepting_prepares_one_pair_and_tells_nobody(client: Client, staff: User, scarce: dict[str, Post]) -> None:
    response = accept(client, scarce["picky"], scarce["kitchen"])
    introduction = Introduction.objects.get()
    assert (introduction.state, introduction.origin) == (IntroductionState.PROPOSED, Origin.STAFF)
    assert introduction.message.startswith(f"{scarce['picky'].named}さんの「調理室が要る」と、")
    assert reverse("admin:matching_introduction_change", args=[introduction.pk]) in response.content.decode()
    assert not Notification.objects.exists()
    # It is gone from the proposal, without computing it anew.
    assert [row.need for row in board().rows] == [scarce["flexible"]]


def test_a_double_click_and_a_colleague_prepare_it_once(client: Client, staff: User, scarce: dict[str, Post]) -> None:
    accept(client, scarce["picky"], scarce["kitchen"])
    again = accept(client, scarce["picky"], scarce["kitchen"])
    assert Introduction.objects.count() == 1
    assert "おつなぎを準備しました" in again.content.decode()
    transitions.ask_participants(Introduction.objects.get().pk, actor=staff)
    assert (
        "もうこの組み合わせでおつなぎが進んでいます"
        in accept(client, scarce["picky"], scarce["kitchen"]).content.decode()
    )


def test_a_need_that_found_somebody_meanwhile_is_left_alone(
    client: Client, staff: User, scarce: dict[str, Post]
) -> None:
    IntroductionFactory(post=scarce["flexible"], state=IntroductionState.ASKED)
    page = accept(client, scarce["flexible"], scarce["room"]).content.decode()
    assert "ほかの相手とのおつなぎが始まったところです" in page
    assert Introduction.objects.count() == 1


def test_a_pair_that_is_not_to_be_had_any_more_is_answered_kindly(
    client: Client, staff: User, scarce: dict[str, Post]
) -> None:
    Post.objects.filter(pk=scarce["kitchen"].pk).update(state=PostState.CLOSED, ended_at=timezone.now())
    page = accept(client, scarce["picky"], scarce["kitchen"]).content.decode()
    assert "今、受け付けていません" in page
    assert not Introduction.objects.exists()


def test_the_transition_itself_leaves_a_served_need_alone(staff: User, scarce: dict[str, Post]) -> None:
    IntroductionFactory(post=scarce["flexible"], state=IntroductionState.AGREED)
    with pytest.raises(TransitionError, match="ほかの相手"):
        transitions.accept_proposed_pair(need=scarce["flexible"], offer=scarce["room"], message="", actor=staff)
    assert Introduction.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"need": "x", "offer": "y"}, {"need": "0", "offer": "0"}])
def test_what_names_nothing_is_not_there(client: Client, staff: User, given: dict[str, str]) -> None:
    assert client.post(reverse(ACCEPT), given).status_code == 404


def test_sides_the_wrong_way_round_are_not_there(client: Client, staff: User, scarce: dict[str, Post]) -> None:
    assert accept(client, scarce["kitchen"], scarce["picky"]).status_code == 404


def test_it_is_made_anew_on_demand_only(client: Client, staff: User, scarce: dict[str, Post]) -> None:
    client.get(reverse(PROPOSAL))
    late = PostFactory(title="あとから載った困りごと")
    RecommendationFactory(need=late, offer=OfferFactory())
    assert "あとから載った困りごと" not in client.get(reverse(PROPOSAL)).content.decode()
    response = client.post(reverse("admin:matching_proposal_again"), follow=True)
    assert "あとから載った困りごと" in response.content.decode()


def test_a_get_changes_nothing_and_accepting_needs_a_post(client: Client, staff: User) -> None:
    assert client.get(reverse(ACCEPT)).status_code == 405
    assert client.get(reverse("admin:matching_proposal_again")).status_code == 405


def test_who_has_no_right_to_introduce_sees_nothing(client: Client, scarce: dict[str, Post]) -> None:
    client.force_login(StaffFactory(in_the_office=False), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(PROPOSAL)).status_code == 403
    assert accept(client, scarce["picky"], scarce["kitchen"]).status_code == 403
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(PROPOSAL)).status_code in {302, 404}
    assert not Introduction.objects.exists()


def test_the_page_takes_the_same_queries_for_one_and_three_needs(client: Client, staff: User) -> None:
    counts = []
    for _ in range(3):
        RecommendationFactory()
        client.get(reverse(PROPOSAL))
        forget_proposal()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(PROPOSAL))
        counts.append(len(captured))
    assert counts[0] == counts[2]


@pytest.mark.parametrize(
    "weak",
    [
        {"score": 49.9},
        {"reasons": []},
        # That somebody waits speaks for their turn, not for the pair.
        {"reasons": [{"code": "waiting", "text": "40日お待ちです"}]},
    ],
)
def test_what_nothing_speaks_for_is_not_proposed(staff: User, weak: dict[str, Any]) -> None:
    RecommendationFactory(**weak)
    found = board()
    assert (found.served, found.greedily_served, found.asked) == (0, 0, 1)
    assert found.unserved[0].why == Why.NOTHING_FITS

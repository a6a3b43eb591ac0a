"""Which pairs are found, kept and shown; above all, which never are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, IntroductionState, PausedBy, PostState, Resource, Unit, Visibility
from matching.models import Participant, Post, Recommendation
from matching.suggesting import storing
from matching.suggesting.ranking import partners_of
from matching.suggesting.reading import Shown, recommended_for_posts_of, recommended_to
from members.enums import OrganisationState
from members.models import Organisation
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory
from tests.factories.recommendations import (
    RecommendationDismissalFactory,
    RecommendationFactory,
    computed,
    kitchen_need,
    kitchen_offer,
)

pytestmark = pytest.mark.django_db


def shown_to(post: Post) -> list[Shown]:
    return recommended_to(post, somebody_of(post.organisation), 10)


def partners(post: Post) -> list[Post]:
    return [each.post for each in shown_to(post)]


def test_what_fits_is_found_from_either_side_with_reasons_in_words() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    [pair] = Recommendation.objects.all()
    assert (pair.need, pair.offer) == (need, offer)
    assert partners(need) == [offer]
    assert partners(offer) == [need]
    [item] = shown_to(need)
    assert item.fits[0] == "同じ藤沢市"
    assert "土曜に使える" in item.fits
    assert (item.own, item.organisation) == (need, need.organisation)
    assert item.call_url == f"/posts/{offer.pk}/respond/?with={need.pk}"


def test_the_better_fit_stands_first_and_what_does_not_fit_stands_nowhere() -> None:
    need = kitchen_need()
    far = kitchen_offer(areas=["14382"])
    near = kitchen_offer()
    OfferFactory(resource=Resource.TRANSPORT, title="軽トラックを出せます", body="荷物を運びます。", areas=["14382"])
    computed(need)
    assert partners(need)[0] == near
    assert far not in partners(need)[:1]
    assert {row.offer.resource for row in Recommendation.objects.filter(need=need)} == {Resource.PLACE}


def test_looking_again_changes_nothing() -> None:
    need = kitchen_need()
    kitchen_offer()
    computed(need)
    before = list(Recommendation.objects.values())
    computed(need)
    assert list(Recommendation.objects.values()) == before


def test_never_ones_own() -> None:
    need = kitchen_need()
    kitchen_offer(organisation=need.organisation)
    computed(need)
    assert not Recommendation.objects.exists()
    # Also where the table says so, as after two organisations became one.
    RecommendationFactory(need=need, offer=Post.objects.get(direction="offer"))
    assert partners(need) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PostState.CLOSED, "ended_at": timezone.now()},
        {"state": PostState.PAUSED, "paused_by": PausedBy.OWNER},
        {"state": PostState.FULFILLED, "ended_at": timezone.now()},
        {"state": PostState.EXPIRED, "ended_at": timezone.now()},
        {"state": PostState.TAKEN_DOWN, "staff_message": "個人の電話番号が書かれていました。"},
        {"state": PostState.RETURNED, "staff_message": "直してください。"},
        {"season": [(timezone.localdate().month + 5) % 12 + 1]},
        {"quantity": 5, "quantity_taken": 5, "unit": Unit.PEOPLE},
        {"expires_at": timezone.now() - timedelta(minutes=1)},
    ],
    ids=lambda changes: str(changes.get("state") or next(iter(changes))),
)
def test_never_what_is_not_to_be_had_now_whatever_the_table_says(changes: dict[str, object]) -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    assert partners(need) == [offer]
    Post.objects.filter(pk=offer.pk).update(**changes)
    assert partners(need) == []
    # And nothing is shown to what is itself not on the board.
    offer.refresh_from_db()
    assert shown_to(offer) == []
    computed(need, offer)
    assert not Recommendation.objects.exists()


def test_never_what_an_organisation_that_is_suspended_offers() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    Organisation.objects.filter(pk=offer.organisation_id).update(state=OrganisationState.SUSPENDED)
    assert partners(need) == []
    computed(need)
    assert not Recommendation.objects.exists()


def test_an_offer_whose_quota_is_full_rests_until_there_is_room() -> None:
    need, offer = kitchen_need(), kitchen_offer(quota=1)
    computed(need)
    other = IntroductionFactory(post=kitchen_need(), offer=offer, state=IntroductionState.ASKED)
    assert partners(need) == []
    transitions.withdraw_introduction(other.pk, actor=StaffFactory())
    assert partners(need) == [offer]


def test_what_only_members_may_see_is_not_shown_to_those_who_are_none() -> None:
    need = kitchen_need()
    offer = kitchen_offer(visibility=Visibility.MEMBERS)
    computed(need)
    assert partners(need) == [offer]
    assert recommended_to(need, UserFactory(), 10) == []


@pytest.mark.parametrize(
    "state",
    [
        IntroductionState.PROPOSED,
        IntroductionState.ASKED,
        IntroductionState.AGREED,
        IntroductionState.UNDER_WAY,
        IntroductionState.COMPLETED,
        IntroductionState.DECLINED,
        IntroductionState.ENDED_EARLY,
    ],
)
def test_a_pair_that_was_brought_together_does_not_come_back(state: IntroductionState) -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    IntroductionFactory(post=need, offer=offer, state=state)
    assert (partners(need), partners(offer)) == ([], [])
    computed(need, offer)
    assert not Recommendation.objects.exists()


@pytest.mark.parametrize("state", [IntroductionState.LAPSED, IntroductionState.WITHDRAWN, IntroductionState.NOT_NEEDED])
def test_where_nobody_said_no_it_may_come_back(state: IntroductionState) -> None:
    need, offer = kitchen_need(), kitchen_offer()
    IntroductionFactory(post=need, offer=offer, state=state)
    computed(need)
    assert partners(need) == [offer]


def test_a_hand_that_was_declined_is_not_recommended_whatever_its_organisation_offers() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    introduction = IntroductionFactory(post=need, responder=offer.organisation, state=IntroductionState.DECLINED)
    assert not Participant.objects.filter(introduction=introduction, post=offer).exists()
    computed(need, offer)
    assert not Recommendation.objects.exists()


def test_saying_no_makes_room_for_others() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    introduction = IntroductionFactory(post=need, offer=offer, state=IntroductionState.ASKED)
    Post.objects.update(stale_at=None)
    side = introduction.participants.get(post=offer)
    transitions.answer_introduction(
        introduction.pk, participant=side.pk, answer=Answer.NO, reason="dates", actor=somebody_of(offer.organisation)
    )
    assert Post.objects.filter(stale_at__isnull=False).count() == 2


def test_what_was_dismissed_for_one_post_comes_back_to_neither_side_but_to_others() -> None:
    need, offer, another = kitchen_need(), kitchen_offer(), kitchen_need()
    computed(need, another)
    RecommendationDismissalFactory(own_post=need, post=offer)
    assert partners(need) == []
    assert partners(another) == [offer]
    assert partners(offer) == [another]
    computed(need, offer, another)
    assert [row.need for row in Recommendation.objects.all()] == [another]


def test_what_was_dismissed_by_an_organisation_is_dismissed_for_all_of_its_posts() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    RecommendationDismissalFactory(organisation=offer.organisation, own_post=None, post=need)
    assert (partners(need), partners(offer)) == ([], [])
    computed(need, offer)
    assert not Recommendation.objects.exists()


def test_the_like_of_what_was_dismissed_sinks_a_little_and_does_not_disappear() -> None:
    need = kitchen_need()
    first, second = kitchen_offer(areas=["14205"]), kitchen_offer(areas=["14204"])
    computed(need)
    score = Recommendation.objects.get(offer=second).score
    RecommendationDismissalFactory(own_post=need, post=first, reason="content")
    computed(need)
    sunk = Recommendation.objects.get(offer=second).score
    assert score * 0.9 < sunk < score
    assert partners(need) == [second]


def test_what_was_dismissed_because_it_is_known_says_nothing_of_its_like() -> None:
    need = kitchen_need()
    first, second = kitchen_offer(areas=["14205"]), kitchen_offer(areas=["14204"])
    computed(need)
    score = Recommendation.objects.get(offer=second).score
    RecommendationDismissalFactory(own_post=need, post=first, reason="known")
    computed(need)
    assert Recommendation.objects.get(offer=second).score == score


def test_who_was_never_helped_is_known_to_the_office_alone() -> None:
    said = [{"code": "never_helped", "text": "まだ一度も"}, {"code": "time", "text": "土日に合う"}]
    pair = RecommendationFactory(reasons=said)
    assert recommended_to(pair.offer, StaffFactory(), 5)[0].fits == [each["text"] for each in said]
    assert shown_to(pair.offer)[0].fits == ["土日に合う"]


# --- lists that a post enters or leaves ---


def test_a_newcomer_enters_the_lists_of_those_whom_it_fits() -> None:
    needs = [kitchen_need() for _ in range(3)]
    offer = kitchen_offer()
    computed(offer)
    assert [partners(need) for need in needs] == [[offer]] * 3


def test_a_full_list_takes_only_what_is_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "KEPT", 2)
    need = kitchen_need()
    for _ in range(2):
        computed(kitchen_offer())
    # Its own list is short as well, so that each keeps what it can.
    worse = kitchen_offer(areas=["14204"], weekdays=[0])
    for other in [kitchen_need(areas=["14204"], weekdays=[0]) for _ in range(2)]:
        computed(other)
    computed(worse)
    assert worse not in partners(need)
    best = kitchen_offer(quantity=40, unit=Unit.PEOPLE)
    computed(best)
    assert best in partners(need)


def test_who_leaves_the_board_leaves_all_lists_and_those_who_are_left_with_few_are_looked_after() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    transitions.close_post(offer.pk, actor=offer.author)
    Post.objects.update(stale_at=None)
    assert storing.refresh(offer.pk)
    assert not Recommendation.objects.exists()
    need.refresh_from_db()
    assert need.stale_at is not None


def test_what_changed_while_it_was_looked_at_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    need = kitchen_need(stale_at=timezone.now())
    kitchen_offer()
    compare = partners_of

    def slow(post: Post) -> object:
        Post.objects.filter(pk=need.pk).update(stale_at=timezone.now())
        return compare(post)

    monkeypatch.setattr(storing, "partners_of", slow)
    assert storing.refresh(need.pk) is False
    need.refresh_from_db()
    assert need.stale_at is not None
    assert not Recommendation.objects.exists()


# --- how many queries ---


def test_one_list_takes_the_same_queries_for_one_and_three() -> None:
    need = kitchen_need()
    person = somebody_of(need.organisation)
    counts = []
    for _ in range(3):
        computed(kitchen_offer())
        with CaptureQueriesContext(connection) as captured:
            recommended_to(need, person, 10)
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_all_posts_of_an_organisation_take_turns_in_a_fixed_number_of_queries() -> None:
    organisation = OrganisationFactory()
    person = somebody_of(organisation)
    counts = []
    for number in range(3):
        need = kitchen_need(organisation=organisation)
        computed(kitchen_offer(), kitchen_offer(), need)
        with CaptureQueriesContext(connection) as captured:
            found = recommended_for_posts_of({organisation.pk}, person, 3)
        counts.append(len(captured))
        assert len({each.post.pk for each in found}) == len(found) == min(3, 2 * number + 2)
    assert counts[0] == counts[2]
    assert len({each.own for each in found}) == 3


def test_nothing_of_others_is_among_ones_own() -> None:
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    stranger = PostFactory()
    found = recommended_for_posts_of({stranger.organisation_id}, somebody_of(stranger.organisation), 3)
    assert found == []
    mine = recommended_for_posts_of({offer.organisation_id}, somebody_of(offer.organisation), 3)
    assert [(each.own, each.post) for each in mine] == [(offer, need)]

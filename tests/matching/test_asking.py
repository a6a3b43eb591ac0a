"""How an introduction begins: somebody raises a hand, or staff bring two together."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from matching import transitions
from matching.enums import Answer, Direction, IntroductionState, Origin, PostState
from matching.models import Introduction, Participant, Post
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import mail, told, trail
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return StaffFactory()


@pytest.fixture
def need() -> Post:
    post: Post = PostFactory(title="子どもが立ち寄れる部屋")
    return post


@pytest.fixture
def helper() -> Organisation:
    organisation: Organisation = OrganisationFactory(name="見本住宅")
    return organisation


def respond(answered: Post, organisation: Organisation, **more: Any) -> Introduction:
    return transitions.respond_to_post(
        answered.pk, on_behalf=organisation, message="火曜ならお貸しできます。", actor=somebody_of(organisation), **more
    )


def answer(side: Participant, said: Answer, **more: Any) -> Introduction:
    actor = more.pop("actor", None) or somebody_of(side.organisation)
    return transitions.answer_introduction(side.introduction_id, participant=side.pk, answer=said, actor=actor, **more)


def sides(introduction: Introduction) -> tuple[Participant, Participant]:
    first, second = introduction.participants.order_by("pk")
    return first, second


# --- raising a hand ---


@time_machine.travel("2027-04-26T10:00:00+09:00", tick=False)
def test_a_raised_hand_asks_the_owner_and_counts_as_yes(need: Post, helper: Organisation) -> None:
    introduction = respond(need, helper)
    owner, responder = sides(introduction)
    assert (introduction.origin, introduction.state) == (Origin.RESPONSE, IntroductionState.ASKED)
    assert (owner.organisation, owner.side, owner.post, owner.answer) == (
        need.organisation,
        Direction.NEED,
        need,
        Answer.WAITING,
    )
    assert (responder.organisation, responder.side, responder.answer) == (helper, Direction.OFFER, Answer.YES)
    # Ten working days, with the holidays of late April and early May between.
    assert introduction.respond_by == date(2027, 5, 14)
    assert told("matching_hand_raised") == [need.author]
    text = mail("matching_hand_raised").text_body
    assert "見本住宅さんが手を挙げました" in text
    assert "火曜ならお貸しできます。" in text
    assert trail(introduction) == [("introduction.responded", "", "asked")]


def test_a_responder_may_bring_a_post_of_its_own(need: Post, helper: Organisation) -> None:
    offer = OfferFactory(organisation=helper)
    introduction = respond(need, helper, post=offer)
    assert sides(introduction)[1].post == offer
    assert "合わせて見てほしい掲載" in mail("matching_hand_raised").text_body


def test_an_offer_can_be_answered_too(helper: Organisation) -> None:
    introduction = respond(OfferFactory(), helper)
    assert [side.side for side in sides(introduction)] == [Direction.OFFER, Direction.NEED]


def test_nobody_raises_a_hand_for_their_own_post(need: Post) -> None:
    with pytest.raises(TransitionError) as refusal:
        respond(need, need.organisation)
    assert refusal.value.code == "own_post"


@pytest.mark.parametrize("state", [each for each in PostState if each != PostState.PUBLISHED])
def test_only_a_published_post_is_answered(state: PostState, helper: Organisation) -> None:
    post = PostFactory(state=state)
    # What one may not see is refused before its state is told.
    with pytest.raises((TransitionError, PermissionDenied)):
        respond(post, helper)
    assert not Introduction.objects.exists()


def test_the_brought_post_must_fit(need: Post, helper: Organisation) -> None:
    with pytest.raises(PermissionDenied):
        respond(need, helper, post=OfferFactory())
    with pytest.raises(ValidationError):
        respond(need, helper, post=PostFactory(organisation=helper))
    with pytest.raises(TransitionError):
        respond(need, helper, post=OfferFactory(organisation=helper, state=PostState.PAUSED))


def test_a_second_hand_for_the_same_post_waits(need: Post, helper: Organisation) -> None:
    respond(need, helper)
    for more in ({}, {"post": OfferFactory(organisation=helper)}):
        with pytest.raises(TransitionError) as refusal:
            respond(need, helper, **more)
        assert refusal.value.code == "pair_open"
    respond(need, OrganisationFactory())
    assert Introduction.objects.count() == 2


def test_after_a_no_the_hand_may_be_raised_again(need: Post, helper: Organisation) -> None:
    answer(sides(respond(need, helper))[0], Answer.NO, reason="not_now")
    assert respond(need, helper).state == IntroductionState.ASKED


def test_staff_raise_no_hand_for_a_member(need: Post, helper: Organisation, staff: User) -> None:
    for person in (staff, member_of(helper, AffiliationRole.VIEWER), UserFactory()):
        with pytest.raises(PermissionDenied):
            transitions.respond_to_post(need.pk, on_behalf=helper, message="", actor=person)


def test_only_an_approved_organisation_raises_its_hand(need: Post) -> None:
    organisation = OrganisationFactory(state=OrganisationState.SUSPENDED)
    with pytest.raises(PermissionDenied):
        respond(need, organisation)


def test_no_more_is_taken_on_than_is_left(helper: Organisation) -> None:
    post = PostFactory(quantity=30, quantity_taken=20, unit="meals")
    for quantity in (0, 11):
        with pytest.raises(ValidationError):
            respond(post, helper, quantity=quantity)
    assert sides(respond(post, helper, quantity=10))[1].quantity == 10


# --- introduced by staff ---


def test_staff_prepare_a_pair_and_nobody_hears_of_it(need: Post, staff: User) -> None:
    offer = OfferFactory()
    introduction = transitions.propose_introduction(need=need, offer=offer, message="近くです。", actor=staff)
    assert introduction.state == IntroductionState.PROPOSED
    assert [side.post for side in sides(introduction)] == [need, offer]
    assert not Notification.objects.exists()
    assert not Introduction.objects.visible_to(need.author).exists()


def test_what_staff_drop_before_asking_stays_unknown(need: Post, staff: User) -> None:
    introduction = transitions.propose_introduction(need=need, offer=OfferFactory(), message="", actor=staff)
    transitions.withdraw_introduction(introduction.pk, actor=staff)
    assert not Introduction.objects.visible_to(need.author).exists()
    assert Introduction.objects.visible_to(staff).exists()


def test_asking_tells_both_sides(need: Post, staff: User) -> None:
    offer = OfferFactory(title="休館日のモデルハウス")
    introduction = transitions.propose_introduction(need=need, offer=offer, message="近くです。", actor=staff)
    transitions.ask_participants(introduction.pk, actor=staff)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.asked_at is not None) == (IntroductionState.ASKED, True)
    assert told("matching_introduction_asked") == [need.author, offer.author]
    text = Message.objects.get(code="matching_introduction_asked", recipient=need.author).text_body
    for words in (offer.organisation.name, "休館日のモデルハウス", "近くです。", f"参加している{need.organisation}"):
        assert words in text
    assert trail(introduction) == [
        ("introduction.proposed", "", "proposed"),
        ("introduction.asked", "proposed", "asked"),
    ]


def test_what_staff_pair_must_fit(need: Post, staff: User) -> None:
    offer = OfferFactory()
    with pytest.raises(ValidationError):
        transitions.propose_introduction(need=offer, offer=need, message="", actor=staff)
    own = OfferFactory(organisation=need.organisation)
    paused = OfferFactory(state=PostState.PAUSED)
    for other, code in ((own, "own_post"), (paused, "post_not_open")):
        with pytest.raises(TransitionError) as refusal:
            transitions.propose_introduction(need=need, offer=other, message="", actor=staff)
        assert refusal.value.code == code


def test_staff_do_not_ask_twice_about_one_pair(need: Post, staff: User) -> None:
    offer = OfferFactory()
    transitions.propose_introduction(need=need, offer=offer, message="", actor=staff)
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_introduction(need=need, offer=offer, message="", actor=staff)
    assert refusal.value.code == "pair_open"


@pytest.mark.parametrize("raised_by", ["giver", "asker"])
def test_staff_do_not_pair_those_who_are_talking_already(need: Post, staff: User, raised_by: str) -> None:
    offer = OfferFactory()
    if raised_by == "giver":
        respond(need, offer.organisation)
    else:
        respond(offer, need.organisation)
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_introduction(need=need, offer=offer, message="", actor=staff)
    assert refusal.value.code == "pair_open"


def test_members_introduce_and_ask_nobody(need: Post) -> None:
    with pytest.raises(PermissionDenied):
        transitions.propose_introduction(need=need, offer=OfferFactory(), message="", actor=need.author)
    prepared = IntroductionFactory(post=need, state=IntroductionState.PROPOSED)
    with pytest.raises(PermissionDenied):
        transitions.ask_participants(prepared.pk, actor=need.author)


def test_nobody_is_asked_about_a_post_that_is_gone(need: Post, staff: User) -> None:
    prepared = IntroductionFactory(post=need, state=IntroductionState.PROPOSED)
    Post.objects.filter(pk=need.pk).update(state=PostState.PAUSED, paused_by="owner")
    with pytest.raises(TransitionError) as refusal:
        transitions.ask_participants(prepared.pk, actor=staff)
    assert refusal.value.code == "post_not_open"

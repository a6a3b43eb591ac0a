"""Nobody is asked for the same twice, and nobody who was asked is left without an end."""

import pytest

from matching import transitions
from matching.enums import Answer, IntroductionState
from matching.models import Inquiry, Introduction, Participant
from matching.transitions import CandidateChoice
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tests.matching.traces import told
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def ask(number: int, wanted: int = 1) -> Inquiry:
    post = PostFactory()
    somebody_of(post.organisation)
    offers = [OfferFactory() for _ in range(number)]
    chosen = [CandidateChoice.of(offer) for offer in offers]
    return transitions.start_inquiry(post.pk, candidates=chosen, wanted=wanted, message="", actor=StaffFactory())


def candidate(inquiry: Inquiry, number: int) -> Participant:
    introduction = inquiry.introductions.order_by("pk")[number]
    return introduction.participants.get(invited_by=None, asked=True, side="offer")


def say(side: Participant, answer: Answer) -> Introduction:
    return transitions.answer_introduction(
        side.introduction_id,
        participant=side.pk,
        answer=answer,
        reason="dates" if answer == Answer.NO else "",
        actor=somebody_of(side.organisation),
    )


def again(side: Participant) -> Introduction:
    return transitions.ask_again(side.introduction_id, participant=side.pk, actor=StaffFactory())


def test_a_candidate_is_not_asked_along_with_another() -> None:
    inquiry = ask(2, wanted=2)
    first, second = candidate(inquiry, 0), candidate(inquiry, 1)
    with pytest.raises(TransitionError) as refusal:
        transitions.invite_participant(first.introduction_id, organisation=second.organisation, actor=StaffFactory())
    assert refusal.value.code == "pair_open"


def test_whoever_did_not_come_along_may_raise_its_own_hand() -> None:
    introduction = IntroductionFactory()
    university = OrganisationFactory()
    somebody_of(university)
    side = transitions.invite_participant(introduction.pk, organisation=university, actor=StaffFactory())
    hand = {"on_behalf": university, "message": "", "actor": somebody_of(university)}
    with pytest.raises(TransitionError) as refusal:
        transitions.respond_to_post(introduction.post_id, **hand)  # type: ignore[arg-type]
    assert refusal.value.code == "pair_open"
    say(side, Answer.NO)
    assert transitions.respond_to_post(introduction.post_id, **hand).pk != introduction.pk  # type: ignore[arg-type]


def test_an_inquiry_with_enough_asks_nobody_again() -> None:
    inquiry = ask(2)
    first, second = candidate(inquiry, 0), candidate(inquiry, 1)
    say(first, Answer.NO)
    say(second, Answer.YES)
    with pytest.raises(TransitionError) as refusal:
        again(first)
    assert refusal.value.code == "inquiry_has_enough"


def test_one_that_found_nobody_waits_again_for_whoever_is_asked_again() -> None:
    inquiry = ask(2)
    first, second = candidate(inquiry, 0), candidate(inquiry, 1)
    say(first, Answer.NO)
    say(second, Answer.NO)
    again(first)
    again(second)
    inquiry.refresh_from_db()
    assert inquiry.is_open
    first.refresh_from_db()
    say(first, Answer.YES)
    # One is enough: the other need not answer any more.
    assert told("matching_inquiry_not_needed") == [somebody_of(second.organisation)]
    inquiry.refresh_from_db()
    assert inquiry.closed_because == "enough"


def test_a_no_of_one_who_is_welcome_does_not_let_it_be_asked_instead_of_the_one_who_is_needed() -> None:
    introduction = IntroductionFactory()
    welcome = transitions.invite_participant(introduction.pk, organisation=OrganisationFactory(), actor=StaffFactory())
    say(welcome, Answer.NO)
    say(introduction.participants.order_by("pk")[0], Answer.NO)
    with pytest.raises(TransitionError):
        again(welcome)


def test_a_yes_of_one_asked_along_is_not_the_candidates() -> None:
    inquiry = ask(2)
    first = candidate(inquiry, 0)
    along = transitions.invite_participant(
        first.introduction_id, organisation=OrganisationFactory(), actor=StaffFactory(), required=True
    )
    say(along, Answer.YES)
    owner = first.introduction.participants.get(post=inquiry.post_id)
    assert not owner.asked
    assert Inquiry.objects.get(pk=inquiry.pk).interested() == []
    # The candidate's own yes is; that one asked along has not answered does not end it.
    other = candidate(inquiry, 1)
    late = transitions.invite_participant(
        other.introduction_id, organisation=OrganisationFactory(), actor=StaffFactory(), required=True
    )
    assert say(other, Answer.YES).state == IntroductionState.ASKED
    inquiry.refresh_from_db()
    assert inquiry.closed_because == "enough"
    assert Introduction.objects.get(pk=late.introduction_id).state == IntroductionState.ASKED
    # Everybody of the other hears that it is over, also who came along there.
    assert set(told("matching_inquiry_not_needed")) == {
        somebody_of(first.organisation),
        somebody_of(along.organisation),
    }


def test_what_is_done_is_told_to_whoever_was_still_asked_along() -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    late = transitions.invite_participant(introduction.pk, organisation=OrganisationFactory(), actor=StaffFactory())
    person = somebody_of(late.organisation)
    for side in introduction.participants.filter(answer=Answer.YES):
        transitions.report_outcome(
            introduction.pk,
            participant=side.pk,
            data={"result": "done", "again": "yes", "welcome": "well"},
            actor=somebody_of(side.organisation),
        )
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.COMPLETED
    assert told("matching_released") == [person]
    late.refresh_from_db()
    assert late.left_at is not None

"""What tests start from is as the database would have it."""

import pytest

from matching.enums import Answer, IntroductionState, PostState
from tests.factories.matching import IntroductionFactory, OutcomeFactory, PostFactory
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", PostState)
def test_posts_can_be_made_in_every_state(state: PostState) -> None:
    post = PostFactory(state=state)
    assert post.state == state
    assert "平日の午後" in post.search_text


@pytest.mark.parametrize("state", IntroductionState)
def test_introductions_can_be_made_in_every_state(state: IntroductionState) -> None:
    introduction = IntroductionFactory(state=state)
    need, offer = introduction.participants.order_by("pk")
    assert (need.side, offer.side) == ("need", "offer")
    assert (need.post, offer.organisation) == (introduction.post, offer.post.organisation)


def test_a_raised_hand_has_said_yes() -> None:
    organisation = OrganisationFactory()
    introduction = IntroductionFactory(responder=organisation)
    owner, responder = introduction.participants.order_by("pk")
    assert (owner.answer, responder.answer) == (Answer.WAITING, Answer.YES)
    assert (responder.organisation, responder.post) == (organisation, None)


def test_each_side_may_report() -> None:
    first = OutcomeFactory()
    second = OutcomeFactory(introduction=first.introduction)
    assert {first.participant.side, second.participant.side} == {"need", "offer"}

"""What an agreement takes of a need and an offer, and what comes back."""

from typing import Any

import pytest
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, IntroductionState, PausedBy, PostState
from matching.models import Introduction, Post
from members.enums import OrganisationState
from members.models import Organisation
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory
from tests.matching.traces import told, trail
from tomoiki.notifications.models import Message
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def meals(quantity: int | None, **more: Any) -> dict[str, Any]:
    return {"quantity": quantity, "unit": "meals" if quantity else "", **more}


def agree(introduction: Introduction, **said: int | None) -> None:
    """Everybody who has not answered says yes; ``need=`` and ``offer=`` are the numbers they give."""
    for side in introduction.participants.filter(answer=Answer.WAITING).order_by("pk"):
        transitions.answer_introduction(
            introduction.pk,
            participant=side.pk,
            answer=Answer.YES,
            quantity=said.get(side.side),
            actor=somebody_of(side.organisation),
        )


def end(introduction: Introduction) -> None:
    side = introduction.participants.order_by("pk")[0]
    transitions.end_introduction_early(
        introduction.pk,
        on_behalf=side.organisation,
        reason="plans_changed",
        note="",
        actor=somebody_of(side.organisation),
    )


def stand(post: Post) -> tuple[int, str]:
    post.refresh_from_db()
    return post.quantity_taken, post.state


@pytest.mark.parametrize(
    ("need", "offer", "said", "taken"),
    [
        # Both give a number: the smaller one is what goes over.
        (meals(30), meals(20), {}, (20, 20)),
        (meals(30), meals(20), {"need": 10}, (10, 10)),
        (meals(30), meals(20), {"offer": 5}, (5, 5)),
        (meals(30), meals(20), {"need": 10, "offer": 8}, (10, 8)),
        # What cannot be compared is used up.
        (meals(30), {"quantity": 2, "unit": "hours"}, {}, (30, 2)),
        (meals(30), meals(None), {}, (30, 0)),
        (meals(None), meals(None), {}, (0, 0)),
        # Some of it is promised already.
        (meals(30, quantity_taken=25), meals(20), {}, (30, 5)),
    ],
)
def test_an_agreement_takes_what_goes_over(
    need: dict[str, Any], offer: dict[str, Any], said: dict[str, int], taken: tuple[int, int]
) -> None:
    introduction = IntroductionFactory(post=PostFactory(**need), offer=OfferFactory(**offer))
    agree(introduction, **said)
    posts = [side.post for side in introduction.participants.order_by("pk")]
    for post, number in zip(posts, taken, strict=True):
        quantity, state = stand(post)
        assert quantity == number
        assert (state == PostState.FULFILLED) == (post.quantity is not None and post.quantity == number)


def test_a_raised_hand_takes_what_it_said() -> None:
    post = PostFactory(**meals(30))
    text = ""
    for number, stands in ((10, (10, PostState.PUBLISHED)), (20, (30, PostState.FULFILLED))):
        organisation = OrganisationFactory()
        introduction = transitions.respond_to_post(
            post.pk, on_behalf=organisation, message="", quantity=number, actor=somebody_of(organisation)
        )
        agree(introduction)
        assert stand(post) == stands
        text = Message.objects.filter(code="matching_introduction_agreed", recipient=post.author).latest("pk").text_body
        assert f"{number}食をこのおつなぎに使います。" in text
    assert "これですべて決まりました" in text
    assert [entry for entry in trail(post) if entry[0].startswith("post.")] == [
        ("post.quantity_taken", "published", "published"),
        ("post.fulfilled", "published", "fulfilled"),
    ]


def test_what_is_left_is_shared_even_when_less_than_was_said() -> None:
    post = PostFactory(**meals(30))
    first, second = (IntroductionFactory(post=post, responder=OrganisationFactory()) for _ in range(2))
    for introduction in (first, second):
        introduction.participants.exclude(post=post).update(quantity=20)
    agree(first)
    agree(second)
    assert stand(post) == (30, PostState.FULFILLED)
    assert second.participants.get(post=post).quantity == 10


def test_others_hear_that_it_is_settled_and_cannot_say_yes_any_more() -> None:
    post = PostFactory(**meals(30))
    first, second, prepared = (
        IntroductionFactory(post=post, responder=OrganisationFactory(), state=state)
        for state in (IntroductionState.ASKED, IntroductionState.ASKED, IntroductionState.PROPOSED)
    )
    agree(first)
    for introduction in (second, prepared):
        introduction.refresh_from_db()
        assert introduction.state == IntroductionState.NOT_NEEDED
    late = second.participants.exclude(post=post).get().organisation
    assert told("matching_introduction_not_needed") == list(late.acting_people())
    with pytest.raises(TransitionError) as refusal:
        agree(second)
    assert refusal.value.code == "wrong_state"


def test_a_paused_or_expired_post_still_keeps_its_word() -> None:
    paused = PostFactory(**meals(30), state=PostState.PAUSED)
    agree(IntroductionFactory(post=paused, responder=OrganisationFactory()))
    assert stand(paused) == (30, PostState.FULFILLED)
    expired = PostFactory(**meals(30), state=PostState.EXPIRED)
    agree(IntroductionFactory(post=expired, responder=OrganisationFactory()))
    assert stand(expired) == (30, PostState.EXPIRED)


def test_ending_early_gives_back_and_opens_again() -> None:
    need, offer = PostFactory(**meals(30)), OfferFactory(**meals(20))
    introduction = IntroductionFactory(post=need, offer=offer)
    agree(introduction)
    assert (stand(need), stand(offer)) == ((20, PostState.PUBLISHED), (20, PostState.FULFILLED))
    end(introduction)
    assert (stand(need), stand(offer)) == ((0, PostState.PUBLISHED), (0, PostState.PUBLISHED))
    assert offer.ended_at is None
    assert trail(offer)[-1] == ("post.reopened", "fulfilled", "published")


def test_only_ones_own_share_comes_back() -> None:
    post = PostFactory(**meals(30))
    first, second = (IntroductionFactory(post=post, responder=OrganisationFactory()) for _ in range(2))
    agree(first, need=10)
    agree(second, need=5)
    end(first)
    assert stand(post) == (5, PostState.PUBLISHED)


def test_what_the_owner_called_enough_stays_closed() -> None:
    post = PostFactory(**meals(30))
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    agree(introduction, need=10)
    transitions.fulfil_post(post.pk, actor=post.author)
    end(introduction)
    assert stand(post) == (0, PostState.FULFILLED)


def test_what_comes_back_after_its_time_has_expired() -> None:
    post = PostFactory(**meals(30))
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    agree(introduction)
    Post.objects.filter(pk=post.pk).update(expires_at=timezone.now())
    end(introduction)
    assert stand(post) == (0, PostState.EXPIRED)


def test_what_comes_back_to_a_suspended_organisation_rests() -> None:
    post = PostFactory(**meals(30))
    partner = OrganisationFactory()
    introduction = IntroductionFactory(post=post, responder=partner)
    agree(introduction)
    Organisation.objects.filter(pk=post.organisation_id).update(state=OrganisationState.SUSPENDED)
    transitions.end_introduction_early(
        introduction.pk, on_behalf=partner, reason="other", note="", actor=somebody_of(partner)
    )
    assert stand(post) == (0, PostState.PAUSED)
    assert post.paused_by == PausedBy.SUSPENSION

"""Several candidates asked together for one post: who is asked when, when it is enough, and what everybody hears."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, InquiryEnd, IntroductionState, PostState
from matching.models import Inquiry, Introduction, Participant, Post
from matching.progress import progress_of
from matching.transitions import CandidateChoice
from members.models import User
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told
from tomoiki.audit.models import Entry
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return PostFactory(organisation=OrganisationFactory(name="ひなたの庭"))


def ask(post: Post, number: int = 3, *, wanted: int | None = 1, **more: object) -> Inquiry:
    offers = [OfferFactory() for _ in range(number)]
    inquiry = transitions.start_inquiry(
        post.pk,
        candidates=[CandidateChoice.of(offer) for offer in offers],
        wanted=wanted,
        message="お近くですので、ご相談です。",
        actor=StaffFactory(),
        **more,  # type: ignore[arg-type]
    )
    return Inquiry.objects.get(pk=inquiry.pk)


def candidate(inquiry: Inquiry, number: int) -> Participant:
    introduction = inquiry.introductions.order_by("pk")[number]
    return introduction.participants.exclude(post=inquiry.post_id).get()


def owner(inquiry: Inquiry, number: int) -> Participant:
    introduction = inquiry.introductions.order_by("pk")[number]
    return introduction.participants.get(post=inquiry.post_id)


def say(side: Participant, answer: Answer, **more: object) -> Introduction:
    reason = "dates" if answer == Answer.NO else ""
    return transitions.answer_introduction(
        side.introduction_id,
        participant=side.pk,
        answer=answer,
        reason=reason,
        actor=somebody_of(side.organisation),
        **more,  # type: ignore[arg-type]
    )


def states(inquiry: Inquiry) -> list[str]:
    return list(inquiry.introductions.order_by("pk").values_list("state", flat=True))


def test_candidates_are_asked_and_the_owner_hears_that_they_are(post: Post) -> None:
    inquiry = ask(post)
    assert states(inquiry) == [IntroductionState.ASKED] * 3
    assert len(told("matching_candidate_asked")) == 3
    assert told("matching_inquiry_begun") == [somebody_of(post.organisation)]
    assert not owner(inquiry, 0).asked
    sentence = progress_of(owner(inquiry, 0).introduction, somebody_of(post.organisation)).sentence
    assert sentence.startswith("事務局が")
    assert "「ぜひ」が届いたら、お知らせします" in sentence


def test_the_owner_answers_only_once_a_candidate_would_like_to(post: Post) -> None:
    inquiry = ask(post, 2, wanted=2)
    with pytest.raises(TransitionError) as refusal:
        say(owner(inquiry, 0), Answer.YES)
    assert refusal.value.code == "not_asked_yet"
    say(candidate(inquiry, 0), Answer.YES)
    assert owner(inquiry, 0).asked
    assert told("matching_candidate_interested") == [somebody_of(post.organisation)]
    assert say(owner(inquiry, 0), Answer.YES).state == IntroductionState.AGREED


def test_the_owner_has_as_long_as_the_candidates_had(post: Post) -> None:
    inquiry = ask(post, respond_by=timezone.localdate() + timedelta(days=2))
    introduction = say(candidate(inquiry, 0), Answer.YES)
    assert introduction.respond_by is not None
    assert introduction.respond_by > timezone.localdate() + timedelta(days=9)
    assert introduction.reminded_at is None


def test_when_enough_are_interested_the_rest_are_told_politely(post: Post) -> None:
    inquiry = ask(post, 3, wanted=2)
    say(candidate(inquiry, 0), Answer.YES)
    assert states(inquiry) == [IntroductionState.ASKED] * 3
    say(candidate(inquiry, 2), Answer.YES)
    assert states(inquiry) == [IntroductionState.ASKED, IntroductionState.NOT_NEEDED, IntroductionState.ASKED]
    assert told("matching_inquiry_not_needed") == [somebody_of(candidate(inquiry, 1).organisation)]
    inquiry.refresh_from_db()
    assert inquiry.closed_because == InquiryEnd.ENOUGH
    viewer = somebody_of(candidate(inquiry, 1).organisation)
    assert "お返事はいりません" in progress_of(candidate(inquiry, 1).introduction, viewer).sentence


def test_until_the_quantity_is_covered(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(quantity=50, unit="meals")
    inquiry = ask(post, 3, wanted=None)
    for number, (said, open_) in enumerate([(20, 2), (30, 0)]):
        side = candidate(inquiry, number)
        assert side.post_id is not None
        Post.objects.filter(pk=side.post_id).update(quantity=40, unit="meals")
        say(side, Answer.YES, quantity=said)
        waiting = inquiry.introductions.filter(state=IntroductionState.ASKED, participants__answer=Answer.WAITING)
        unasked = waiting.filter(participants__asked=False).distinct().count()
        assert unasked == open_


def test_a_late_yes_is_thanked_for_and_staff_hear_of_it(post: Post) -> None:
    inquiry = ask(post, 2, wanted=1)
    say(candidate(inquiry, 0), Answer.YES)
    late = candidate(inquiry, 1)
    for _ in range(2):
        assert say(late, Answer.YES).state == IntroductionState.NOT_NEEDED
    assert len(told("matching_staff_late_yes")) == User.objects.of_the_office().count()
    late.refresh_from_db()
    assert late.answer == Answer.WAITING
    assert Entry.objects.filter(action="introduction.late_yes").exists()


def test_when_nobody_can_the_owner_hears_once_that_the_search_goes_on(post: Post) -> None:
    inquiry = ask(post, 2)
    say(candidate(inquiry, 0), Answer.NO)
    assert told("matching_introduction_declined") == []
    assert told("matching_nobody_interested") == []
    say(candidate(inquiry, 1), Answer.NO)
    assert told("matching_nobody_interested") == [somebody_of(post.organisation)]
    inquiry.refresh_from_db()
    assert inquiry.closed_because == InquiryEnd.ANSWERED


def test_more_may_be_asked_later_and_ten_in_all(post: Post) -> None:
    inquiry = ask(post, 9, wanted=3)
    more = [CandidateChoice(OrganisationFactory().pk) for _ in range(2)]
    with pytest.raises(ValidationError):
        transitions.add_candidates(inquiry.pk, candidates=more, actor=StaffFactory())
    transitions.add_candidates(inquiry.pk, candidates=more[:1], actor=StaffFactory())
    assert inquiry.introductions.count() == 10
    added = inquiry.introductions.order_by("pk").last()
    assert added is not None
    assert added.pair_key == f"post:{post.pk}:organisation:{more[0].organisation}"


def test_an_inquiry_that_was_answered_goes_on_with_new_candidates(post: Post) -> None:
    inquiry = ask(post, 1)
    say(candidate(inquiry, 0), Answer.NO)
    transitions.add_candidates(inquiry.pk, candidates=[CandidateChoice(OrganisationFactory().pk)], actor=StaffFactory())
    inquiry.refresh_from_db()
    assert (inquiry.closed_at, inquiry.closed_because) == (None, "")
    # The owner hears again if these cannot either.
    say(candidate(inquiry, 1), Answer.NO)
    assert len(told("matching_nobody_interested")) == 2


def test_one_with_enough_asks_nobody_more(post: Post) -> None:
    inquiry = ask(post, 2)
    say(candidate(inquiry, 0), Answer.YES)
    with pytest.raises(TransitionError) as refusal:
        transitions.add_candidates(
            inquiry.pk, candidates=[CandidateChoice(OrganisationFactory().pk)], actor=StaffFactory()
        )
    assert refusal.value.code == "inquiry_has_enough"


def test_staff_stop_asking_and_who_said_yes_goes_on(post: Post) -> None:
    inquiry = ask(post, 3, wanted=3)
    say(candidate(inquiry, 0), Answer.YES)
    for _ in range(2):
        transitions.close_inquiry(inquiry.pk, actor=StaffFactory())
    assert states(inquiry) == [IntroductionState.ASKED, IntroductionState.NOT_NEEDED, IntroductionState.NOT_NEEDED]
    assert told("matching_nobody_interested") == []
    with pytest.raises(TransitionError) as refusal:
        transitions.add_candidates(
            inquiry.pk, candidates=[CandidateChoice(OrganisationFactory().pk)], actor=StaffFactory()
        )
    assert refusal.value.code == "inquiry_closed"


def test_a_double_click_asks_once(post: Post) -> None:
    staff = StaffFactory()
    offer = OfferFactory()
    both = [
        transitions.start_inquiry(
            post.pk,
            candidates=[CandidateChoice.of(offer)],
            wanted=1,
            message="",
            actor=staff,
            idempotency_key="one form",
        ).pk
        for _ in range(2)
    ]
    assert both[0] == both[1]
    assert Introduction.objects.count() == 1


def test_closing_the_post_ends_it_for_everybody(post: Post) -> None:
    inquiry = ask(post, 2)
    transitions.close_post(post.pk, actor=somebody_of(post.organisation))
    assert states(inquiry) == [IntroductionState.WITHDRAWN] * 2
    inquiry.refresh_from_db()
    assert inquiry.closed_because == InquiryEnd.POST_OVER


def test_silence_of_a_candidate_is_told_to_it_alone(post: Post) -> None:
    inquiry = ask(post, 1)
    Introduction.objects.update(respond_by=timezone.localdate() - timedelta(days=1))
    transitions.lapse_introduction(candidate(inquiry, 0).introduction_id, actor=StaffFactory())
    assert told("matching_introduction_lapsed") == [somebody_of(candidate(inquiry, 0).organisation)]
    assert told("matching_nobody_interested") == [somebody_of(post.organisation)]


@pytest.mark.parametrize("kind", ["twice", "own", "none", "paused", "past", "no number"])
def test_what_cannot_be_asked(post: Post, kind: str) -> None:
    offer = OfferFactory()
    candidates = [CandidateChoice.of(offer)]
    wanted: int | None = 1
    respond_by: date | None = None
    if kind == "twice":
        candidates *= 2
    elif kind == "own":
        candidates = [CandidateChoice(post.organisation_id)]
    elif kind == "none":
        candidates = []
    elif kind == "paused":
        Post.objects.filter(pk=post.pk).update(state=PostState.PAUSED, paused_by="owner")
    elif kind == "past":
        respond_by = date(2020, 1, 1)
    else:
        wanted = None
    with pytest.raises((TransitionError, ValidationError)):
        transitions.start_inquiry(
            post.pk, candidates=candidates, wanted=wanted, message="", actor=StaffFactory(), respond_by=respond_by
        )
    assert not Introduction.objects.exists()


def test_the_same_two_are_not_asked_twice(post: Post) -> None:
    offer = OfferFactory()
    need_of_offer = [CandidateChoice.of(offer)]
    staff = StaffFactory()
    transitions.start_inquiry(post.pk, candidates=need_of_offer, wanted=1, message="", actor=staff)
    with pytest.raises(TransitionError) as refusal:
        transitions.start_inquiry(post.pk, candidates=need_of_offer, wanted=1, message="", actor=staff)
    assert refusal.value.code == "pair_open"


def test_only_staff_ask(post: Post) -> None:
    with pytest.raises(PermissionDenied):
        transitions.start_inquiry(
            post.pk,
            candidates=[CandidateChoice(OrganisationFactory().pk)],
            wanted=1,
            message="",
            actor=member_of(OrganisationFactory()),
        )


def test_the_quota_of_a_post_counts_only_those_of_whom_its_owner_was_told(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(quota=1)
    inquiry = ask(post, 3, wanted=1)
    say(candidate(inquiry, 0), Answer.YES)
    with pytest.raises(TransitionError) as refusal:
        ask(post, 1)
    assert refusal.value.code == "quota_full"


def test_the_answers_of_the_others_are_still_awaited_when_the_post_expires(post: Post) -> None:
    inquiry = ask(post, 2, wanted=2)
    Post.objects.filter(pk=post.pk).update(state=PostState.EXPIRED, ended_at=timezone.now())
    say(candidate(inquiry, 0), Answer.NO)
    inquiry.refresh_from_db()
    assert (states(inquiry), inquiry.is_open) == ([IntroductionState.DECLINED, IntroductionState.ASKED], True)

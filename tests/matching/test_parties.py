"""Several in one introduction: who is asked along, who may leave, and what everybody hears."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, IntroductionState, PostState
from matching.models import Introduction, Participant, Post
from matching.progress import progress_of
from matching.tasks import remind_and_lapse
from members.models import Organisation
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.matching.traces import told
from tomoiki.conversations import access
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def university() -> Organisation:
    found = OrganisationFactory(name="みなと大学", kind="university")
    member_of(found)
    return found


def invite(introduction: Introduction, organisation: Organisation, **more: object) -> Participant:
    return transitions.invite_participant(
        introduction.pk,
        organisation=organisation,
        actor=StaffFactory(),
        **more,  # type: ignore[arg-type]
    )


def say(side: Participant, answer: Answer) -> Introduction:
    return transitions.answer_introduction(
        side.introduction_id,
        participant=side.pk,
        answer=answer,
        reason="dates" if answer == Answer.NO else "",
        actor=somebody_of(side.organisation),
    )


def all_say_yes(introduction: Introduction) -> Introduction:
    for side in introduction.participants.order_by("pk"):
        introduction = say(side, Answer.YES)
    return introduction


def sentence(introduction: Introduction, organisation: Organisation) -> str:
    fresh = Introduction.objects.with_participants().get(pk=introduction.pk)
    return progress_of(fresh, somebody_of(organisation)).sentence


# --- before the agreement ---


def test_three_agree_when_all_three_said_yes(university: Organisation) -> None:
    introduction = IntroductionFactory()
    third = invite(introduction, university, required=True, invitation="効果の測り方を考えてください。")
    assert told("matching_invited_along") == [somebody_of(university)]
    first, second, _ = introduction.participants.order_by("pk")
    say(first, Answer.YES)
    assert say(second, Answer.YES).state == IntroductionState.ASKED
    assert say(third, Answer.YES).state == IntroductionState.AGREED
    assert len(told("matching_introduction_agreed")) == 3


def test_a_no_of_one_that_is_needed_ends_it(university: Organisation) -> None:
    introduction = IntroductionFactory()
    third = invite(introduction, university, required=True)
    assert say(third, Answer.NO).state == IntroductionState.DECLINED
    assert len(told("matching_introduction_declined")) == 2


def test_a_no_of_one_that_is_welcome_ends_nothing(university: Organisation) -> None:
    introduction = IntroductionFactory()
    third = invite(introduction, university)
    assert say(third, Answer.NO).state == IntroductionState.ASKED
    assert len(told("matching_without_one")) == 2
    assert "ほかの団体で進めています" in sentence(introduction, university)
    first, second = introduction.participants.exclude(pk=third.pk).order_by("pk")
    say(first, Answer.YES)
    assert say(second, Answer.YES).state == IntroductionState.AGREED
    assert somebody_of(university) not in told("matching_introduction_agreed")


def test_whoever_waits_for_a_newcomer_has_time_again(university: Organisation) -> None:
    introduction = IntroductionFactory(respond_by=timezone.localdate() + timedelta(days=1))
    introduction.reminded_at = timezone.now()
    introduction.save()
    invite(introduction, university, required=True)
    introduction.refresh_from_db()
    assert introduction.respond_by > timezone.localdate() + timedelta(days=9)
    assert introduction.reminded_at is None


def test_taking_back_what_was_asked_lets_the_others_agree(university: Organisation) -> None:
    introduction = IntroductionFactory()
    third = invite(introduction, university, required=True)
    first, second = introduction.participants.exclude(pk=third.pk).order_by("pk")
    say(first, Answer.YES)
    say(second, Answer.YES)
    released = transitions.release_participant(introduction.pk, participant=third.pk, actor=StaffFactory())
    assert released.state == IntroductionState.AGREED
    assert told("matching_released") == [somebody_of(university)]
    with pytest.raises(TransitionError) as refusal:
        say(third, Answer.YES)
    assert refusal.value.code == "released"


def test_those_from_the_beginning_are_not_let_go() -> None:
    introduction = IntroductionFactory()
    side = introduction.participants.order_by("pk")[1]
    with pytest.raises(TransitionError) as refusal:
        transitions.release_participant(introduction.pk, participant=side.pk, actor=StaffFactory())
    assert refusal.value.code == "cannot_release"


# --- after it ---


def test_a_newcomer_joins_those_who_talk_and_reads_only_then(university: Organisation) -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    third = invite(introduction, university, required=True)
    assert not third.required
    person = somebody_of(university)
    conversation = Conversation.objects.about(introduction).get()
    assert not access.can_read(person, conversation)
    assert "いっしょに取り組みませんか" in sentence(introduction, university)
    assert say(third, Answer.YES).state == IntroductionState.UNDER_WAY
    assert access.can_read(person, conversation)
    assert [seat.key for seat in access.seats(person, conversation)] == [str(third.pk)]
    line = ConversationMessage.objects.filter(conversation=conversation).latest("pk").body
    assert line == "みなと大学さんが加わりました。これまでのやりとりも読めます。"
    assert len(told("matching_joined")) == 2


def test_a_newcomers_offer_is_used_and_given_back_when_it_leaves(university: Organisation) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    offer = OfferFactory(organisation=university, quantity=5, unit="people")
    third = invite(introduction, university, post=offer)
    say(third, Answer.YES)
    offer.refresh_from_db()
    assert (offer.quantity_taken, offer.state) == (5, PostState.FULFILLED)
    transitions.leave_introduction(
        introduction.pk, participant=third.pk, reason="dates", note="学期が変わります。", actor=somebody_of(university)
    )
    offer.refresh_from_db()
    assert (offer.quantity_taken, offer.state) == (0, PostState.PUBLISHED)
    assert len(told("matching_participant_left")) == 2
    assert not access.can_read(somebody_of(university), Conversation.objects.about(introduction).get())
    assert "抜けました" in sentence(introduction, university)


def test_nobody_leaves_two_or_its_own_call(university: Organisation) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    owner, other = introduction.participants.order_by("pk")
    for side in (owner, other):
        with pytest.raises(TransitionError) as refusal:
            transitions.leave_introduction(
                introduction.pk, participant=side.pk, reason="dates", actor=somebody_of(side.organisation)
            )
        assert refusal.value.code == "end_instead"
    say(invite(introduction, university), Answer.YES)
    with pytest.raises(TransitionError):
        transitions.leave_introduction(
            introduction.pk, participant=owner.pk, reason="dates", actor=somebody_of(owner.organisation)
        )
    transitions.leave_introduction(
        introduction.pk, participant=other.pk, reason="dates", actor=somebody_of(other.organisation)
    )
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


def test_it_is_done_when_those_who_stayed_have_reported(university: Organisation) -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    third = invite(introduction, university)
    say(third, Answer.YES)
    owner, other, _ = introduction.participants.order_by("pk")
    data = {"result": "done", "again": "yes", "welcome": "well", "people_reached": 3}
    transitions.report_outcome(introduction.pk, participant=owner.pk, data=data, actor=somebody_of(owner.organisation))
    left = transitions.leave_introduction(
        introduction.pk, participant=other.pk, reason="dates", actor=somebody_of(other.organisation)
    )
    assert left.state == IntroductionState.COMPLETED


def test_silence_of_somebody_asked_along_is_reminded_of_and_ends(university: Organisation) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    third = invite(introduction, university)
    Participant.objects.filter(pk=third.pk).update(asked_at=timezone.now() - timedelta(days=9))
    for _ in range(2):
        remind_and_lapse()
    assert told("matching_invitation_reminder") == [somebody_of(university)]
    Participant.objects.filter(pk=third.pk).update(asked_at=timezone.now() - timedelta(days=40))
    remind_and_lapse()
    third.refresh_from_db()
    assert third.left_at is not None
    assert len(told("matching_invitation_lapsed")) == 3
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


# --- who may ---


def test_whoever_calls_for_partners_may_ask_others_along(university: Organisation) -> None:
    call = PostFactory(resource="partnership")
    introduction = IntroductionFactory(post=call)
    side = transitions.invite_participant(
        introduction.pk, organisation=university, actor=somebody_of(call.organisation)
    )
    assert side.side == Direction(call.direction).opposite


def test_nobody_else_may(university: Organisation) -> None:
    introduction = IntroductionFactory(post=PostFactory(resource="place"))
    people = [somebody_of(side.organisation) for side in introduction.participants.all()]
    for person in [*people, member_of(university)]:
        with pytest.raises(PermissionDenied):
            transitions.invite_participant(introduction.pk, organisation=university, actor=person)


def test_nobody_is_asked_twice_and_who_said_no_may_be_asked_anew(university: Organisation) -> None:
    introduction = IntroductionFactory()
    third = invite(introduction, university)
    with pytest.raises(ValidationError):
        invite(introduction, university)
    say(third, Answer.NO)
    again = invite(introduction, university, required=True)
    assert again.pk == third.pk
    again.refresh_from_db()
    assert (again.answer, again.required, again.decline_reason) == (Answer.WAITING, True, "")


# --- a change of mind ---


def test_staff_let_somebody_think_once_more() -> None:
    introduction = IntroductionFactory()
    first, second = introduction.participants.order_by("pk")
    say(first, Answer.YES)
    say(second, Answer.NO)
    again = transitions.ask_again(introduction.pk, participant=second.pk, actor=StaffFactory())
    assert (again.state, again.ended_at) == (IntroductionState.ASKED, None)
    assert set(told("matching_asked_again")) == {somebody_of(first.organisation), somebody_of(second.organisation)}
    second.refresh_from_db()
    assert say(second, Answer.YES).state == IntroductionState.AGREED


def test_whoever_was_too_late_may_be_asked_again() -> None:
    introduction = IntroductionFactory(state=IntroductionState.LAPSED)
    side = introduction.participants.order_by("pk")[0]
    again = transitions.ask_again(introduction.pk, participant=side.pk, actor=StaffFactory())
    assert again.state == IntroductionState.ASKED
    assert again.respond_by is not None
    assert again.respond_by > timezone.localdate()


def test_not_when_the_pair_goes_on_elsewhere() -> None:
    introduction = IntroductionFactory(state=IntroductionState.DECLINED)
    IntroductionFactory(post=introduction.post, offer=introduction.participants.exclude(post=introduction.post)[0].post)
    side = introduction.participants.get(answer=Answer.NO)
    with pytest.raises(TransitionError) as refusal:
        transitions.ask_again(introduction.pk, participant=side.pk, actor=StaffFactory())
    assert refusal.value.code == "pair_open"


# --- a desk on both sides ---


def test_two_groups_of_one_desk_are_introduced_to_each_other() -> None:
    desk = DeskFactory()
    person = somebody_of(desk)
    first, second = (RelayedGroupFactory(desk=desk, name=name) for name in ("海風町内会", "松林自治会"))
    agreed = {"group_agreed_by": "phone", "group_agreed_on": timezone.localdate(), "group_named": True}
    need = PostFactory(organisation=desk, author=person, on_behalf_of=first, **agreed)
    offer = OfferFactory(organisation=desk, author=person, on_behalf_of=second, **agreed)
    staff = StaffFactory()
    introduction = transitions.propose_introduction(need=need, offer=offer, message="", actor=staff)
    transitions.ask_participants(introduction.pk, actor=staff)
    for side in introduction.participants.order_by("pk"):
        introduction = transitions.record_offline_answer(
            introduction.pk,
            participant=side.pk,
            answer=Answer.YES,
            channel="phone",
            received_on=timezone.localdate(),
            actor=person,
        )
    assert introduction.state == IntroductionState.AGREED
    keys = [seat.speaker for seat in access.seats(person, Conversation.objects.about(introduction).get())]
    assert len(keys) == 2
    fresh = Introduction.objects.with_participants().get(pk=introduction.pk)
    told_to_desk = progress_of(fresh, person).sentence
    assert "海風町内会さん" in told_to_desk
    assert "松林自治会さん" in told_to_desk


def test_a_group_is_not_introduced_to_itself() -> None:
    desk = DeskFactory()
    group = RelayedGroupFactory(desk=desk)
    agreed = {"group_agreed_by": "phone", "group_agreed_on": timezone.localdate()}
    need = PostFactory(organisation=desk, on_behalf_of=group, **agreed)
    offer = OfferFactory(organisation=desk, on_behalf_of=group, **agreed)
    with pytest.raises(TransitionError) as refusal:
        transitions.propose_introduction(need=need, offer=offer, message="", actor=StaffFactory())
    assert refusal.value.code == "own_post"
    assert Post.objects.count() == 2


def test_nobody_is_asked_along_or_again_beyond_what_its_post_can_take(university: Organisation) -> None:
    busy = OfferFactory(organisation=university, quota=1)
    IntroductionFactory(offer=busy)
    with pytest.raises(TransitionError) as refusal:
        invite(IntroductionFactory(), university, post=busy)
    assert refusal.value.code == "quota_full"
    introduction = IntroductionFactory(offer=OfferFactory(quota=1))
    side = introduction.participants.get(post__direction=Direction.OFFER)
    say(side, Answer.NO)
    IntroductionFactory(offer=side.post)
    with pytest.raises(TransitionError) as refusal:
        transitions.ask_again(introduction.pk, participant=side.pk, actor=StaffFactory())
    assert refusal.value.code == "quota_full"


def test_who_is_suspended_is_not_asked_again() -> None:
    responder = OrganisationFactory()
    introduction = IntroductionFactory(responder=responder)
    side = introduction.participants.get(post__isnull=False)
    say(side, Answer.NO)
    Organisation.objects.filter(pk=responder.pk).update(state="suspended")
    with pytest.raises(TransitionError) as refusal:
        transitions.ask_again(introduction.pk, participant=side.pk, actor=StaffFactory())
    assert refusal.value.code == "partner_not_active"

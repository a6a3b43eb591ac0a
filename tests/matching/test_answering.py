"""What the answers to an introduction lead to, and what silence does."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, IntroductionState
from matching.models import Introduction, Participant, Post
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import mail, told, trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.conversations.models import Conversation
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


# --- answering ---


def test_one_yes_is_told_to_the_other_side(staff: User) -> None:
    introduction = IntroductionFactory()
    first, second = sides(introduction)
    answer(first, Answer.YES)
    introduction.refresh_from_db()
    first.refresh_from_db()
    assert introduction.state == IntroductionState.ASKED
    assert (first.answer, first.answered_by, first.answered_at is not None) == (
        Answer.YES,
        somebody_of(first.organisation),
        True,
    )
    assert told("matching_said_yes") == [somebody_of(second.organisation)]
    # The bell only.
    assert not Message.objects.filter(code="matching_said_yes").exists()


def test_all_yes_opens_the_conversation_and_tells_everybody_once(staff: User) -> None:
    introduction = IntroductionFactory()
    for side in sides(introduction):
        answer(side, Answer.YES)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.agreed_at is not None) == (IntroductionState.AGREED, True)
    conversation = Conversation.objects.about(introduction).get()
    line = conversation.messages.get()
    assert (line.author, line.speaker) == (None, "ともいき")
    assert line.body.startswith("おつなぎが結ばれました。")
    people = [somebody_of(side.organisation) for side in sides(introduction)]
    assert told("matching_introduction_agreed") == people
    assert staff in told("matching_staff_introduction_agreed")
    assert [action for action, *_ in trail(introduction)] == [
        "introduction.answered",
        "introduction.answered",
        "introduction.agreed",
    ]


def test_a_no_ends_it_and_keeps_its_reason_for_staff(staff: User) -> None:
    introduction = IntroductionFactory(responder=OrganisationFactory(), proposed_by=staff)
    owner, responder = sides(introduction)
    answer(owner, Answer.NO, reason="place", note="駅から遠いため")
    introduction.refresh_from_db()
    owner.refresh_from_db()
    assert (introduction.state, introduction.ended_at is not None) == (IntroductionState.DECLINED, True)
    assert (owner.decline_reason, owner.decline_note) == ("place", "駅から遠いため")
    assert told("matching_introduction_declined") == [somebody_of(responder.organisation)]
    polite = mail("matching_introduction_declined")
    for part in (polite.subject, polite.text_body, polite.html_body):
        assert "遠い" not in part
    news = Notification.objects.get(code="matching_staff_introduction_declined")
    assert (news.recipient, "場所が遠い" in news.digest_text) == (staff, True)
    assert not Conversation.objects.exists()


def test_the_trail_keeps_codes_but_no_words(staff: User) -> None:
    from tomoiki.audit.models import Entry  # named here only, to show what it holds

    introduction = IntroductionFactory()
    side, _ = sides(introduction)
    answer(side, Answer.NO, reason="other", note="電話番号は090-0000-0000です")
    entry = Entry.objects.about(introduction).get()
    assert entry.codes == {"participant": side.pk, "answer": "no", "reason": "other"}


@pytest.mark.parametrize("reason", ["", "no_such_reason"])
def test_a_no_needs_a_reason_of_the_list(reason: str) -> None:
    side, _ = sides(IntroductionFactory())
    with pytest.raises(ValidationError) as refusal:
        answer(side, Answer.NO, reason=reason)
    assert refusal.value.message_dict == {"reason": ["理由を選んでください。"]}


def test_the_same_answer_again_changes_nothing() -> None:
    introduction = IntroductionFactory()
    side, _ = sides(introduction)
    answer(side, Answer.YES)
    answer(side, Answer.YES)
    assert len(trail(introduction)) == 1
    assert len(told("matching_said_yes")) == 1


def test_another_answer_is_refused_in_words() -> None:
    side, _ = sides(IntroductionFactory())
    answer(side, Answer.YES)
    with pytest.raises(TransitionError) as refusal:
        answer(side, Answer.NO, reason="not_now")
    assert (refusal.value.code, "「ぜひ」とお返事いただいています" in refusal.value.message) == (
        "answered_already",
        True,
    )


def test_nobody_answers_for_another_organisation(staff: User) -> None:
    introduction = IntroductionFactory()
    first, second = sides(introduction)
    superuser = StaffFactory(is_superuser=True)
    for person in (
        somebody_of(second.organisation),
        staff,
        superuser,
        member_of(first.organisation, AffiliationRole.VIEWER),
        UserFactory(),
    ):
        with pytest.raises(PermissionDenied):
            answer(first, Answer.YES, actor=person)
    first.refresh_from_db()
    assert first.answer == Answer.WAITING


def test_an_answer_for_somebody_elses_introduction_is_refused() -> None:
    mine, other = sides(IntroductionFactory())[0], IntroductionFactory()
    with pytest.raises(PermissionDenied):
        transitions.answer_introduction(
            other.pk, participant=mine.pk, answer=Answer.YES, actor=somebody_of(mine.organisation)
        )


@pytest.mark.parametrize(
    "state", [each for each in IntroductionState if each not in {IntroductionState.ASKED, IntroductionState.AGREED}]
)
def test_answers_are_for_those_who_are_asked(state: IntroductionState) -> None:
    introduction = IntroductionFactory(state=state)
    Participant.objects.filter(introduction=introduction).update(
        answer=Answer.WAITING, answered_at=None, decline_reason=""
    )
    with pytest.raises(TransitionError) as refusal:
        answer(sides(introduction)[0], Answer.YES)
    assert refusal.value.code == "wrong_state"


def test_a_desk_answers_for_the_group_it_speaks_for() -> None:
    desk = OrganisationFactory(name="見本市 福祉課")
    introduction = IntroductionFactory()
    side, _ = sides(introduction)
    Participant.objects.filter(pk=side.pk).update(desk=desk)
    with pytest.raises(PermissionDenied):
        answer(side, Answer.YES)
    answer(side, Answer.YES, actor=somebody_of(desk))
    side.refresh_from_db()
    assert side.answer == Answer.YES


def test_whoever_need_not_answer_holds_nobody_up() -> None:
    introduction = IntroductionFactory()
    Participant.objects.create(
        introduction=introduction, organisation=OrganisationFactory(), side=Direction.OFFER, required=False
    )
    for side in introduction.participants.filter(required=True):
        answer(side, Answer.YES)
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


def test_nobody_agrees_with_an_organisation_that_was_stopped() -> None:
    introduction = IntroductionFactory(responder=OrganisationFactory())
    owner, responder = sides(introduction)
    Organisation.objects.filter(pk=responder.organisation_id).update(state=OrganisationState.SUSPENDED)
    with pytest.raises(TransitionError) as refusal:
        answer(owner, Answer.YES)
    assert refusal.value.code == "partner_not_active"
    owner.refresh_from_db()
    assert owner.answer == Answer.WAITING


# --- taking it back, asking again, letting it lapse ---


def test_the_responder_takes_its_hand_down(need: Post, helper: Organisation) -> None:
    introduction = respond(need, helper)
    transitions.withdraw_introduction(introduction.pk, note="予定が入りました。", actor=somebody_of(helper))
    introduction.refresh_from_db()
    assert (introduction.state, introduction.end_note) == (IntroductionState.WITHDRAWN, "予定が入りました。")
    assert told("matching_introduction_withdrawn") == [need.author]


def test_staff_take_an_introduction_back_and_both_hear(staff: User) -> None:
    introduction = IntroductionFactory()
    transitions.withdraw_introduction(introduction.pk, note="", actor=staff)
    assert told("matching_introduction_withdrawn") == [somebody_of(side.organisation) for side in sides(introduction)]


def test_what_was_only_prepared_ends_in_silence(staff: User) -> None:
    introduction = IntroductionFactory(state=IntroductionState.PROPOSED)
    transitions.withdraw_introduction(introduction.pk, note="", actor=staff)
    assert told("matching_introduction_withdrawn") == []


def test_others_cannot_take_it_back(need: Post, helper: Organisation) -> None:
    introduction = respond(need, helper)
    introduced = IntroductionFactory()
    for pk, person in (
        (introduction.pk, need.author),
        (introduction.pk, UserFactory()),
        (introduced.pk, somebody_of(sides(introduced)[0].organisation)),
    ):
        with pytest.raises(PermissionDenied):
            transitions.withdraw_introduction(pk, note="", actor=person)


def test_only_who_has_not_answered_is_asked_again(staff: User) -> None:
    introduction = IntroductionFactory()
    first, second = sides(introduction)
    answer(first, Answer.YES)
    transitions.remind_introduction(introduction.pk, actor=staff)
    assert told("matching_answer_reminder") == [somebody_of(second.organisation)]
    with pytest.raises(TransitionError) as refusal:
        transitions.remind_introduction(introduction.pk, actor=staff)
    assert refusal.value.code == "reminded_already"
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        transitions.remind_introduction(introduction.pk, actor=staff)
    assert len(told("matching_answer_reminder")) == 2


def test_it_lapses_after_the_last_day(staff: User) -> None:
    introduction = IntroductionFactory()
    with pytest.raises(TransitionError) as refusal:
        transitions.lapse_introduction(introduction.pk, actor=SCHEDULER)
    assert refusal.value.code == "not_due"
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        transitions.lapse_introduction(introduction.pk, actor=SCHEDULER)
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.LAPSED
    assert told("matching_introduction_lapsed") == [somebody_of(side.organisation) for side in sides(introduction)]
    assert staff in told("matching_staff_introduction_lapsed")


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        (transitions.ask_participants, {IntroductionState.PROPOSED}),
        (transitions.remind_introduction, {IntroductionState.ASKED}),
        (transitions.lapse_introduction, {IntroductionState.ASKED}),
        (transitions.withdraw_introduction, {IntroductionState.PROPOSED, IntroductionState.ASKED}),
        (transitions.complete_overdue, {IntroductionState.UNDER_WAY}),
    ],
)
def test_each_verb_is_refused_in_every_other_state(verb: Any, allowed: set[IntroductionState]) -> None:
    for state in set(IntroductionState) - allowed:
        with pytest.raises(TransitionError) as refusal:
            verb(IntroductionFactory(state=state).pk, actor=SCHEDULER)
        assert refusal.value.code == "wrong_state"

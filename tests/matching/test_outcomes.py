"""After everybody agreed: it begins, ends before its time, or is reported from each side."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching import transitions
from matching.enums import Again, IbashoChangeKind, IntroductionState, OutcomeResult, Unit, Welcome
from matching.models import Ibasho, IbashoChange, Introduction, Outcome, Participant
from members.enums import AffiliationRole
from members.models import User
from tests.factories.matching import IbashoFactory, IntroductionFactory, OutcomeFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.matching.traces import mail, told, trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.conversations.models import Conversation
from tomoiki.places.models import Municipality
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

DATA: dict[str, Any] = {
    "result": OutcomeResult.DONE,
    "story": "火曜の午後に、8人が集まりました。",
    "quantity": 8,
    "unit": Unit.PEOPLE,
    "people_reached": 8,
    "again": Again.YES,
    "welcome": Welcome.VERY,
}


@pytest.fixture
def introduction() -> Introduction:
    made: Introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    return made


def sides(introduction: Introduction) -> tuple[Participant, Participant]:
    first, second = introduction.participants.order_by("pk")
    return first, second


def report(side: Participant, **more: Any) -> Outcome:
    actor = more.pop("actor", None) or somebody_of(side.organisation)
    return transitions.report_outcome(side.introduction_id, participant=side.pk, data={**DATA, **more}, actor=actor)


def lines(introduction: Introduction) -> list[str]:
    return [each.body for each in Conversation.objects.about(introduction).get().messages.all()]


# --- beginning and ending ---


def test_one_side_starts_it_and_the_other_hears() -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    first, second = sides(introduction)
    for side in (first, second):
        transitions.start_introduction(
            introduction.pk, on_behalf=side.organisation, actor=somebody_of(side.organisation)
        )
    introduction.refresh_from_db()
    assert (introduction.state, introduction.started_at is not None) == (IntroductionState.UNDER_WAY, True)
    assert told("matching_introduction_started") == [somebody_of(second.organisation)]
    assert trail(introduction) == [("introduction.started", "agreed", "under_way")]
    assert lines(introduction) == [f"{first.organisation}さんが「実施に入った」と記録しました。"]


def test_only_those_who_take_part_start_it() -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    side, _ = sides(introduction)
    stranger = OrganisationFactory()
    for organisation, person in (
        (side.organisation, StaffFactory()),
        (side.organisation, member_of(side.organisation, AffiliationRole.VIEWER)),
        (stranger, member_of(stranger)),
        (stranger, somebody_of(side.organisation)),
    ):
        with pytest.raises(PermissionDenied):
            transitions.start_introduction(introduction.pk, on_behalf=organisation, actor=person)


def test_ending_early_gives_a_reason_to_the_other_side_and_closes_the_talk(introduction: Introduction) -> None:
    staff = StaffFactory()
    first, second = sides(introduction)
    transitions.end_introduction_early(
        introduction.pk,
        on_behalf=first.organisation,
        reason="weather",
        note="台風のためです。",
        actor=somebody_of(first.organisation),
    )
    introduction.refresh_from_db()
    assert (introduction.state, introduction.end_reason, introduction.end_note) == (
        IntroductionState.ENDED_EARLY,
        "weather",
        "台風のためです。",
    )
    assert told("matching_introduction_ended_early") == [somebody_of(second.organisation)]
    text = mail("matching_introduction_ended_early").text_body
    assert "天候や災害のため" in text
    assert "台風のためです。" in text
    assert staff in told("matching_staff_introduction_ended_early")
    assert Conversation.objects.about(introduction).get().closed_at is not None
    assert lines(introduction) == ["おつなぎは途中で終わりました（天候や災害のため）。"]
    assert trail(introduction) == [("introduction.ended_early", "under_way", "ended_early")]


def test_staff_may_end_it_for_both(introduction: Introduction) -> None:
    transitions.end_introduction_early(introduction.pk, on_behalf=None, reason="concern", note="", actor=StaffFactory())
    people = [somebody_of(side.organisation) for side in sides(introduction)]
    assert told("matching_introduction_ended_early") == people


def test_members_name_their_side_and_a_reason(introduction: Introduction) -> None:
    side, _ = sides(introduction)
    person = somebody_of(side.organisation)
    with pytest.raises(PermissionDenied):
        transitions.end_introduction_early(introduction.pk, on_behalf=None, reason="other", note="", actor=person)
    with pytest.raises(ValidationError):
        transitions.end_introduction_early(
            introduction.pk, on_behalf=side.organisation, reason="", note="", actor=person
        )


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.COMPLETED, IntroductionState.LAPSED])
def test_what_has_not_begun_or_is_over_is_not_ended_early(state: IntroductionState) -> None:
    with pytest.raises(TransitionError) as refusal:
        transitions.end_introduction_early(
            IntroductionFactory(state=state).pk, on_behalf=None, reason="other", note="", actor=StaffFactory()
        )
    assert refusal.value.code == "wrong_state"


# --- reporting ---


def test_a_report_is_kept_and_asks_the_other_side(introduction: Introduction) -> None:
    first, second = sides(introduction)
    outcome = report(first)
    introduction.refresh_from_db()
    assert {name: getattr(outcome, name) for name in DATA} == DATA
    assert (outcome.reported_by, outcome.participant) == (somebody_of(first.organisation), first)
    assert (introduction.state, introduction.first_reported_at) == (IntroductionState.UNDER_WAY, outcome.reported_at)
    assert told("matching_other_side_reported") == [somebody_of(second.organisation)]
    assert trail(introduction) == [("introduction.reported", "under_way", "under_way")]


def test_when_all_reported_it_is_done_and_everybody_is_thanked(introduction: Introduction) -> None:
    staff = StaffFactory()
    for side in sides(introduction):
        report(side)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.ended_at is not None) == (IntroductionState.COMPLETED, True)
    assert told("matching_introduction_completed") == [somebody_of(side.organisation) for side in sides(introduction)]
    assert staff in told("matching_staff_introduction_completed")
    assert lines(introduction) == ["おつなぎが終わりました。ありがとうございました。"]
    # What was left of the talk may go on.
    assert Conversation.objects.about(introduction).get().closed_at is None


def test_a_report_says_that_it_has_begun() -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    report(sides(introduction)[0])
    introduction.refresh_from_db()
    assert (introduction.state, introduction.started_at is not None) == (IntroductionState.UNDER_WAY, True)
    assert [action for action, *_ in trail(introduction)] == ["introduction.started", "introduction.reported"]


def test_a_late_report_is_welcome_and_changes_no_state() -> None:
    introduction = IntroductionFactory(state=IntroductionState.COMPLETED)
    report(sides(introduction)[0])
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.COMPLETED
    assert told("matching_introduction_completed") == []


def test_the_same_report_twice_is_one(introduction: Introduction) -> None:
    side, _ = sides(introduction)
    assert report(side) == report(side)
    with pytest.raises(TransitionError) as refusal:
        report(side, story="ちがう話")
    assert refusal.value.code == "reported_already"


def test_nobody_reports_for_another_side(introduction: Introduction) -> None:
    first, second = sides(introduction)
    for person in (
        somebody_of(second.organisation),
        StaffFactory(),
        member_of(first.organisation, AffiliationRole.VIEWER),
        UserFactory(),
    ):
        with pytest.raises(PermissionDenied):
            report(first, actor=person)


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.DECLINED, IntroductionState.ENDED_EARLY])
def test_only_what_happened_is_reported(state: IntroductionState) -> None:
    with pytest.raises(TransitionError) as refusal:
        report(sides(IntroductionFactory(state=state))[0])
    assert refusal.value.code == "wrong_state"


@pytest.mark.parametrize(
    "wrong", [{"unit": ""}, {"result": ""}, {"result": "splendid"}, {"quantity": -1}, {"story": "あ" * 2001}]
)
def test_what_is_wrong_in_a_report_is_said(introduction: Introduction, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        report(sides(introduction)[0], **wrong)
    assert not Outcome.objects.exists()


def test_only_what_belongs_to_a_report_is_taken(introduction: Introduction) -> None:
    with pytest.raises(ValueError, match="reported_at"):
        report(sides(introduction)[0], reported_at=timezone.now())


# --- ibasho ---

OPENED = {
    "name": "火曜のひだまり",
    "kind": IbashoChangeKind.OPENED,
    "who_comes": "近くの小学生",
    "days_before": None,
    "days_after": 4,
    "people_before": None,
    "people_after": 8,
}


def test_an_ibasho_that_opened_belongs_to_the_side_that_was_helped(introduction: Introduction) -> None:
    need, offer = sides(introduction)
    home = Municipality.objects.get(code="14205")
    need.organisation.municipality = home
    need.organisation.save(update_fields=["municipality"])
    outcome = report(offer, ibasho=OPENED)
    ibasho = Ibasho.objects.get()
    assert (ibasho.name, ibasho.organisation, ibasho.municipality, ibasho.who_comes) == (
        "火曜のひだまり",
        need.organisation,
        home,
        "近くの小学生",
    )
    assert (ibasho.open_days_a_month, ibasho.people_a_time) == (4, 8)
    change = IbashoChange.objects.get()
    assert (change.outcome, change.kind, change.days_after, change.people_after) == (
        outcome,
        IbashoChangeKind.OPENED,
        4,
        8,
    )


def test_both_sides_may_tell_of_the_same_ibasho(introduction: Introduction) -> None:
    for side in sides(introduction):
        report(side, ibasho=OPENED)
    assert Ibasho.objects.count() == 1
    assert IbashoChange.objects.count() == 2


def test_a_known_ibasho_grows(introduction: Introduction) -> None:
    need, _ = sides(introduction)
    known = IbashoFactory(organisation=need.organisation, open_days_a_month=2, people_a_time=8)
    report(
        need,
        ibasho={"ibasho": known, "kind": IbashoChangeKind.MORE_OFTEN, "days_before": 2, "days_after": 4},
    )
    known.refresh_from_db()
    assert (known.open_days_a_month, known.people_a_time) == (4, 8)
    change = IbashoChange.objects.get()
    assert (change.days_before, change.days_after) == (2, 4)


def test_nobody_changes_the_ibasho_of_strangers(introduction: Introduction) -> None:
    with pytest.raises(PermissionDenied):
        report(sides(introduction)[0], ibasho={"ibasho": IbashoFactory(), "kind": IbashoChangeKind.OPENED})
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": " "}, {"kind": "closed"}, {"days_after": 32}, {"days_before": 32}])
def test_what_is_wrong_about_an_ibasho_is_said(introduction: Introduction, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        report(sides(introduction)[0], ibasho={**OPENED, **wrong})


# --- when one side never reports ---


def test_thirty_days_after_the_first_report_it_is_done(introduction: Introduction) -> None:
    first, second = sides(introduction)
    report(first)
    with pytest.raises(TransitionError) as refusal:
        transitions.complete_overdue(introduction.pk, actor=SCHEDULER)
    assert refusal.value.code == "not_due"
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        transitions.complete_overdue(introduction.pk, actor=SCHEDULER)
        introduction.refresh_from_db()
        assert introduction.state == IntroductionState.COMPLETED
        assert report(second).participant == second


def test_without_any_report_it_is_not_done(introduction: Introduction) -> None:
    with pytest.raises(TransitionError):
        transitions.complete_overdue(introduction.pk, actor=SCHEDULER)


def test_members_do_not_close_it_over_the_others_head(introduction: Introduction) -> None:
    OutcomeFactory(introduction=introduction)
    with pytest.raises(PermissionDenied):
        transitions.complete_overdue(introduction.pk, actor=somebody_of(sides(introduction)[0].organisation))


def test_who_has_not_reported_is_asked_once(introduction: Introduction) -> None:
    first, second = sides(introduction)
    report(first)
    for _ in range(2):
        transitions.ask_for_outcome(introduction.pk, actor=SCHEDULER)
    asked: list[User] = told("matching_outcome_wanted")
    assert asked == [somebody_of(second.organisation)]

"""Whoever is asked before a run of holidays is not reminded of it in the middle of them."""

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from matching import tasks, transitions
from matching.enums import Answer, IntroductionState
from matching.models import Introduction
from matching.transitions import CandidateChoice
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tests.matching.traces import told

pytestmark = pytest.mark.django_db

#: (asked on, the day before the reminder, the day of the reminder, the last day to answer, the day after it)
HOLIDAYS = {
    # Offices close from 29 December to 3 January; 11 January is a holiday.
    "new year": ("2026-12-25", "2027-01-04", "2027-01-05", "2027-01-15", "2027-01-16"),
    # 29 April, and 3 to 5 May.
    "golden week": ("2027-04-28", "2027-05-06", "2027-05-07", "2027-05-18", "2027-05-19"),
}
holidays = pytest.mark.parametrize("name", HOLIDAYS)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-12-01T10:00:00+09:00", tick=False) as coordinates:
        yield coordinates


def on(clock: time_machine.Traveller, day: str) -> None:
    clock.move_to(f"{day}T10:00:00+09:00")


@holidays
def test_those_asked_before_holidays(clock: time_machine.Traveller, name: str) -> None:
    asked, before, reminded, last, after = HOLIDAYS[name]
    on(clock, asked)
    prepared = IntroductionFactory(state=IntroductionState.PROPOSED)
    introduction = transitions.ask_participants(prepared.pk, actor=prepared.proposed_by)
    assert str(introduction.respond_by) == last
    on(clock, before)
    tasks.remind_and_lapse()
    assert told("matching_answer_reminder") == []
    on(clock, reminded)
    tasks.remind_and_lapse()
    tasks.remind_and_lapse()
    assert len(told("matching_answer_reminder")) == 2
    on(clock, last)
    assert tasks.remind_and_lapse() == 0
    on(clock, after)
    assert tasks.remind_and_lapse() == 1


@holidays
def test_the_owner_of_an_inquiry_has_its_own_days(clock: time_machine.Traveller, name: str) -> None:
    asked, before, reminded, last, _ = HOLIDAYS[name]
    on(clock, "2026-12-14" if name == "new year" else "2027-04-15")
    post, offer = PostFactory(), OfferFactory()
    somebody_of(post.organisation)
    inquiry = transitions.start_inquiry(
        post.pk, candidates=[CandidateChoice.of(offer)], wanted=1, message="", actor=StaffFactory()
    )
    introduction = inquiry.introductions.get()
    candidate = introduction.participants.get(post=offer)
    on(clock, asked)
    tasks.remind_and_lapse()
    heard = len(told("matching_answer_reminder"))
    assert heard == 1
    transitions.answer_introduction(
        introduction.pk, participant=candidate.pk, answer=Answer.YES, actor=somebody_of(offer.organisation)
    )
    introduction.refresh_from_db()
    assert str(introduction.respond_by) == last
    on(clock, before)
    tasks.remind_and_lapse()
    assert len(told("matching_answer_reminder")) == heard
    on(clock, reminded)
    tasks.remind_and_lapse()
    assert told("matching_answer_reminder")[heard:] == [somebody_of(post.organisation)]


@holidays
def test_somebody_asked_along(clock: time_machine.Traveller, name: str) -> None:
    asked, before, reminded, last, after = HOLIDAYS[name]
    on(clock, asked)
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    newcomer = OrganisationFactory()
    person = somebody_of(newcomer)
    side = transitions.invite_participant(introduction.pk, organisation=newcomer, actor=StaffFactory())
    on(clock, before)
    tasks.remind_and_lapse()
    assert told("matching_invitation_reminder") == []
    on(clock, reminded)
    tasks.remind_and_lapse()
    tasks.remind_and_lapse()
    assert told("matching_invitation_reminder") == [person]
    on(clock, last)
    tasks.remind_and_lapse()
    assert told("matching_invitation_lapsed") == []
    on(clock, after)
    tasks.remind_and_lapse()
    assert person in told("matching_invitation_lapsed")
    side.refresh_from_db()
    assert side.left_at == timezone.now()
    assert Introduction.objects.get(pk=introduction.pk).state == IntroductionState.AGREED


def test_whoever_was_asked_along_before_anybody_was_is_reminded_too(clock: time_machine.Traveller) -> None:
    prepared = IntroductionFactory(state=IntroductionState.PROPOSED)
    newcomer = OrganisationFactory()
    person = somebody_of(newcomer)
    transitions.invite_participant(prepared.pk, organisation=newcomer, actor=prepared.proposed_by)
    transitions.ask_participants(prepared.pk, actor=prepared.proposed_by)
    for side in prepared.participants.filter(required=True):
        transitions.answer_introduction(
            prepared.pk, participant=side.pk, answer=Answer.YES, actor=somebody_of(side.organisation)
        )
    on(clock, "2026-12-04")
    tasks.remind_and_lapse()
    assert told("matching_invitation_reminder") == [person]

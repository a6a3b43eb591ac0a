"""Two at once, of thanks and of the three questions: a double click, two tabs, a slow network."""

from collections.abc import Callable
from typing import Any

import pytest

from matching import transitions
from matching.enums import IntroductionState
from matching.models import Ibasho, IbashoAnswer, IbashoSurvey, WelcomeConfirmation
from tests.factories.matching import IntroductionFactory, somebody_of
from tests.factories.members import member_of
from tests.factories.stories import SurveyFactory
from tests.matching.test_races import at_once
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)


def confirming(welcome: str, words: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    side = introduction.participants.get(side="need")

    def call(welcome: str, words: str) -> Callable[[], Any]:
        actor = somebody_of(side.organisation)
        return lambda: transitions.confirm_welcome(
            introduction.pk, participant=side.pk, welcome=welcome, words=words, actor=actor
        )

    return call("very", "ありがとうございました。"), call(welcome, words)


@pytest.mark.parametrize("attempt", range(3))
def test_thanks_that_are_pressed_twice_arrive_once(attempt: int) -> None:
    assert at_once(*confirming("very", "ありがとうございました。")) == ["done", "done"]
    confirmation = WelcomeConfirmation.objects.get()
    said = Entry.objects.filter(action="introduction.welcome_confirmed", object_id=confirmation.introduction_id)
    assert Message.objects.filter(code="matching_thanks_received").count() == 1
    assert said.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_different_answers_one_stands_and_the_other_is_told(attempt: int) -> None:
    results = at_once(*confirming("well", "たすかりました。"))
    assert results.count("done") == 1
    assert WelcomeConfirmation.objects.count() == 1
    assert Message.objects.filter(code="matching_thanks_received").count() == 1


SCORES = {"as_i_am": 4, "my_role": 3, "come_again": 4}


@pytest.mark.parametrize("attempt", range(3))
def test_a_form_that_is_sent_twice_is_one_answer(attempt: int) -> None:
    survey = SurveyFactory()
    send = lambda: transitions.answer_survey(survey.pk, scores=SCORES, words="", form_key="one-form")  # noqa: E731
    assert at_once(send, send) == ["done", "done"]
    assert IbashoAnswer.objects.filter(survey=survey).count() == 1


def test_two_who_answer_at_the_same_moment_are_two() -> None:
    survey = SurveyFactory()
    calls = [
        lambda key=key: transitions.answer_survey(survey.pk, scores=SCORES, words="", form_key=key)
        for key in ("one", "other")
    ]
    assert at_once(*calls) == ["done", "done"]
    assert IbashoAnswer.objects.filter(survey=survey).count() == 2


@pytest.mark.parametrize("attempt", range(3))
def test_sheets_that_are_counted_and_sent_twice_count_once(attempt: int) -> None:
    survey = SurveyFactory()
    actor = member_of(survey.ibasho.organisation)

    def send() -> None:
        transitions.record_tallies(
            survey.pk, tallies=[("as_i_am", 4, 7), ("my_role", 2, 3)], channel="paper", form_key="f", actor=actor
        )

    assert at_once(send, send) == ["done", "done"]
    assert sorted(IbashoAnswer.objects.filter(survey=survey).values_list("count", flat=True)) == [3, 7]


def test_of_two_rounds_begun_at_once_one_begins() -> None:
    old = SurveyFactory()
    ibasho: Ibasho = old.ibasho
    actor = member_of(ibasho.organisation)
    days = old.opens_on, old.closes_on
    IbashoSurvey.objects.all().delete()

    def begin() -> None:
        transitions.start_survey(ibasho.pk, opens_on=days[1], closes_on=days[1], actor=actor)

    results = at_once(begin, begin)
    assert results.count("done") >= 1
    assert IbashoSurvey.objects.filter(ibasho=ibasho).count() == 1

"""Ibasho: their history in numbers, and what those who come say."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.ibasho_figures import FEWEST, Scope, gained_between, quality_between, quality_of, standing_on
from matching.models import Ibasho, IbashoAnswer, IbashoSurvey
from matching.views import ibasho_answers
from tests.factories.matching import IbashoChangeFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.stories import IbashoAnswerFactory, SurveyFactory
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def ibasho() -> Ibasho:
    organisation = OrganisationFactory()
    return transitions.open_ibasho(
        on_behalf=organisation,
        data={
            "name": "火曜のひだまり",
            "opened_on": today() - timedelta(days=100),
            "open_days_a_month": 2,
            "people_a_time": 8,
        },
        actor=member_of(organisation),
    )


def test_what_was_true_on_any_day_can_be_told(ibasho: Ibasho) -> None:
    actor = somebody_of(ibasho.organisation)
    day = today()
    transitions.measure_ibasho(ibasho.pk, on=day - timedelta(days=40), numbers={"open_days_a_month": 4}, actor=actor)
    transitions.close_ibasho(ibasho.pk, on=day - timedelta(days=5), actor=actor)
    told = [standing_on(day - timedelta(days=ago)) for ago in (200, 90, 30, 1)]
    assert [(each.ibasho, each.days_a_month, each.visits_a_month) for each in told] == [
        (0, 0, 0),
        (1, 2, 16),
        # Only the days were told; the people stayed as many.
        (1, 4, 32),
        (0, 0, 0),
    ]
    transitions.reopen_ibasho(ibasho.pk, actor=actor)
    assert standing_on(day).visits_a_month == 32
    assert standing_on(day, Scope(kinds=["bank"])).ibasho == 0


def test_only_its_own_people_and_staff_change_it(ibasho: Ibasho) -> None:
    stranger = member_of(OrganisationFactory())
    for call in (
        lambda actor: transitions.measure_ibasho(ibasho.pk, on=today(), numbers={"people_a_time": 9}, actor=actor),
        lambda actor: transitions.edit_ibasho(ibasho.pk, data={"name": "べつの名前"}, actor=actor),
        lambda actor: transitions.start_survey(ibasho.pk, opens_on=today(), closes_on=today(), actor=actor),
        lambda actor: transitions.close_ibasho(ibasho.pk, on=today(), actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            call(stranger)
        call(StaffFactory())


def test_what_introductions_gained_counts_one_change_once() -> None:
    change = IbashoChangeFactory(days_before=0, days_after=4, people_before=0, people_after=8)
    gained = gained_between(today() - timedelta(days=1), today())
    assert (gained.opened, gained.days_more, gained.people_more) == (1, 4, 8)
    assert gained_between(today() + timedelta(days=1), today() + timedelta(days=2)).ibasho == 0
    assert change.ibasho.changes.count() == 1


def test_little_is_never_published() -> None:
    survey = SurveyFactory(opens_on=today() - timedelta(days=9), closes_on=today())
    for number in range(FEWEST):
        hidden = quality_of(IbashoSurvey.objects.filter(pk=survey.pk))
        assert hidden.hidden, number
        assert hidden.questions == []
        IbashoAnswerFactory(survey=survey)
    shown = quality_between(today() - timedelta(days=9), today())
    assert (shown.hidden, shown.answers) == (False, FEWEST)
    # Another place with one answer changes no published total, so that it cannot be read off the difference.
    lonely = SurveyFactory(opens_on=today() - timedelta(days=9), closes_on=today())
    IbashoAnswerFactory(survey=lonely, as_i_am=1)
    assert quality_between(today() - timedelta(days=9), today()) == shown
    assert quality_between(today() - timedelta(days=9), today(), public=False).answers == FEWEST + 1


def test_one_question_with_too_few_answers_hides_all() -> None:
    survey = SurveyFactory()
    for number in range(FEWEST):
        IbashoAnswerFactory(survey=survey, my_role=3 if number else None)
    assert quality_of(IbashoSurvey.objects.filter(pk=survey.pk)).hidden


def opened(client: Client, survey: IbashoSurvey) -> tuple[str, str]:
    address = reverse("matching:ibasho_answer", args=[survey.token])
    response = client.get(address)
    assert not response.cookies
    return address, response.context["key"]


def test_those_who_come_answer_without_a_cookie_and_once_a_form() -> None:
    client = Client(enforce_csrf_checks=True)
    survey = SurveyFactory()
    address, key = opened(client, survey)
    data = {"form_key": key, "as_i_am": "4", "my_role": "3", "words": "ごはんがおいしい"}
    for _ in range(2):
        response = client.post(address, data)
        assert response.status_code == 302
        assert not response.cookies
    answer = IbashoAnswer.objects.get()
    assert (answer.as_i_am, answer.my_role, answer.come_again, answer.words) == (4, 3, None, "ごはんがおいしい")
    assert (answer.channel, answer.recorded_by) == ("online", None)
    assert client.get(response["Location"]).status_code == 200


def test_an_empty_or_a_made_up_form_is_no_answer(client: Client) -> None:
    survey, other = SurveyFactory(), SurveyFactory()
    address, key = opened(client, survey)
    _, foreign = opened(client, other)
    assert "どれかひとつは" in client.post(address, {"form_key": key}).content.decode()
    for wrong in ("", "made-up", foreign):
        assert client.post(address, {"form_key": wrong, "as_i_am": "4"}).status_code == 200
    assert client.post(address, {"form_key": key, "as_i_am": "9"}).status_code == 200
    assert client.post(address, {"form_key": key, "as_i_am": "4", "website": "x"}).status_code == 200
    assert not IbashoAnswer.objects.exists()


def test_too_many_answers_from_one_network_are_slowed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibasho_answers, "MOST_AN_HOUR", 2)
    survey = SurveyFactory()
    codes = []
    for _ in range(3):
        address, key = opened(client, survey)
        codes.append(client.post(address, {"form_key": key, "as_i_am": "4"}).status_code)
    assert codes == [302, 302, 429]


def test_a_round_that_is_over_takes_no_answers_but_paper(client: Client) -> None:
    survey = SurveyFactory(opens_on=today() - timedelta(days=30), closes_on=today() - timedelta(days=1))
    address = reverse("matching:ibasho_answer", args=[survey.token])
    assert "終" in client.get(address).content.decode()
    with pytest.raises(TransitionError):
        transitions.answer_survey(survey.pk, scores={"as_i_am": 4}, words="", form_key="a")
    actor = somebody_of(survey.ibasho.organisation)
    rows = [("as_i_am", 4, 6), ("as_i_am", 2, 1), ("come_again", 4, 5)]
    for _ in range(2):
        transitions.record_tallies(survey.pk, tallies=rows, channel="paper", form_key="k", actor=actor)
    quality = quality_of(IbashoSurvey.objects.filter(pk=survey.pk), public=False)
    assert [each.answers for each in quality.questions] == [7, 0, 5]
    assert quality.answers == 7


def test_rounds_do_not_overlap(ibasho: Ibasho) -> None:
    actor = somebody_of(ibasho.organisation)
    until = today() + timedelta(days=20)
    first = transitions.start_survey(ibasho.pk, opens_on=today(), closes_on=until, actor=actor)
    assert transitions.start_survey(ibasho.pk, opens_on=today(), closes_on=until, actor=actor) == first
    with pytest.raises(ValidationError):
        transitions.start_survey(ibasho.pk, opens_on=until, closes_on=until + timedelta(days=5), actor=actor)


def test_papers_are_made_and_results_are_seen_by_its_own_people(client: Client) -> None:
    survey = SurveyFactory()
    IbashoAnswerFactory.create_batch(2, survey=survey, words="また来たい")
    client.force_login(somebody_of(survey.ibasho.organisation))
    for name in ("ibasho_survey_poster", "ibasho_survey_sheet"):
        assert client.get(reverse(f"matching:{name}", args=[survey.pk])).content.startswith(b"%PDF")
    html = client.get(survey.get_absolute_url()).content.decode()
    assert "届いた声（2件）" in html
    assert "また来たい" in html
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(survey.get_absolute_url()).status_code == 404

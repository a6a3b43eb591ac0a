"""The totals of ibasho that everybody reads: right by year, nothing of few, nothing by name."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.models import Ibasho, IbashoMeasure
from tests.factories.matching import IbashoChangeFactory, IbashoFactory
from tests.factories.stories import IbashoAnswerFactory, SurveyFactory
from tomoiki.pages.ibasho_years import IbashoYear, count_years

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


def measured(
    on: date, *, days: int = 4, people: int = 8, is_open: bool = True, ibasho: Ibasho | None = None
) -> IbashoMeasure:
    own: Ibasho = ibasho or IbashoFactory()
    return IbashoMeasure.objects.create(
        ibasho=own, on=on, is_open=is_open, open_days_a_month=days, people_a_time=people
    )


def answered(closes_on: date, times: int, **scores: int) -> None:
    survey = SurveyFactory(opens_on=date(closes_on.year, closes_on.month, 1), closes_on=closes_on)
    for _ in range(times):
        IbashoAnswerFactory(survey=survey, **scores)


def years(today: date = TODAY) -> list[IbashoYear]:
    return list(count_years(today))


def test_nothing_is_told_of_nothing(client: Client) -> None:
    assert years() == []
    assert "数は、これから載ります" in client.get(reverse("pages:ibasho")).content.decode()


def test_each_fiscal_year_is_told_as_it_stood_at_its_end() -> None:
    first = measured(date(2025, 3, 31), days=2, people=10)
    measured(date(2026, 3, 31), ibasho=first.ibasho, days=4, people=10)
    measured(date(2026, 4, 1), days=1, people=5)
    closed = measured(date(2025, 6, 1), days=3, people=3)
    measured(date(2026, 5, 1), ibasho=closed.ibasho, days=3, people=3, is_open=False)
    told = [(each.year, each.ibasho, each.days_a_month, each.visits_a_month, each.is_running) for each in years()]
    assert told == [(2026, 2, 5, 45, True), (2025, 2, 7, 49, False), (2024, 1, 2, 20, False)]


def test_what_introductions_brought_stands_in_the_year_of_its_report() -> None:
    measured(date(2025, 4, 1))
    tokyo = ZoneInfo("Asia/Tokyo")
    for moment in (datetime(2026, 3, 31, 23, 59, tzinfo=tokyo), datetime(2026, 4, 1, 0, 1, tzinfo=tokyo)):
        change = IbashoChangeFactory()
        change.outcome.reported_at = moment
        change.outcome.save(update_fields=["reported_at"])
    assert [(each.year, each.opened, each.days_more, each.people_more) for each in years()] == [
        (2026, 1, 4, 8),
        (2025, 1, 4, 8),
    ]


@pytest.mark.parametrize(("times", "told"), [(4, 0), (5, 3)])
def test_of_few_answers_nothing_is_told(times: int, told: int) -> None:
    measured(date(2026, 4, 1))
    answered(date(2026, 10, 31), times)
    assert [len(each.questions) for each in years()] == [told]


def test_a_place_with_few_answers_is_in_no_total() -> None:
    measured(date(2026, 4, 1))
    answered(date(2026, 10, 31), 5, as_i_am=4)
    answered(date(2026, 10, 30), 4, as_i_am=1)
    (year,) = years()
    assert year.answers == 5
    assert year.questions[0]["agree"] == 100
    assert dict(year.questions[0]["rows"]) == {"とてもそう思う": 100, "そう思う": 0, "あまり思わない": 0, "思わない": 0}


def test_a_round_that_still_runs_is_in_no_total() -> None:
    measured(date(2026, 4, 1))
    answered(TODAY, 6)
    assert years()[0].questions == []
    assert len(years(date(2026, 11, 26))[0].questions) == 3


def test_the_page_names_nobody_and_says_it_in_words(client: Client) -> None:
    change = IbashoChangeFactory()
    measured(TODAY, ibasho=change.ibasho)
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Tokyo")), tick=False):
        change.outcome.reported_at = datetime.now(ZoneInfo("Asia/Tokyo"))
        change.outcome.save(update_fields=["reported_at"])
        answered(date(2026, 10, 31), 5)
        html = client.get(reverse("pages:ibasho")).content.decode()
    assert change.ibasho.name not in html
    assert change.ibasho.organisation.name not in html
    assert "2026年度（きょうまで）" in html
    assert "新しく開いた居場所" in html
    assert "5人が答えました" in html


def test_it_costs_the_same_for_one_place_and_for_three_and_is_kept(client: Client) -> None:
    counts = []
    for places in (1, 2):
        for _ in range(places):
            measured(date(2026, 4, 1))
            answered(date(2026, 10, 31), 5)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            years()
        counts.append(len(queries))
    assert counts == [4, 4]
    client.get(reverse("pages:ibasho"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("pages:ibasho"))
    assert [each["sql"] for each in queries if "ibasho" in each["sql"]] == []


@pytest.mark.parametrize("route", ["stories:stories", "pages:about"])
def test_the_totals_are_found(client: Client, route: str) -> None:
    assert f'href="{reverse("pages:ibasho")}"' in client.get(reverse(route)).content.decode()

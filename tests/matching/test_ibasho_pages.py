"""The pages of one's own ibasho and of the desk: as quick with three as with one, and right."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.models import Ibasho, IbashoSurvey
from members.models import Organisation
from tests.factories.matching import IbashoChangeFactory, IbashoFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.stories import ConfirmationFactory, IbashoAnswerFactory, StoryFactory, SurveyFactory
from tests.staff.test_matching_admin import page
from tomoiki.audit.models import Entry
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(client: Client) -> Organisation:
    organisation: Organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    return organisation


def costs(client: Client, address: str, more: Callable[[], object]) -> list[int]:
    """The queries of ``address`` with one row and with three."""
    found = []
    for rows in (1, 2):
        for _ in range(rows):
            more()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found.append(len(queries))
    return found


def test_the_list_of_ones_ibasho_costs_the_same(client: Client, own: Organisation) -> None:
    one, three = costs(client, reverse("matching:my_ibasho"), lambda: IbashoFactory(organisation=own))
    assert one == three


def test_the_list_of_ones_stories_costs_the_same(client: Client, own: Organisation) -> None:
    partner = OrganisationFactory()
    one, three = costs(
        client, reverse("stories:mine"), lambda: StoryFactory(organisation=own, partners=[partner], state="published")
    )
    assert one == three


def test_an_ibasho_with_its_history_costs_the_same(client: Client, own: Organisation) -> None:
    ibasho = IbashoFactory(organisation=own)

    def more() -> None:
        IbashoChangeFactory(ibasho=ibasho)

    one, three = costs(client, ibasho.get_absolute_url(), more)
    assert one == three


@pytest.mark.parametrize("route", ["ibasho_survey", "ibasho_survey_enter"])
def test_results_cost_the_same_for_one_answer_and_for_three(client: Client, own: Organisation, route: str) -> None:
    survey = SurveyFactory(ibasho__organisation=own)
    one, three = costs(
        client,
        reverse(f"matching:{route}", args=[survey.pk]),
        lambda: IbashoAnswerFactory(survey=survey, words="また来ます"),
    )
    assert one == three


def test_results_show_shares_counts_and_the_round_before(client: Client, own: Organisation) -> None:
    survey = SurveyFactory(ibasho__organisation=own)
    before = IbashoSurvey.objects.create(
        ibasho=survey.ibasho,
        token="before",
        opens_on=survey.opens_on.replace(year=survey.opens_on.year - 1),
        closes_on=survey.opens_on.replace(year=survey.opens_on.year - 1),
    )
    for score in (4, 4, 2):
        IbashoAnswerFactory(survey=survey, as_i_am=score)
    IbashoAnswerFactory(survey=before, as_i_am=1)
    html = client.get(reverse("matching:ibasho_survey", args=[survey.pk])).content.decode()
    assert "届いた声（3件）" in html
    assert "67%" in html
    assert "前の回は0%" in html


class TestDesk:
    @pytest.fixture(autouse=True)
    def _staff(self, client: Client) -> None:
        client.force_login(StaffFactory())

    def test_staff_correct_a_name_and_the_correction_is_kept(self, client: Client) -> None:
        ibasho = IbashoFactory(people_a_time=8)
        data = {"name": "木曜のひだまり", "municipality": "", "address": "", "who_comes": "", "opened_on": ""}
        seen = {"seen": version_of(ibasho), "people_a_time": "99"}
        client.post(reverse("admin:matching_ibasho_change", args=[ibasho.pk]), data | seen)
        ibasho.refresh_from_db()
        # Numbers have a history, and are not written over here.
        assert (ibasho.name, ibasho.people_a_time) == ("木曜のひだまり", 8)
        assert Entry.objects.filter(object_id=ibasho.pk, content_type__model="ibasho").exists()

    def test_what_introductions_changed_stands_beside_it(self, client: Client) -> None:
        change = IbashoChangeFactory()
        html = page(client, change.ibasho)
        assert change.ibasho.get_absolute_url() in html
        assert change.get_kind_display() in html

    def test_nobody_adds_one_here(self, client: Client) -> None:
        assert client.get(reverse("admin:matching_ibasho_add")).status_code == 403

    @pytest.mark.parametrize(
        ("model", "more"), [("ibasho", IbashoFactory), ("welcomeconfirmation", ConfirmationFactory)]
    )
    def test_lists_cost_the_same(self, client: Client, model: str, more: Callable[[], object]) -> None:
        one, three = costs(client, reverse(f"admin:matching_{model}_changelist"), more)
        assert one == three

    def test_thanks_are_read_and_taken_out_of_use(self, client: Client) -> None:
        confirmation = ConfirmationFactory(may_be_used=True)
        html = page(client, confirmation)
        assert confirmation.words in html
        assert confirmation.participant.organisation.name in html


def test_closed_places_show_no_numbers_in_the_list(client: Client, own: Organisation) -> None:
    closed: Ibasho = IbashoFactory(organisation=own, people_a_time=8)
    assert "1回に8人くらい" in client.get(reverse("matching:my_ibasho")).content.decode()
    closed.closed_on = closed.created_at.date()
    closed.save(update_fields=["closed_on"])
    assert "1回に8人くらい" not in client.get(reverse("matching:my_ibasho")).content.decode()

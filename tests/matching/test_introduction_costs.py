"""What the page of an introduction and the list ask of the database: as much for six who take part as for two."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import Answer, AppointmentState, IntroductionState
from matching.models import Introduction, Participant
from members.models import User
from tests.factories.introducing import AppointmentFactory
from tests.factories.matching import IntroductionFactory, OfferFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.django_db


def of(number: int, state: IntroductionState) -> Introduction:
    """Between ``number`` who said yes, every second with a post, with two appointments."""
    introduction = IntroductionFactory(state=state)
    inviter = StaffFactory()
    for count in range(number - 2):
        offer = OfferFactory() if count % 2 else None
        Participant.objects.create(
            introduction=introduction,
            organisation=offer.organisation if offer else OrganisationFactory(),
            side="offer",
            post=offer,
            answer=Answer.YES,
            answered_at=timezone.now(),
            invited_by=inviter,
            invitation="いっしょに、どうですか。",
            required=False,
        )
    for appointment_state in (AppointmentState.PROPOSED, AppointmentState.FIXED):
        AppointmentFactory(introduction=introduction, state=appointment_state)
    return introduction


def cost(client: Client, user: User, page: str) -> int:
    client.force_login(user)
    # Whatever is asked once for a long time is not counted.
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize("state", [IntroductionState.AGREED, IntroductionState.UNDER_WAY])
@pytest.mark.parametrize("staff", [False, True])
def test_the_page_costs_the_same_for_two_and_for_six(client: Client, state: IntroductionState, staff: bool) -> None:
    found = []
    for number in (2, 6):
        introduction = of(number, state)
        user = StaffFactory() if staff else somebody_of(introduction.post.organisation)
        if staff:
            # With one post more there is one card more, but no query.
            assert introduction.participants.count() == number
        found.append(cost(client, user, introduction.get_absolute_url()))
    assert found[0] == found[1] <= 60


def test_an_appointment_costs_the_same_for_two_and_for_six(client: Client) -> None:
    found = []
    for number in (2, 6):
        introduction = of(number, IntroductionState.AGREED)
        appointment = introduction.appointments.get(state=AppointmentState.PROPOSED)
        user = somebody_of(introduction.post.organisation)
        found.append(cost(client, user, appointment.get_absolute_url()))
    assert found[0] == found[1]


def test_the_list_costs_the_same_for_two_and_for_six(client: Client) -> None:
    found = []
    for number in (2, 6):
        introduction = of(number, IntroductionState.AGREED)
        user = somebody_of(introduction.post.organisation)
        found.append(cost(client, user, reverse("matching:introductions") + "?tab=going"))
    assert found[0] == found[1]

"""What the six months will be: no invented dates, and always a way on."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.members import OrganisationFactory, member_of

pytestmark = pytest.mark.django_db


def test_a_visitor_learns_that_there_is_a_selection_and_how_to_hear_of_it(client: Client) -> None:
    html = client.get(reverse("accompaniment:intro")).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert "選考" in main
    assert f'href="{reverse("members:join")}"' in main
    assert f'href="{reverse("pages:contact")}?topic=courses"' in main
    assert f'href="{reverse("matching:board")}"' in main
    assert not re.search(r"20\d\d年|\d+月\d+日", main)


def test_a_member_is_led_to_how_notices_reach_them(client: Client) -> None:
    client.force_login(member_of(OrganisationFactory()))
    html = client.get(reverse("accompaniment:intro")).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert f'href="{reverse("notifications:preferences")}"' in main
    assert f'href="{reverse("members:join")}"' not in main

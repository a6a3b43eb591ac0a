"""The front door: what is true now, at a fixed cost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from matching.enums import Direction, IbashoChangeKind, IntroductionState, PostState, Visibility
from members.enums import OrganisationKind, OrganisationState
from members.models import Organisation
from tests.factories.matching import (
    IbashoChangeFactory,
    IbashoFactory,
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
)
from tests.factories.members import OrganisationFactory, member_of
from tomoiki.pages.figures import Figures, count_figures, figures
from tomoiki.pages.newest import newest_of_both

pytestmark = pytest.mark.django_db

HOME = "/"


def main_of(client: Client) -> str:
    response = client.get(HOME)
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def test_the_newest_needs_and_offers_are_shown_by_turns() -> None:
    now = timezone.now()
    needs = [PostFactory(published_at=now - timedelta(days=n)) for n in range(1, 5)]
    offers = [OfferFactory(published_at=now - timedelta(days=n)) for n in range(1, 3)]
    shown = [card.post for card in newest_of_both(member_of(OrganisationFactory()))]
    assert shown == [needs[0], offers[0], needs[1], offers[1], needs[2]]


def test_a_visitor_sees_what_is_public_and_open_only(client: Client) -> None:
    public = PostFactory(title="公開の困りごと")
    PostFactory(title="団体だけの困りごと", visibility=Visibility.MEMBERS)
    PostFactory(title="下書きの困りごと", state=PostState.DRAFT)
    PostFactory(title="そろった困りごと", state=PostState.FULFILLED)
    html = main_of(client)
    assert public.title in html
    for hidden in ("団体だけの困りごと", "下書きの困りごと", "そろった困りごと"):
        assert hidden not in html
    client.force_login(member_of(OrganisationFactory()))
    assert "団体だけの困りごと" in main_of(client)


def test_every_kind_of_organisation_is_invited_with_a_line_of_its_own(client: Client) -> None:
    html = main_of(client)
    for kind in OrganisationKind:
        if kind != OrganisationKind.OTHER:
            assert kind.label in html
            assert kind.invitation in html


def test_a_visitor_is_led_to_join_and_a_member_to_their_own_page(client: Client) -> None:
    html = main_of(client)
    assert f'href="{reverse("members:join")}"' in html
    assert f'href="{reverse("pages:me")}"' not in html
    client.force_login(member_of(OrganisationFactory()))
    html = main_of(client)
    assert f'href="{reverse("members:join")}"' not in html
    assert f'href="{reverse("pages:me")}"' in html


def test_an_empty_portal_has_no_dead_end(client: Client) -> None:
    html = main_of(client)
    assert "最初の困りごとを、待っています" in html
    # Nothing came of it yet, and nothing is boasted of.
    assert "結ばれたおつなぎ" not in html


def test_figures_count_what_really_happened() -> None:
    OrganisationFactory(state=OrganisationState.APPLIED)
    agreed = IntroductionFactory(state=IntroductionState.COMPLETED)
    IntroductionFactory(state=IntroductionState.DECLINED)
    one = OutcomeFactory(introduction=agreed, people_reached=8)
    OutcomeFactory(introduction=agreed, people_reached=12)
    OutcomeFactory(people_reached=None)
    ibasho = IbashoFactory()
    IbashoChangeFactory(outcome=one, ibasho=ibasho)
    IbashoChangeFactory(outcome=OutcomeFactory(people_reached=5), ibasho=ibasho)
    IbashoChangeFactory(
        outcome=OutcomeFactory(people_reached=None), ibasho=IbashoFactory(), kind=IbashoChangeKind.ENLARGED
    )
    counted = count_figures()
    # Both sides told of the same twelve people; two reports of one new ibasho are one ibasho.
    assert counted.people == 12 + 5
    assert counted.ibasho == 1
    assert counted.introductions == 4
    assert counted.organisations == Organisation.objects.filter(state=OrganisationState.APPROVED).count()


def test_figures_are_kept_for_a_while_and_the_page_stands_without_the_cache(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrganisationFactory()
    first = figures()
    OrganisationFactory()
    assert figures() == first
    assert isinstance(first, Figures)

    def gone(*args: object, **kwargs: object) -> None:
        raise RedisGone

    monkeypatch.setattr(cache, "get", gone)
    assert figures().organisations == first.organisations + 1
    assert main_of(client)


@pytest.mark.parametrize("logged_in", [False, True])
def test_the_page_costs_the_same_for_one_post_and_for_three(client: Client, logged_in: bool) -> None:
    if logged_in:
        client.force_login(member_of(OrganisationFactory()))
    counts = []
    for _ in range(2):
        for direction in Direction.values:
            PostFactory(direction=direction)
        figures()
        main_of(client)
        with CaptureQueriesContext(connection) as queries:
            main_of(client)
        counts.append(len(queries))
        PostFactory(direction=Direction.NEED)
    assert counts[0] == counts[1]
    # Needs, offers and the names of their places; a member's session, person, organisations and bell besides.
    assert counts[0] <= (3 if not logged_in else 9)

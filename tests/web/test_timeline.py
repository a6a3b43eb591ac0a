"""The timeline of an organisation: everything from every app, page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching.enums import IntroductionState
from matching.models import Approach
from tests.factories.introducing import AppointmentFactory
from tests.factories.matching import IntroductionFactory, OutcomeFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.pro_bono import helping
from tomoiki.web.timeline import timeline_page, timeline_sources

pytestmark = pytest.mark.django_db


def whole(organisation: object, size: int) -> list[str]:
    """All rows, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = timeline_page(organisation, cursor, size=size)
        found += [entry.key for entry in page.entries]
        if not page.next_cursor:
            return found
        cursor = page.next_cursor


def test_pages_hold_everything_once_and_newest_first() -> None:
    organisation = OrganisationFactory()
    for _ in range(4):
        introduction = IntroductionFactory(
            post=PostFactory(organisation=organisation), state=IntroductionState.COMPLETED
        )
        OutcomeFactory(introduction=introduction, participant=introduction.participants.order_by("pk")[0])
        AppointmentFactory(introduction=introduction, state="fixed")
    at_once = timeline_page(organisation, size=200).entries
    moments = [entry.when for entry in at_once]
    assert moments == sorted(moments, reverse=True)
    assert whole(organisation, 3) == [entry.key for entry in at_once]
    assert {entry.key.split(":")[0] for entry in at_once} == {"post", "introduction", "side", "appointment", "outcome"}


def test_rows_of_one_moment_are_told_apart() -> None:
    organisation = OrganisationFactory()
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    for _ in range(5):
        PostFactory(organisation=organisation, published_at=moment, expires_at=moment + timedelta(days=900))
    assert len(set(whole(organisation, 2))) == 5


def test_more_of_one_moment_than_a_page_holds_hide_nothing_before_them() -> None:
    organisation = OrganisationFactory()
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    far = moment + timedelta(days=900)
    # As when posts of an older system are brought in at once.
    for number in range(12):
        PostFactory(organisation=organisation, published_at=moment, expires_at=far, title=f"いっせいに {number}")
    for day in range(1, 4):
        PostFactory(organisation=organisation, published_at=moment - timedelta(days=day), expires_at=far)
    at_once = [entry.key for entry in timeline_page(organisation, size=100).entries]
    assert len(at_once) == 15
    for size in (2, 12):
        assert whole(organisation, size) == at_once


def test_colleagues_who_help_and_other_doors_are_told() -> None:
    colleague = helping(name="見本 太郎")
    company, post = colleague.call.organisation, colleague.post
    Approach.objects.create(
        kind="information", organisation=company, made_by=somebody_of(company), message="特集を組みます。"
    )
    told = [entry.what for entry in timeline_page(company).entries]
    assert any("社内への呼びかけを始めました" in what for what in told)
    assert f"「{post}」に、{company}の方が加わりました" in told
    assert "情報を寄せるという申し出を送りました" in told
    # The name stands where those who work together read it.
    assert not any("見本 太郎" in what for what in told)
    helped = [entry.what for entry in timeline_page(post.organisation).entries]
    assert f"「{post}」に、{company}の方が加わりました" in helped
    assert not any("申し出" in what or "呼びかけ" in what for what in helped)


def test_what_staff_only_prepared_and_others_have_is_not_told() -> None:
    organisation = OrganisationFactory()
    IntroductionFactory(
        post=PostFactory(organisation=organisation, published_at=None, state="draft", expires_at=None),
        state=IntroductionState.PROPOSED,
    )
    IntroductionFactory()
    assert whole(organisation, 50) == []


def test_it_costs_the_same_however_long_it_is() -> None:
    def cost(number: int) -> int:
        organisation = OrganisationFactory()
        for _ in range(number):
            introduction = IntroductionFactory(
                post=PostFactory(organisation=organisation), state=IntroductionState.UNDER_WAY
            )
            AppointmentFactory(introduction=introduction, state="fixed")
        with CaptureQueriesContext(connection) as captured:
            timeline_page(organisation)
        return len(captured)

    assert cost(1) == cost(3)


def test_its_own_people_and_staff_see_it(client: Client) -> None:
    organisation = OrganisationFactory()
    post = PostFactory(organisation=organisation)
    url = f"/organisation/{organisation.pk}/timeline/"
    client.force_login(somebody_of(organisation))
    assert f"「{post.title}」を掲載しました" in client.get(url).content.decode()
    client.force_login(StaffFactory())
    assert client.get(url).status_code == 200
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(url).status_code == 404


def test_an_unreadable_cursor_gives_the_first_page() -> None:
    organisation = OrganisationFactory()
    PostFactory(organisation=organisation)
    assert timeline_page(organisation, "nonsense~x").entries == timeline_page(organisation).entries
    assert len(timeline_sources) >= 5

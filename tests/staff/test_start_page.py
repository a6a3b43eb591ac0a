"""The start page: what waits, the most urgent first, and the figures of the fiscal year."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories.matching import (
    IbashoChangeFactory,
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import JoinRequestFactory, OrganisationFactory, StaffFactory
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.staff.figures import figures_of_year, fiscal_year_start
from tomoiki.staff.start_page import UrgentRow, _in_turn, start_page
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask

pytestmark = pytest.mark.django_db


def card(user, name):
    return next(each for each in start_page(user)["queue_cards"] if each.queue.name == name)


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def lost_mail():
    number = Message.objects.count()
    return Message.objects.create(
        key=f"mail{number}",
        code="test",
        to_address="a@machi.example",
        subject="お知らせ",
        text_body="本文",
        message_id=f"<{number}@machi.example>",
        state=MessageState.FAILED,
        created_at=days_ago(2),
    )


def fill():
    """One of everything that waits."""
    OrganisationFactory(state="applied", applied_at=days_ago(9))
    JoinRequestFactory()
    PostFactory(state="submitted", submitted_at=days_ago(2))
    PostRevisionFactory(post=PostFactory(direction="offer"))
    IntroductionFactory(created_at=days_ago(6))
    PostFactory(published_at=days_ago(20))
    lost_mail()


def test_each_card_counts_what_waits_and_says_how_long(client):
    user = StaffFactory()
    fill()
    OrganisationFactory(state="applied", applied_at=days_ago(1))

    organisations = card(user, "organisations").summary

    assert (organisations.count, organisations.overdue) == (2, 1)
    assert organisations.oldest is not None
    assert (timezone.now() - organisations.oldest).days == 9
    assert [card(user, name).summary.count for name in ("posts", "revisions", "introductions", "mails")] == [1, 1, 1, 1]
    # The other open need is being brought together with somebody.
    assert card(user, "needs").summary.count == 1
    assert card(user, "join-requests").summary.count == 1


def test_the_page_leads_from_each_row_to_where_it_is_decided(client, staff):
    fill()
    post = PostFactory(state="submitted", title="車いすで入れる会場を", submitted_at=days_ago(30))

    page = client.get(reverse("admin:index"))
    first = page.context["urgent"][0].task

    assert (first.subject, first.url) == (post.title, reverse("admin:matching_post_change", args=[post.pk]))
    assert all(client.get(row.task.url).status_code == 200 for row in page.context["urgent"])
    assert all(client.get(each.url).status_code == 200 for each in page.context["queue_cards"])


def test_what_has_overrun_its_time_most_stands_first(staff):
    OrganisationFactory(state="applied", applied_at=days_ago(10))  # twice its five days
    PostFactory(published_at=days_ago(21))  # one and a half times its fourteen
    PostFactory(state="submitted", submitted_at=days_ago(1))  # a third of its three

    assert [row.queue.name for row in start_page(staff)["urgent"]] == ["organisations", "needs", "posts"]


def test_an_application_that_looks_like_a_second_one_says_so(staff):
    OrganisationFactory(name="株式会社はれのひ食品")
    OrganisationFactory(name="はれのひ食品（株）", state="applied")

    assert start_page(staff)["urgent"][0].task.note == "同じ団体かもしれない登録が1件"


def test_with_nothing_waiting_the_page_says_what_will_come(client, staff):
    page = client.get(reverse("admin:index")).content.decode()

    assert "いま待っているものはありません" in page
    assert "すべての一覧" in page


def test_the_page_asks_no_more_for_three_of_everything_than_for_one(client, staff):
    fill()
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("admin:index"))
    fill()
    fill()
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("admin:index"))

    assert len(three) == len(one)


def test_staff_without_a_role_see_no_queue():
    assert [each.queue.name for each in start_page(StaffFactory(in_the_office=False))["queue_cards"]] == [
        "contact_messages"
    ]


class TestFigures:
    @pytest.mark.parametrize(
        ("now", "start"),
        [
            (datetime(2027, 3, 31, 14, 59, tzinfo=UTC), datetime(2026, 3, 31, 15, tzinfo=UTC)),
            (datetime(2027, 3, 31, 15, 0, tzinfo=UTC), datetime(2027, 3, 31, 15, tzinfo=UTC)),
            (datetime(2027, 12, 1, tzinfo=UTC), datetime(2027, 3, 31, 15, tzinfo=UTC)),
        ],
    )
    def test_the_year_begins_at_midnight_of_the_first_of_april_in_japan(self, now, start):
        assert fiscal_year_start(now) == start

    def test_the_way_from_a_need_to_an_outcome_is_counted_within_the_year(self):
        with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC), tick=False):
            IntroductionFactory(state="completed")
        with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
            PostFactory()
            OfferFactory()
            pair = IntroductionFactory(state="under_way")
            OutcomeFactory(introduction=pair)
            OutcomeFactory(introduction=pair)
            figures = figures_of_year(fiscal_year_start())

        assert figures.way == [("困りごと", 2), ("紹介", 1), ("合意", 1), ("実施", 1), ("成果", 1)]
        assert figures.most == 2

    def test_an_ibasho_counts_once_though_both_sides_tell_of_it(self):
        pair = IntroductionFactory(state="under_way")
        change = IbashoChangeFactory(outcome=OutcomeFactory(introduction=pair))
        IbashoChangeFactory(outcome=OutcomeFactory(introduction=pair), ibasho=change.ibasho)
        IbashoChangeFactory(outcome=OutcomeFactory(), kind="more_often")

        figures = figures_of_year(fiscal_year_start())

        assert (figures.opened, figures.enlarged, figures.more_often) == (1, 0, 1)


def test_a_queue_far_behind_does_not_hide_the_others() -> None:
    now = timezone.now()

    def rows(name: str, *days: int) -> list[UrgentRow]:
        queue = StaffQueue(
            name,
            name,
            name,
            "state",
            5,
            lambda: "/",
            lambda user: QueueSummary(0),
            lambda user, n: [],
            lambda user: True,
        )
        return [UrgentRow(queue, StaffTask(f"{name} {age}", "/", now - timedelta(days=age))) for age in days]

    shown = [row.task.subject for row in _in_turn([rows("approval", 1, 2), rows("need", 90, 80, 70)], now)]
    assert shown == ["need 90", "approval 2", "need 80", "approval 1", "need 70"]

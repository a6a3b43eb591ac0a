"""Public posts passed on and followed from elsewhere: links, a code, Atom, calendars. Nothing else ever is."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from matching.enums import Direction, PostState, Visibility
from matching.models import Post
from members.enums import OrganisationState
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.documents.calendar import JAPAN

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = reverse("matching:board_feed")
CALENDAR = reverse("matching:board_calendar")

HIDDEN: dict[str, Callable[[], Post]] = {
    "a draft": lambda: PostFactory(state=PostState.DRAFT, weekdays=[1]),
    "paused": lambda: PostFactory(state=PostState.PAUSED, weekdays=[1]),
    "settled": lambda: PostFactory(state=PostState.FULFILLED, weekdays=[1]),
    "expired": lambda: PostFactory(state=PostState.EXPIRED, weekdays=[1]),
    "for members": lambda: PostFactory(visibility=Visibility.MEMBERS, weekdays=[1]),
    "of a suspended organisation": lambda: PostFactory(
        organisation=OrganisationFactory(state=OrganisationState.SUSPENDED), weekdays=[1]
    ),
}


def entries(client: Client, query: str = "") -> list[ElementTree.Element]:
    answer = client.get(FEED + query)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")  # noqa: S314 - our own


def titles(client: Client, query: str = "") -> list[str]:
    return [each.findtext(f"{ATOM}title") or "" for each in entries(client, query)]


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


# --- Atom ---


def test_the_feed_tells_the_newest_posts_as_the_board_does(client: Client) -> None:
    old = PostFactory(title="古い困りごと", published_at=timezone.now() - timedelta(days=20))
    new = OfferFactory(title="新しいできること", body="どうぞ <b>お使い</b>ください")
    found = entries(client)
    assert [each.findtext(f"{ATOM}title") for each in found] == [
        "できること：新しいできること",
        "困りごと：古い困りごと",
    ]
    first = found[0]
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{settings.SITE_URL}{new.get_absolute_url()}"
    assert first.findtext(f"{ATOM}id") == f"{settings.SITE_URL}{new.get_absolute_url()}"
    assert new.organisation.name in (first.findtext(f"{ATOM}author/{ATOM}name") or "")
    assert "お使い" in (first.findtext(f"{ATOM}summary") or "")
    assert old.body in (found[1].findtext(f"{ATOM}summary") or "")


def test_the_boards_filters_hold_in_the_feed_and_its_title_says_so(client: Client) -> None:
    PostFactory(title="困りごとのほう")
    OfferFactory(title="できることのほう")
    assert titles(client, "?direction=offer") == ["できること：できることのほう"]
    assert titles(client, "?direction=offer&direction=need&q=どこにもない") == []
    head = ElementTree.fromstring(client.get(f"{FEED}?direction=offer").content)  # noqa: S314 - our own
    assert "できること" in (head.findtext(f"{ATOM}title") or "")
    # What cannot be read is left out, as on the board.
    assert len(titles(client, "?direction=nonsense&area=nowhere")) == 2


@pytest.mark.parametrize("make", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("visitor", ["nobody", "its own people", "staff"])
def test_only_what_anybody_may_read_is_told_whoever_asks(
    client: Client, make: Callable[[], Post], visitor: str
) -> None:
    shown, hidden = PostFactory(weekdays=[2]), make()
    if visitor == "its own people":
        client.force_login(somebody_of(hidden.organisation))
    elif visitor == "staff":
        client.force_login(StaffFactory())
    assert titles(client) == [f"困りごと：{shown.title}"]
    assert [str(each["SUMMARY"]) for each in events(client.get(CALENDAR).content)] == [f"困りごと：{shown.title}"]
    assert client.get(reverse("matching:post_share", args=[hidden.pk])).status_code == 404


def test_an_unnamed_organisation_is_not_named_to_feed_readers(client: Client) -> None:
    post = PostFactory(organisation=OrganisationFactory(name="ひみつの会", listed_publicly=False), weekdays=[1])
    client.force_login(somebody_of(PostFactory().organisation))
    for address in (FEED, CALENDAR):
        assert post.organisation.name not in client.get(address).content.decode()


@pytest.mark.parametrize("address", [FEED, CALENDAR])
def test_whoever_asks_again_is_told_that_nothing_changed(client: Client, address: str) -> None:
    post = PostFactory(weekdays=[1])
    answer = client.get(address)
    tag = answer["ETag"]
    assert "public" in answer["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{address}?direction=offer", headers={"If-None-Match": tag}).status_code == 200
    post.title = "見出しが変わりました"
    post.save(update_fields=["title", "updated_at"])
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("address", [FEED, CALENDAR])
def test_three_posts_cost_as_many_queries_as_one(
    client: Client, django_assert_max_num_queries: Any, address: str
) -> None:
    PostFactory(weekdays=[1])
    client.get(address)
    with django_assert_max_num_queries(15) as first:
        client.get(address)
    PostFactory(weekdays=[1], areas=["14100"])
    OfferFactory(weekdays=[1])
    with django_assert_max_num_queries(15) as second:
        client.get(address)
    assert len(second) == len(first)


def test_pages_say_where_the_feed_is(client: Client) -> None:
    post = PostFactory()
    for address in (reverse("matching:board"), post.get_absolute_url(), reverse("matching:board_follow")):
        assert 'type="application/atom+xml"' in client.get(address).content.decode()
    assert f"{FEED}?direction=offer" in client.get(reverse("matching:board"), {"direction": "offer"}).content.decode()


def test_the_page_about_following_keeps_what_was_chosen(client: Client) -> None:
    html = client.get(reverse("matching:board_follow"), {"direction": "offer", "q": "", "cursor": "x"}).content.decode()
    assert f"{settings.SITE_URL}{FEED}?direction=offer" in html
    assert f"webcal://{settings.SITE_URL.split('://')[1]}{CALENDAR}?direction=offer" in html
    assert "cursor" not in html


# --- calendars ---


def only_event(client: Client, post: Post) -> Any:
    answer = client.get(reverse("matching:post_calendar", args=[post.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = events(answer.content)
    return event


def test_one_day_with_hours(client: Client) -> None:
    post = PostFactory(
        available_from=date(2027, 7, 10), available_until=date(2027, 7, 10), time_from=time(10), time_until=time(15, 30)
    )
    event = only_event(client, post)
    assert event.decoded("DTSTART") == datetime(2027, 7, 10, 10, 0, tzinfo=JAPAN)
    assert event.decoded("DTEND") == datetime(2027, 7, 10, 15, 30, tzinfo=JAPAN)
    assert "RRULE" not in event
    assert str(event["URL"]) == f"{settings.SITE_URL}{post.get_absolute_url()}"
    assert str(event["UID"]).startswith(f"post-{post.pk}@")


def test_some_days_without_hours_are_whole_days_and_the_last_is_one_of_them(client: Client) -> None:
    event = only_event(client, PostFactory(available_from=date(2027, 7, 10), available_until=date(2027, 7, 12)))
    assert event.decoded("DTSTART") == date(2027, 7, 10)
    assert event.decoded("DTEND") == date(2027, 7, 13)


def test_every_week_from_the_first_such_day_until_the_last(client: Client) -> None:
    post = PostFactory(
        available_from=date(2027, 4, 1),
        available_until=date(2027, 9, 30),
        weekdays=[1, 2],
        time_from=time(13),
        time_until=time(17),
    )
    event = only_event(client, post)
    # 1 April 2027 is a Thursday; the next Tuesday is the 6th.
    assert event.decoded("DTSTART") == datetime(2027, 4, 6, 13, 0, tzinfo=JAPAN)
    rule = event["RRULE"]
    assert (rule["FREQ"], rule["BYDAY"]) == (["WEEKLY"], ["TU", "WE"])
    (until,) = rule["UNTIL"]
    assert until == datetime(2027, 9, 30, 23, 59, 59, tzinfo=JAPAN)
    assert until.utcoffset() == timedelta(0)


def test_weekdays_without_dates_go_on_as_long_as_the_post(client: Client) -> None:
    post = PostFactory(weekdays=[5])
    event = only_event(client, post)
    start = event.decoded("DTSTART")
    assert start.weekday() == 5
    assert start >= timezone.localdate(post.published_at)
    assert event["RRULE"]["UNTIL"] == [post.last_day]


def test_a_season_narrows_the_weeks(client: Client) -> None:
    post = PostFactory(available_from=date(2027, 1, 1), available_until=date(2027, 12, 31), weekdays=[0], season=[7, 8])
    event = only_event(client, post)
    assert event.decoded("DTSTART") == date(2027, 7, 5)
    assert event["RRULE"]["BYMONTH"] == [7, 8]


def test_hours_over_midnight_end_on_the_next_day_and_an_open_end_stays_open(client: Client) -> None:
    day = {"available_from": date(2027, 7, 10), "available_until": date(2027, 7, 10)}
    event = only_event(client, PostFactory(**day, time_from=time(22), time_until=time(6)))
    assert event.decoded("DTEND") == datetime(2027, 7, 11, 6, 0, tzinfo=JAPAN)
    assert "DTEND" not in only_event(client, PostFactory(**day, time_from=time(10)))


def test_only_a_last_day_is_that_day(client: Client) -> None:
    event = only_event(client, PostFactory(available_until=date(2027, 10, 3)))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 10, 3), date(2027, 10, 4))


def test_a_post_without_days_has_no_calendar(client: Client) -> None:
    post = PostFactory()
    assert client.get(reverse("matching:post_calendar", args=[post.pk])).status_code == 404
    assert "カレンダーに入れる" not in client.get(post.get_absolute_url()).content.decode()
    assert events(client.get(CALENDAR).content) == []


def test_a_members_post_gives_its_days_to_those_who_may_read_it(client: Client) -> None:
    post = PostFactory(visibility=Visibility.MEMBERS, weekdays=[1])
    address = reverse("matching:post_calendar", args=[post.pk])
    assert client.get(address).status_code == 404
    client.force_login(somebody_of(OrganisationFactory()))
    assert client.get(address).status_code == 200


# --- passing it on ---


def test_a_link_by_mail_by_line_and_as_a_code(client: Client) -> None:
    post = PostFactory(title="部屋をさがしています & 水曜")
    page = client.get(reverse("matching:post_share", args=[post.pk]))
    link = f"{settings.SITE_URL}{post.get_absolute_url()}"
    line = urlsplit(page.context["line_url"])
    assert (line.scheme, line.netloc) == ("https", "line.me")
    assert link in parse_qs(line.query)["text"][0]
    mail = urlsplit(page.context["mail_url"])
    assert parse_qs(mail.query)["subject"] == ["困りごと：部屋をさがしています & 水曜"]
    html = page.content.decode()
    assert '<svg role="img"' in html
    # Nothing of theirs is loaded.
    assert '<script src="https:' not in html
    assert reverse("matching:post_share", args=[post.pk]) in client.get(post.get_absolute_url()).content.decode()


def test_what_not_everybody_reads_offers_no_sharing(client: Client) -> None:
    post = PostFactory(visibility=Visibility.MEMBERS)
    client.force_login(somebody_of(post.organisation))
    assert reverse("matching:post_share", args=[post.pk]) not in client.get(post.get_absolute_url()).content.decode()
    assert Direction(post.direction) == Direction.NEED

"""The list of notices, the bell, and the choice of what also comes by mail."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import User
from tests.factories.members import StaffFactory, UserFactory
from tests.notifications.conftest import Told
from tomoiki.audit.models import Entry
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Notification, Preference

pytestmark = pytest.mark.django_db

Tell = Callable[..., list[Notification]]
LIST = "/notifications/"


@pytest.fixture
def member(client: Client, person: User) -> User:
    client.force_login(person)
    return person


def test_the_list_shows_ones_own_notices_newest_first_and_the_bell_counts_the_unread(
    client: Client, member: User, tell: Tell
) -> None:
    tell(member)
    tell(member)
    tell(UserFactory.create(), words="ほかの人へのお知らせ")
    html = client.get(LIST).content.decode()
    assert html.index("始まりました（2）") < html.index("始まりました（1）")
    assert "ほかの人へのお知らせ" not in html
    assert "おつなぎの参加者のため、お知らせしています。" in html
    assert '<span class="count-badge">2</span>' in html


def test_looking_at_the_list_marks_nothing_read(client: Client, member: User, tell: Tell) -> None:
    tell(member)
    client.get(LIST)
    assert Notification.objects.unread().count() == 1


def test_a_notice_is_opened_by_a_button_and_leads_to_its_page(client: Client, member: User, tell: Tell) -> None:
    (notice,) = tell(member, link="/organisations/")
    address = reverse("notifications:open", args=[notice.pk])
    assert client.get(address).status_code == 405
    response = client.post(address)
    assert (response.status_code, response.headers["Location"]) == (302, "/organisations/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_notice_without_a_page_leads_back_to_the_list(client: Client, member: User, tell: Tell) -> None:
    (notice,) = tell(member, link="")
    assert "読みました" in client.get(LIST).content.decode()
    assert client.post(reverse("notifications:open", args=[notice.pk])).headers["Location"] == LIST


def test_another_persons_notice_is_not_there(client: Client, member: User, tell: Tell) -> None:
    (notice,) = tell(UserFactory.create())
    assert client.post(reverse("notifications:open", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_that_was_shown_is_read_at_once(client: Client, member: User, tell: Tell) -> None:
    tell(member)
    html = client.get(LIST).content.decode()
    (seen,) = Notification.objects.all()
    assert f'name="up_to" value="{seen.pk}"' in html
    tell(member)
    client.post(reverse("notifications:read_all"), {"up_to": seen.pk})
    assert [each.pk == seen.pk for each in Notification.objects.exclude(read_at=None)] == [True]
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize(("up_to", "status"), [("", 404), ("x", 404), ("-1", 302), (str(10**30), 302)])
def test_a_made_up_number_breaks_nothing(client: Client, member: User, up_to: str, status: int) -> None:
    assert client.post(reverse("notifications:read_all"), {"up_to": up_to}).status_code == status


def test_only_the_unread_ones_can_be_shown(client: Client, member: User, tell: Tell) -> None:
    (read,), _ = tell(member), tell(member)
    client.post(reverse("notifications:open", args=[read.pk]))
    html = client.get(f"{LIST}?unread=1").content.decode()
    assert "始まりました（2）" in html
    assert "始まりました（1）" not in html


def test_an_empty_list_says_what_to_do(client: Client, member: User) -> None:
    assert "お知らせはまだありません" in client.get(LIST).content.decode()
    assert "読んでいないお知らせはありません" in client.get(f"{LIST}?unread=1").content.decode()


def test_the_list_takes_the_same_queries_for_one_and_three(client: Client, member: User, tell: Tell) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        return len(found)

    tell(member)
    client.get(LIST)
    one = queries()
    tell(member)
    tell(member)
    assert queries() == one


def test_a_long_list_has_pages(client: Client, member: User, tell: Tell) -> None:
    for _ in range(22):
        tell(member)
    first = client.get(LIST)
    assert len(first.context["page"]) == 20
    second = client.get(LIST, {"cursor": first.context["page"].next_cursor})
    assert [notice.subject[-3:] for notice in second.context["page"]] == ["（2）", "（1）"]


def test_what_comes_by_mail_is_chosen_by_topic(client: Client, member: User) -> None:
    address = reverse("notifications:preferences")
    html = client.get(address).content.decode()
    assert "アカウントと安全" in html
    assert 'value="account"' not in html
    assert 'value="staff"' not in html

    response = client.post(address, {"by_mail": [Topic.POST, Topic.OUTCOME]})

    assert response.status_code == 302
    off = set(Preference.objects.filter(user=member, by_mail=False).values_list("topic", flat=True))
    assert off == {"introduction", "conversation", "favourite", "course", "accompaniment"}
    assert client.get(address).context["form"]["by_mail"].initial == ["post", "outcome"]
    assert Entry.objects.about(member).get().request_id


def test_unticking_everything_is_a_choice_too(client: Client, member: User) -> None:
    client.post(reverse("notifications:preferences"), {})
    assert Preference.objects.filter(user=member, by_mail=False).count() == 7


def test_what_is_always_mailed_cannot_be_smuggled_off(client: Client, member: User) -> None:
    client.post(reverse("notifications:preferences"), {"by_mail": ["account", "nonsense"]})
    assert not Preference.objects.exists()


def test_staff_choose_about_their_work_too(client: Client) -> None:
    client.force_login(StaffFactory.create())
    assert 'value="staff"' in client.get(reverse("notifications:preferences")).content.decode()


@pytest.mark.parametrize("address", [LIST, "/notifications/preferences/"])
def test_visitors_log_in_first(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_what_people_wrote_is_no_markup_in_the_list(client: Client, member: User, tell: Tell) -> None:
    tell(member, kind=Told, words="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(LIST).content.decode()

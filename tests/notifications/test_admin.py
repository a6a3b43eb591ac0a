"""The secretariat's look at mail: what needs a decision, and no body that is nobody's business."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import User
from tests.factories.members import StaffFactory
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message, Notification

pytestmark = pytest.mark.django_db

MailTo = Callable[..., Message]
LIST = "/admin/notifications/message/"


@pytest.fixture
def staff(client: Client) -> User:
    staff = StaffFactory.create(is_superuser=True)
    client.force_login(staff)
    return staff


def page_of(message: Message) -> str:
    return reverse("admin:notifications_message_change", args=[message.pk])


def set_state(message: Message, state: str) -> None:
    Message.objects.filter(pk=message.pk).update(state=state)


def press(client: Client, message: Message, verb: str) -> None:
    html = client.get(page_of(message))
    client.post(
        reverse("admin:notifications_message_transition", args=[message.pk, verb]), {"seen": html.context["seen"]}
    )


def test_what_needs_a_look_can_be_picked_out(client: Client, staff: User, person: User, mail_to: MailTo) -> None:
    fine, lost = mail_to(person, words="届いたもの"), mail_to(person, words="分からないもの")
    set_state(lost, MessageState.UNCERTAIN)
    everything = client.get(LIST).content.decode()
    assert fine.subject in everything
    some = client.get(f"{LIST}?state__in=failed%2Cuncertain").content.decode()
    assert lost.subject in some
    assert fine.subject not in some


def test_the_body_of_a_notice_is_shown_as_text(client: Client, staff: User, person: User, mail_to: MailTo) -> None:
    message = mail_to(person)
    Message.objects.filter(pk=message.pk).update(text_body="<b>夏祭り</b>の準備")
    html = client.get(page_of(message)).content.decode()
    assert "&lt;b&gt;夏祭り&lt;/b&gt;の準備" in html


def test_the_body_of_an_account_mail_is_shown_to_nobody(client: Client, staff: User, person: User) -> None:
    with transaction.atomic():
        message = outbox.put_secret(
            key="k", code="c", to_address=person.email, subject="s", text="himitsu-link", recipient=person
        )
    html = client.get(page_of(message)).content.decode()
    assert "himitsu-link" not in html
    assert "本文はだれにも見えず" in html


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("send_again", "failed", "queued"),
        ("mark_as_arrived", "uncertain", "sent"),
        ("cancel", "queued", "cancelled"),
    ],
)
def test_staff_decide_by_button(
    client: Client, staff: User, person: User, mail_to: MailTo, verb: str, before: str, after: str
) -> None:
    message = mail_to(person)
    set_state(message, before)
    press(client, message, verb)
    assert Message.objects.get(pk=message.pk).state == after


def test_a_button_that_the_state_does_not_allow_is_not_there(
    client: Client, staff: User, person: User, mail_to: MailTo
) -> None:
    message = mail_to(person)
    html = client.get(page_of(message)).content.decode()
    assert "取りやめる" in html
    assert "もう一度送る" not in html


def test_nobody_writes_or_deletes_mail_by_hand(client: Client, staff: User, person: User, mail_to: MailTo) -> None:
    message = mail_to(person)
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(page_of(message), {"subject": "ほかの件名"})
    client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"})
    assert Message.objects.get(pk=message.pk).subject == message.subject


def test_notices_are_there_to_read(
    client: Client, staff: User, person: User, tell: Callable[..., list[Notification]]
) -> None:
    (notice,) = tell(person)
    assert notice.subject in client.get(reverse("admin:notifications_notification_changelist")).content.decode()
    page = client.get(reverse("admin:notifications_notification_change", args=[notice.pk]))
    assert notice.reason in page.content.decode()


def test_the_list_of_mails_takes_the_same_queries_for_one_and_three(
    client: Client, staff: User, person: User, mail_to: MailTo
) -> None:
    counts = []
    for _ in range(2):
        mail_to(person)
        client.get(LIST)
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        counts.append(len(found))
        mail_to(person)
    assert counts[0] == counts[1]

"""Writing to the office: taken in once, told to staff, confirmed to the sender, answered from the admin."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from members.models import User
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.pages import limits
from tomoiki.pages.enums import ContactState, ContactTopic
from tomoiki.pages.models import ContactMessage
from tomoiki.pages.registrations import TARGET_DAYS
from tomoiki.pages.transitions import (
    CONTACT_FORM,
    answer_contact_message,
    close_contact_message,
    receive_contact_message,
)
from tomoiki.staff.roles import OFFICE
from tomoiki.web.waiting import staff_waiting
from tomoiki.workflow.table import TransitionError

pytestmark = pytest.mark.django_db

FILLED = {
    "topic": "press",
    "name": "鈴木 一",
    "email": "ｓuzuki@shimbun.example",
    "organisation": "みほん新聞",
    "body": "夏祭りの取材をしたいのですが、どなたに連絡すればよいでしょうか。",
    "homepage": "",
    "key": "a" * 32,
}
VALUES = {name: FILLED[name] for name in ("topic", "name", "organisation", "body")} | {
    "email": "suzuki@shimbun.example"
}


def received(key: str = "k" * 32) -> ContactMessage:
    return receive_contact_message(VALUES, idempotency_key=key, actor=CONTACT_FORM)


@pytest.fixture
def staff() -> User:
    person: User = StaffFactory()
    person.groups.add(Group.objects.get(name=OFFICE))
    return person


def test_a_visitor_writes_the_office_is_told_and_the_visitor_gets_a_receipt(client: Client, staff: User) -> None:
    response = client.post(reverse("pages:contact"), FILLED)
    assert response.status_code == 302
    assert response["Location"] == reverse("pages:contact_sent")
    message = ContactMessage.objects.get()
    assert (message.topic, message.email, message.state) == (
        ContactTopic.PRESS,
        "suzuki@shimbun.example",
        ContactState.RECEIVED,
    )
    assert message.sender is None
    told = Notification.objects.get(recipient=staff)
    assert told.link == reverse("admin:pages_contactmessage_change", args=[message.pk])
    receipt = Message.objects.get(to_address="suzuki@shimbun.example")
    assert message.number in receipt.subject
    assert receipt.secret
    # A stranger's words must not travel to whatever address somebody typed.
    assert FILLED["body"] not in receipt.text_body
    assert FILLED["body"] not in receipt.html_body
    entry = Entry.objects.get(action="contact_message.received")
    assert (entry.system_actor, entry.codes) == ("contact_form", {"topic": "press"})


def test_the_same_form_sent_twice_is_one_message(client: Client, staff: User) -> None:
    for _ in range(2):
        assert client.post(reverse("pages:contact"), FILLED).status_code == 302
    assert ContactMessage.objects.count() == 1
    assert Notification.objects.count() == 1
    assert Message.objects.filter(to_address="suzuki@shimbun.example").count() == 1


def test_what_was_typed_is_kept_when_something_is_missing(client: Client) -> None:
    response = client.post(reverse("pages:contact"), {**FILLED, "email": "", "topic": ""})
    html = response.content.decode()
    assert response.status_code == 200
    assert FILLED["body"] in html
    assert "入力を確かめてください（2か所）" in html
    assert 'href="#id_email"' in html
    assert not ContactMessage.objects.exists()


def test_a_program_that_fills_in_every_field_is_refused(client: Client) -> None:
    response = client.post(reverse("pages:contact"), {**FILLED, "homepage": "https://spam.example"})
    assert response.status_code == 200
    assert not ContactMessage.objects.exists()


@pytest.mark.parametrize("limit", ["MESSAGES_PER_MAIL_ADDRESS", "MESSAGES_PER_ADDRESS_OF_NETWORK"])
def test_too_many_messages_are_held_up_and_nothing_typed_is_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(limits, limit, 2)
    answers = [client.post(reverse("pages:contact"), {**FILLED, "key": str(n) * 32}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    html = answers[2].content.decode()
    assert "1時間ほどおいて" in html
    assert FILLED["body"] in html
    assert ContactMessage.objects.count() == 2


def test_somebody_logged_in_need_not_type_who_they_are(client: Client) -> None:
    organisation = OrganisationFactory(name="NPO法人ひなたの庭")
    person = member_of(organisation, name="森 春子")
    client.force_login(person)
    form = client.get(reverse("pages:contact"), {"topic": "posts"}).context["form"]
    assert form.initial["name"] == "森 春子"
    assert form.initial["email"] == person.email
    assert form.initial["organisation"] == "NPO法人ひなたの庭"
    assert form.initial["topic"] == "posts"
    client.post(reverse("pages:contact"), {**FILLED, "key": form.initial["key"]})
    assert ContactMessage.objects.get().sender == person
    assert Entry.objects.get(action="contact_message.received").actor == person


def test_every_form_has_a_key_of_its_own_and_knows_only_its_topics(client: Client) -> None:
    keys = {client.get(reverse("pages:contact"), {"topic": "<x>"}).context["form"].initial["key"] for _ in range(3)}
    assert len(keys) == 3
    assert "topic" not in client.get(reverse("pages:contact"), {"topic": "<x>"}).context["form"].initial


def test_staff_answer_and_the_sender_gets_the_answer_by_mail(staff: User) -> None:
    message = received()
    answer_contact_message(message.pk, message="事務局の広報担当からご連絡します。", actor=staff)
    message.refresh_from_db()
    assert (message.state, message.handled_by) == (ContactState.ANSWERED, staff)
    assert message.handled_at is not None
    mail = Message.objects.get(code="contact_message_answer")
    assert mail.to_address == "suzuki@shimbun.example"
    assert "事務局の広報担当からご連絡します。" in mail.text_body
    assert FILLED["body"] in mail.text_body
    entry = Entry.objects.get(action="contact_message.answered")
    assert (entry.before, entry.after, entry.actor) == ("received", "answered", staff)


def test_a_message_may_be_put_away_without_a_mail(staff: User) -> None:
    message = received()
    close_contact_message(message.pk, actor=staff)
    message.refresh_from_db()
    assert message.state == ContactState.CLOSED
    assert not Message.objects.filter(code="contact_message_answer").exists()


def test_a_message_is_answered_once(staff: User) -> None:
    message = received()
    answer_contact_message(message.pk, message="一通目", actor=staff)
    for again in (
        lambda: answer_contact_message(message.pk, message="二通目", actor=StaffFactory()),
        lambda: close_contact_message(message.pk, actor=staff),
    ):
        with pytest.raises(TransitionError) as refused:
            again()
        assert refused.value.code == "wrong_state"
    assert Message.objects.filter(code="contact_message_answer").count() == 1


def test_an_answer_needs_words(staff: User) -> None:
    message = received()
    with pytest.raises(TransitionError) as refused:
        answer_contact_message(message.pk, message="  \n ", actor=staff)
    assert refused.value.code == "answer_missing"


def test_only_staff_answer() -> None:
    message = received()
    for person in (UserFactory(), member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            answer_contact_message(message.pk, message="勝手なお返事", actor=person)
        with pytest.raises(PermissionDenied):
            close_contact_message(message.pk, actor=person)
    message.refresh_from_db()
    assert message.state == ContactState.RECEIVED


def test_the_database_refuses_an_answered_message_without_an_answer() -> None:
    message = received()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactMessage.objects.filter(pk=message.pk).update(state=ContactState.ANSWERED)


def test_staff_find_answer_and_close_it_in_the_admin(client: Client, staff: User) -> None:
    first, second = received("1" * 32), received("2" * 32)
    client.force_login(staff)
    listed = client.get(reverse("admin:pages_contactmessage_changelist"), {"state__exact": "received"})
    assert first.number in listed.content.decode()
    page = client.get(reverse("admin:pages_contactmessage_change", args=[first.pk])).content.decode()
    assert FILLED["body"] in page
    assert "お返事を送る" in page
    url = reverse("admin:pages_contactmessage_transition", args=[first.pk, "answer"])
    form = client.get(url)
    assert form.status_code == 200
    seen = form.context["seen"]
    client.post(url, {"message": "お電話でご案内します。", "seen": seen})
    first.refresh_from_db()
    assert first.state == ContactState.ANSWERED
    url = reverse("admin:pages_contactmessage_transition", args=[second.pk, "close"])
    client.post(url, {"seen": client.get(url).context["seen"]})
    second.refresh_from_db()
    assert second.state == ContactState.CLOSED


def test_members_do_not_find_it_in_the_admin(client: Client) -> None:
    message = received()
    client.force_login(member_of(OrganisationFactory()))
    response = client.get(reverse("admin:pages_contactmessage_change", args=[message.pk]))
    assert response.status_code in (302, 403, 404)


def test_waiting_messages_stand_on_the_office_s_start_page(staff: User) -> None:
    queue = staff_waiting["contact_messages"]
    assert queue.summary(staff).count == 0
    first, second = received("1" * 32), received("2" * 32)
    close_contact_message(second.pk, actor=staff)
    summary = queue.summary(staff)
    assert (summary.count, summary.oldest, summary.overdue) == (1, first.received_at, 0)
    (task,) = queue.first(staff, 5)
    assert task.url == reverse("admin:pages_contactmessage_change", args=[first.pk])
    assert task.kind == "取材・見学について"
    assert queue.target_days == TARGET_DAYS
    assert queue.allows(staff)
    assert not queue.allows(UserFactory())

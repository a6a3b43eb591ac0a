"""Putting notices into the outbox: in the transaction of the change, once for each person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import User
from tests.factories.members import UserFactory
from tests.notifications.conftest import Told, ToldOfMembership, ToldOnTheBell
from tomoiki.notifications import dispatch, outbox
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Message, Notification, Preference

pytestmark = pytest.mark.django_db

Tell = Callable[..., list[Notification]]


def test_a_notice_reaches_each_of_its_audience_on_the_bell_and_by_mail(tell: Tell) -> None:
    people = [UserFactory.create(), UserFactory.create()]
    stored = tell(*people)
    assert {each.recipient for each in stored} == set(people)
    for each in stored:
        assert each.message is not None
        assert each.message.to_address == each.recipient.email
        assert each.digest_text == "やぐらを組む日を決めましょう。"
        assert each.recipient.name in each.message.text_body


def test_a_notice_put_twice_reaches_a_person_once(person: User) -> None:
    newcomer = UserFactory.create()
    with transaction.atomic():
        assert len(outbox.put(Told(person, person))) == 1
        assert outbox.put(Told(person, person)) == []
    with transaction.atomic():
        (late,) = outbox.put(Told(person, person, newcomer))
    assert late.recipient == newcomer
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_notice_put_outside_a_transaction_is_refused(person: User) -> None:
    with pytest.raises(outbox.NotInTransaction):
        outbox.put(Told(person, person))
    with pytest.raises(outbox.NotInTransaction):
        outbox.put_secret(key="k", code="c", to_address=person.email, subject="s", text="t", recipient=person)
    assert Message.objects.count() == 0


def test_a_change_that_is_rolled_back_tells_nobody(person: User) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            outbox.put(Told(person, person))
            raise DatabaseError

    with pytest.raises(DatabaseError):
        change_and_fail()
    assert (Notification.objects.count(), Message.objects.count()) == (0, 0)


def test_whoever_is_inactive_or_anonymised_is_left_out(tell: Tell, person: User) -> None:
    tell(person, UserFactory.create(is_active=False), UserFactory.create(anonymised_at="2026-04-01T00:00+09:00"))
    assert [each.recipient for each in Notification.objects.all()] == [person]


def test_without_the_wish_for_mail_the_bell_alone_tells(tell: Tell, person: User) -> None:
    Preference.objects.create(user=person, topic=Topic.INTRODUCTION, by_mail=False)
    (notification,) = tell(person)
    assert notification.message is None
    assert Message.objects.count() == 0


def test_what_keeps_an_account_working_is_always_mailed(tell: Tell, person: User) -> None:
    Preference.objects.create(user=person, topic=Topic.MEMBERSHIP, by_mail=False)
    (notification,) = tell(person, kind=ToldOfMembership)
    assert notification.message is not None
    assert "preferences" not in notification.message.text_body


def test_a_notice_for_the_bell_is_not_mailed(tell: Tell, person: User) -> None:
    assert tell(person, kind=ToldOnTheBell)[0].message is None


def test_a_mail_says_where_to_change_what_one_gets(tell: Tell, person: User) -> None:
    message = tell(person)[0].message
    assert message is not None
    assert "http://testserver/notifications/preferences/" in message.text_body


def test_the_number_of_queries_does_not_grow_with_the_audience(tell: Tell) -> None:
    def queries(people: list[User]) -> int:
        with CaptureQueriesContext(connection) as found:
            tell(*people)
        return len(found)

    tell(UserFactory.create())
    assert queries(UserFactory.create_batch(1)) == queries(UserFactory.create_batch(12)) == 9


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_a_notice_never_leads_to_another_site(person: User, link: str) -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="not a path"):
        outbox.put(Told(person, person, link=link))
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(
            key="k", recipient=person, code="c", topic=Topic.POST, urgency="bell", subject="s", reason="r", link=link
        )


def test_long_keys_of_two_people_stay_two(person: User) -> None:
    class LongKey(Told):
        def key(self) -> str:
            return "k" * 200

    with transaction.atomic():
        outbox.put(LongKey(person, person, UserFactory.create()))
    assert Message.objects.count() == 2


def test_each_message_has_an_id_of_our_own_domain(mail_to: Callable[..., Message], settings: Any) -> None:
    settings.SITE_URL = "https://tomoiki.example"
    ids = {mail_to(UserFactory.create()).message_id for _ in range(2)}
    assert len(ids) == 2
    assert all(each.endswith("@tomoiki.example>") for each in ids)


def test_a_worker_is_woken_after_commit_and_not_before(
    person: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    woken: list[list[int]] = []
    monkeypatch.setattr(dispatch, "wake_worker", woken.append)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        (notification,) = outbox.put(Told(person, person))
        assert woken == []
    assert woken == [[notification.message_id]]


def test_what_a_request_tells_carries_its_number(client: Client, person: User) -> None:
    for _ in range(2):
        client.post(
            "/account/password/reset/", {"email": person.email}, headers={"x-request-id": "chosen-by-a-visitor"}
        )
    numbers = set(Message.objects.values_list("request_id", flat=True))
    assert len(numbers) == 2
    assert all(UUID(number) for number in numbers)

"""The outbox's background work, and what holds when many workers do it at once or none can."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu import Connection
from pytest_django.fixtures import Settings

from members.models import User
from tests.factories.members import UserFactory
from tests.notifications.conftest import Told
from tests.smtp import Sink
from tomoiki.notifications import engine, outbox, tasks
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.notifications.registrations import OutboxLags, outbox_lag

MailTo = Callable[..., Message]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_message_twice(sink: Sink, mail_to: MailTo) -> None:
    people = [UserFactory.create() for _ in range(12)]
    for person in people:
        mail_to(person)
        mail_to(person)
    tallies: list[Counter[str]] = []
    start = threading.Barrier(3)

    def work() -> None:
        try:
            start.wait(5)
            tallies.extend(engine.send_due() for _ in range(3))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sum(tallies, Counter()) == {"sent": 24}
    assert len(sink.received) == 24
    assert len({mail["Message-ID"] for mail in sink.mails}) == 24
    for person in people:
        numbers = [int(subject.partition("（")[2].rstrip("）")) for subject in sink.subjects_for(person.email)]
        assert numbers == sorted(numbers)


@pytest.fixture
def broker_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is enqueued meets a port where nobody listens."""
    enqueue = tasks.send_messages.apply_async

    def enqueue_in_vain(**options: Any) -> object:
        options_of_ours = current_app.conf.broker_transport_options
        nowhere = Connection("redis://127.0.0.1:1/0", transport_options=options_of_ours)
        return enqueue(**options, connection=nowhere)  # type: ignore[call-arg]

    monkeypatch.setattr(tasks.send_messages, "apply_async", enqueue_in_vain)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_down")
def test_a_request_succeeds_while_the_broker_is_down_and_the_sweep_sends(
    sink: Sink, client: Client, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    started = timezone.now()
    response = client.post(reverse("account_reset_password"), {"email": person.email})
    assert timezone.now() - started < timedelta(seconds=5)
    assert response.status_code == 302
    assert "outbox.broker_unreachable" in caplog.text
    assert Message.objects.get().state == MessageState.QUEUED

    tasks.sweep_outbox()

    assert Message.objects.get().state == MessageState.SENT
    assert [mail["To"] for mail in sink.mails] == [person.email]


@pytest.mark.django_db
def test_the_sweep_takes_back_what_a_dead_worker_claimed_and_sends_it(
    sink: Sink, person: User, mail_to: MailTo, settings: Settings
) -> None:
    message = mail_to(person)
    engine.claim("dead:1")
    tasks.sweep_outbox()
    assert sink.received == []

    settings.MAIL_CLAIM_STALE_SECONDS = 0
    tasks.sweep_outbox()

    assert Message.objects.get(pk=message.pk).state == MessageState.SENT
    assert len(sink.received) == 1


@pytest.mark.django_db
def test_a_task_that_runs_twice_sends_once(sink: Sink, person: User, mail_to: MailTo) -> None:
    message = mail_to(person)
    tasks.send_messages([message.pk])
    tasks.send_messages([message.pk])
    assert len(sink.received) == 1


@pytest.mark.django_db
def test_bodies_go_after_ninety_days_and_mail_under_way_keeps_its_own(person: User, mail_to: MailTo) -> None:
    old, recent, waiting = mail_to(person), mail_to(person), mail_to(person)
    long_ago = timezone.now() - timedelta(days=91)
    Message.objects.filter(pk__in=[old.pk, recent.pk]).update(state="sent", sent_at=long_ago)
    Message.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=long_ago)

    assert tasks.clear_old_bodies() == 1
    assert tasks.clear_old_bodies() == 0

    assert [bool(Message.objects.get(pk=each.pk).text_body) for each in (old, recent, waiting)] == [False, True, True]
    assert Message.objects.get(pk=old.pk).cleared_at is not None
    assert Message.objects.get(pk=old.pk).subject


@pytest.mark.django_db
def test_an_account_mail_that_never_left_is_wiped_when_its_link_has_expired(person: User) -> None:
    with transaction.atomic():
        message = outbox.put_secret(
            key="k", code="c", to_address=person.email, subject="s", text="link", recipient=person
        )
    Message.objects.filter(pk=message.pk).update(state="failed", created_at=timezone.now() - timedelta(days=4))
    assert tasks.clear_old_bodies() == 1
    assert Message.objects.get().text_body == ""


@pytest.mark.django_db
def test_the_portal_is_not_ready_when_mail_has_waited_too_long(
    client: Client, person: User, mail_to: MailTo, settings: Settings
) -> None:
    settings.OUTBOX_LAG_LIMIT_SECONDS = 60
    assert outbox_lag() == "0 s"
    message = mail_to(person)
    assert client.get(reverse("readyz")).status_code == 200

    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(OutboxLags):
        outbox_lag()
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["checks"]["outbox"] == "failed: OutboxLags"
    assert client.get(reverse("healthz")).status_code == 200


@pytest.mark.django_db
def test_one_persons_slow_server_is_no_lag(person: User, mail_to: MailTo, settings: Settings) -> None:
    settings.OUTBOX_LAG_LIMIT_SECONDS = 60
    first, second = mail_to(person), mail_to(person)
    Message.objects.filter(pk=first.pk).update(attempts=3, next_attempt_at=timezone.now() + timedelta(hours=1))
    Message.objects.filter(pk=second.pk).update(next_attempt_at=timezone.now() - timedelta(hours=1))
    assert outbox_lag() == "0 s"


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_put_the_same_notice_tell_a_person_once(person: User) -> None:
    start = threading.Barrier(2)
    errors: list[BaseException] = []

    def put() -> None:
        try:
            with transaction.atomic():
                start.wait(5)
                outbox.put(Told(person, person))
        except BaseException as error:  # shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=put) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert errors == []
    assert Message.objects.count() == 1
    assert person.notifications.count() == 1

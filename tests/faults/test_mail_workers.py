"""A worker that is killed loses no mail and sends none twice."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.members import UserFactory
from tests.faults.workers import celery_worker, wait_until
from tests.smtp import Sink, smtp_sink
from tomoiki.celery import app
from tomoiki.notifications import outbox, tasks
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue that no other test and no other worker knows."""
    name = f"fault-{uuid4().hex}"
    for task in (tasks.send_messages, tasks.sweep_outbox):
        monkeypatch.setattr(task, "queue", name, raising=False)
        # Celery keeps what it once read of a task.
        monkeypatch.setattr(task, "_exec_options", None)
    yield name
    with app.connection_for_write() as connection:
        redis = connection.default_channel.client  # type: ignore[attr-defined]
        redis.delete(name, f"_kombu.binding.{name}")


@pytest.fixture
def mail() -> Iterator[tuple[Sink, dict[str, str]]]:
    """A mail server, and the environment that makes a worker use it."""
    with smtp_sink() as (sink, port):
        yield sink, {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_TIMEOUT_SECONDS": "30"}


def put_a_mail() -> Message:
    person = UserFactory.create()
    with transaction.atomic():
        return outbox.put_secret(
            key=f"k:{person.pk}",
            code="account.password_reset_key",
            to_address=person.email,
            subject="パスワードの決め直し",
            text="https://tomoiki.example/reset/",
            recipient=person,
        )


def state_of(message: Message) -> str:
    return str(Message.objects.values_list("state", flat=True).get(pk=message.pk))


def test_killed_between_claim_and_send_loses_nothing(
    mail: tuple[Sink, dict[str, str]], queue: str, tmp_path: Path
) -> None:
    sink, environment = mail
    sink.may_greet.clear()
    message = put_a_mail()

    with celery_worker(queue, tmp_path, **environment) as worker:
        wait_until(sink.greeted.is_set, worker)
        assert state_of(message) == MessageState.CLAIMED
        worker.kill()
    assert state_of(message) == MessageState.CLAIMED
    sink.may_greet.set()

    with celery_worker(queue, tmp_path, MAIL_CLAIM_STALE_SECONDS="0", **environment) as successor:
        tasks.sweep_outbox.delay()
        wait_until(lambda: state_of(message) == MessageState.SENT, successor)
        tasks.sweep_outbox.delay()
        wait_until(lambda: sum(each.get("event") == "task_succeeded" for each in successor.lines()) >= 2, successor)

    assert len(sink.received) == 1
    assert sink.mails[0]["Message-ID"] == message.message_id
    assert Message.objects.get().text_body == ""


def test_killed_in_flight_leaves_the_message_uncertain_and_unsent_again(
    mail: tuple[Sink, dict[str, str]], queue: str, tmp_path: Path
) -> None:
    sink, environment = mail
    sink.may_answer.clear()
    message = put_a_mail()

    with celery_worker(queue, tmp_path, **environment) as worker:
        wait_until(sink.handed_over.is_set, worker)
        assert state_of(message) == MessageState.IN_FLIGHT
        worker.kill()
    sink.may_answer.set()

    with celery_worker(queue, tmp_path, MAIL_IN_FLIGHT_STALE_SECONDS="0", **environment) as successor:
        tasks.sweep_outbox.delay()
        wait_until(lambda: state_of(message) == MessageState.UNCERTAIN, successor)
        tasks.sweep_outbox.delay()
        wait_until(lambda: sum(each.get("event") == "task_succeeded" for each in successor.lines()) >= 2, successor)

    assert state_of(message) == MessageState.UNCERTAIN
    assert len(sink.received) == 1
    assert list(Message.objects.needing_a_look()) == [Message.objects.get()]


def test_a_task_inherits_the_number_of_the_request_that_caused_it(
    mail: tuple[Sink, dict[str, str]], queue: str, tmp_path: Path, client: Client
) -> None:
    sink, environment = mail
    person = UserFactory.create()
    client.post(reverse("account_reset_password"), {"email": person.email})
    message = Message.objects.get()
    assert message.request_id

    with celery_worker(queue, tmp_path, **environment) as worker:
        wait_until(lambda: state_of(message) == MessageState.SENT, worker)
        wait_until(lambda: any(each.get("event") == "task_succeeded" for each in worker.lines()), worker)

    about_the_task = [each for each in worker.lines() if each.get("event") in ("task_started", "outbox.run")]
    assert len(about_the_task) == 2
    assert {each["request_id"] for each in about_the_task} == {message.request_id}
    assert settings.SITE_URL in (sink.mails[0].get_body(("plain",)) or sink.mails[0]).get_content()

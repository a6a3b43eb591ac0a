"""A form sent twice, or two of the office, in the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.factories.members import StaffFactory
from tomoiki.notifications.models import Message
from tomoiki.pages.models import ContactMessage
from tomoiki.pages.transitions import (
    CONTACT_FORM,
    answer_contact_message,
    close_contact_message,
    receive_contact_message,
)
from tomoiki.workflow.table import TransitionError

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = {
    "topic": "joining",
    "name": "鈴木 一",
    "email": "suzuki@machi.example",
    "organisation": "",
    "body": "参加について教えてください。",
}


@pytest.fixture(autouse=True)
def _nobody_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of here is what stands in the outbox; sending it is tested elsewhere."""
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run ``calls`` at the same moment, each in a connection of its own; 'done' or the code of the refusal."""
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        together.wait(timeout=5)
        try:
            call()
        except TransitionError as error:
            return error.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return sorted(pool.map(run, calls))


def receive() -> ContactMessage:
    return receive_contact_message(VALUES, idempotency_key="k" * 32, actor=CONTACT_FORM)


def test_a_form_sent_twice_is_one_message_with_one_receipt() -> None:
    StaffFactory()
    assert at_once(receive, receive, receive) == ["done", "done", "done"]
    assert ContactMessage.objects.count() == 1
    assert Message.objects.filter(code="contact_message_receipt").count() == 1
    assert Message.objects.filter(code="contact_message_received").count() == 1


def test_two_of_the_office_answer_and_the_sender_hears_once() -> None:
    message = receive()
    one, other = StaffFactory(), StaffFactory()
    results = at_once(
        lambda: answer_contact_message(message.pk, message="一通目", actor=one),
        lambda: answer_contact_message(message.pk, message="二通目", actor=other),
    )
    assert results == ["done", "wrong_state"]
    assert Message.objects.filter(code="contact_message_answer").count() == 1


def test_one_answers_while_another_puts_it_away() -> None:
    message = receive()
    one, other = StaffFactory(), StaffFactory()
    results = at_once(
        lambda: answer_contact_message(message.pk, message="お返事です", actor=one),
        lambda: close_contact_message(message.pk, actor=other),
    )
    assert results == ["done", "wrong_state"]
    message.refresh_from_db()
    sent = Message.objects.filter(code="contact_message_answer").count()
    assert sent == (1 if message.answer else 0)

"""Django's own mail: error reports go through the outbox, and nothing else may."""

import logging
from collections.abc import Callable

import pytest
from django.core.mail import mail_admins, send_mail
from django.db import DatabaseError
from django.utils.log import AdminEmailHandler
from pytest_django.fixtures import Settings

from tests.smtp import Sink
from tomoiki.notifications import engine, outbox
from tomoiki.notifications.backends import MailOutsideOutbox
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _our_backend(settings: Settings) -> None:
    # The test runner puts a backend of its own in place.
    settings.EMAIL_BACKEND = "tomoiki.notifications.backends.OutboxOnlyBackend"
    settings.ADMINS = [("当番", "toban@tomoiki.example")]


def test_mail_that_does_not_come_from_the_outbox_is_refused() -> None:
    with pytest.raises(MailOutsideOutbox):
        send_mail("件名", "本文", None, ["dareka@machi.example"])
    assert send_mail("件名", "本文", None, ["dareka@machi.example"], fail_silently=True) == 0
    assert Message.objects.count() == 0


def test_an_error_report_reaches_the_administrator_once_an_hour_and_is_kept_secret(sink: Sink) -> None:
    for _ in range(3):
        mail_admins("ERROR: /posts/", "Traceback …")
    report = Message.objects.get()
    assert report.secret
    assert engine.send_due() == {"sent": 1}
    assert sink.mails[0]["To"] == "toban@tomoiki.example"
    assert Message.objects.get().text_body == ""


def test_a_report_that_cannot_be_stored_raises_no_second_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(outbox, "put_secret", broken)
    handler = AdminEmailHandler()
    handler.emit(logging.LogRecord("django.request", logging.ERROR, __file__, 1, "broken", None, None))
    assert Message.objects.count() == 0


def test_djangos_error_handler_reports_through_the_outbox(
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    AdminEmailHandler().emit(logging.LogRecord("django.request", logging.ERROR, __file__, 1, "broken", None, None))
    assert Message.objects.get().to_address == "toban@tomoiki.example"

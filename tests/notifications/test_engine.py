"""Sending over a real SMTP connection: what became of each message is known exactly."""

import socket
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from members.models import User
from tests.factories.members import UserFactory
from tests.smtp import Sink
from tomoiki.audit.models import Entry
from tomoiki.notifications import engine, outbox
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.notifications.transport import NoConnection, Transport

pytestmark = pytest.mark.django_db

MailTo = Callable[..., Message]


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def make_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())


@pytest.fixture
def nobody_listens(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", probe.getsockname()[1]


def secret_mail(person: User, *, key: str = "account:1") -> Message:
    with transaction.atomic():
        return outbox.put_secret(
            key=key,
            code="account.password_reset_key",
            to_address=person.email,
            subject="パスワードの決め直し",
            text="https://tomoiki.example/reset/abc/",
            html="<p>https://tomoiki.example/reset/abc/</p>",
            recipient=person,
        )


def test_a_mail_arrives_with_text_and_html_signed_and_dated(
    sink: Sink, person: User, mail_to: MailTo, settings: Settings
) -> None:
    settings.MAIL_REPLY_TO = "soudan@tomoiki.example"
    message = mail_to(person)

    assert engine.send_due() == {"sent": 1}

    (mail,) = sink.mails
    assert mail["Subject"] == "【ともいき】夏祭りの準備が始まりました（1）"
    assert mail["To"] == person.email
    assert "jimukyoku@tomoiki.example" in mail["From"]
    assert "ともいき事務局" in mail["From"]
    assert mail["Reply-To"] == "soudan@tomoiki.example"
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert abs(mail["Date"].datetime - timezone.now()) < timedelta(minutes=1)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert ".点から始まる行も、そのまま届きます。" in text.get_content().splitlines()
    assert "このメールは、おつなぎの参加者のため、お送りしています。" in text.get_content()
    assert "http://testserver/me/" in text.get_content()
    assert '<html lang="ja">' in html.get_content()
    after = fresh(message)
    assert after.state == MessageState.SENT
    assert after.sent_at is not None
    assert after.attempts == 1
    assert after.text_body


def test_what_travels_is_seven_bits_and_its_lines_are_short(sink: Sink, person: User, mail_to: MailTo) -> None:
    mail_to(person, words="長い" * 80)
    engine.send_due()
    content = sink.received[0].content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_one_connection_carries_a_whole_batch(sink: Sink, mail_to: MailTo) -> None:
    for _ in range(3):
        mail_to(UserFactory.create())
    assert engine.send_due() == {"sent": 3}
    assert sink.connections == 1


def test_a_refused_recipient_bounces_and_the_next_one_gets_their_mail(
    sink: Sink, person: User, mail_to: MailTo
) -> None:
    gone = UserFactory.create(email="mou-inai@machi.example")
    sink.refusals[gone.email] = "550 5.1.1 no such user"
    bounced, sent = mail_to(gone), mail_to(person)

    assert engine.send_due() == {"bounced": 1, "sent": 1}

    assert fresh(bounced).state == MessageState.BOUNCED
    assert "no such user" in fresh(bounced).last_error
    assert fresh(sent).state == MessageState.SENT
    assert sink.connections == 1
    entry = Entry.objects.about(bounced).get()
    assert (entry.action, entry.before, entry.after, entry.system_actor) == (
        "message.bounced",
        "in_flight",
        "bounced",
        "outbox",
    )


def test_an_address_that_is_none_bounces_without_a_dialogue(sink: Sink, mail_to: MailTo) -> None:
    message = mail_to(UserFactory.create())
    Message.objects.filter(pk=message.pk).update(to_address="x@y.example\r\nBcc: all@machi.example")
    assert engine.send_due() == {"bounced": 1}
    assert sink.received == []


def test_a_subject_cannot_smuggle_a_header(sink: Sink, person: User, mail_to: MailTo) -> None:
    smuggled = mail_to(person, words="祭り\r\nBcc: all@machi.example")
    assert "\n" not in smuggled.subject
    hand_made = mail_to(UserFactory.create())
    Message.objects.filter(pk=hand_made.pk).update(subject="祭り\nBcc: all@machi.example")

    assert engine.send_due() == {"sent": 1, "failed": 1}

    (mail,) = sink.mails
    assert mail["Bcc"] is None
    assert fresh(hand_made).state == MessageState.FAILED


def test_a_server_that_is_busy_is_asked_again_more_and_more_slowly(sink: Sink, person: User, mail_to: MailTo) -> None:
    sink.refusals[person.email] = "451 4.7.1 try again later"
    message = mail_to(person)
    waits = []
    for _ in range(3):
        before = timezone.now()
        assert engine.send_due() == {"queued": 1}
        assert engine.send_due() == {}
        waits.append(fresh(message).next_attempt_at - before)
        make_due(message)
    assert waits[0] >= engine.BACK_OFF[0]
    assert waits == sorted(waits)
    assert fresh(message).attempts == 3
    assert "try again later" in fresh(message).last_error

    sink.refusals.clear()
    assert engine.send_due() == {"sent": 1}
    assert len(sink.received) == 1
    assert fresh(message).last_error == ""


def test_a_message_that_was_not_accepted_for_now_is_sent_later(sink: Sink, person: User, mail_to: MailTo) -> None:
    sink.data_replies = ["452 4.3.1 out of space"]
    message = mail_to(person)
    assert engine.send_due() == {"queued": 1}
    make_due(message)
    assert engine.send_due() == {"sent": 1}
    assert len(sink.received) == 1


def test_a_message_refused_for_good_fails_and_waits_for_staff(sink: Sink, person: User, mail_to: MailTo) -> None:
    sink.data_replies = ["554 5.7.1 looks like spam"]
    message = mail_to(person)
    assert engine.send_due() == {"failed": 1}
    assert list(Message.objects.needing_a_look()) == [fresh(message)]
    assert Entry.objects.about(message).get().action == "message.failed"


@pytest.mark.usefixtures("nobody_listens")
def test_a_server_that_is_down_leaves_everything_queued(person: User, mail_to: MailTo) -> None:
    first, second = mail_to(person), mail_to(UserFactory.create())

    assert engine.send_due() == {"queued": 2}

    for message in (fresh(first), fresh(second)):
        assert message.state == MessageState.QUEUED
        assert message.attempts == 1
        assert message.in_flight_at is None
        assert message.next_attempt_at > timezone.now()
        assert "refused" in message.last_error.lower()


@pytest.mark.usefixtures("nobody_listens")
def test_after_the_last_attempt_a_message_is_given_up_where_staff_see_it(person: User, mail_to: MailTo) -> None:
    message = mail_to(person)
    Message.objects.filter(pk=message.pk).update(attempts=len(engine.BACK_OFF))
    assert engine.send_due() == {"failed": 1}
    assert fresh(message) in Message.objects.needing_a_look()


def test_a_server_that_hangs_up_after_the_message_leaves_it_uncertain_and_unsent_again(
    sink: Sink, person: User, mail_to: MailTo
) -> None:
    sink.drop_after_data = True
    message = mail_to(person)

    assert engine.send_due() == {"uncertain": 1}
    engine.take_back_stale(timezone.now() + timedelta(days=1))
    assert engine.send_due() == {}

    assert fresh(message).state == MessageState.UNCERTAIN
    assert len(sink.received) == 1
    assert fresh(message) in Message.objects.needing_a_look()


def test_a_server_that_does_not_answer_in_time_leaves_the_message_uncertain(
    sink: Sink, person: User, mail_to: MailTo, settings: Settings
) -> None:
    settings.MAIL_TIMEOUT_SECONDS = 0.3
    sink.may_answer.clear()
    mail_to(person)
    assert engine.send_due() == {"uncertain": 1}


def test_after_a_lost_connection_the_batch_goes_on_over_a_new_one(sink: Sink, mail_to: MailTo) -> None:
    sink.drop_after_data = True
    first = mail_to(UserFactory.create())
    second = mail_to(UserFactory.create())
    (claimed, other) = engine.claim("tests:1")
    transport = Transport.from_settings()
    assert engine.deliver(claimed, transport) == MessageState.UNCERTAIN
    sink.drop_after_data = False
    assert engine.deliver(other, transport) == MessageState.SENT
    transport.close()
    assert (fresh(first).state, fresh(second).state) == ("uncertain", "sent")


def test_an_account_mail_is_wiped_once_sent(sink: Sink, person: User) -> None:
    message = secret_mail(person)
    assert engine.send_due() == {"sent": 1}
    text = sink.mails[0].get_body(("plain",))
    assert text is not None
    assert "https://tomoiki.example/reset/abc/" in text.get_content()
    after = fresh(message)
    assert (after.text_body, after.html_body) == ("", "")
    assert after.cleared_at is not None


def test_mail_to_one_person_keeps_its_order(sink: Sink, person: User, mail_to: MailTo) -> None:
    sink.refusals[person.email] = "451 4.7.1 try again later"
    first, second = mail_to(person), mail_to(person)
    other = mail_to(UserFactory.create())

    assert engine.send_due() == {"queued": 1, "sent": 1}
    assert (fresh(second).state, fresh(second).attempts) == ("queued", 0)
    assert fresh(other).state == MessageState.SENT

    sink.refusals.clear()
    make_due(first)
    assert engine.send_due() == {"sent": 2}
    assert [subject[-3:] for subject in sink.subjects_for(person.email)] == ["（1）", "（2）"]


@pytest.mark.parametrize("state", [MessageState.UNCERTAIN, MessageState.FAILED, MessageState.BOUNCED])
def test_a_message_that_staff_must_decide_about_holds_nothing_up(
    sink: Sink, person: User, mail_to: MailTo, state: str
) -> None:
    first = mail_to(person)
    Message.objects.filter(pk=first.pk).update(state=state)
    mail_to(person)
    assert engine.send_due() == {"sent": 1}


@pytest.mark.parametrize("state", [MessageState.CLAIMED, MessageState.IN_FLIGHT])
def test_a_message_that_another_worker_holds_is_not_overtaken(
    sink: Sink, person: User, mail_to: MailTo, state: str
) -> None:
    first = mail_to(person)
    now = timezone.now()
    Message.objects.filter(pk=first.pk).update(state=state, claimed_by="other", claimed_at=now, in_flight_at=now)
    mail_to(person)
    assert engine.send_due() == {}


def test_account_mails_neither_wait_nor_hold_up(sink: Sink, person: User, mail_to: MailTo) -> None:
    waiting = mail_to(person)
    Message.objects.filter(pk=waiting.pk).update(attempts=1, next_attempt_at=timezone.now() + timedelta(hours=1))
    secret_mail(person)
    assert engine.send_due() == {"sent": 1}
    assert fresh(waiting).state == MessageState.QUEUED


def test_mail_planned_for_later_holds_nothing_up_and_is_not_sent_early(
    sink: Sink, person: User, mail_to: MailTo
) -> None:
    planned = mail_to(person)
    Message.objects.filter(pk=planned.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    mail_to(person)
    assert engine.send_due() == {"sent": 1}
    assert fresh(planned).state == MessageState.QUEUED


def test_the_people_of_a_fresh_message_get_what_waited_behind_it_and_nobody_else(sink: Sink, mail_to: MailTo) -> None:
    someone, other = UserFactory.create(), UserFactory.create()
    first, second = mail_to(someone), mail_to(someone)
    unrelated = mail_to(other)
    assert engine.send_due([first.pk]) == {"sent": 2}
    assert fresh(second).state == MessageState.SENT
    assert fresh(unrelated).state == MessageState.QUEUED


def test_a_claim_that_was_taken_back_is_not_sent_by_its_old_holder(sink: Sink, person: User, mail_to: MailTo) -> None:
    mail_to(person)
    (held,) = engine.claim("slow:1")
    engine.take_back_stale(timezone.now() + timedelta(hours=1))
    assert fresh(held).state == MessageState.QUEUED

    assert engine.deliver(held, Transport.from_settings()) == MessageState.QUEUED
    assert sink.received == []

    assert engine.send_due() == {"sent": 1}


def test_a_message_left_in_flight_becomes_uncertain_and_its_worker_may_still_say_that_it_arrived(
    sink: Sink, person: User, mail_to: MailTo
) -> None:
    message = mail_to(person)
    (held,) = engine.claim("slow:1")
    engine._move(held, "depart", in_flight_at=timezone.now(), attempts=1)
    engine.take_back_stale()
    assert fresh(message).state == MessageState.IN_FLIGHT
    engine.take_back_stale(timezone.now() + timedelta(hours=1))
    assert fresh(message).state == MessageState.UNCERTAIN
    assert Entry.objects.about(message).get().action == "message.uncertain"
    assert engine._move(held, "arrive", sent_at=timezone.now()) == MessageState.SENT


def test_the_engine_refuses_to_work_inside_a_transaction(settings: Settings, transactional_db: None) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        engine.send_due()


def test_a_run_that_is_out_of_time_gives_back_what_it_claimed(
    sink: Sink, mail_to: MailTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [mail_to(UserFactory.create()) for _ in range(3)]
    clock = iter([0.0, 1.0, 2.0, 300.0, 300.0, 300.0])
    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert engine.send_due(seconds=200) == {"sent": 1}
    assert sorted(fresh(message).state for message in messages) == ["queued", "queued", "sent"]


def test_a_login_or_encryption_the_server_does_not_offer_sends_nothing(
    sink: Sink, settings: Settings, person: User, mail_to: MailTo
) -> None:
    settings.MAIL_ENCRYPTION = "starttls"
    with pytest.raises(NoConnection):
        Transport.from_settings().open()
    settings.MAIL_ENCRYPTION, settings.MAIL_USER, settings.MAIL_PASSWORD = "none", "post", "wrong"
    message = mail_to(person)
    assert engine.send_due() == {"queued": 1}
    assert fresh(message).attempts == 1
    assert sink.received == []


def test_claiming_takes_two_queries_and_sending_the_same_number_for_each_message(
    sink: Sink, mail_to: MailTo, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        mail_to(UserFactory.create())
    # Savepoint and its release stand in for the transaction that commits.
    with django_assert_num_queries(5):
        batch = engine.claim("tests:1")
    transport = Transport.from_settings()
    for message in batch:
        with django_assert_num_queries(6):
            engine.deliver(message, transport)
    transport.close()

"""What staff decide about mail, and what people do with their notices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import User
from tests.factories.members import StaffFactory, UserFactory
from tests.smtp import Sink
from tomoiki.audit.models import Entry
from tomoiki.notifications import engine, outbox
from tomoiki.notifications.enums import MessageState, Topic
from tomoiki.notifications.models import Message, Notification, Preference
from tomoiki.notifications.states import WORKFLOW
from tomoiki.notifications.transitions import (
    cancel_message,
    choose_topics,
    mark_as_arrived,
    open_notification,
    read_all,
    send_again,
)
from tomoiki.notifications.transport import Transport
from tomoiki.workflow.table import TransitionError

pytestmark = pytest.mark.django_db

MailTo = Callable[..., Message]
VERBS: dict[str, Callable[..., Message]] = {
    "send_again": send_again,
    "mark_as_arrived": mark_as_arrived,
    "cancel": cancel_message,
}


@pytest.fixture
def staff() -> User:
    return StaffFactory.create()


def in_state(message: Message, state: str, **more: Any) -> Message:
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state=state, sent_at=now if state == "sent" else None, in_flight_at=now, **more
    )
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", MessageState.values)
def test_each_verb_starts_from_its_states_only(
    staff: User, person: User, mail_to: MailTo, verb: str, state: str
) -> None:
    message = in_state(mail_to(person), state)
    step = WORKFLOW.transitions[verb]
    if state in step.sources:
        after = VERBS[verb](message.pk, actor=staff)
        assert after.state == step.target
        entry = Entry.objects.about(message).get()
        assert (entry.actor, entry.before, entry.after) == (staff, state, step.target)
    else:
        with pytest.raises(TransitionError) as refused:
            VERBS[verb](message.pk, actor=staff)
        assert refused.value.code == "wrong_state"
        assert not Entry.objects.about(message).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_members_decide_nothing_about_mail(person: User, mail_to: MailTo, verb: str) -> None:
    message = in_state(mail_to(person), "uncertain")
    with pytest.raises(PermissionDenied):
        VERBS[verb](message.pk, actor=person)


def test_a_message_sent_again_goes_to_the_persons_present_address_with_the_same_id(
    sink: Sink, staff: User, person: User, mail_to: MailTo
) -> None:
    message = in_state(mail_to(person), "bounced", attempts=3)
    person.email = "atarashii@machi.example"
    person.save(update_fields=["email"])

    send_again(message.pk, actor=staff)

    assert engine.send_due() == {"sent": 1}
    assert sink.mails[0]["To"] == "atarashii@machi.example"
    assert sink.mails[0]["Message-ID"] == message.message_id


def test_an_account_mail_sent_again_goes_to_the_address_it_was_written_for(
    sink: Sink, staff: User, person: User
) -> None:
    with transaction.atomic():
        message = outbox.put_secret(
            key="k", code="c", to_address="hoka@machi.example", subject="s", text="t", recipient=person
        )
    in_state(message, "failed")
    send_again(message.pk, actor=staff)
    engine.send_due()
    assert sink.mails[0]["To"] == "hoka@machi.example"


def test_a_message_whose_body_is_gone_cannot_be_sent_again(staff: User, person: User, mail_to: MailTo) -> None:
    message = in_state(mail_to(person), "failed", text_body="", html_body="", cleared_at=timezone.now())
    with pytest.raises(TransitionError) as refused:
        send_again(message.pk, actor=staff)
    assert refused.value.code == "body_gone"


def test_nothing_is_sent_again_to_somebody_who_has_left(staff: User, person: User, mail_to: MailTo) -> None:
    message = in_state(mail_to(person), "failed")
    person.anonymised_at = timezone.now()
    person.save(update_fields=["anonymised_at"])
    with pytest.raises(TransitionError) as refused:
        send_again(message.pk, actor=staff)
    assert refused.value.code == "recipient_gone"


def test_an_account_mail_that_arrived_after_all_is_wiped(staff: User, person: User) -> None:
    with transaction.atomic():
        message = outbox.put_secret(
            key="k", code="c", to_address=person.email, subject="s", text="t", html="<p>t</p>", recipient=person
        )
    in_state(message, "uncertain")
    after = mark_as_arrived(message.pk, actor=staff)
    after.refresh_from_db()
    assert (after.text_body, after.html_body, after.state) == ("", "", "sent")


def test_a_message_called_off_while_a_worker_held_it_does_not_leave(
    sink: Sink, staff: User, person: User, mail_to: MailTo
) -> None:
    mail_to(person)
    (held,) = engine.claim("tests:1")
    cancel_message(held.pk, actor=staff)
    assert engine.deliver(held, Transport.from_settings()) == MessageState.CANCELLED
    assert sink.received == []


def test_opening_a_notice_marks_it_read_once(person: User, tell: Callable[..., list[Notification]]) -> None:
    (notice,) = tell(person)
    first = open_notification(notice.pk, actor=person).read_at
    assert first is not None
    assert open_notification(notice.pk, actor=person).read_at == first
    with pytest.raises(Notification.DoesNotExist):
        open_notification(notice.pk, actor=UserFactory.create())


def test_reading_all_leaves_what_came_later_and_others_notices(
    person: User, tell: Callable[..., list[Notification]]
) -> None:
    (seen,), (later,), (others,) = tell(person), tell(person), tell(UserFactory.create())
    assert read_all(up_to=seen.pk, actor=person) == 1
    unread = set(Notification.objects.unread().values_list("pk", flat=True))
    assert unread == {later.pk, others.pk}


def test_a_choice_of_topics_is_kept_and_recorded_by_code(person: User) -> None:
    among = [Topic.POST, Topic.INTRODUCTION, Topic.ACCOUNT]
    choose_topics(by_mail=[Topic.POST], among=among, actor=person)
    choose_topics(by_mail=[Topic.POST], among=among, actor=person)
    assert list(Preference.objects.values_list("topic", "by_mail")) == [("introduction", False)]
    choose_topics(by_mail=[Topic.POST, Topic.INTRODUCTION], among=among, actor=person)
    assert list(Preference.objects.values_list("topic", "by_mail")) == [("introduction", True)]
    assert [entry.fields for entry in Entry.objects.about(person)] == [["introduction"], ["introduction"]]


def test_needing_a_look_shows_what_failed_or_was_lost_sight_of(person: User, mail_to: MailTo) -> None:
    messages = {state: in_state(mail_to(person), state) for state in MessageState.values}
    assert set(Message.objects.needing_a_look()) == {messages["failed"], messages["uncertain"]}


def test_a_message_is_due_when_its_time_has_come(person: User, mail_to: MailTo) -> None:
    message = mail_to(person)
    now = timezone.now()
    assert list(Message.objects.due(now)) == [message]
    assert list(Message.objects.due(now - timedelta(minutes=1))) == []

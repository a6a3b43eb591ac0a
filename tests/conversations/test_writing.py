"""Writing in a conversation, in whose name, and what others hear of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from matching.enums import IntroductionState
from matching.models import Introduction, Participant
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry
from tomoiki.conversations import transitions
from tomoiki.conversations.access import SECRETARIAT, Seat, seats
from tomoiki.conversations.models import Conversation, ConversationMessage, ReadMark
from tomoiki.files.models import StoredFile
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction() -> Introduction:
    made: Introduction = IntroductionFactory(state=IntroductionState.AGREED)
    return made


@pytest.fixture
def conversation(introduction: Introduction) -> Conversation:
    return Conversation.objects.about(introduction).get()


@pytest.fixture
def own(introduction: Introduction) -> Participant:
    return introduction.sides()[0]


@pytest.fixture
def other(introduction: Introduction) -> Participant:
    return introduction.sides()[1]


def write(
    conversation: Conversation, side: Participant, body: str = "はじめまして。", **more: Any
) -> ConversationMessage:
    given = {"actor": somebody_of(side.organisation), "on_behalf_key": str(side.pk), **more}
    return transitions.write_message(conversation.pk, body=body, **given)


def stored(by: User, number: int = 1) -> StoredFile:
    return StoredFile.objects.create(
        token=f"token-{by.pk}-{number}",
        kind="pdf",
        name=f"図面{number}.pdf",
        content=f"uploads/ab/{by.pk}-{number}.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=by,
    )


def told() -> list[User]:
    rows = Notification.objects.filter(code="conversation_new_message").order_by("pk")
    return [row.recipient for row in rows.select_related("recipient")]


# --- in whose name ---


def test_a_message_bears_the_name_of_its_side(conversation: Conversation, own: Participant) -> None:
    message = write(conversation, own, "  はじめまして。\n")
    conversation.refresh_from_db()
    assert (message.author, message.speaker, message.side, message.body) == (
        somebody_of(own.organisation),
        own.organisation.name,
        str(own.pk),
        "はじめまして。",
    )
    assert conversation.last_message_at == message.created_at
    entry = Entry.objects.about(message).get()
    assert (entry.action, entry.codes) == ("conversation.message_written", {"files": 0})


def test_staff_write_as_the_secretariat_alone(conversation: Conversation, own: Participant) -> None:
    staff = StaffFactory()
    assert list(seats(staff, conversation)) == [Seat(SECRETARIAT, "事務局")]
    message = transitions.write_message(conversation.pk, body="お手伝いします。", actor=staff)
    assert (message.speaker, message.side, message.is_secretariats) == ("事務局", "", True)
    with pytest.raises(PermissionDenied):
        write(conversation, own, actor=staff)


def test_nobody_writes_for_another_side_or_from_outside(
    conversation: Conversation, own: Participant, other: Participant
) -> None:
    for person, key in (
        (somebody_of(other.organisation), str(own.pk)),
        (somebody_of(own.organisation), SECRETARIAT),
        (member_of(own.organisation, AffiliationRole.VIEWER), str(own.pk)),
        (member_of(OrganisationFactory()), str(own.pk)),
        (UserFactory(), str(own.pk)),
        (SCHEDULER, SECRETARIAT),
    ):
        with pytest.raises(PermissionDenied):
            write(conversation, own, actor=person, on_behalf_key=key)
    assert not ConversationMessage.objects.exists()


def test_somebody_of_both_sides_says_as_whom(conversation: Conversation, own: Participant, other: Participant) -> None:
    person = somebody_of(own.organisation)
    other.organisation.affiliations.create(user=person)
    assert [seat.key for seat in seats(person, conversation)] == [str(own.pk), str(other.pk)]
    assert write(conversation, other, actor=person).speaker == other.organisation.name


def test_a_desk_writes_for_whom_it_speaks_for(conversation: Conversation, own: Participant) -> None:
    desk = OrganisationFactory(name="見本市 福祉課")
    Participant.objects.filter(pk=own.pk).update(desk=desk)
    assert write(conversation, own, actor=member_of(desk)).speaker == f"{own.organisation.name}（窓口：見本市 福祉課）"
    with pytest.raises(PermissionDenied):
        write(conversation, own)


def test_a_suspended_organisation_reads_and_is_silent(conversation: Conversation, own: Participant) -> None:
    Organisation.objects.filter(pk=own.organisation_id).update(state=OrganisationState.SUSPENDED)
    with pytest.raises(PermissionDenied):
        write(conversation, own)
    transitions.mark_read(conversation.pk, actor=somebody_of(own.organisation))


def test_nobody_writes_once_it_is_closed(
    introduction: Introduction, conversation: Conversation, own: Participant
) -> None:
    for _ in range(2):
        transitions.close_conversation(introduction, actor=SCHEDULER, line="終わりました。")
    assert [message.body for message in conversation.messages.all()] == ["終わりました。"]
    for person in (somebody_of(own.organisation), StaffFactory()):
        with pytest.raises(TransitionError) as refusal:
            write(conversation, own, actor=person)
        assert refusal.value.code == "closed"


def test_what_is_over_but_not_closed_goes_on() -> None:
    introduction = IntroductionFactory(state=IntroductionState.COMPLETED)
    conversation = Conversation.objects.about(introduction).get()
    assert write(conversation, introduction.sides()[0]).pk


# --- what is written ---


def test_something_must_be_said(conversation: Conversation, own: Participant) -> None:
    person = somebody_of(own.organisation)
    for given in (
        {"body": " \n"},
        {"body": "あ" * 4001},
        {"body": "", "files": [stored(person, number) for number in range(6)]},
    ):
        with pytest.raises(ValidationError):
            write(conversation, own, **given)


def test_a_file_alone_says_enough(conversation: Conversation, own: Participant) -> None:
    file = stored(somebody_of(own.organisation))
    message = write(conversation, own, "", files=[file])
    assert [each.file for each in message.attachments.all()] == [file]


def test_only_ones_own_unused_files_are_sent(conversation: Conversation, own: Participant, other: Participant) -> None:
    person = somebody_of(own.organisation)
    foreign = stored(somebody_of(other.organisation))
    used = stored(person)
    PostFactory(organisation=own.organisation, photo=used, photo_alt="和室")
    for file in (foreign, used):
        with pytest.raises(PermissionDenied):
            write(conversation, own, files=[file])


def test_a_form_sent_twice_writes_once(conversation: Conversation, own: Participant, other: Participant) -> None:
    first, second = (write(conversation, own, idempotency_key="form-1") for _ in range(2))
    assert first == second
    assert conversation.messages.count() == 1
    with pytest.raises(PermissionDenied):
        write(conversation, other, idempotency_key="form-1")


@pytest.mark.django_db(transaction=True)
def test_a_double_click_writes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    conversation = Conversation.objects.about(introduction).get()
    side = introduction.sides()[0]
    person = somebody_of(side.organisation)
    together = threading.Barrier(2)

    def click() -> int:
        together.wait(timeout=5)
        try:
            return write(conversation, side, actor=person, idempotency_key="form-1").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = (each.result(timeout=20) for each in [pool.submit(click), pool.submit(click)])
    assert first == second
    assert ConversationMessage.objects.count() == 1


# --- who hears of it ---


def test_the_other_side_hears_once_until_it_reads(
    conversation: Conversation, own: Participant, other: Participant
) -> None:
    reader = somebody_of(other.organisation)
    for body in ("はじめまして。", "写真もお送りします。", "よろしくお願いします。"):
        write(conversation, own, body)
    assert told() == [reader]
    transitions.mark_read(conversation.pk, actor=reader)
    assert not Notification.objects.filter(recipient=reader).unread().exists()
    write(conversation, own, "明日でもよいですか。")
    assert told() == [reader, reader]


def test_colleagues_hear_and_the_writer_does_not(
    conversation: Conversation, own: Participant, other: Participant
) -> None:
    colleague = member_of(own.organisation, AffiliationRole.EDITOR)
    member_of(own.organisation, AffiliationRole.VIEWER)
    writer = own.organisation.acting_people().order_by("pk")[0]
    write(conversation, own, actor=writer)
    assert set(told()) == {colleague, somebody_of(other.organisation)}


def test_the_mail_says_who_wrote_what_and_where_to_answer(
    introduction: Introduction, conversation: Conversation, own: Participant
) -> None:
    write(conversation, own, "金曜は17時半ごろ伺います。", files=[stored(somebody_of(own.organisation))])
    mail = Message.objects.get(code="conversation_new_message")
    assert mail.subject == f"【ともいき】{own.organisation.name}さんから新しいメッセージ"
    for words in (
        f"「{introduction.post}」のやりとり",
        "金曜は17時半ごろ伺います。",
        "ファイルが1つ",
        introduction.get_absolute_url(),
        "このやりとりに参加している団体の担当者のため",
    ):
        assert words in mail.text_body
    assert "17時半" in mail.html_body


def test_the_portals_own_lines_send_no_mail(introduction: Introduction, conversation: Conversation) -> None:
    message = transitions.note_in_conversation(introduction, line="実施に入りました。")
    assert message is not None
    assert (message.is_portals, message.is_secretariats, told()) == (True, False, [])


# --- opening ---


def test_it_is_opened_once(introduction: Introduction) -> None:
    Conversation.objects.all().delete()
    first, second = (
        transitions.open_conversation(introduction, actor=SCHEDULER, line="結ばれました。") for _ in range(2)
    )
    assert first == second
    assert [message.body for message in first.messages.all()] == ["結ばれました。"]
    assert Entry.objects.about(first).count() == 1


def test_only_what_answers_for_its_readers_has_a_conversation() -> None:
    with pytest.raises(LookupError):
        transitions.open_conversation(OrganisationFactory(), actor=SCHEDULER)


def test_where_there_is_none_nothing_is_noted() -> None:
    introduction = IntroductionFactory()
    assert transitions.note_in_conversation(introduction, line="…") is None
    assert transitions.close_conversation(introduction, actor=SCHEDULER) is None
    assert not ReadMark.objects.exists()

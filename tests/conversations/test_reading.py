"""Reading a conversation: who may, what is new, and what staff took out of sight."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.enums import IntroductionState
from matching.models import Introduction
from members.enums import AffiliationRole
from members.models import User
from tests.conversations.test_writing import stored, write
from tests.factories.matching import IntroductionFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.conversations import transitions
from tomoiki.conversations.access import can_read
from tomoiki.conversations.models import Conversation, ReadMark
from tomoiki.files.access import can_read as can_read_file

pytestmark = pytest.mark.django_db


def begin() -> tuple[Introduction, Conversation, User]:
    """An introduction whose sides talk, and somebody of its first side."""
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    conversation = Conversation.objects.about(introduction).get()
    return introduction, conversation, somebody_of(introduction.sides()[0].organisation)


def unread(user: User) -> list[int]:
    return [each.unread for each in Conversation.objects.unread_by(user)]


def test_those_who_take_part_and_staff_may_read() -> None:
    introduction, conversation, reader = begin()
    side = introduction.sides()[0]
    for person in (reader, member_of(side.organisation, AffiliationRole.VIEWER), StaffFactory()):
        assert can_read(person, conversation)
    assert not can_read(member_of(OrganisationFactory()), conversation)
    assert not can_read(AnonymousUser(), conversation)
    with pytest.raises(PermissionDenied):
        transitions.mark_read(conversation.pk, actor=member_of(OrganisationFactory()))


def test_what_others_wrote_is_new_until_it_is_read() -> None:
    introduction, conversation, reader = begin()
    own, other = introduction.sides()
    write(conversation, other, "ひとつめ")
    write(conversation, other, "ふたつめ")
    transitions.note_in_conversation(introduction, line="実施に入りました。")
    assert unread(reader) == [2]
    transitions.mark_read(conversation.pk, actor=reader)
    assert unread(reader) == []
    write(conversation, own, "わたしから")
    assert unread(reader) == []
    write(conversation, other, "みっつめ")
    assert unread(reader) == [1]


def test_writing_reads_what_came_before() -> None:
    introduction, conversation, reader = begin()
    own, other = introduction.sides()
    write(conversation, other)
    write(conversation, own)
    assert unread(reader) == []


def test_what_arrived_after_the_page_was_made_stays_new() -> None:
    introduction, conversation, reader = begin()
    _, other = introduction.sides()
    shown = write(conversation, other, "見えている")
    write(conversation, other, "そのあと")
    transitions.mark_read(conversation.pk, actor=reader, up_to=shown.created_at)
    assert unread(reader) == [1]


def test_reading_never_goes_back_nor_ahead() -> None:
    introduction, conversation, reader = begin()
    last = write(conversation, introduction.sides()[1])
    for up_to in (last.created_at + timedelta(days=9), last.created_at - timedelta(days=9)):
        mark = transitions.mark_read(conversation.pk, actor=reader, up_to=up_to)
        assert mark.read_up_to == last.created_at
    assert ReadMark.objects.filter(user=reader).count() == 1


def test_counting_many_costs_one_query() -> None:
    first, _, reader = begin()
    organisation = first.sides()[0].organisation
    others: list[Introduction] = [
        IntroductionFactory(state=IntroductionState.AGREED, post__organisation=organisation) for _ in range(2)
    ]
    for introduction in (first, *others):
        write(Conversation.objects.about(introduction).get(), introduction.sides()[1])
    with CaptureQueriesContext(connection) as captured:
        assert unread(reader) == [1, 1, 1]
    assert len(captured) == 1


def test_a_page_of_messages_costs_the_same_for_one_and_three() -> None:
    introduction, conversation, _ = begin()
    side = introduction.sides()[1]
    person = somebody_of(side.organisation)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for message in conversation.messages.for_page():
                assert message.author is not None
                assert [each.file.name for each in message.attachments.all()]
        return len(captured)

    write(conversation, side, files=[stored(person, 1)])
    one = queries()
    for number in (2, 3):
        write(conversation, side, files=[stored(person, number)])
    assert queries() == one == 2


# --- out of sight ---


def test_staff_hide_a_message_and_its_place_stays() -> None:
    introduction, conversation, reader = begin()
    message = write(conversation, introduction.sides()[1], "わたしの住所は…")
    staff = StaffFactory()
    for _ in range(2):
        transitions.hide_message(message.pk, reason="個人の住所が書かれていたため", actor=staff)
    message.refresh_from_db()
    assert (message.is_hidden, message.hidden_reason) == (True, "個人の住所が書かれていたため")
    assert "住所" not in message.readable_body
    assert list(conversation.messages.all()) == [message]
    assert list(conversation.messages.shown()) == []
    assert unread(reader) == []
    assert Entry.objects.about(message).filter(action="conversation.message_hidden").count() == 1


def test_only_staff_hide_and_they_say_why() -> None:
    introduction, conversation, reader = begin()
    message = write(conversation, introduction.sides()[1])
    for person in (reader, somebody_of(introduction.sides()[1].organisation)):
        with pytest.raises(PermissionDenied):
            transitions.hide_message(message.pk, reason="いやです", actor=person)
    with pytest.raises(ValidationError):
        transitions.hide_message(message.pk, reason=" ", actor=StaffFactory())


# --- files ---


def test_a_sent_file_is_open_to_its_readers_alone() -> None:
    introduction, conversation, reader = begin()
    side = introduction.sides()[1]
    writer, staff = somebody_of(side.organisation), StaffFactory()
    file = stored(writer)
    assert can_read_file(writer, file)
    assert not can_read_file(reader, file)
    message = write(conversation, side, files=[file])
    for person in (writer, reader, staff):
        assert can_read_file(person, file)
    assert not can_read_file(member_of(OrganisationFactory()), file)
    assert not can_read_file(AnonymousUser(), file)
    transitions.hide_message(message.pk, reason="個人情報", actor=staff)
    assert [can_read_file(person, file) for person in (writer, reader, staff)] == [False, False, True]

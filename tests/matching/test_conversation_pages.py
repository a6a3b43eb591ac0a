"""The talk on the page of an introduction: messages, attachments, what is new."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from matching.enums import IntroductionState
from matching.models import Introduction
from members.enums import AffiliationRole
from members.models import User
from tests.factories.matching import IntroductionFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.conversations.models import Attachment, Conversation, ConversationMessage, ReadMark
from tomoiki.web.waiting import waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction() -> Introduction:
    introduction: Introduction = IntroductionFactory(state=IntroductionState.AGREED)
    return introduction


@pytest.fixture
def author(introduction: Introduction) -> User:
    return member_of(introduction.participants.get(side="need").organisation, name="森 春子")


@pytest.fixture
def partner(introduction: Introduction) -> User:
    return member_of(introduction.participants.get(side="offer").organisation, name="小林 健")


def picture(name: str = "heya.png") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def pdf(name: str = "見取り図.pdf") -> SimpleUploadedFile:
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n98\n%%EOF\n"
    )
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def blank(client: Client, introduction: Introduction) -> dict[str, Any]:
    """What the empty form on the page sends along."""
    html = client.get(introduction.get_absolute_url()).content.decode()
    form = html[html.index('id="write"') :]
    # The secretariat's key is empty, and stands there without a value.
    return {name: (re.findall(rf'name="{name}" value="([^"]*)"', form) or [""])[0] for name in ("speaker", "key")}


def write(client: Client, introduction: Introduction, body: str, **data: Any) -> Any:
    address = reverse("matching:introduction_write", args=[introduction.pk])
    return client.post(address, {**blank(client, introduction), "body": body, **data})


def text(client: Client, introduction: Introduction, query: str = "") -> str:
    return client.get(introduction.get_absolute_url() + query).content.decode()


def test_a_message_reaches_the_other_side(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(author)
    response = write(client, introduction, "はじめまして。火曜に伺えます。")
    assert response.status_code == 302
    assert "talk__message--own" in text(client, introduction)
    client.force_login(partner)
    html = text(client, introduction)
    assert "はじめまして。火曜に伺えます。" in html
    assert "森 春子" in html
    assert "talk__message--own" not in html


def test_the_form_names_the_organisation_that_writes(client: Client, introduction: Introduction, author: User) -> None:
    client.force_login(author)
    name = introduction.participants.get(side="need").organisation.name
    assert f"{name}として書く" in text(client, introduction)


def test_a_double_click_writes_one_message(client: Client, introduction: Introduction, author: User) -> None:
    client.force_login(author)
    data = {**blank(client, introduction), "body": "よろしくお願いします。"}
    address = reverse("matching:introduction_write", args=[introduction.pk])
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    assert ConversationMessage.objects.count() == 1


def test_nothing_written_comes_back_with_a_word(client: Client, introduction: Introduction, author: User) -> None:
    client.force_login(author)
    response = write(client, introduction, "")
    assert response.status_code == 200
    assert "メッセージを書くか、ファイルを選んでください" in response.content.decode()
    assert not ConversationMessage.objects.exists()


def test_a_wrong_file_keeps_the_words_and_the_good_file(
    client: Client, introduction: Introduction, author: User
) -> None:
    client.force_login(author)
    wrong = SimpleUploadedFile("dousa.exe", b"MZ\x90\x00" + b"\x00" * 100)
    response = write(client, introduction, "見取り図をお送りします。", files=[picture(), wrong])
    assert response.status_code == 200
    html = response.content.decode()
    assert "見取り図をお送りします。" in html
    assert "heya" in html
    assert 'name="files-kept"' in html
    assert not ConversationMessage.objects.exists()
    # What came back is sent once more, without the wrong file.
    kept = re.findall(r'name="files-kept" value="([^"]+)"', html)
    key = re.findall(r'name="key" value="([^"]+)"', html)[0]
    again = write(client, introduction, "見取り図をお送りします。", **{"files-kept": kept, "key": key})
    assert again.status_code == 302
    assert Attachment.objects.count() == 1


def test_pictures_are_shown_and_other_files_listed_with_their_size(
    client: Client, introduction: Introduction, author: User
) -> None:
    client.force_login(author)
    write(client, introduction, "", files=[picture(), pdf()])
    html = text(client, introduction)
    assert 'alt="写真：heya' in html
    assert "見取り図.pdf" in html
    assert "files__size" in html


def test_attachments_open_to_participants_and_staff_alone(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(author)
    write(client, introduction, "写真です。", files=[picture()])
    address = Attachment.objects.get().file.url
    expected: dict[User, int] = {author: 200, partner: 200, StaffFactory(): 200, member_of(OrganisationFactory()): 404}
    found = {}
    for user in expected:
        client.force_login(user)
        found[user] = client.get(address).status_code
    client.logout()
    assert found == expected
    assert client.get(address).status_code == 404


def test_staff_write_as_the_secretariat(client: Client, introduction: Introduction, partner: User) -> None:
    client.force_login(StaffFactory(name="山本 直"))
    assert "事務局として書く" in text(client, introduction)
    assert write(client, introduction, "お困りのことはありませんか。").status_code == 302
    client.force_login(partner)
    html = text(client, introduction)
    assert "お困りのことはありませんか。" in html
    assert "talk__message--staff" in html
    assert "事務局" in html


def test_somebody_who_may_only_read_reads(client: Client, introduction: Introduction) -> None:
    organisation = introduction.participants.get(side="need").organisation
    client.force_login(member_of(organisation, role=AffiliationRole.VIEWER))
    html = text(client, introduction)
    assert 'id="talk"' in html
    assert 'id="write"' not in html
    address = reverse("matching:introduction_write", args=[introduction.pk])
    client.post(address, {"speaker": "", "key": "k1", "body": "書けないはずです"})
    assert not ConversationMessage.objects.exists()


def test_nobody_writes_in_the_name_of_the_other_side_or_of_the_secretariat(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(partner)
    foreign = blank(client, introduction)["speaker"]
    client.force_login(author)
    for speaker in (foreign, ""):
        response = write(client, introduction, "なりすまし", speaker=speaker)
        assert response.status_code != 302 or not ConversationMessage.objects.exists()
    assert not ConversationMessage.objects.exists()


def test_before_the_answers_there_is_no_talk(client: Client) -> None:
    asked = IntroductionFactory()
    client.force_login(member_of(asked.participants.get(side="need").organisation))
    assert 'id="talk"' not in text(client, asked)
    address = reverse("matching:introduction_write", args=[asked.pk])
    client.post(address, {"speaker": "", "key": "k1", "body": "まだ早いです"}, follow=True)
    assert not ConversationMessage.objects.exists()


def _fill(introduction: Introduction, count: int) -> Conversation:
    conversation = Conversation.objects.get(object_id=introduction.pk)
    began = timezone.now() - timedelta(days=1)
    side = introduction.participants.get(side="offer")
    ConversationMessage.objects.bulk_create(
        ConversationMessage(
            conversation=conversation,
            author=side.answered_by,
            speaker=side.organisation.name,
            side=str(side.pk),
            body=f"{number}番目の便り",
            created_at=began + timedelta(minutes=number),
        )
        for number in range(count)
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=began + timedelta(minutes=count - 1))
    return conversation


def test_the_newest_fifty_are_shown_and_the_older_ones_a_page_further(
    client: Client, introduction: Introduction, author: User
) -> None:
    _fill(introduction, 60)
    client.force_login(author)
    response = client.get(introduction.get_absolute_url())
    html = response.content.decode()
    assert "59番目の便り" in html
    assert "10番目の便り" in html
    assert ">9番目の便り" not in html
    assert html.index("10番目の便り") < html.index("59番目の便り")
    older = text(client, introduction, response.context["page"].talk.older_url.partition("#")[0])
    assert [f">{number}番目の便り" in older for number in (0, 9, 10, 59)] == [True, True, False, False]
    assert "新しいメッセージへ" in older


def test_reading_is_told_by_a_press_not_by_looking(client: Client, introduction: Introduction, author: User) -> None:
    _long_a_member(author)
    _fill(introduction, 3)
    client.force_login(author)
    for _ in range(2):
        html = text(client, introduction)
        assert "ここから新しいメッセージ" in html
        assert "ここまで読んだ" in html
    assert not ReadMark.objects.exists()
    up_to = re.findall(r'name="up_to" value="([^"]+)"', html)[0]
    address = reverse("matching:introduction_read", args=[introduction.pk])
    assert client.post(address, {"up_to": up_to}).status_code == 302
    assert ReadMark.objects.filter(user=author).count() == 1
    html = text(client, introduction)
    assert "ここから新しいメッセージ" not in html
    assert "ここまで読んだ" not in html


def test_with_htmx_only_the_button_is_replaced(client: Client, introduction: Introduction, author: User) -> None:
    _fill(introduction, 1)
    client.force_login(author)
    address = reverse("matching:introduction_read", args=[introduction.pk])
    response = client.post(address, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    assert "ここまで読みました" in response.content.decode()


def _long_a_member(person: User) -> None:
    """What was written before somebody came is no news to them."""
    person.affiliations.update(started_at=timezone.now() - timedelta(days=90))


def test_what_was_written_before_somebody_came_is_no_news(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(partner)
    write(client, introduction, "先週のうちに決まったことです。")
    ConversationMessage.objects.update(created_at=timezone.now() - timedelta(days=3))
    client.force_login(author)
    assert "ここから新しいメッセージ" not in text(client, introduction)
    assert "新しいメッセージ" not in client.get(reverse("matching:introductions")).content.decode()
    assert not [item for item in waiting_for(author) if item.icon == "message-circle"]
    _long_a_member(author)
    assert "ここから新しいメッセージ" in text(client, introduction)


def test_a_side_sees_that_the_other_has_read(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(author)
    write(client, introduction, "来週の水曜はいかがですか。")
    assert "読みました" not in text(client, introduction)
    client.force_login(partner)
    client.post(reverse("matching:introduction_read", args=[introduction.pk]))
    client.force_login(author)
    html = text(client, introduction)
    assert "読みました" in html
    # The side has read it; who of it, is its own business.
    assert f"{partner}さんが読みました" not in html


def test_the_office_is_announced_when_it_first_writes(client: Client, introduction: Introduction, author: User) -> None:
    staff = StaffFactory(name="山本 和")
    client.force_login(staff)
    for words in ("見守っています。", "何かあれば、どうぞ。"):
        write(client, introduction, words)
    client.force_login(author)
    assert text(client, introduction).count("事務局の山本 和さんが、このやりとりに加わりました。") == 1


def test_the_list_tells_of_new_messages(client: Client, introduction: Introduction, author: User) -> None:
    _long_a_member(author)
    _fill(introduction, 1)
    client.force_login(author)
    address = reverse("matching:introductions")
    assert "新しいメッセージ" in client.get(address).content.decode()
    client.post(reverse("matching:introduction_read", args=[introduction.pk]))
    assert "新しいメッセージ" not in client.get(address).content.decode()


def test_a_hidden_message_shows_neither_words_nor_files(
    client: Client, introduction: Introduction, author: User, partner: User
) -> None:
    client.force_login(author)
    write(client, introduction, "見せられない内容", files=[picture()])
    ConversationMessage.objects.update(hidden_at=timezone.now(), hidden_reason="個人情報")
    client.force_login(partner)
    html = text(client, introduction)
    assert "見せられない内容" not in html
    assert "heya" not in html
    assert "事務局が見えなくしました" in html


def test_one_and_three_messages_take_the_same_queries(client: Client, introduction: Introduction, author: User) -> None:
    client.force_login(author)
    write(client, introduction, "一通目", files=[picture()])
    text(client, introduction)
    with CaptureQueriesContext(connection) as one:
        text(client, introduction)
    for number in range(2):
        write(client, introduction, f"さらに{number}", files=[picture(f"heya{number}.png"), pdf()])
    with CaptureQueriesContext(connection) as three:
        html = text(client, introduction)
    assert html.count("talk__bubble") == 3
    assert len(three) == len(one)

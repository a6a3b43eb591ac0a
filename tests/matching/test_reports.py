"""Saying that a post or a message should not stand there (通報), and what staff make of it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from matching import transitions
from matching.enums import IntroductionState, PostState, Visibility
from matching.models import Post
from members.models import User
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.traces import told, trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.conversations import limits
from tomoiki.conversations.enums import ReportState
from tomoiki.conversations.models import Conversation, ConversationMessage, Report, ReportVoice
from tomoiki.conversations.transitions import (
    MOST_VOICES,
    forget_report,
    hide_message,
    keep_reported,
    remove_reported,
    report,
    write_message,
)
from tomoiki.notifications.models import Message
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db

RECEIVED, ANSWERED = "conversation_report_received", "conversation_report_answered"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def staff() -> User:
    return StaffFactory(is_superuser=True)


def address(post: Post) -> str:
    return reverse("conversations:report", args=["post", post.pk])


def said(client: Client, post: Post, **more: str) -> Any:
    return client.post(address(post), {"reason": "personal", **more})


def message() -> ConversationMessage:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    side = introduction.sides()[0]
    return write_message(
        Conversation.objects.about(introduction).get().pk,
        body="失礼なことば",
        actor=somebody_of(side.organisation),
        on_behalf_key=str(side.pk),
    )


# --- reporting ---


def test_a_visitor_reports_a_public_post_and_leaves_an_address(client: Client, staff: User) -> None:
    post = PostFactory(body="電話は自宅へ")
    assert address(post) in client.get(post.get_absolute_url()).content.decode()
    answer = said(client, post, words="自宅の番号のようです", address="ｔａｒｏ＠example.jp")
    assert answer["Location"] == reverse("conversations:report_sent", args=["post", post.pk])
    assert "事務局が内容を確かめます" in client.get(answer["Location"]).content.decode()
    case, voice = Report.objects.get(), ReportVoice.objects.get()
    assert (case.state, case.count, case.subject) == (ReportState.OPEN, 1, post)
    assert "電話は自宅へ" in case.text
    assert (voice.reporter, voice.address, voice.words) == (None, "taro@example.jp", "自宅の番号のようです")
    assert told(RECEIVED) == [staff]
    # The trail holds codes and no words.
    assert [action for action, _, _ in trail(case)] == ["report.received"]


def test_the_form_asks_what_is_wrong(client: Client) -> None:
    post = PostFactory()
    html = client.post(address(post), {"words": "なんとなく"}).content.decode()
    assert "気になることに、いちばん近いものを選んでください" in html
    assert not Report.objects.exists()


def test_a_program_that_fills_in_everything_reports_nothing(client: Client) -> None:
    post = PostFactory()
    assert said(client, post, homepage="https://spam.example/").status_code == 200
    assert not Report.objects.exists()


def test_one_person_says_it_once_and_several_make_one_case(client: Client, staff: User) -> None:
    post = PostFactory()
    first, second = member_of(OrganisationFactory()), member_of(OrganisationFactory())
    for person in (first, first, second):
        client.force_login(person)
        assert said(client, post).status_code == 302
    case = Report.objects.get()
    assert (case.count, [voice.reporter for voice in case.voices.all()]) == (2, [first, second])
    # Staff hear of the case, not of each who says so.
    assert told(RECEIVED) == [staff]


def test_what_was_looked_at_is_not_reported_again_by_the_same_person_unless_it_changed(client: Client) -> None:
    post, staff = PostFactory(), StaffFactory()
    client.force_login(member_of(OrganisationFactory()))
    said(client, post)
    keep_reported(Report.objects.get().pk, note="問題ありません", actor=staff)
    said(client, post)
    assert Report.objects.count() == 1
    Post.objects.filter(pk=post.pk).update(body="こんどは、ちがう内容です")
    said(client, post)
    assert Report.objects.filter(state=ReportState.OPEN).count() == 1


def test_a_flood_neither_fills_the_list_nor_the_case(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    post = PostFactory()
    for number in range(MOST_VOICES + 5):
        report(
            "post",
            post.pk,
            reason="other",
            key=f"{number:064}",
            actor=SCHEDULER,
            on_behalf=AnonymousUser(),
        )
    case = Report.objects.get()
    assert (case.count, case.voices.count()) == (MOST_VOICES + 5, MOST_VOICES)
    monkeypatch.setattr(limits, "REPORTS_EACH", 2)
    posts = [PostFactory() for _ in range(3)]
    answers = [said(client, each).status_code for each in posts]
    assert answers == [302, 302, 200]


def test_all_visitors_together_have_a_limit_and_members_are_not_kept_out_by_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REPORTS_OF_VISITORS", 1)
    post = PostFactory()
    for network, status in (("192.0.2.1", 302), ("192.0.2.2", 200)):
        answer = client.post(address(post), {"reason": "other"}, headers={}, REMOTE_ADDR=network)
        assert answer.status_code == status
    client.force_login(member_of(OrganisationFactory()))
    assert said(client, post).status_code == 302


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.PAUSED, PostState.TAKEN_DOWN])
def test_what_one_cannot_read_one_cannot_report(client: Client, state: PostState) -> None:
    post = PostFactory(state=state)
    assert client.get(address(post)).status_code == 404
    assert said(client, post).status_code == 404


def test_a_members_post_is_not_there_for_visitors_and_nobody_reports_their_own(client: Client) -> None:
    post = PostFactory(visibility=Visibility.MEMBERS)
    assert client.get(address(post)).status_code == 404
    client.force_login(somebody_of(post.organisation))
    assert client.get(address(post)).status_code == 404
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(address(post)).status_code == 200


def test_nothing_unknown_is_reported(client: Client) -> None:
    assert client.get(reverse("conversations:report", args=["nothing", 1])).status_code == 404


# --- messages ---


def test_a_partner_reports_a_message_and_an_outsider_knows_of_none(client: Client, staff: User) -> None:
    written = message()
    where = reverse("conversations:report", args=["message", written.pk])
    assert client.get(where).status_code == 302
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(where).status_code == 404
    introduction = written.conversation.subject
    assert introduction is not None
    partner = somebody_of(introduction.sides()[1].organisation)
    client.force_login(partner)
    assert where in client.get(introduction.get_absolute_url()).content.decode()
    client.post(where, {"reason": "hurtful"})
    case = Report.objects.get()
    assert (case.kind, case.text) == ("message", "失礼なことば")
    remove_reported(case.pk, message="ひどいことばのため", actor=staff)
    written.refresh_from_db()
    assert (written.is_hidden, written.hidden_reason) == (True, "ひどいことばのため")
    assert told(ANSWERED) == [partner]


def test_ones_own_message_has_no_such_link(client: Client) -> None:
    written = message()
    assert written.author is not None
    assert written.conversation.subject is not None
    client.force_login(written.author)
    html = client.get(written.conversation.subject.get_absolute_url()).content.decode()
    assert reverse("conversations:report", args=["message", written.pk]) not in html


# --- what staff do ---


def reported(client: Client, post: Post, **more: str) -> Report:
    said(client, post, **more)
    return Report.objects.get()


def test_staff_take_it_down_and_everybody_is_answered(client: Client, staff: User) -> None:
    post = PostFactory()
    case = reported(client, post, address="taro@example.jp")
    client.force_login(member := member_of(OrganisationFactory()))
    said(client, post)
    remove_reported(case.pk, message="個人の番号は載せられません。", answer="ご連絡に感謝します。", actor=staff)
    post.refresh_from_db()
    case.refresh_from_db()
    assert (post.state, case.state, case.settled_by) == (PostState.TAKEN_DOWN, ReportState.REMOVED, staff)
    assert told("matching_post_taken_down") == [somebody_of(post.organisation)]
    assert told(ANSWERED) == [member]
    letter = Message.objects.get(to_address="taro@example.jp")
    assert "みなさんから見えないようにしました" in letter.text_body
    assert "ご連絡に感謝します。" in letter.text_body
    # Who wrote it learns nothing of who reported it.
    owners = Message.objects.get(code="matching_post_taken_down")
    assert "taro@example.jp" not in owners.text_body
    with pytest.raises(TransitionError) as refusal:
        keep_reported(case.pk, note="やはり", actor=staff)
    assert refusal.value.code == "settled"


def test_staff_leave_it_with_a_note_of_their_own(client: Client, staff: User) -> None:
    post = PostFactory()
    client.force_login(person := member_of(OrganisationFactory()))
    case = reported(client, post)
    keep_reported(case.pk, note="代表番号と確かめた", actor=staff)
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED
    assert told(ANSWERED) == [person]
    letter = Message.objects.get(code=ANSWERED)
    assert "今回はそのままにしました" in letter.text_body
    assert "代表番号" not in letter.text_body


def test_what_is_gone_already_is_settled_all_the_same(client: Client, staff: User) -> None:
    post = PostFactory()
    case = reported(client, post)
    transitions.close_post(post.pk, actor=somebody_of(post.organisation))
    remove_reported(case.pk, message="載せられません。", actor=staff)
    post.refresh_from_db()
    assert post.state == PostState.CLOSED
    case.refresh_from_db()
    assert case.state == ReportState.REMOVED


@pytest.mark.parametrize("verb", [keep_reported, remove_reported])
def test_nobody_but_staff_settles(client: Client, verb: Any) -> None:
    case = reported(client, PostFactory())
    words = {"note": "x"} if verb is keep_reported else {"message": "x"}
    with pytest.raises(Exception, match=r"conversations\.settle_report"):
        verb(case.pk, actor=member_of(OrganisationFactory()), **words)


def test_the_queue_and_the_page_show_the_text_as_it_was(client: Client, staff: User) -> None:
    post = PostFactory(body="もとの内容", title="気になる見出し")
    case = reported(client, post, words="ここが気になります", address="taro@example.jp")
    Post.objects.filter(pk=post.pk).update(body="あとで変えた内容")
    client.force_login(staff)
    start = client.get(reverse("admin:index")).content.decode()
    assert "通報の確認" in start
    assert "気になる見出し" in start
    page = client.get(reverse("admin:conversations_report_change", args=[case.pk])).content.decode()
    assert "もとの内容" in page
    assert "ここが気になります" in page
    assert "そのあと、内容が変わっています" in page
    # The address is for the answer alone.
    assert "taro@example.jp" not in page
    assert "見えないようにする" in page
    assert "そのままにする" in page


def test_what_was_said_is_forgotten_in_time(client: Client, staff: User) -> None:
    case = reported(client, PostFactory(), words="くわしい話", address="taro@example.jp")
    with pytest.raises(TransitionError):
        forget_report(case.pk, actor=SCHEDULER)
    keep_reported(case.pk, note="問題ありません", actor=staff)
    forget_report(case.pk, actor=SCHEDULER)
    case.refresh_from_db()
    voice = ReportVoice.objects.get()
    assert (case.text, case.note, case.count, voice.words, voice.address) == ("", "", 1, "", "")


def test_a_hidden_message_is_reported_no_more(client: Client, staff: User) -> None:
    written = message()
    hide_message(written.pk, reason="x", actor=staff)
    assert written.conversation.subject is not None
    client.force_login(somebody_of(written.conversation.subject.sides()[1].organisation))
    assert client.get(reverse("conversations:report", args=["message", written.pk])).status_code == 404


def test_the_buttons_of_the_page_settle_it(client: Client, staff: User) -> None:
    post = PostFactory()
    case = reported(client, post)
    client.force_login(staff)
    page = reverse("admin:conversations_report_transition", args=[case.pk, "remove"])
    assert "相手に伝える理由" in client.get(page).content.decode()
    # Without a reason nothing happens.
    client.post(page, {"message": ""})
    case.refresh_from_db()
    assert case.state == ReportState.OPEN
    client.post(page, {"message": "個人の番号が載っているため", "answer": "", "seen": version_of(case)})
    case.refresh_from_db()
    post.refresh_from_db()
    assert (case.state, post.state) == (ReportState.REMOVED, PostState.TAKEN_DOWN)
    other = PostFactory()
    client.logout()
    said(client, other)
    second = Report.objects.get(state=ReportState.OPEN)
    client.force_login(staff)
    client.post(
        reverse("admin:conversations_report_transition", args=[second.pk, "keep"]),
        {"note": "確かめました", "seen": version_of(second)},
    )
    second.refresh_from_db()
    assert second.state == ReportState.KEPT


def test_what_is_said_while_staff_settle_a_case_begins_another(monkeypatch: pytest.MonkeyPatch, staff: User) -> None:
    post, original = PostFactory(), Report.objects.get_or_create
    first = report("post", post.pk, reason="personal", actor=member_of(OrganisationFactory()), key="a").report

    def settled_meanwhile(**more: Any) -> Any:
        found = original(**more)
        if found[0].pk == first.pk:
            keep_reported(first.pk, note="問題ありません", actor=staff)
        return found

    monkeypatch.setattr(Report.objects, "get_or_create", settled_meanwhile)
    post.body = "すぐに直した内容"
    post.save(update_fields=["body"])
    second = report("post", post.pk, reason="personal", actor=member_of(OrganisationFactory()), key="b").report
    assert (second.pk != first.pk, second.state) == (True, ReportState.OPEN)

"""Answers by telephone, fax and paper; hands raised for groups; the news that a desk hands back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import transitions
from matching.enums import Answer, AnswerChannel, IntroductionState, PostState
from matching.models import Introduction, OfflineResponse, Participant, Post
from matching.news import news_for
from matching.waiting import waiting_in_matching
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation, RelayedGroup, User
from members.retention_tasks import apply_retention
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.matching.relayed import answered, clerk_of, group_of, need_of, side_of, told_yes, tomorrow
from tests.matching.traces import mail, told, trail
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import Conversation
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> RelayedGroup:
    return group_of()


@pytest.fixture
def post(group: RelayedGroup) -> Post:
    return need_of(group)


@pytest.fixture
def asked(post: Post) -> Introduction:
    return answered(post)


def today() -> Any:
    return timezone.localdate()


# --- the answer of a group ---


def test_a_side_of_a_group_is_spoken_for_by_its_desk(asked: Introduction, group: RelayedGroup) -> None:
    side = side_of(asked, group)
    assert (side.organisation, side.desk, side.group) == (group.desk, group.desk, group)
    assert side.honoured == f"海風町内会さん（窓口：{group.desk.name}）"
    assert told("matching_hand_raised") == [clerk_of(group)]


def test_staff_bring_a_group_together_with_an_offer(post: Post, group: RelayedGroup) -> None:
    staff = StaffFactory()
    pair = transitions.propose_introduction(need=post, offer=OfferFactory(), message="お近くです。", actor=staff)
    transitions.ask_participants(pair.pk, actor=staff)
    assert side_of(pair, group).speaks == group.desk
    assert "海風町内会さん（窓口：" in mail_texts("matching_introduction_asked")


def mail_texts(code: str) -> str:
    from tomoiki.notifications.models import Message  # beside the one function that reads several

    return "\n".join(Message.objects.filter(code=code).values_list("text_body", flat=True))


def test_a_groups_yes_by_telephone_makes_it(asked: Introduction, group: RelayedGroup) -> None:
    introduction = told_yes(asked, group, quantity=None)
    side = side_of(introduction, group)
    assert introduction.state == IntroductionState.AGREED
    assert (side.answer, side.answer_channel, side.answer_received_on, side.answered_by) == (
        Answer.YES,
        AnswerChannel.PHONE,
        today(),
        clerk_of(group),
    )
    assert Conversation.objects.about(introduction).exists()
    # The desk knows what it wrote down itself.
    assert told("matching_answer_taken") == []
    entry = Entry.objects.about(introduction).filter(action="introduction.answered").get()
    assert entry.codes["channel"] == "phone"
    assert trail(introduction)[-2:] == [
        ("introduction.answered", "asked", "agreed"),
        ("introduction.agreed", "asked", "agreed"),
    ]


def test_a_groups_no_keeps_its_reason_from_the_other_side(asked: Introduction, group: RelayedGroup) -> None:
    introduction = told_yes(asked, group, answer="no", reason="dates", channel="fax")
    assert introduction.state == IntroductionState.DECLINED
    assert side_of(introduction, group).decline_reason == "dates"
    with pytest.raises(ValidationError):
        told_yes(answered(need_of(group, title="もうひとつ")), group, answer="no", reason="")


def test_the_portals_own_button_is_not_for_groups(asked: Introduction, group: RelayedGroup) -> None:
    with pytest.raises(TransitionError) as refusal:
        transitions.answer_introduction(
            asked.pk, participant=side_of(asked, group).pk, answer="yes", actor=clerk_of(group)
        )
    assert refusal.value.code == "ask_the_group"


def test_the_same_answer_twice_is_one_and_another_is_refused(asked: Introduction, group: RelayedGroup) -> None:
    told_yes(asked, group)
    told_yes(asked, group)
    assert Entry.objects.about(asked).filter(action="introduction.answered").count() == 1
    with pytest.raises(TransitionError) as refusal:
        told_yes(asked, group, answer="no", reason="dates")
    assert refusal.value.code == "answered_already"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "online"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"received_on": None}, "received_on"),
        ({"received_on": "tomorrow"}, "received_on"),
        ({"received_on": "before"}, "received_on"),
        ({"answer": "waiting"}, "answer"),
    ],
)
def test_what_cannot_have_been_told_is_refused(
    asked: Introduction, group: RelayedGroup, changes: dict[str, Any], field: str
) -> None:
    days = {"tomorrow": tomorrow(), "before": today() - timedelta(days=30)}
    changes = {name: days.get(value, value) for name, value in changes.items()}
    with pytest.raises(ValidationError) as refusal:
        told_yes(asked, group, **changes)
    assert field in refusal.value.message_dict
    asked.refresh_from_db()
    assert asked.state == IntroductionState.ASKED


def test_only_its_desk_and_staff_take_a_groups_answer_down(asked: Introduction, group: RelayedGroup) -> None:
    helper = asked.participants.get(group=None).organisation
    for person in (
        member_of(group.desk, AffiliationRole.VIEWER),
        somebody_of(helper),
        member_of(DeskFactory()),
        member_of(OrganisationFactory()),
    ):
        with pytest.raises(PermissionDenied):
            told_yes(asked, group, actor=person)
    told_yes(asked, group, actor=StaffFactory())
    # It was written down by somebody else: the desk is told.
    assert told("matching_answer_taken") == [clerk_of(group)]


def test_a_desk_takes_down_answers_of_its_own_groups_only(asked: Introduction, group: RelayedGroup) -> None:
    other = asked.participants.get(group=None)
    Participant.objects.filter(pk=other.pk).update(answer="waiting", answered_at=None, answered_by=None)
    with pytest.raises(PermissionDenied):
        transitions.record_offline_answer(
            asked.pk,
            participant=other.pk,
            answer="yes",
            channel="phone",
            received_on=today(),
            actor=clerk_of(group),
        )


def test_staff_take_down_what_a_member_said_and_the_member_is_told() -> None:
    introduction = IntroductionFactory()
    side = introduction.participants.get(side="need")
    member = somebody_of(side.organisation)
    transitions.record_offline_answer(
        introduction.pk, participant=side.pk, answer="yes", channel="fax", received_on=today(), actor=StaffFactory()
    )
    assert told("matching_answer_taken") == [member]
    text = mail("matching_answer_taken").text_body
    for words in ("「ぜひ」", "ファクス", "事務局が記録しました", "お心当たりがないとき"):
        assert words in text


# --- raising a hand ---


def hand(target: Post, group: RelayedGroup, **more: Any) -> Introduction:
    return transitions.respond_for_group(
        target.pk,
        **{
            "group": group,
            "channel": "meeting",
            "received_on": today(),
            "message": "会の集まりで使わせてください。",
            "actor": clerk_of(group),
            **more,
        },
    )


def test_a_desk_raises_the_hand_of_a_group(group: RelayedGroup) -> None:
    offer = OfferFactory()
    owner = somebody_of(offer.organisation)
    introduction = hand(offer, group)
    side = side_of(introduction, group)
    assert (side.answer, side.answer_channel, side.answer_received_on, side.desk) == (
        Answer.YES,
        AnswerChannel.MEETING,
        today(),
        group.desk,
    )
    assert told("matching_hand_raised") == [owner]
    assert f"海風町内会さん（窓口：{group.desk.name}）が手を挙げました" in mail("matching_hand_raised").text_body
    assert told("matching_answer_taken") == []


def test_two_groups_of_one_desk_and_the_desk_itself_may_all_raise_their_hands(group: RelayedGroup) -> None:
    offer = OfferFactory()
    second = RelayedGroupFactory(desk=group.desk)
    hand(offer, group)
    hand(offer, second, actor=clerk_of(group))
    transitions.respond_to_post(offer.pk, on_behalf=group.desk, message="", actor=clerk_of(group))
    assert Introduction.objects.filter(post=offer).count() == 3
    with pytest.raises(TransitionError) as refusal:
        hand(offer, group)
    assert refusal.value.code == "pair_open"


def test_who_may_raise_the_hand_of_a_group(group: RelayedGroup) -> None:
    offer = OfferFactory()
    for person in (
        member_of(group.desk, AffiliationRole.VIEWER),
        member_of(DeskFactory()),
        somebody_of(OrganisationFactory()),
    ):
        with pytest.raises(PermissionDenied):
            hand(offer, group, actor=person)
    with pytest.raises(TransitionError) as refusal:
        hand(need_of(group), group)
    assert refusal.value.code == "own_post"
    hand(offer, group, actor=StaffFactory())
    assert told("matching_answer_taken") == [clerk_of(group)]


def test_neither_a_retired_group_nor_a_suspended_desk_raises_a_hand(group: RelayedGroup) -> None:
    offer = OfferFactory()
    RelayedGroup.objects.filter(pk=group.pk).update(active=False)
    with pytest.raises(ValidationError):
        hand(offer, group)
    RelayedGroup.objects.filter(pk=group.pk).update(active=True)
    Organisation.objects.filter(pk=group.desk_id).update(state=OrganisationState.SUSPENDED)
    with pytest.raises(TransitionError) as refusal:
        hand(offer, group, actor=StaffFactory())
    assert refusal.value.code == "organisation_not_active"


def test_a_desk_brings_the_offer_of_that_group_only(group: RelayedGroup) -> None:
    need = PostFactory()
    own = OfferFactory(organisation=group.desk)
    with pytest.raises(ValidationError) as refusal:
        hand(need, group, post=own)
    assert set(refusal.value.message_dict) == {"post"}
    groups = OfferFactory(
        organisation=group.desk, on_behalf_of=group, group_agreed_by="mail", group_agreed_on=today(), group_named=True
    )
    with pytest.raises(ValidationError):
        transitions.respond_to_post(need.pk, on_behalf=group.desk, message="", post=groups, actor=clerk_of(group))
    assert side_of(hand(need, group, post=groups), group).post == groups


def test_the_form_raises_the_hand_of_the_group_that_is_chosen(client: Client, group: RelayedGroup) -> None:
    offer = OfferFactory()
    client.force_login(clerk_of(group))
    page = reverse("matching:respond", args=[offer.pk])
    assert "海風町内会" in client.get(page).content.decode()
    sent = {"on_behalf": group.desk_id, "group": group.pk, "message": "お願いします。"}
    response = client.post(page, sent)
    assert set(response.context["form"].errors) == {"channel", "received_on"}
    response = client.post(page, sent | {"channel": "phone", "received_on": today().isoformat()})
    assert response.status_code == 302
    assert side_of(Introduction.objects.get(), group).answer == Answer.YES
    again = client.post(page, sent | {"channel": "phone", "received_on": today().isoformat()}, follow=True)
    assert "もう手を挙げています" in again.content.decode()
    # Other organisations are not asked for whom.
    client.force_login(somebody_of(OrganisationFactory()))
    assert "group" not in client.get(page).context["form"].fields


# --- what the pages say ---


def test_the_other_side_reads_a_hidden_name_only_once_all_agreed(client: Client, group: RelayedGroup) -> None:
    introduction = answered(need_of(group, group_named=False))
    helper = somebody_of(introduction.participants.get(group=None).organisation)
    client.force_login(helper)
    html = client.get(introduction.get_absolute_url()).content.decode()
    assert f"藤沢市内の町内会（窓口：{group.desk.name}）" in html
    assert "海風" not in html
    for listed in ("/introductions/", "/me/"):
        assert "海風" not in client.get(listed).content.decode()
    told_yes(introduction, group)
    html = client.get(introduction.get_absolute_url()).content.decode()
    assert f"海風町内会（窓口：{group.desk.name}）" in html
    for private in (group.contact_name, group.contact_phone, group.note):
        assert private not in html


def test_the_desk_reads_whom_to_ask_and_answers_on_a_page(
    client: Client, asked: Introduction, group: RelayedGroup
) -> None:
    client.force_login(clerk_of(group))
    side = side_of(asked, group)
    html = client.get(asked.get_absolute_url()).content.decode()
    assert "海風町内会さんに聞いて、お返事を記録する" in html
    page = reverse("matching:offline_answer", args=[asked.pk])
    assert "海風町内会さんのお返事" in client.get(page).content.decode()
    sent = {"participant": side.pk, "answer": "yes", "channel": "phone", "received_on": today().isoformat()}
    response = client.post(page, sent | {"received_on": tomorrow().isoformat()})
    assert list(response.context["form"].errors) == ["received_on"]
    html = client.post(page, sent, follow=True).content.decode()
    assert "やりとりが始まりました" in html
    assert "地域の団体に伝える" in html
    html = client.post(page, sent, follow=True).content.decode()
    assert "もうお返事を待っていません" in html


def test_staff_choose_whose_answer_it_is(client: Client) -> None:
    introduction = IntroductionFactory()
    first, second = introduction.participants.order_by("pk")
    client.force_login(StaffFactory())
    page = reverse("matching:offline_answer", args=[introduction.pk])
    assert client.get(page).context["side"] == first
    html = client.get(page, {"side": second.pk}).content.decode()
    assert f"{second.organisation.name}さんのお返事" in html
    assert page in client.get(reverse("admin:matching_introduction_change", args=[introduction.pk])).content.decode()
    sent = {"participant": second.pk, "answer": "no", "channel": "paper", "received_on": today().isoformat()}
    assert "reason" in client.post(page, sent).context["form"].errors
    client.post(page, sent | {"reason": "not_now"})
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.DECLINED


def test_members_have_no_such_page(client: Client, asked: Introduction, group: RelayedGroup) -> None:
    helper = asked.participants.get(group=None).organisation
    for person in (somebody_of(helper), member_of(DeskFactory()), member_of(group.desk, AffiliationRole.VIEWER)):
        client.force_login(person)
        for name in ("offline_answer", "tell_group", "group_slip"):
            assert client.get(reverse(f"matching:{name}", args=[asked.pk])).status_code == 404, name


def test_whom_to_call_is_nobody_of_the_office(client: Client, asked: Introduction, group: RelayedGroup) -> None:
    staff = StaffFactory(name="記録 係")
    told_yes(asked, group, actor=staff)
    client.force_login(somebody_of(asked.participants.get(group=None).organisation))
    assert "記録 係" not in client.get(asked.get_absolute_url()).content.decode()


# --- handing back ---


def waiting_titles(user: User) -> list[str]:
    return [item.title for item in waiting_in_matching(user)]


def test_the_desk_is_asked_to_tell_until_it_told(client: Client, asked: Introduction, group: RelayedGroup) -> None:
    clerk = clerk_of(group)
    wanted = "海風町内会さんに、知らせることがあります"
    assert wanted not in waiting_titles(clerk)
    told_yes(asked, group)
    assert wanted in waiting_titles(clerk)
    client.force_login(clerk)
    page = reverse("matching:tell_group", args=[asked.pk])
    html = client.get(page).content.decode()
    for words in ("見本工務店さんと、いっしょにすすめることになりました。", group.contact_phone, "伝えました"):
        assert words in html
    client.post(page)
    client.post(page)
    side = side_of(asked, group)
    assert side.group_told_at is not None
    assert Entry.objects.about(asked).filter(action="introduction.group_told").count() == 1
    assert wanted not in waiting_titles(clerk)
    transitions.end_introduction_early(asked.pk, on_behalf=group.desk, reason="weather", actor=clerk)
    assert wanted in waiting_titles(clerk)


def test_there_is_nothing_to_tell_before_it_is_settled(asked: Introduction, group: RelayedGroup) -> None:
    side = side_of(asked, group)
    with pytest.raises(TransitionError) as refusal:
        transitions.tell_group(asked.pk, participant=side.pk, actor=clerk_of(group))
    assert refusal.value.code == "no_news"
    told_yes(asked, group, answer="no", reason="dates")
    assert waiting_titles(clerk_of(group)) == []


def test_only_the_desk_tells_its_group(asked: Introduction, group: RelayedGroup) -> None:
    told_yes(asked, group)
    side, other = side_of(asked, group), asked.participants.get(group=None)
    for person in (StaffFactory(), somebody_of(other.organisation), member_of(DeskFactory())):
        with pytest.raises(PermissionDenied):
            transitions.tell_group(asked.pk, participant=side.pk, actor=person)
    with pytest.raises(PermissionDenied):
        transitions.tell_group(asked.pk, participant=other.pk, actor=clerk_of(group))


def _withdraw(introduction: Introduction) -> None:
    transitions.withdraw_introduction(introduction.pk, actor=StaffFactory())


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda introduction: None, "すすめてよいかどうか"),
        (_withdraw, "取りやめになりました"),
    ],
)
def test_the_news_are_short_and_plain(
    asked: Introduction, group: RelayedGroup, happens: Callable[[Introduction], None], words: str
) -> None:
    happens(asked)
    asked = Introduction.objects.get(pk=asked.pk)
    sentences = news_for(asked, side_of(asked, group))
    assert any(words in sentence for sentence in sentences)
    assert sentences[0] == "「夏祭りのやぐらを組む人手」のことで、お知らせします。"


def test_what_waits_costs_the_same_for_one_and_three_groups(group: RelayedGroup) -> None:
    clerk = clerk_of(group)
    counts = []
    for number in (1, 2):
        for step in range(number):
            told_yes(answered(need_of(group, title=f"困りごと{number}{step}")), group)
        with CaptureQueriesContext(connection) as queries:
            titles = waiting_titles(clerk)
        counts.append(len(queries))
    assert titles.count("海風町内会さんに、知らせることがあります") == 3
    assert counts[0] == counts[1]


# --- answers to a post ---


def recorded(post: Post, **more: Any) -> OfflineResponse:
    return transitions.record_offline_response(
        post.pk,
        **{
            "who": "山道 歩",
            "contact": "046-000-0000",
            "words": "大工をしていました。",
            "channel": "phone",
            "received_on": today(),
            "actor": somebody_of(post.organisation),
            **more,
        },
    )


def test_somebody_without_an_account_is_kept_until_called_back(post: Post, group: RelayedGroup) -> None:
    clerk = clerk_of(group)
    response = recorded(post, idempotency_key="once")
    assert recorded(post, idempotency_key="once") == response
    assert "山道 歩さんが、折り返しを待っています" in waiting_titles(clerk)
    transitions.settle_offline_response(response.pk, result="helped", actor=clerk)
    transitions.settle_offline_response(response.pk, result="not_now", actor=clerk)
    response.refresh_from_db()
    assert (response.who, response.contact, response.words, response.result) == ("", "", "", "helped")
    assert waiting_titles(clerk) == []
    kept = str(list(Entry.objects.about(post).values_list("fields", "codes")))
    assert "山道" not in kept
    assert "helped" in kept


def test_the_database_forgets_who_it_was_with_the_result(post: Post) -> None:
    response = recorded(post)
    with pytest.raises(IntegrityError, match="offline_response_forgets_who"), transaction.atomic():
        OfflineResponse.objects.filter(pk=response.pk).update(settled_at=timezone.now(), result="helped")


def test_what_nobody_settled_is_forgotten_in_the_end(post: Post) -> None:
    clerk = somebody_of(post.organisation)
    old, young = (
        OfflineResponse.objects.create(
            post=post,
            who="海野",
            contact="0465-22-2222",
            words="手伝います",
            channel="phone",
            received_on=today() - age,
            created_at=timezone.now() - age,
            recorded_by=clerk,
        )
        for age in (timedelta(days=190), timedelta(days=100))
    )
    with pytest.raises(PermissionDenied):
        transitions.forget_offline_response(old.pk, actor=StaffFactory())
    for _ in range(2):
        apply_retention()
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.who, old.contact, old.words, old.settled_by) == ("", "", "", None)
    assert (young.who, young.settled_at) == ("海野", None)
    assert Entry.objects.about(post).filter(action="post.offline_answer_forgotten").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": "　"}, "who"),
        ({"words": "あ" * 501}, "words"),
        ({"channel": "online"}, "channel"),
        ({"received_on": None}, "received_on"),
    ],
)
def test_what_was_not_told_is_refused(post: Post, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        recorded(post, **changes)
    assert field in refusal.value.message_dict


def test_who_may_write_down_answers_to_a_post(post: Post) -> None:
    for person in (somebody_of(OrganisationFactory()), member_of(post.organisation, AffiliationRole.VIEWER)):
        with pytest.raises(PermissionDenied):
            recorded(post, actor=person)
    response = recorded(post, actor=StaffFactory())
    with pytest.raises(PermissionDenied):
        transitions.settle_offline_response(response.pk, result="helped", actor=somebody_of(OrganisationFactory()))
    closed = need_of(group_of(), state=PostState.CLOSED)
    with pytest.raises(TransitionError):
        recorded(closed)


def page_of(post: Post) -> str:
    return reverse("matching:offline_responses", args=[post.pk])


def sent(**more: Any) -> dict[str, Any]:
    return {"kind": "outside", "who": "山道 歩", "contact": "046-000-0000", "channel": "paper", **more} | {
        "received_on": today().isoformat()
    }


def test_the_desk_writes_down_a_call_and_settles_it(client: Client, post: Post, group: RelayedGroup) -> None:
    client.force_login(clerk_of(group))
    response = client.post(page_of(post), sent(contact=""))
    assert list(response.context["form"].errors) == ["contact"]
    html = client.post(page_of(post), sent(), follow=True).content.decode()
    assert "山道 歩さん" in html
    row = OfflineResponse.objects.get()
    settle = reverse("matching:offline_settle", args=[row.pk])
    assert "どうなったかを選んでください" in client.post(settle, follow=True).content.decode()
    html = client.post(settle, {"result": "helped"}, follow=True).content.decode()
    assert "山道" not in html
    client.force_login(somebody_of(OrganisationFactory()))
    assert client.post(settle, {"result": "helped"}).status_code == 404
    assert client.get(page_of(post)).status_code == 404


def test_a_member_who_called_raises_its_hand_and_is_told(client: Client, post: Post, group: RelayedGroup) -> None:
    caller = OrganisationFactory(name="株式会社みほん工務店")
    member = somebody_of(caller)
    client.force_login(clerk_of(group))
    unknown = client.post(page_of(post), sent(kind="organisation", who="どこにもない会"))
    assert list(unknown.context["form"].errors) == ["who"]
    client.post(page_of(post), sent(kind="organisation", who="㈱みほん工務店", words="5人なら。"))
    introduction = Introduction.objects.get()
    side = introduction.participants.get(organisation=caller)
    assert (side.answer, side.answer_channel, introduction.message) == (Answer.YES, AnswerChannel.PAPER, "5人なら。")
    assert told("matching_answer_taken") == [member]
    # It may still take it back.
    transitions.withdraw_introduction(introduction.pk, actor=member)


def test_of_two_of_one_name_the_desk_chooses(client: Client, post: Post, group: RelayedGroup) -> None:
    _, second = (OrganisationFactory(name="ひなたの庭") for _ in range(2))
    client.force_login(clerk_of(group))
    response = client.post(page_of(post), sent(kind="organisation", who="ひなたの庭"))
    assert list(response.context["form"].errors) == ["choice"]
    client.post(page_of(post), sent(kind="organisation", who="ひなたの庭", choice=second.pk))
    assert Introduction.objects.get().participants.filter(organisation=second).exists()


def test_an_owner_that_is_no_desk_raises_nobodys_hand(client: Client) -> None:
    own = PostFactory()
    client.force_login(somebody_of(own.organisation))
    assert [code for code, _ in client.get(page_of(own)).context["form"].fields["kind"].choices] == ["outside"]
    response = client.post(page_of(own), sent(kind="organisation", who="ひなたの庭"))
    assert "kind" in response.context["form"].errors
    with pytest.raises(PermissionDenied):
        transitions.respond_for_organisation(
            own.pk,
            organisation=OrganisationFactory(),
            channel="phone",
            received_on=today(),
            message="",
            actor=somebody_of(own.organisation),
        )


def test_staff_write_down_what_a_group_said(client: Client) -> None:
    group, post = group_of(), OfferFactory()
    client.force_login(StaffFactory())
    client.post(page_of(post), sent(kind="group", who="海風町内会"))
    assert side_of(Introduction.objects.get(), group).answer == Answer.YES


def test_a_post_that_is_over_takes_no_more_answers(client: Client, group: RelayedGroup) -> None:
    closed = need_of(group, state=PostState.CLOSED)
    client.force_login(clerk_of(group))
    html = client.get(page_of(closed)).content.decode()
    assert "いまは受け付けていません" in html

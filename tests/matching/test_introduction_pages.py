"""The list of introductions, the page of one, and what is done there."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.enums import Answer, IntroductionState, Origin
from matching.models import Introduction, Participant
from members.enums import AffiliationRole
from members.models import Organisation, User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db

NEED_SIDE = "need"
OFFER_SIDE = "offer"
GONE_STATES = [
    IntroductionState.DECLINED,
    IntroductionState.LAPSED,
    IntroductionState.WITHDRAWN,
    IntroductionState.NOT_NEEDED,
    IntroductionState.ENDED_EARLY,
    IntroductionState.COMPLETED,
]


def side_of(introduction: Introduction, side: str) -> Participant:
    return introduction.participants.get(side=side)


def person_of(introduction: Introduction, side: str) -> User:
    return member_of(side_of(introduction, side).organisation)


def as_side(client: Client, introduction: Introduction, side: str) -> User:
    """Log in as a new member of one side."""
    user = person_of(introduction, side)
    client.force_login(user)
    return user


def page_of(introduction: Introduction) -> str:
    return introduction.get_absolute_url()


def answer(client: Client, introduction: Introduction, side: str, **data: Any) -> Any:
    return client.post(
        reverse("matching:answer", args=[introduction.pk]),
        {"participant": side_of(introduction, side).pk, **data},
    )


# --- the list ---


def test_the_list_shows_ones_own_introductions_with_the_way_and_whose_turn_it_is(client: Client) -> None:
    mine = IntroductionFactory(post=PostFactory(title="平日の午後の部屋"))
    IntroductionFactory(post=PostFactory(title="よその団体の部屋"))
    as_side(client, mine, NEED_SIDE)
    response = client.get(reverse("matching:introductions"))
    html = response.content.decode()
    assert "平日の午後の部屋" in html
    assert "よその団体の部屋" not in html
    assert side_of(mine, OFFER_SIDE).organisation.name in html
    assert "お返事をする" in html
    assert html.count('class="stepper"') == 1


@pytest.mark.parametrize(
    ("state", "tab"),
    [
        (IntroductionState.ASKED, "waiting"),
        (IntroductionState.AGREED, "going"),
        (IntroductionState.UNDER_WAY, "going"),
        *((state, "over") for state in GONE_STATES),
    ],
)
def test_each_state_stands_under_its_tab(client: Client, state: IntroductionState, tab: str) -> None:
    introduction = IntroductionFactory(state=state, post=PostFactory(title="さがしている部屋"))
    as_side(client, introduction, OFFER_SIDE)
    found = {
        each
        for each in ("waiting", "going", "over")
        if "さがしている部屋" in client.get(reverse("matching:introductions"), {"tab": each}).content.decode()
    }
    assert found == {tab}
    # Without a choice the tab that has something opens.
    assert "さがしている部屋" in client.get(reverse("matching:introductions")).content.decode()


def test_what_staff_only_prepare_is_not_listed(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.PROPOSED)
    as_side(client, introduction, NEED_SIDE)
    assert introduction.post.title not in client.get(reverse("matching:introductions")).content.decode()
    assert client.get(page_of(introduction)).status_code == 404


@pytest.mark.parametrize("tab", ["waiting", "going", "over"])
def test_an_empty_list_says_what_to_do_next(client: Client, tab: str) -> None:
    client.force_login(member_of(OrganisationFactory()))
    html = client.get(reverse("matching:introductions"), {"tab": tab}).content.decode()
    assert "empty__title" in html
    assert reverse("matching:board") in html


@pytest.mark.parametrize("tab", ["waiting", "going", "over"])
def test_one_and_three_introductions_take_the_same_queries(client: Client, tab: str) -> None:
    states = {
        "waiting": IntroductionState.ASKED,
        "going": IntroductionState.UNDER_WAY,
        "over": IntroductionState.COMPLETED,
    }
    organisation = OrganisationFactory()
    user = member_of(organisation)
    client.force_login(user)
    address = f"{reverse('matching:introductions')}?tab={tab}"

    def add() -> None:
        IntroductionFactory(state=states[tab], post=PostFactory(organisation=organisation))

    add()
    client.get(address)  # content types and the session are warm
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    add()
    add()
    with CaptureQueriesContext(connection) as three:
        html = client.get(address).content.decode()
    assert html.count('class="stepper"') == 3
    assert len(three) == len(one)


def test_a_long_list_is_cut_into_pages(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    for _ in range(12):
        IntroductionFactory(post=PostFactory(organisation=organisation))
    first = client.get(reverse("matching:introductions"), {"tab": "waiting"})
    assert first.content.decode().count('class="stepper"') == 10
    second = client.get(
        reverse("matching:introductions"), {"tab": "waiting", "cursor": first.context["page"].next_cursor}
    )
    assert second.content.decode().count('class="stepper"') == 2


# --- who sees it ---


def test_strangers_find_nothing(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    names = ["introduction", "answer", "report", "introduction_start", "introduction_end", "introduction_withdraw"]
    names += ["introduction_write", "introduction_read", "report_thanks"]
    client.force_login(member_of(OrganisationFactory()))
    for name in names:
        address = reverse(f"matching:{name}", args=[introduction.pk])
        assert (client.get(address).status_code, client.post(address).status_code) in {(404, 404), (404, 405)}, name


def test_visitors_are_asked_to_log_in(client: Client) -> None:
    response = client.get(page_of(IntroductionFactory()))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_staff_read_everything_and_answer_nothing(client: Client) -> None:
    introduction = IntroductionFactory()
    client.force_login(StaffFactory())
    response = client.get(page_of(introduction))
    assert response.status_code == 200
    assert "この内容でお返事する" not in response.content.decode()
    answer(client, introduction, NEED_SIDE, answer="yes")
    assert side_of(introduction, NEED_SIDE).answer == Answer.WAITING


def test_staff_see_what_they_only_prepare(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.PROPOSED)
    client.force_login(StaffFactory())
    html = client.get(page_of(introduction)).content.decode()
    assert "事務局が準備しています" in html
    assert "お返事待ち" not in html


def test_how_much_the_responder_spoke_of_stands_in_the_owners_answer(client: Client) -> None:
    post = PostFactory(quantity=8, unit="people")
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory())
    introduction.participants.filter(post=None).update(quantity=6)
    as_side(client, introduction, NEED_SIDE)
    response = client.get(page_of(introduction))
    form = response.context["page"].answer_forms[0]
    assert form["quantity"].value() == 6
    assert "6人" in response.content.decode()
    too_many = answer(client, introduction, NEED_SIDE, answer="yes", quantity="９人")
    assert "あと8人まで" in too_many.content.decode()
    assert side_of(introduction, NEED_SIDE).answer == Answer.WAITING
    answer(client, introduction, NEED_SIDE, answer="yes", quantity="６人")
    post.refresh_from_db()
    assert post.quantity_left == 2


def test_somebody_who_may_only_read_sees_no_answer_form(client: Client) -> None:
    introduction = IntroductionFactory()
    organisation = side_of(introduction, NEED_SIDE).organisation
    client.force_login(member_of(organisation, role=AffiliationRole.VIEWER))
    assert "この内容でお返事する" not in client.get(page_of(introduction)).content.decode()
    answer(client, introduction, NEED_SIDE, answer="yes")
    assert side_of(introduction, NEED_SIDE).answer == Answer.WAITING


@pytest.mark.parametrize("state", [state for state in IntroductionState if state != IntroductionState.PROPOSED])
@pytest.mark.parametrize("side", [NEED_SIDE, OFFER_SIDE])
def test_every_state_has_its_page_and_looking_changes_nothing(
    client: Client, state: IntroductionState, side: str
) -> None:
    introduction = IntroductionFactory(state=state)
    as_side(client, introduction, side)
    before = Introduction.objects.values().get(pk=introduction.pk)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(page_of(introduction))
    assert response.status_code == 200
    assert "stepper__sentence" in response.content.decode()
    assert Introduction.objects.values().get(pk=introduction.pk) == before
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []


@pytest.mark.parametrize("name", ["answer", "introduction_start", "introduction_write", "introduction_read"])
def test_opening_an_action_leads_to_the_page_and_changes_nothing(client: Client, name: str) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    as_side(client, introduction, NEED_SIDE)
    response = client.get(reverse(f"matching:{name}", args=[introduction.pk]))
    assert response.status_code == 302
    assert response["Location"].startswith(page_of(introduction))
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


def test_contacts_stand_there_only_after_both_said_yes(client: Client) -> None:
    offer = OfferFactory(organisation=OrganisationFactory(phone="045-123-4567"))
    asked = IntroductionFactory(offer=offer)
    as_side(client, asked, NEED_SIDE)
    assert "045-123-4567" not in client.get(page_of(asked)).content.decode()
    agreed = IntroductionFactory(offer=offer, state=IntroductionState.AGREED)
    as_side(client, agreed, NEED_SIDE)
    assert "045-123-4567" in client.get(page_of(agreed)).content.decode()


def test_what_an_organisation_tells_the_office_only_stays_so_among_partners(client: Client) -> None:
    organisation = OrganisationFactory(
        phone="045-123-4567", description="海辺の工場です。", audiences={"phone": "staff", "description": "staff"}
    )
    introduction = IntroductionFactory(offer=OfferFactory(organisation=organisation), state=IntroductionState.AGREED)
    as_side(client, introduction, NEED_SIDE)
    html = client.get(page_of(introduction)).content.decode()
    assert "045-123-4567" not in html
    assert "海辺の工場です。" not in html
    assert organisation.name in html


# --- answering ---


def test_the_form_names_the_organisation_and_the_day(client: Client) -> None:
    introduction = IntroductionFactory()
    as_side(client, introduction, OFFER_SIDE)
    html = client.get(page_of(introduction)).content.decode()
    assert f"{side_of(introduction, OFFER_SIDE).organisation.name}としてお返事する" in html
    assert f"{introduction.respond_by.month}月{introduction.respond_by.day}日" in html


def test_both_say_yes_and_the_talk_begins(client: Client) -> None:
    introduction = IntroductionFactory()
    for side in (NEED_SIDE, OFFER_SIDE):
        as_side(client, introduction, side)
        response = answer(client, introduction, side, answer="yes")
        assert response.status_code == 302
        assert response["Location"].startswith(page_of(introduction))
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED
    assert "やりとり" in client.get(page_of(introduction)).content.decode()


def test_no_is_polite_to_the_other_side_and_keeps_its_reason_for_staff(client: Client) -> None:
    introduction = IntroductionFactory(origin=Origin.STAFF)
    as_side(client, introduction, OFFER_SIDE)
    html = client.get(page_of(introduction)).content.decode()
    assert "相手の団体には伝わりません" in html
    reason = client.get(page_of(introduction)).context["page"].answer_forms[0].fields["reason"].choices[0]
    answer(client, introduction, OFFER_SIDE, answer="no", reason=reason[0], note="じつは人手が足りません")
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.DECLINED
    assert side_of(introduction, OFFER_SIDE).decline_note == "じつは人手が足りません"
    as_side(client, introduction, NEED_SIDE)
    html = client.get(page_of(introduction)).content.decode()
    assert "じつは人手が足りません" not in html
    assert reason[1] not in html
    client.force_login(StaffFactory())
    html = client.get(page_of(introduction)).content.decode()
    assert "じつは人手が足りません" in html
    assert reason[1] in html


def test_no_without_a_reason_comes_back_with_what_was_typed(client: Client) -> None:
    introduction = IntroductionFactory()
    as_side(client, introduction, NEED_SIDE)
    response = answer(client, introduction, NEED_SIDE, answer="no", note="日にちが合いません")
    assert response.status_code == 200
    html = response.content.decode()
    assert "日にちが合いません" in html
    assert "理由を選んでください" in html
    assert "data-error-summary" in html
    assert side_of(introduction, NEED_SIDE).answer == Answer.WAITING


def test_a_double_click_answers_once(client: Client) -> None:
    introduction = IntroductionFactory()
    as_side(client, introduction, NEED_SIDE)
    for _ in range(2):
        assert answer(client, introduction, NEED_SIDE, answer="yes").status_code == 302
    assert Entry.objects.about(introduction).filter(action="introduction.answered").count() == 1


def test_an_answer_from_an_old_tab_gets_a_clear_word(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.WITHDRAWN)
    as_side(client, introduction, NEED_SIDE)
    response = client.post(
        reverse("matching:answer", args=[introduction.pk]),
        {"participant": side_of(introduction, NEED_SIDE).pk, "answer": "yes"},
        follow=True,
    )
    assert response.status_code == 200
    assert "取りやめ" in response.content.decode()
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_nobody_answers_for_the_other_side(client: Client) -> None:
    introduction = IntroductionFactory()
    as_side(client, introduction, NEED_SIDE)
    response = answer(client, introduction, OFFER_SIDE, answer="yes")
    assert response.status_code == 404
    assert side_of(introduction, OFFER_SIDE).answer == Answer.WAITING


def test_who_belongs_to_both_sides_answers_for_each_by_name(client: Client) -> None:
    introduction = IntroductionFactory()
    user = as_side(client, introduction, NEED_SIDE)
    offering: Organisation = side_of(introduction, OFFER_SIDE).organisation
    AffiliationFactory(organisation=offering, user=user)
    forms = client.get(page_of(introduction)).context["page"].answer_forms
    assert {form.side.organisation_id for form in forms} == {
        offering.pk,
        side_of(introduction, NEED_SIDE).organisation_id,
    }
    answer(client, introduction, OFFER_SIDE, answer="yes")
    assert side_of(introduction, NEED_SIDE).answer == Answer.WAITING
    assert side_of(introduction, OFFER_SIDE).answer == Answer.YES


# --- under way, and its end ---


def _start(client: Client, introduction: Introduction, organisation: Organisation) -> Any:
    address = reverse("matching:introduction_start", args=[introduction.pk])
    return client.post(address, {"on_behalf": organisation.pk}, follow=True)


def test_one_side_starts_and_a_second_press_does_no_harm(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    user = as_side(client, introduction, NEED_SIDE)
    organisation = Organisation.objects.of(user).get()
    for _ in range(2):
        assert _start(client, introduction, organisation).status_code == 200
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.UNDER_WAY
    assert Entry.objects.about(introduction).filter(after=IntroductionState.UNDER_WAY).count() == 1


def test_nothing_is_started_in_the_name_of_a_foreign_organisation(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.AGREED)
    as_side(client, introduction, NEED_SIDE)
    _start(client, introduction, side_of(introduction, OFFER_SIDE).organisation)
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


def test_ending_early_asks_for_a_reason_and_keeps_the_words(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.UNDER_WAY)
    user = as_side(client, introduction, NEED_SIDE)
    organisation = Organisation.objects.of(user).get()
    address = reverse("matching:introduction_end", args=[introduction.pk])
    assert client.get(address).status_code == 200
    response = client.post(address, {"on_behalf": organisation.pk, "note": "会場が使えなくなりました"})
    assert response.status_code == 200
    assert "会場が使えなくなりました" in response.content.decode()
    reason = response.context["form"].fields["reason"].choices[0][0]
    data = {"on_behalf": organisation.pk, "reason": reason, "note": "会場が使えなくなりました"}
    assert client.post(address, data).status_code == 302
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.ENDED_EARLY
    as_side(client, introduction, OFFER_SIDE)
    assert "会場が使えなくなりました" in client.get(page_of(introduction)).content.decode()


def test_the_page_for_ending_leads_back_when_there_is_nothing_to_end(client: Client) -> None:
    introduction = IntroductionFactory(state=IntroductionState.COMPLETED)
    as_side(client, introduction, NEED_SIDE)
    response = client.get(reverse("matching:introduction_end", args=[introduction.pk]), follow=True)
    assert response.redirect_chain[-1][0] == page_of(introduction)


def test_who_raised_a_hand_may_take_it_back_before_the_answer(client: Client) -> None:
    responder = OrganisationFactory()
    introduction = IntroductionFactory(responder=responder)
    user = member_of(responder)
    client.force_login(user)
    address = reverse("matching:introduction_withdraw", args=[introduction.pk])
    assert address in client.get(page_of(introduction)).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"note": "日程が変わりました"}).status_code == 302
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.WITHDRAWN
    told = Message.objects.count()
    client.post(address, {"note": "日程が変わりました"})
    assert Message.objects.count() == told

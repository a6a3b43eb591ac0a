"""A member's own page: what waits, what goes on, what is theirs, what is new; never empty."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import IntroductionState, PostState
from members.enums import AffiliationRole, OrganisationState
from members.models import Practitioner, User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.factories.profiles import ToldOrganisationFactory
from tomoiki.pages.newest import news_for
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db

ME = "/me/"


def at(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def page_of(client: Client, person: User) -> tuple[str, Any]:
    client.force_login(person)
    response = client.get(ME)
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")], response.context


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    response = client.get(ME)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_member_is_greeted_by_family_name_and_organisation(client: Client) -> None:
    html, _ = page_of(client, member_of(OrganisationFactory(name="NPO法人ひなたの庭"), name="森 春子"))
    assert "こんにちは、森さん" in html
    assert "NPO法人ひなたの庭" in html


@pytest.mark.parametrize(
    ("kind", "comes", "informs"),
    [("university", True, False), ("financial", True, False), ("media", True, True), ("npo", False, False)],
)
def test_doors_are_reached_by_those_whose_they_are(client: Client, kind: str, comes: bool, informs: bool) -> None:
    organisation = OrganisationFactory(kind=kind)
    html, _ = page_of(client, member_of(organisation))
    assert (f'href="{reverse("matching:approaches")}"' in html) == comes
    assert (f'href="{reverse("matching:inform")}"' in html) == informs
    viewer = member_of(organisation, role=AffiliationRole.VIEWER)
    assert reverse("matching:approaches") not in page_of(client, viewer)[0]


def test_a_member_without_a_name_is_not_greeted_by_address(client: Client) -> None:
    person = member_of(OrganisationFactory(), name="")
    html, _ = page_of(client, person)
    assert ">こんにちは</h1>" in html


def test_nothing_waits_and_nothing_was_written_yet(client: Client) -> None:
    html, context = page_of(client, member_of(ToldOrganisationFactory()))
    assert "お待たせしていることは、ありません" in html
    assert [way.url for step in context["first_steps"] for way in step.ways] == [
        reverse("matching:post_new", args=["need"]),
        reverse("matching:post_new", args=["offer"]),
        reverse("matching:board"),
    ]
    assert "まず、ここから" in html


def test_what_waits_stands_on_top_with_a_button_each(client: Client) -> None:
    need = PostFactory(title="平日の部屋")
    introduction = IntroductionFactory(post=need, state=IntroductionState.ASKED)
    html, context = page_of(client, member_of(need.organisation))
    assert context["waiting"]
    assert html.index("いま、あなたを待っていること") < html.index("進んでいるおつなぎ")
    assert introduction.get_absolute_url() in html


def test_introductions_under_way_show_the_step_the_partner_and_whose_turn_it_is(client: Client) -> None:
    need = PostFactory(title="平日の部屋")
    offer = OfferFactory(organisation=OrganisationFactory(name="ここち住宅"))
    IntroductionFactory(post=need, offer=offer, state=IntroductionState.AGREED)
    IntroductionFactory(post=need, state=IntroductionState.DECLINED)
    IntroductionFactory(post=need, state=IntroductionState.PROPOSED)
    html, context = page_of(client, member_of(need.organisation))
    (going,) = context["introductions"]
    assert going.progress.step == 3
    assert going.partners == "ここち住宅"
    assert "ここち住宅さんと結ばれました" in html
    # The words stand on the viewer's side: the other side reads of the need's organisation.
    _, context = page_of(client, member_of(offer.organisation))
    assert context["introductions"][0].partners == need.organisation.name


def test_own_posts_are_shown_with_their_state_and_nobody_elses(client: Client) -> None:
    organisation = OrganisationFactory()
    PostFactory(organisation=organisation, title="下書きのこと", state=PostState.DRAFT)
    PostFactory(organisation=organisation, title="確認待ちのこと", state=PostState.SUBMITTED)
    PostFactory(title="よその下書き", state=PostState.DRAFT)
    html, context = page_of(client, member_of(organisation))
    assert {card.title for card in context["posts"]} == {"下書きのこと", "確認待ちのこと"}
    assert "よその下書き" not in html
    assert "まず、ここから" not in html
    assert reverse("matching:my_posts") in html


def test_somebody_who_may_only_read_is_offered_nothing_to_write(client: Client) -> None:
    organisation = OrganisationFactory()
    PostFactory(organisation=organisation)
    html, _ = page_of(client, member_of(organisation, AffiliationRole.VIEWER))
    assert reverse("matching:post_new", args=["need"]) not in html
    assert reverse("members:profile_edit", args=[organisation.pk]) not in html
    assert "閲覧のみ" in html


def test_several_organisations_are_all_shown_each_by_its_name(client: Client) -> None:
    person = UserFactory()
    first, second = OrganisationFactory(name="あさひの会"), OrganisationFactory(name="みどりの輪")
    waiting = OrganisationFactory(name="やまの手", state=OrganisationState.APPLIED)
    gone = OrganisationFactory(name="むかしの会", state=OrganisationState.WITHDRAWN)
    for organisation in (first, second, waiting, gone):
        AffiliationFactory(organisation=organisation, user=person)
    AffiliationFactory(organisation=OrganisationFactory(name="やめた会"), user=person, ended_at=timezone.now())
    IntroductionFactory(post=PostFactory(organisation=second), state=IntroductionState.AGREED)
    html, context = page_of(client, person)
    assert [place.organisation.name for place in context["places"]] == ["あさひの会", "みどりの輪", "やまの手"]
    assert "わたしの団体" in html
    assert "こちら：みどりの輪" in html
    assert "承認待ち" in html
    for name in ("むかしの会", "やめた会"):
        assert name not in html


@pytest.mark.parametrize(
    ("state", "waits", "card"),
    [
        (OrganisationState.APPLIED, "事務局が確認しています", "登録が終わるまでのあいだに"),
        (OrganisationState.RETURNED, "直してください", "登録が終わるまでのあいだに"),
        (OrganisationState.REJECTED, "今回は登録できませんでした", "今回は、団体の登録を見送りました"),
        (OrganisationState.SUSPENDED, "一時停止中です", "いま、団体の利用を一時停止しています"),
    ],
)
def test_an_organisation_not_in_good_standing_says_so_and_what_to_do(
    client: Client, state: OrganisationState, waits: str, card: str
) -> None:
    organisation = OrganisationFactory(state=state)
    html, context = page_of(client, member_of(organisation))
    assert any(waits in item.title for item in context["waiting"])
    assert card in html
    assert context["situation"].ways
    assert reverse("matching:post_new", args=["need"]) not in html
    if state == OrganisationState.RETURNED:
        assert reverse("members:resubmit", args=[organisation.pk]) in html
        assert organisation.staff_message in html


def test_a_rejection_of_long_ago_still_leaves_a_way_on(client: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.REJECTED)
    type(organisation).objects.filter(pk=organisation.pk).update(updated_at=timezone.now() - timedelta(days=90))
    html, context = page_of(client, member_of(organisation))
    assert context["waiting"] == []
    assert "今回は、団体の登録を見送りました" in html
    assert reverse("pages:contact") in html


def test_an_address_not_confirmed_yet_is_asked_for(client: Client) -> None:
    person = member_of(OrganisationFactory(state=OrganisationState.DRAFT))
    EmailAddress.objects.filter(user=person).update(verified=False)
    _, context = page_of(client, person)
    assert "メールアドレスを確認してください" in [item.title for item in context["waiting"]]


def test_somebody_without_an_organisation_is_led_to_one(client: Client) -> None:
    html, _ = page_of(client, UserFactory())
    assert "まだ、どの団体にも加わっていません" in html
    assert f'href="{reverse("members:join")}"' in html
    assert f'href="{reverse("pages:organisations")}"' in html


def test_somebody_who_asked_to_join_is_told_to_wait_and_may_look_around(client: Client) -> None:
    request = JoinRequestFactory()
    html, context = page_of(client, request.user)
    assert any(request.organisation.name in item.title for item in context["waiting"])
    assert "お返事を待つあいだに" in html
    assert "まだ、どの団体にも加わっていません" not in html


def test_staff_without_an_organisation_are_led_to_their_desk(client: Client) -> None:
    html, context = page_of(client, StaffFactory())
    assert f'href="{reverse("admin:index")}"' in html
    assert context["situation"] is None


def test_a_practitioner_without_an_organisation_is_welcome(client: Client) -> None:
    person = UserFactory()
    Practitioner.objects.create(user=person, title="社会起業家")
    html, context = page_of(client, person)
    assert "実践者として登録されています" in html
    assert "社会起業家" in html
    assert context["situation"] is None


def test_news_are_what_answers_ones_own_posts_nearby() -> None:
    fujisawa, chigasaki, kawasaki = "14205", "14207", "14130"
    organisation = OrganisationFactory(municipality=at(fujisawa))
    person = member_of(organisation)
    PostFactory(organisation=organisation, areas=[fujisawa])
    own_offer_elsewhere = OfferFactory(areas=[kawasaki])
    near = OfferFactory(areas=[chigasaki])
    anywhere = OfferFactory(areas=[], published_at=timezone.now())
    PostFactory(areas=[fujisawa])
    OfferFactory(areas=[fujisawa], state=PostState.FULFILLED)
    news = news_for(person, [organisation])
    assert [card.post for card in news.cards] == [anywhere, near]
    assert news.heading == "近くで新しく出たできること"
    assert own_offer_elsewhere not in [card.post for card in news.cards]


def test_news_come_from_the_whole_prefecture_where_nothing_is_near() -> None:
    organisation = OrganisationFactory(municipality=at("14205"))
    person = member_of(organisation)
    far_need, far_offer = PostFactory(areas=["14130"]), OfferFactory(areas=["14130"])
    news = news_for(person, [organisation])
    assert {card.post for card in news.cards} == {far_need, far_offer}
    assert news.heading == "新しく出た困りごと・できること"


def test_the_page_costs_the_same_for_one_of_everything_and_for_three(client: Client) -> None:
    organisation = OrganisationFactory(municipality=at("14205"))
    person = member_of(organisation)
    client.force_login(person)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            need = PostFactory(organisation=organisation)
            OfferFactory(areas=["14205"])
            IntroductionFactory(post=need, state=IntroductionState.ASKED)
            IntroductionFactory(post=need, state=IntroductionState.UNDER_WAY)
            JoinRequestFactory(organisation=organisation)
        client.get(ME)
        with CaptureQueriesContext(connection) as queries:
            client.get(ME)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    # What may be recommended asks about twenty: what has room, who was refused or answered, and what lies near.
    assert counts[0] <= 60

"""Recommendations on the pages: beside a post, on its own page, at home; following one, and saying it does not fit."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.enums import Origin
from matching.models import Introduction, Post, RecommendationDismissal
from matching.suggesting.home import recommendations_for_home
from matching.suggesting.profiles import suggestions_for
from members.enums import AffiliationRole
from members.models import Branch, User
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.recommendations import RecommendationDismissalFactory, computed, kitchen_need, kitchen_offer
from tests.matching.traces import trail
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Post, Post]:
    """A need, and the offer that is recommended to it."""
    need, offer = kitchen_need(), kitchen_offer()
    computed(need)
    return need, offer


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields(need: Post, **more: Any) -> dict[str, Any]:
    return {"on_behalf": need.organisation_id, "own_post": need.pk, **more}


def test_the_owner_sees_what_fits_beside_the_post_with_two_buttons(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    page = signed_in(client, somebody_of(need.organisation)).get(need.get_absolute_url()).content.decode()
    assert "おすすめのできること" in page
    assert offer.title in page
    assert "同じ藤沢市" in page
    assert "声をかける" in page
    assert f"/posts/{offer.pk}/respond/?with={need.pk}" in page
    assert "合わない" in page


def test_nobody_else_sees_what_fits_it(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    for user in (None, member_of(OrganisationFactory()), StaffFactory()):
        if user:
            signed_in(client, user)
        page = client.get(need.get_absolute_url()).content.decode()
        assert "おすすめの" not in page
        assert "同じ藤沢市" not in page
        # What stands beside it is what is on the board anyway.
        assert offer.title in page


def test_a_viewer_reads_and_has_no_buttons(client: Client, pair: tuple[Post, Post]) -> None:
    need, _ = pair
    viewer = member_of(need.organisation, AffiliationRole.VIEWER)
    page = signed_in(client, viewer).get(reverse("matching:post_recommendations", args=[need.pk])).content.decode()
    assert "同じ藤沢市" in page
    assert "合わない" not in page


def test_the_list_of_others_is_not_there(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(offer.organisation))
    assert client.get(reverse("matching:post_recommendations", args=[need.pk])).status_code == 404
    other = reverse("matching:organisation_recommendations", args=[need.organisation_id])
    assert client.get(other).status_code == 404


def test_a_post_that_is_not_on_the_board_has_none(client: Client) -> None:
    need = kitchen_need(state="draft")
    kitchen_offer()
    page = signed_in(client, need.author).get(reverse("matching:post_recommendations", args=[need.pk])).content.decode()
    assert "いまは掲載していません" in page


def test_following_brings_ones_own_post_and_is_remembered(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    address = f"{reverse('matching:respond', args=[offer.pk])}?with={need.pk}"
    form = client.get(address).context["form"]
    assert form.initial == {"post": need.pk, "on_behalf": need.organisation_id}
    given = {"on_behalf": need.organisation_id, "post": need.pk, "message": "土曜に使わせてください。"}
    response = client.post(address, given)
    introduction = Introduction.objects.get()
    assert response["Location"] == introduction.get_absolute_url()
    assert introduction.origin == Origin.RECOMMENDATION
    assert {side.post for side in introduction.participants.all()} == {need, offer}
    # It is on its way: it is not recommended any more, and its page opens.
    assert client.get(introduction.get_absolute_url()).status_code == 200
    assert offer.title not in client.get(reverse("matching:post_recommendations", args=[need.pk])).content.decode()


def test_an_answer_without_the_recommended_post_is_an_ordinary_one(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    given = {"on_behalf": need.organisation_id, "message": "土曜に使わせてください。"}
    client.post(f"{reverse('matching:respond', args=[offer.pk])}?with={need.pk}", given)
    assert Introduction.objects.get().origin == Origin.RESPONSE


def test_the_one_who_followed_may_take_it_back(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    given = {"on_behalf": need.organisation_id, "post": need.pk, "message": "土曜に使わせてください。"}
    client.post(f"{reverse('matching:respond', args=[offer.pk])}?with={need.pk}", given)
    client.post(reverse("matching:introduction_withdraw", args=[Introduction.objects.get().pk]))
    assert Introduction.objects.get().state == "withdrawn"


@pytest.mark.parametrize("wanted", ["0", "x", "foreign"])
def test_an_address_that_names_somebody_elses_post_brings_nothing(
    client: Client, pair: tuple[Post, Post], wanted: str
) -> None:
    need, offer = pair
    foreign = PostFactory()
    signed_in(client, somebody_of(need.organisation))
    response = client.get(
        f"{reverse('matching:respond', args=[offer.pk])}?with={foreign.pk if wanted == 'foreign' else wanted}"
    )
    assert "post" not in response.context["form"].initial


# --- it does not fit ---


def test_it_does_not_fit_then_why_and_back_again(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    listed = reverse("matching:post_recommendations", args=[need.pk])
    response = client.post(reverse("matching:recommendation_dismiss", args=[offer.pk]), fields(need))
    page = client.get(response["Location"]).content.decode()
    assert "おすすめから外しました" in page
    assert "元に戻す" in page
    shown = client.get(listed)
    assert shown.context["recommended"] == []
    assert [row.post for row in shown.context["dismissed"]] == [offer]

    client.post(reverse("matching:recommendation_dismiss", args=[offer.pk]), fields(need, reason="place"))
    assert RecommendationDismissal.objects.get().reason == "place"

    client.post(reverse("matching:recommendation_restore", args=[offer.pk]), fields(need))
    assert not RecommendationDismissal.objects.exists()
    assert [item.post for item in client.get(listed).context["recommended"]] == [offer]
    # The trail knows it all, and nothing twice.
    assert [action for action, *_ in trail(offer)] == [
        "recommendation.dismissed",
        "recommendation.dismissed",
        "recommendation.restored",
    ]


def test_what_is_taken_back_is_there_at_once_on_the_page_one_came_from(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    home = need.get_absolute_url()
    assert f'name="back" value="{home}"' in client.get(home).content.decode()
    gone = client.post(reverse("matching:recommendation_dismiss", args=[offer.pk]), fields(need, back=home))
    # A worker looked at it meanwhile.
    computed(need)
    assert "声をかける" not in client.get(home).content.decode()
    assert f'name="back" value="{home}"' in client.get(gone["Location"]).content.decode()
    answer = client.post(reverse("matching:recommendation_restore", args=[offer.pk]), fields(need, back=home))
    assert answer["Location"] == home
    page = client.get(home)
    assert [item.post for item in page.context["recommended"]] == [offer]


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", f"/{'x' * 600}"]
)
def test_nobody_is_sent_to_another_site(client: Client, pair: tuple[Post, Post], back: str) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    gone = client.post(reverse("matching:recommendation_dismiss", args=[offer.pk]), fields(need, back=back))
    assert "back=" not in gone["Location"]
    answer = client.post(reverse("matching:recommendation_restore", args=[offer.pk]), fields(need, back=back))
    assert answer["Location"] == reverse("matching:post_recommendations", args=[need.pk])


def test_a_double_click_says_it_once(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    signed_in(client, somebody_of(need.organisation))
    for _ in range(2):
        client.post(reverse("matching:recommendation_dismiss", args=[offer.pk]), fields(need))
    assert RecommendationDismissal.objects.count() == 1
    assert len(trail(offer)) == 1
    for _ in range(2):
        client.post(reverse("matching:recommendation_restore", args=[offer.pk]), fields(need))
    assert len(trail(offer)) == 2


def test_nobody_says_it_for_others(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    viewer = member_of(need.organisation, AffiliationRole.VIEWER)
    for user in (somebody_of(offer.organisation), viewer, StaffFactory()):
        signed_in(client, user)
        for name in ("dismiss", "restore"):
            address = reverse(f"matching:recommendation_{name}", args=[offer.pk])
            assert client.post(address, fields(need)).status_code == 404
    assert not RecommendationDismissal.objects.exists()


def test_ones_own_post_cannot_be_found_not_to_fit(client: Client, pair: tuple[Post, Post]) -> None:
    need, _ = pair
    signed_in(client, somebody_of(need.organisation))
    response = client.post(
        reverse("matching:recommendation_dismiss", args=[need.pk]), {"on_behalf": need.organisation_id}, follow=True
    )
    assert "自分の団体の掲載です。" in response.content.decode()
    assert not RecommendationDismissal.objects.exists()


def test_what_others_dismissed_is_nobodys_page(client: Client) -> None:
    row = RecommendationDismissalFactory()
    query = {"on_behalf": row.organisation_id, "own_post": row.own_post_id}
    address = reverse("matching:recommendation_dismissed", args=[row.post_id])
    assert signed_in(client, member_of(OrganisationFactory())).get(address, query).status_code == 404
    assert signed_in(client, row.dismissed_by).get(address, query).status_code == 200


# --- organisations without posts, and branches ---


def test_an_organisation_without_posts_sees_what_it_might_do_by_its_profile() -> None:
    company = OrganisationFactory(kind="company", details={"employee_gift": ["place"]}, areas=["14205"])
    need = kitchen_need()
    PostFactory(resource="transport", areas=["14205"], title="荷物を運んでほしい", body="")
    OfferFactory()
    found = suggestions_for(company, member_of(company), 10)
    assert [item.post for item in found] == [need]
    assert found[0].fits[0] == "プロフィールの「できること」（場所）"
    assert found[0].own is None


def test_what_is_needed_around_its_branches_is_found_and_named() -> None:
    company = OrganisationFactory(kind="company", areas=["14100"])
    Branch.objects.create(
        organisation=company, name="藤沢店", municipality=Municipality.objects.get(code="14205"), order=1
    )
    need = kitchen_need()
    far = kitchen_need(areas=["14382"])
    found = suggestions_for(company, member_of(company), 10)
    assert [(item.post, item.near) for item in found] == [(need, "藤沢店")]
    assert far not in [item.post for item in found]


def test_what_an_organisation_dismissed_or_declined_is_not_suggested_again() -> None:
    company = OrganisationFactory(kind="company", details={"employee_gift": ["place"]}, areas=["14205"])
    person = member_of(company)
    dismissed, declined, own = kitchen_need(), kitchen_need(), kitchen_need(organisation=company)
    RecommendationDismissalFactory(organisation=company, own_post=None, post=dismissed)
    IntroductionFactory(post=declined, responder=company, state="declined")
    assert own.pk
    assert suggestions_for(company, person, 10) == []


def test_home_shows_a_few_for_posts_and_for_the_organisation(client: Client, pair: tuple[Post, Post]) -> None:
    need, offer = pair
    person = somebody_of(need.organisation)
    page = signed_in(client, person).get(reverse("pages:me")).content.decode()
    assert "あなたの団体の掲載に、合いそうな相手" in page
    assert offer.title in page

    company = OrganisationFactory(kind="company", details={"employee_gift": ["place"]}, areas=["14205"])
    page = signed_in(client, member_of(company)).get(reverse("pages:me")).content.decode()
    assert "あなたの団体に合いそうな困りごと" in page
    assert need.title in page


def test_home_takes_the_same_queries_for_one_and_three() -> None:
    company = OrganisationFactory(kind="company", details={"employee_gift": ["place"]}, areas=["14205"])
    person = member_of(company)
    counts = []
    for _ in range(3):
        kitchen_need()
        computed(kitchen_offer(organisation=company))
        with CaptureQueriesContext(connection) as captured:
            recommendations_for_home(person, [company])
        counts.append(len(captured))
    assert counts[0] == counts[2]


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²"])
def test_numbers_that_are_none_lead_nowhere(client: Client, number: str) -> None:
    post = PostFactory()
    client.force_login(member_of(OrganisationFactory()))
    address = reverse("matching:recommendation_dismissed", args=[post.pk])
    assert client.get(address, {"on_behalf": number}).status_code == 404
    assert client.get(address, {"on_behalf": "1", "own_post": number}).status_code == 404
    assert client.get(reverse("matching:respond", args=[post.pk]), {"with": number}).status_code == 200

"""Raising a hand on the web."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.enums import Answer, IntroductionState, Origin, PostState, Visibility
from matching.models import Introduction, Post
from members.enums import AffiliationRole, OrganisationState
from members.models import Organisation
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, StaffFactory, member_of

pytestmark = pytest.mark.django_db


def url(post: Post) -> str:
    return reverse("matching:respond", args=[post.pk])


@pytest.fixture
def post() -> Post:
    target = PostFactory(quantity=15, unit="people")
    member_of(target.organisation)
    return target


@pytest.fixture
def helper(client: Client) -> Organisation:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    return organisation


def words(helper: Organisation, **more: Any) -> dict[str, Any]:
    return {"on_behalf": helper.pk, "message": "火曜ならお貸しできます。", **more}


def test_the_form_says_what_happens_next(client: Client, post: Post, helper: Organisation) -> None:
    page = client.get(url(post)).content.decode()
    assert "このあとの流れ" in page
    assert post.title in page
    assert helper.name in page
    assert not Introduction.objects.exists()


def test_a_hand_is_raised(client: Client, post: Post, helper: Organisation) -> None:
    brought = OfferFactory(organisation=helper)
    response = client.post(url(post), words(helper, quantity="10", post=brought.pk))
    introduction = Introduction.objects.get()
    assert response["Location"] == introduction.get_absolute_url()
    assert (introduction.state, introduction.origin, introduction.post) == (
        IntroductionState.ASKED,
        Origin.RESPONSE,
        post,
    )
    own = introduction.participants.get(organisation=helper)
    assert (own.answer, own.quantity, own.post) == (Answer.YES, 10, brought)


def test_a_second_press_leads_to_the_same_introduction(client: Client, post: Post, helper: Organisation) -> None:
    client.post(url(post), words(helper))
    response = client.post(url(post), words(helper))
    assert Introduction.objects.count() == 1
    assert response["Location"] == Introduction.objects.get().get_absolute_url()


def test_nothing_typed_is_lost_on_a_mistake(client: Client, post: Post, helper: Organisation) -> None:
    response = client.post(url(post), words(helper, quantity="99"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "火曜ならお貸しできます。" in page
    assert "あと15人まで" in page
    assert client.post(url(post), words(helper, message="")).status_code == 200
    assert not Introduction.objects.exists()


def test_the_organisation_that_acts_is_chosen_among_ones_own(client: Client, post: Post, helper: Organisation) -> None:
    foreign = OrganisationFactory()
    assert client.post(url(post), words(foreign)).status_code == 200
    assert not Introduction.objects.exists()
    second = OrganisationFactory()
    user = member_of(second)
    AffiliationFactory(organisation=helper, user=user)
    client.force_login(user)
    assert "手を挙げる団体" in client.get(url(post)).content.decode()
    client.post(url(post), words(second))
    assert Introduction.objects.get().participants.filter(organisation=second).exists()


def test_nobody_raises_a_hand_for_their_own_post(client: Client, post: Post) -> None:
    client.force_login(member_of(post.organisation))
    assert client.get(url(post))["Location"] == post.get_absolute_url()
    client.post(url(post), words(post.organisation))
    assert not Introduction.objects.exists()


@pytest.mark.parametrize(
    ("state", "role"),
    [
        (OrganisationState.APPLIED, AffiliationRole.OWNER),
        (OrganisationState.SUSPENDED, AffiliationRole.OWNER),
        (OrganisationState.APPROVED, AffiliationRole.VIEWER),
    ],
)
def test_who_may_not_act_is_led_to_the_post_which_tells_why(
    client: Client, post: Post, state: OrganisationState, role: AffiliationRole
) -> None:
    organisation = OrganisationFactory(state=state)
    client.force_login(member_of(organisation, role=role))
    assert client.get(url(post))["Location"] == post.get_absolute_url()
    client.post(url(post), words(organisation))
    assert not Introduction.objects.exists()


def test_visitors_log_in_and_staff_introduce_elsewhere(client: Client, post: Post) -> None:
    assert client.get(url(post))["Location"].startswith("/account/login/")
    client.force_login(StaffFactory())
    assert client.get(url(post))["Location"] == post.get_absolute_url()


def test_what_one_may_not_see_is_not_there(client: Client, helper: Organisation) -> None:
    assert client.get(url(PostFactory(state=PostState.DRAFT))).status_code == 404
    client.force_login(member_of(OrganisationFactory(state=OrganisationState.APPLIED)))
    assert client.get(url(PostFactory(visibility=Visibility.MEMBERS))).status_code == 404


def test_a_fulfilled_post_takes_no_hands(client: Client, helper: Organisation) -> None:
    done = PostFactory(state=PostState.FULFILLED)
    page = client.get(url(done), follow=True).content.decode()
    assert "いまは受け付けていない" in page

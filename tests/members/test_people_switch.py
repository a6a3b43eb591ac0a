"""The switch between one's organisations only preselects: each form names the organisation that acts."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Post
from members.enums import AffiliationRole
from members.models import Organisation, User
from tests.factories.matching import PostFactory
from tests.factories.members import AffiliationFactory, OrganisationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(client: Client) -> tuple[User, Organisation, Organisation]:
    """Somebody of two organisations, logged in."""
    first, second = OrganisationFactory(name="あさひ会"), OrganisationFactory(name="みなと会")
    user = member_of(first)
    AffiliationFactory(organisation=second, user=user, role=AffiliationRole.EDITOR)
    client.force_login(user)
    return user, first, second


def switch(client: Client, organisation: Organisation, **data: Any) -> Any:
    return client.post(reverse("members:acting"), {"organisation": organisation.pk, **data})


def test_the_switch_stands_on_every_page_of_somebody_with_several(client: Client, two: Any) -> None:
    html = client.get(reverse("matching:board")).content.decode()
    assert 'id="acting-organisation"' in html
    assert f'<option value="{two[2].pk}"' in html


@pytest.mark.parametrize("organisations", [0, 1])
def test_nobody_else_sees_one(client: Client, organisations: int) -> None:
    user = UserFactory()
    for _ in range(organisations):
        AffiliationFactory(user=user)
    client.force_login(user)
    assert "acting-organisation" not in client.get(reverse("matching:board")).content.decode()
    client.logout()
    assert "acting-organisation" not in client.get(reverse("matching:board")).content.decode()


def test_the_form_offers_what_was_chosen_and_one_comes_back_to_the_page(client: Client, two: Any) -> None:
    new = reverse("matching:post_new", args=["need"])
    answer = switch(client, two[2], next=new)
    assert (answer.status_code, answer.headers["Location"]) == (302, new)
    html = client.get(new).content.decode()
    assert f'<option value="{two[2].pk}" selected>みなと会</option>' in html
    foreign = PostFactory()
    html = client.get(reverse("matching:respond", args=[foreign.pk])).content.decode()
    assert f'<option value="{two[2].pk}" selected>みなと会</option>' in html


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(client: Client, two: Any, address: str) -> None:
    assert switch(client, two[1], next=address).headers["Location"] == reverse("pages:me")


def test_another_organisation_cannot_be_chosen(client: Client, two: Any) -> None:
    assert switch(client, OrganisationFactory()).status_code == 404
    assert client.post(reverse("members:acting"), {"organisation": "x"}).status_code == 404
    assert client.get(reverse("members:acting")).status_code == 405


def test_two_tabs_never_post_for_the_wrong_one(client: Client, two: Any) -> None:
    _, first, second = two
    new = reverse("matching:post_new", args=["need"])
    switch(client, first)
    page = client.get(new)
    assert page.context["form"].initial["on_behalf"] == first.pk
    key = page.context["form"].initial["key"]
    # In another tab somebody switches; the first tab still says what it says.
    switch(client, second)
    draft = {"title": "部屋をさがしています", "visibility": "public", "draft": "1"}
    client.post(new, {**draft, "on_behalf": first.pk, "key": key})
    assert Post.objects.get().organisation == first
    # A form that names nobody is not filled in from the session.
    client.post(new, {**draft, "key": "another"})
    assert Post.objects.count() == 1


def test_who_left_is_not_offered_it_any_more(client: Client, two: Any) -> None:
    user, first, second = two
    switch(client, second)
    user.affiliations.filter(organisation=second).update(ended_at=timezone.now())
    page = client.get(reverse("matching:post_new", args=["need"]))
    assert page.context["form"].initial["on_behalf"] == first.pk
    assert "acting-organisation" not in page.content.decode()


def test_one_s_posts_open_with_the_chosen_one(client: Client, two: Any) -> None:
    switch(client, two[2])
    assert client.get(reverse("matching:my_posts")).context["organisation"] == two[2]

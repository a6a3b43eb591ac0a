"""An organisation that is not listed publicly is named to members only, on its public posts too."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching import search_text
from matching.cards import card_of, cards_for
from matching.enums import Direction
from matching.models import Post
from matching.naming import UNNAMED
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Organisation, User
from members.transitions import update_profile
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db

NAME = "ひっそりの会"


@pytest.fixture
def quiet() -> Organisation:
    return OrganisationFactory(
        name=NAME,
        kind=OrganisationKind.OTHER,
        kind_other="ひっそり学園",
        municipality=Municipality.objects.get(code="14402"),
        listed_publicly=False,
    )


@pytest.fixture
def people(quiet: Organisation) -> dict[str, User | None]:
    return {
        "visitor": None,
        "stranger": UserFactory(),
        "applicant": member_of(OrganisationFactory(state=OrganisationState.APPLIED)),
        "member": member_of(OrganisationFactory(), AffiliationRole.VIEWER),
        "own": member_of(quiet),
        "staff": StaffFactory(),
    }


NAMED = {"member", "own", "staff"}


def pages(client: Client, person: User | None, *addresses: str) -> str:
    client.logout()
    if person is not None:
        client.force_login(person)
    return "".join(client.get(address).content.decode() for address in addresses)


@pytest.mark.parametrize("address", ["/board/", "/", "post", "similar"])
def test_its_name_stands_only_on_the_pages_of_those_who_belong(
    client: Client, people: dict[str, User | None], quiet: Organisation, address: str
) -> None:
    post = PostFactory(organisation=quiet, title="部屋をさがしています")
    beside = OfferFactory(resource=post.resource, direction=Direction.OFFER)
    address = {"post": post.get_absolute_url(), "similar": beside.get_absolute_url()}.get(address, address)
    for who, person in people.items():
        html = pages(client, person, address)
        assert "部屋をさがしています" in html
        assert (NAME in html) is (who in NAMED), who
        assert (UNNAMED in html) is (who not in NAMED), who


def test_nothing_else_on_the_post_says_who_it_is(client: Client, quiet: Organisation) -> None:
    html = pages(client, None, PostFactory(organisation=quiet, areas=["14205"]).get_absolute_url())
    for said in (NAME, "ひっそり学園", "清川村", quiet.get_absolute_url()):
        assert said not in html
    assert "その他" in html


def test_others_are_named_to_everybody_beside_it(quiet: Organisation) -> None:
    posts = [PostFactory(organisation=quiet), PostFactory(organisation=OrganisationFactory(name="みんなの会"))]
    assert [card.who for card in cards_for(posts)] == [UNNAMED, "みんなの会"]
    assert [card.who for card in cards_for(posts, viewer=AnonymousUser())] == [UNNAMED, "みんなの会"]
    assert [card.who for card in cards_for(posts, viewer=member_of(quiet))] == [NAME, "みんなの会"]
    assert card_of(posts[0], with_state=True).who == NAME


def test_asking_costs_nothing_where_everybody_is_named_and_one_query_where_not(quiet: Organisation) -> None:
    member = member_of(OrganisationFactory())
    open_posts = [PostFactory(areas=[]) for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        cards_for(open_posts, viewer=member)
    assert len(queries) == 0
    quiet_posts = [PostFactory(areas=[], organisation=quiet) for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        cards_for(quiet_posts, viewer=member)
    assert len(queries) == 1


def test_its_posts_are_not_found_by_its_name_until_it_is_listed(quiet: Organisation) -> None:
    post = PostFactory(organisation=quiet, title="部屋をさがしています")
    owner = member_of(quiet)
    search_text.rebuild(quiet)

    def found() -> bool:
        return Post.objects.filter(pk=post.pk, search_text__contains=NAME).exists()

    assert not found()
    update_profile(quiet.pk, data={"listed_publicly": True}, actor=owner)
    assert found()
    update_profile(quiet.pk, data={"listed_publicly": False}, actor=owner)
    assert not found()

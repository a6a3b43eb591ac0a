"""Asking several candidates, as staff see it: who may, two clicks, two of the office, and what the page says."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import transitions
from matching.enums import Answer
from matching.models import Inquiry, Introduction, Post
from matching.transitions import CandidateChoice
from members.models import User
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of

pytestmark = pytest.mark.django_db
START = "admin:matching_inquiry_start"


@pytest.fixture
def staff(client: Client) -> User:
    user: User = StaffFactory()
    client.force_login(user)
    return user


@pytest.fixture
def post() -> Post:
    made: Post = PostFactory(title="土曜の朝に使える部屋")
    somebody_of(made.organisation)
    return made


def address(post: Post, offers: list[Post]) -> str:
    ticked = "".join(f"&candidate={offer.pk}" for offer in offers)
    return f"{reverse(START)}?post={post.pk}{ticked}"


def form(offers: list[Post], **more: Any) -> dict[str, Any]:
    return {
        "posts": [offer.pk for offer in offers],
        "organisations": "",
        "wanted": "1",
        "respond_by": "",
        "message": "お近くですので、ご相談です。",
        "key": "one-form",
        **more,
    }


def test_it_asks_those_that_were_ticked_and_shows_where_they_stand(client: Client, staff: User, post: Post) -> None:
    offers: list[Post] = [OfferFactory() for _ in range(3)]
    page = client.get(address(post, offers)).content.decode()
    for offer in offers:
        assert offer.title in page
    named = OrganisationFactory(name="株式会社なぎさ")
    response = client.post(
        address(post, offers), form(offers[:2], organisations="株式会社なぎさ", wanted="2"), follow=True
    )
    inquiry = Inquiry.objects.get()
    assert response.redirect_chain[-1][0] == inquiry.get_absolute_url()
    asked = {side.organisation_id for each in inquiry.candidates() for side in each.sides() if side.asked}
    assert asked == {offers[0].organisation_id, offers[1].organisation_id, named.pk}
    html = response.content.decode()
    assert "2団体がそろうと" in html
    assert "まだたずねていません" in html
    assert "あと7団体まで" in html


def test_a_second_click_asks_nobody_again(client: Client, staff: User, post: Post) -> None:
    offers: list[Post] = [OfferFactory()]
    answers = [client.post(address(post, offers), form(offers)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Introduction.objects.count() == 1


def test_two_of_the_office_ask_the_same_and_the_second_is_told(client: Client, staff: User, post: Post) -> None:
    offers: list[Post] = [OfferFactory(), OfferFactory()]
    client.post(address(post, offers), form(offers[:1]))
    colleague = Client()
    colleague.force_login(StaffFactory())
    # The same key in another person's form is another form.
    response = colleague.post(address(post, offers), form(offers, inquiry="new"))
    assert response.status_code == 422
    assert "すでにおつなぎの途中です" in response.content.decode()
    # Nobody was asked halfway.
    assert Introduction.objects.count() == 1


def test_more_are_added_to_the_one_that_runs(client: Client, staff: User, post: Post) -> None:
    offers: list[Post] = [OfferFactory(), OfferFactory()]
    client.post(address(post, offers), form(offers[:1], wanted="2"))
    inquiry = Inquiry.objects.get()
    assert "からの打診に加える" in client.get(address(post, offers[1:])).content.decode()
    client.post(address(post, offers[1:]), form(offers[1:], inquiry=str(inquiry.pk), key="another"))
    assert Inquiry.objects.get().introductions.count() == 2


def test_what_is_missing_is_said_beside_the_field(client: Client, staff: User, post: Post) -> None:
    offers: list[Post] = [OfferFactory()]
    for given, words in (
        (form([]), "たずねる相手を、ひとつ以上選んでください。"),
        (form(offers, organisations="どこにもない会"), "「どこにもない会」という登録済みの団体が見つかりません。"),
        (form(offers, wanted=""), "この項目は必須です"),
    ):
        response = client.post(address(post, offers), given)
        assert response.status_code == 422
        if "必須" not in words:
            assert words in response.content.decode()
    assert client.get(reverse(START) + f"?post={post.pk}").status_code == 302
    assert not Introduction.objects.exists()


def test_only_the_office_asks(client: Client, post: Post) -> None:
    offers: list[Post] = [OfferFactory()]
    strangers: list[User] = [member_of(post.organisation), StaffFactory(in_the_office=False)]
    for stranger in strangers:
        client.force_login(stranger)
        for response in (client.get(address(post, offers)), client.post(address(post, offers), form(offers))):
            # For a member there is no such page; somebody of the office may need another role.
            assert response.status_code == (404 if not stranger.is_staff else 403)
    assert not Introduction.objects.exists()


def test_one_with_enough_asks_for_no_more(client: Client, staff: User, post: Post) -> None:
    inquiry = ask(post, 2, staff)
    page = inquiry.get_absolute_url()
    assert "ほかの候補もさがす" in client.get(page).content.decode()
    introduction = inquiry.introductions.order_by("pk")[0]
    side = introduction.participants.exclude(post=post).get()
    transitions.answer_introduction(
        introduction.pk, participant=side.pk, answer=Answer.YES, actor=somebody_of(side.organisation)
    )
    html = client.get(page).content.decode()
    assert "ほかの候補もさがす" not in html
    assert "掲載した団体のお返事を待っています" in html


def ask(post: Post, number: int, staff: User) -> Inquiry:
    offers: list[Post] = [OfferFactory() for _ in range(number)]
    chosen = [CandidateChoice.of(offer) for offer in offers]
    return transitions.start_inquiry(post.pk, candidates=chosen, wanted=1, message="", actor=staff)


def test_the_page_and_the_list_cost_the_same_for_one_and_for_ten(client: Client, staff: User) -> None:
    def cost(number: int) -> tuple[int, int]:
        inquiry = ask(PostFactory(), number, staff)
        pages = (inquiry.get_absolute_url(), reverse("admin:matching_inquiry_changelist"))
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found[0], found[1]

    assert cost(1) == cost(10)

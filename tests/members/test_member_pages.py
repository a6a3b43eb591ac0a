"""One's own account, an organisation's profile, and who belongs to it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from members.enums import AffiliationRole, JoinRequestState, OrganisationState
from members.models import Affiliation, JoinRequest, Organisation
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)

pytestmark = pytest.mark.django_db

APPLICATION = {
    "description": "新しい紹介です。",
    "name_kana": "ミホンノワ",
    "postal_code": "251-0024",
    "municipality": "14205",
    "address": "藤沢市鵠沼橘1-1",
    "phone": "",
    "website": "",
}


def version_in(html: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', html)
    assert found is not None
    return found[1]


# --- oneself ---


def test_one_keeps_ones_own_name_and_telephone_number(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    answer = client.post(
        reverse("members:account"), {"name": "森　夏子", "name_kana": "もり　なつこ", "phone": "０９０-0000-0000"}
    )
    assert answer.headers["Location"] == reverse("members:account")
    user.refresh_from_db()
    assert (user.name, user.name_kana, user.phone) == ("森　夏子", "モリ ナツコ", "090-0000-0000")


def test_a_wrong_number_is_kept_and_told(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    html = client.post(reverse("members:account"), {"name": "森", "name_kana": "モリ", "phone": "12"}).content.decode()
    assert 'value="12"' in html
    user.refresh_from_db()
    assert user.phone == ""


def test_the_account_leads_everywhere(client: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.RETURNED)
    client.force_login(member_of(organisation))
    html = client.get(reverse("members:account")).content.decode()
    for url in (
        reverse("members:resubmit", args=[organisation.pk]),
        reverse("members:people", args=[organisation.pk]),
        reverse("account_email"),
        reverse("account_change_password"),
        reverse("mfa_index"),
        reverse("notifications:preferences"),
        reverse("members:join"),
    ):
        assert f'href="{url}"' in html
    assert organisation.staff_message in html


def test_the_account_asks_as_much_for_three_organisations_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = UserFactory()
    client.force_login(user)
    for count in (1, 3):
        while Affiliation.objects.filter(user=user).count() < count:
            AffiliationFactory(user=user)
            JoinRequestFactory(user=user)
        client.get(reverse("members:account"))
        with django_assert_num_queries(7):
            client.get(reverse("members:account"))


# --- whose it is ---


@pytest.mark.parametrize("name", ["profile_edit", "resubmit", "people", "withdraw"])
def test_a_strangers_organisation_is_not_there(client: Client, name: str) -> None:
    state = OrganisationState.RETURNED if name == "resubmit" else OrganisationState.APPROVED
    url = reverse(f"members:{name}", args=[OrganisationFactory(state=state).pk])
    assert client.get(url).status_code == 302
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code in (404, 405)


@pytest.mark.parametrize("name", ["profile_edit", "withdraw"])
def test_who_only_looks_is_told_that_it_is_not_for_them(client: Client, name: str) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation, AffiliationRole.VIEWER))
    assert client.get(reverse(f"members:{name}", args=[organisation.pk])).status_code == 403
    assert client.get(reverse("members:people", args=[organisation.pk])).status_code == 200


# --- mending an application ---


def test_the_applicant_reads_what_to_mend_and_applies_again(client: Client) -> None:
    StaffFactory()
    organisation = OrganisationFactory(state=OrganisationState.RETURNED, staff_message="正式な名前を書いてください。")
    client.force_login(member_of(organisation))
    url = reverse("members:resubmit", args=[organisation.pk])
    html = client.get(url).content.decode()
    assert "正式な名前を書いてください。" in html
    assert f'value="{organisation.name}"' in html
    data = {**APPLICATION, "kind": "npo", "name": "NPO法人みほんの輪", "version": version_in(html)}
    assert client.post(url, {**data, "corporate_number": "1"}).status_code == 200
    assert client.post(url, data).headers["Location"] == reverse("pages:me")
    organisation.refresh_from_db()
    assert (organisation.state, organisation.name) == (OrganisationState.APPLIED, "NPO法人みほんの輪")
    # Its page is closed now; a second press does no harm.
    assert client.post(url, data).status_code == 302


def test_a_number_of_another_organisation_is_told_beside_its_field(client: Client) -> None:
    OrganisationFactory(corporate_number="5835678256246")
    organisation = OrganisationFactory(state=OrganisationState.RETURNED)
    client.force_login(member_of(organisation))
    answer = client.post(
        reverse("members:resubmit", args=[organisation.pk]),
        {**APPLICATION, "kind": "npo", "name": "みほん", "corporate_number": "5835678256246"},
    )
    assert "すでに登録されています" in answer.context["form"].errors["corporate_number"][0]


# --- leaving ---


def test_a_page_says_what_leaving_means_before_the_button(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    url = reverse("members:withdraw", args=[organisation.pk])
    assert "見えなくなります" in client.get(url).content.decode()
    assert list(Organisation.objects.active()) == [organisation]
    client.post(url)
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.WITHDRAWN


# --- who belongs ---


def test_owners_see_who_would_like_to_join_and_others_do_not(client: Client) -> None:
    request = JoinRequestFactory(user=UserFactory(name="新人 一郎"))
    url = reverse("members:people", args=[request.organisation.pk])
    for role, seen in ((AffiliationRole.OWNER, True), (AffiliationRole.EDITOR, False)):
        client.force_login(member_of(request.organisation, role))
        html = client.get(url).content.decode()
        assert ("新人 一郎" in html) is seen
        assert (request.user.email in html) is seen


@pytest.mark.parametrize(
    ("answer", "state"), [("accept", JoinRequestState.ACCEPTED), ("refuse", JoinRequestState.REFUSED)]
)
def test_an_owner_answers_with_one_button(client: Client, answer: str, state: JoinRequestState) -> None:
    request = JoinRequestFactory()
    client.force_login(member_of(request.organisation))
    url = reverse("members:answer_join_request", args=[request.pk, answer])
    assert client.get(url).status_code == 405
    client.post(url)
    request.refresh_from_db()
    assert request.state == state
    html = client.post(url, follow=True).content.decode()
    assert "ほかの人が先に手続きをした可能性があります" in html


def test_strangers_and_editors_do_not_answer(client: Client) -> None:
    request = JoinRequestFactory()
    url = reverse("members:answer_join_request", args=[request.pk, "accept"])
    for person in (member_of(OrganisationFactory()), member_of(request.organisation, AffiliationRole.EDITOR)):
        client.force_login(person)
        assert client.post(url).status_code == 404
    # Nor does who asked, though they may see it.
    client.force_login(request.user)
    assert client.post(url).status_code == 403
    request.refresh_from_db()
    assert request.state == JoinRequestState.WAITING


def test_one_asks_from_the_organisations_page_and_takes_it_back(client: Client) -> None:
    organisation, user = OrganisationFactory(), UserFactory()
    client.force_login(user)
    url = reverse("members:join_request", args=[organisation.pk])
    assert organisation.name in client.get(url).content.decode()
    client.post(url, {"message": "よろしくお願いします"})
    request = JoinRequest.objects.get()
    assert (request.user, request.organisation) == (user, organisation)
    assert organisation.name in client.get(reverse("members:account")).content.decode()
    client.post(reverse("members:answer_join_request", args=[request.pk, "withdraw"]))
    request.refresh_from_db()
    assert request.state == JoinRequestState.WITHDRAWN


def test_an_organisation_that_one_may_not_see_cannot_be_asked(client: Client) -> None:
    client.force_login(UserFactory())
    for organisation in (
        OrganisationFactory(state=OrganisationState.APPLIED),
        OrganisationFactory(listed_publicly=False),
    ):
        assert client.get(reverse("members:join_request", args=[organisation.pk])).status_code == 404


def test_an_owner_gives_a_role_and_takes_somebody_out(client: Client) -> None:
    organisation = OrganisationFactory()
    colleague = AffiliationFactory(organisation=organisation, role=AffiliationRole.VIEWER)
    client.force_login(member_of(organisation))
    client.post(reverse("members:role", args=[colleague.pk]), {"role": "owner"})
    colleague.refresh_from_db()
    assert colleague.role == AffiliationRole.OWNER
    client.post(reverse("members:role", args=[colleague.pk]), {"role": "emperor"})
    leave = reverse("members:leave", args=[colleague.pk])
    assert str(colleague.user) in client.get(leave).content.decode()
    assert client.post(leave).headers["Location"] == reverse("members:people", args=[organisation.pk])
    colleague.refresh_from_db()
    assert colleague.role == AffiliationRole.OWNER
    assert colleague.ended_at is not None


def test_the_last_owner_is_told_why_they_cannot_leave(client: Client) -> None:
    own = AffiliationFactory()
    client.force_login(own.user)
    html = client.post(reverse("members:leave", args=[own.pk]), follow=True).content.decode()
    assert "後任の方に引き継いでください" in html
    # One lands where somebody is found to follow.
    assert "後任の方に引き継ぐ</h1>" in html


def test_a_strangers_colleagues_are_not_there(client: Client) -> None:
    affiliation = AffiliationFactory()
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(reverse("members:leave", args=[affiliation.pk])).status_code == 404
    assert client.post(reverse("members:role", args=[affiliation.pk]), {"role": "viewer"}).status_code == 404


def test_the_people_page_asks_as_much_for_three_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    url = reverse("members:people", args=[organisation.pk])
    for count in (1, 3):
        while organisation.join_requests.count() < count:
            JoinRequestFactory(organisation=organisation)
            member_of(organisation, AffiliationRole.EDITOR)
        client.get(url)
        with django_assert_num_queries(15):
            client.get(url)


def test_staff_help_where_nobody_answers(client: Client) -> None:
    request = JoinRequestFactory()
    client.force_login(StaffFactory())
    assert request.user.email in client.get(reverse("members:people", args=[request.organisation.pk])).content.decode()

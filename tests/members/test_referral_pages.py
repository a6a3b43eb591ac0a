"""The pages of inviting by a link, and the way from the link through the three screens to the office's desk."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members import transitions
from members.enums import AffiliationRole, OrganisationState, ReferralSharing, ReferralState
from members.models import Organisation, Referral, User
from members.tasks import forget_old_registrations
from tests.factories.consents import ReferralFactory
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.members.joining import fill_in, finish, follow_confirmation
from tomoiki.audit.actors import REGISTRATION

pytestmark = pytest.mark.django_db


def page_of(referral: Referral) -> str:
    return reverse("members:referral", args=[referral.token])


def body(client: Client, address: str) -> str:
    """What stands in the page, without what differs each time it is drawn."""
    html = client.get(address).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


# --- the referrer's pages ---


def test_a_link_is_made_and_shown_to_copy_to_scan_and_to_print(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    new = reverse("members:referral_new", args=[organisation.pk])
    key = re.search(r'name="key" value="([^"]+)"', client.get(new).content.decode())
    assert key is not None
    data = {"organisation_name": "架空商店会", "message": "<b>どうぞ</b>", "key": key[1]}
    first, again = client.post(new, data), client.post(new, data)
    referral = Referral.objects.get()
    detail = reverse("members:referral_detail", args=[organisation.pk, referral.pk])
    assert [first.headers["Location"], again.headers["Location"]] == [detail, detail]
    html = client.get(detail).content.decode()
    assert f"http://testserver/r/{referral.token}/" in html
    assert '<svg role="img"' in html
    assert "<b>どうぞ" not in html
    sheet = client.get(reverse("members:referral_card", args=[organisation.pk, referral.pk])).content.decode()
    assert f"http://testserver/r/{referral.token}/" in sheet
    assert "架空商店会" in sheet


def test_an_address_without_consent_comes_back_beside_its_field(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    response = client.post(
        reverse("members:referral_new", args=[organisation.pk]),
        {"organisation_name": "架空商店会", "email": "ａ＠kakuu.example"},
    )
    assert set(response.context["form"].errors) == {"agreed_by", "agreed_on"}
    assert "架空商店会" in response.content.decode()
    assert not Referral.objects.exists()


def test_a_member_not_yet_registered_is_told_so(client: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    client.force_login(member_of(organisation))
    answer = client.get(reverse("members:referral_new", args=[organisation.pk]))
    assert answer.headers["Location"] == reverse("members:referrals", args=[organisation.pk])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_links_of_others_do_not_exist(client: Client) -> None:
    mine, theirs = OrganisationFactory(), ReferralFactory()
    client.force_login(member_of(mine))
    for name in ("referral_detail", "referral_card"):
        for organisation in (mine.pk, theirs.referrer_id):
            assert client.get(reverse(f"members:{name}", args=[organisation, theirs.pk])).status_code == 404
    assert client.post(reverse("members:referral_revoke", args=[mine.pk, theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_the_list_costs_the_same_for_one_link_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    address = reverse("members:referrals", args=[organisation.pk])
    for count in (1, 3):
        while organisation.referrals.count() < count:
            accepted = {"state": ReferralState.ACCEPTED, "sharing": ReferralSharing.ACTIVITY}
            ReferralFactory(referrer=organisation, invited=OrganisationFactory(), **accepted)
            ReferralFactory(invited=organisation, **accepted)
        client.get(address)
        with django_assert_num_queries(13):
            client.get(address)


def test_the_list_goes_on_page_by_page(client: Client) -> None:
    organisation = OrganisationFactory()
    ReferralFactory.create_batch(21, referrer=organisation)
    client.force_login(member_of(organisation))
    address = reverse("members:referrals", args=[organisation.pk])
    first = client.get(address)
    assert len(first.context["rows"]) == 20
    assert len(client.get(address, {"cursor": first.context["page"].next_cursor}).context["rows"]) == 1


# --- the page of the link ---


def test_the_page_says_who_invites_and_nothing_about_people(client: Client) -> None:
    referral = ReferralFactory(
        referrer__name="架空信用金庫",
        contact_name="窓口 春子",
        made_by__name="行員 夏子",
        message="ようこそ。",
    )
    html = client.get(page_of(referral)).content.decode()
    for words in ("架空信用金庫", "ようこそ。", "参加は無料です", "お約束できないこと", "noindex"):
        assert words in html
    for hidden in ("窓口 春子", "行員 夏子"):
        assert hidden not in html


def test_the_page_looks_the_same_whatever_was_answered(client: Client) -> None:
    """Whoever made the link can open it too."""
    referral = ReferralFactory()
    silent = body(client, page_of(referral))
    transitions.decline_referral(referral.token, tell=False)
    declined = body(client, page_of(referral))
    invited = OrganisationFactory(state=OrganisationState.APPLIED)
    transitions.accept_referral(
        referral.token, organisation=invited, sharing=ReferralSharing.NOTHING, actor=member_of(invited)
    )
    accepted = body(client, page_of(referral))
    assert silent == declined == accepted


def test_declining_looks_the_same_whether_or_not_it_had_an_effect(client: Client) -> None:
    referral = ReferralFactory()
    answers = {"answer": "decline"}
    first = client.post(page_of(referral), answers).content
    invited = OrganisationFactory(state=OrganisationState.APPLIED)
    transitions.accept_referral(
        referral.token, organisation=invited, sharing=ReferralSharing.NOTHING, actor=member_of(invited)
    )
    assert client.post(page_of(referral), answers).content == first
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


@pytest.mark.parametrize("why", ["expired", "revoked", "referrer left"])
def test_a_link_that_is_over_still_leads_on(client: Client, why: str) -> None:
    referral = ReferralFactory()
    now = timezone.now()
    if why == "expired":
        Referral.objects.update(expires_at=now - timedelta(minutes=1))
    elif why == "revoked":
        transitions.revoke_referral(referral.pk, actor=StaffFactory())
    else:
        Organisation.objects.update(state=OrganisationState.SUSPENDED)
    html = client.get(page_of(referral)).content.decode()
    assert reverse("members:join") in html
    assert client.post(page_of(referral), {"answer": "decline"}).status_code == 200
    referral.refresh_from_db()
    assert referral.answered_at is None


def test_a_link_nobody_made_does_not_exist(client: Client) -> None:
    assert client.get(reverse("members:referral", args=["nothing"])).status_code == 404


def test_ones_own_people_see_the_page_without_its_answers(client: Client) -> None:
    referral = ReferralFactory()
    client.force_login(member_of(referral.referrer))
    assert 'value="register"' not in client.get(page_of(referral)).content.decode()
    client.post(page_of(referral), {"answer": "decline", "tell": "on"})
    referral.refresh_from_db()
    assert referral.state == ReferralState.ISSUED


# --- through the three screens ---


def test_a_newcomer_carries_the_link_through_the_screens_and_the_mail(client: Client) -> None:
    referral = ReferralFactory(referrer__name="架空信用金庫")
    told = member_of(referral.referrer)
    answer = client.post(page_of(referral), {"answer": "register", "sharing": "membership"})
    assert answer.headers["Location"] == reverse("members:join")
    fill_in(client)
    assert "架空信用金庫" in client.get(reverse("members:join_check")).content.decode()
    finish(client)
    referral.refresh_from_db()
    # Nobody has confirmed an address: nothing has happened yet.
    assert (referral.state, referral.invited.state) == (ReferralState.ISSUED, OrganisationState.DRAFT)
    assert not told.notifications.exists()
    follow_confirmation(client, "haruko@midori.example")
    referral.refresh_from_db()
    assert (referral.state, referral.sharing) == (ReferralState.ACCEPTED, ReferralSharing.MEMBERSHIP)
    assert referral.invited.name == "NPO法人　みどりの縁側"
    assert referral.consented_by == User.objects.get(email="haruko@midori.example")
    assert told.notifications.filter(code="members_referral_news").count() == 1


def test_nothing_is_told_unless_it_was_chosen(client: Client) -> None:
    referral = ReferralFactory()
    html = client.get(page_of(referral)).content.decode()
    assert re.search(r'value="nothing"[^>]*checked', html)
    response = client.post(page_of(referral), {"answer": "register", "sharing": "everything"})
    assert response.status_code == 200
    assert response.context["form"].errors


def test_a_link_taken_back_meanwhile_stops_nobody_from_registering(client: Client) -> None:
    referral = ReferralFactory()
    client.post(page_of(referral), {"answer": "register", "sharing": "activity"})
    fill_in(client)
    transitions.revoke_referral(referral.pk, actor=StaffFactory())
    finish(client)
    follow_confirmation(client, "haruko@midori.example")
    referral.refresh_from_db()
    assert Organisation.objects.filter(state=OrganisationState.APPLIED).count() == 1
    assert referral.invited is None


def test_a_registration_that_comes_to_nothing_gives_the_link_back() -> None:
    referral = ReferralFactory()
    user = UserFactory(email_confirmed=False, date_joined=timezone.now() - timedelta(days=31))
    organisation = transitions.register_organisation({"kind": "npo", "name": "縁側"}, user=user, actor=REGISTRATION)
    transitions.accept_referral(
        referral.token, organisation=organisation, sharing=ReferralSharing.ACTIVITY, actor=REGISTRATION, owner=user
    )
    referral.refresh_from_db()
    assert referral.consented_by == user
    assert forget_old_registrations() == 1
    referral.refresh_from_db()
    assert (referral.invited, referral.sharing, referral.consented_by) == (None, ReferralSharing.NOTHING, None)
    assert not EmailAddress.objects.filter(email=user.email).exists()


def test_a_member_takes_the_link_for_the_organisation_they_answer_for(client: Client) -> None:
    referral = ReferralFactory()
    organisation, foreign = OrganisationFactory(), OrganisationFactory()
    owner = member_of(organisation)
    client.force_login(owner)
    data = {"answer": "accept", "organisation": foreign.pk, "sharing": "nothing"}
    assert client.post(page_of(referral), data).context["accept"].errors
    client.post(page_of(referral), {**data, "organisation": organisation.pk})
    referral.refresh_from_db()
    assert (referral.state, referral.invited) == (ReferralState.ACCEPTED, organisation)


# --- changing what may be seen ---


def test_the_invited_change_what_is_told(client: Client) -> None:
    organisation = OrganisationFactory()
    referral = ReferralFactory(invited=organisation, state=ReferralState.ACCEPTED)
    owner, editor = member_of(organisation), member_of(organisation, AffiliationRole.EDITOR)
    address = reverse("members:referral_sharing", args=[organisation.pk, referral.pk])
    client.force_login(editor)
    assert client.get(address).status_code == 403
    assert client.post(address, {"sharing": "activity"}).status_code == 403
    client.force_login(owner)
    assert address in client.get(reverse("members:referrals", args=[organisation.pk])).content.decode()
    client.post(address, {"sharing": "activity"})
    referral.refresh_from_db()
    assert referral.sharing == ReferralSharing.ACTIVITY


def test_figures_count_by_referrer(client: Client) -> None:
    client.force_login(StaffFactory())
    referrer = OrganisationFactory(name="架空信用金庫")
    ReferralFactory(referrer=referrer)
    ReferralFactory(referrer=referrer, state=ReferralState.DECLINED)
    for state in (OrganisationState.APPROVED, OrganisationState.APPLIED):
        ReferralFactory(referrer=referrer, state=ReferralState.ACCEPTED, invited=OrganisationFactory(state=state))
    (row,) = client.get(reverse("admin:members_referral_figures")).context["rows"]
    assert (row.made, row.applied, row.approved, row.declined, row.revoked) == (4, 2, 1, 1, 0)


# --- where it is found ---


def test_the_home_of_who_acts_leads_to_inviting_and_that_of_a_viewer_does_not(client: Client) -> None:
    organisation = OrganisationFactory()
    address = reverse("members:referrals", args=[organisation.pk])
    for role, leads in ((AffiliationRole.OWNER, True), (AffiliationRole.EDITOR, True), (AffiliationRole.VIEWER, False)):
        client.force_login(member_of(organisation, role=role))
        assert (f'href="{address}"' in client.get(reverse("pages:me")).content.decode()) is leads


def test_each_link_on_the_list_has_a_button_that_names_it(client: Client) -> None:
    referral = ReferralFactory()
    client.force_login(member_of(referral.referrer))
    page = client.get(reverse("members:referrals", args=[referral.referrer_id])).content.decode()
    assert "リンクを開く" in page
    assert reverse("members:referral_detail", args=[referral.referrer_id, referral.pk]) in page


def test_what_the_referrer_may_see_is_changed_from_the_consents_too_by_owners_alone(client: Client) -> None:
    invited = OrganisationFactory()
    referral = ReferralFactory(invited=invited, state=ReferralState.ACCEPTED)
    address = reverse("members:referral_sharing", args=[invited.pk, referral.pk])
    for role, shown in ((AffiliationRole.OWNER, True), (AffiliationRole.EDITOR, False)):
        client.force_login(member_of(invited, role=role))
        assert (address in client.get(reverse("members:consents")).content.decode()) is shown


def test_the_page_of_a_link_says_where_what_is_told_can_be_changed(client: Client) -> None:
    assert "「規約への同意」" in body(client, page_of(ReferralFactory()))

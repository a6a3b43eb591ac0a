"""Who enters the admin, and by which doors."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from matching.enums import IntroductionState
from tests.factories.matching import IntroductionFactory
from tests.factories.members import JoinRequestFactory, OrganisationFactory, StaffFactory, member_of
from tomoiki.staff.roles import OFFICE, RIGHTS, ensure_office_role

pytestmark = pytest.mark.django_db


def test_a_visitor_is_led_to_the_portals_login_and_back(client):
    for address in (reverse("admin:members_organisation_changelist"), f"{reverse('admin:login')}?next=/admin/members/"):
        response = client.get(address)

        assert response.headers["Location"].startswith(reverse("account_login"))
        assert "next=/admin/members/" in response.headers["Location"]


def test_for_members_the_admin_does_not_exist(client):
    client.force_login(member_of(OrganisationFactory()))

    assert client.get(reverse("admin:index")).status_code == 404
    assert client.get(reverse("admin:login")).headers["Location"] == reverse("pages:me")


def test_passwords_and_logging_out_have_the_portals_own_pages(client, staff):
    assert client.get(reverse("admin:password_change")).headers["Location"] == reverse("account_change_password")
    assert client.post(reverse("admin:logout")).headers["Location"] == reverse("account_logout")
    assert client.get(reverse("admin:login")).headers["Location"] == reverse("admin:index")


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.STAFF_SECOND_FACTOR_REQUIRED = True

    def test_staff_without_one_are_told_to_set_it_up_first(self, client, staff):
        response = client.get(reverse("admin:index"), follow=True)

        assert response.request["PATH_INFO"] == reverse("mfa_index")
        assert "認証アプリかパスキーを設定してください。" in response.content.decode()

    def test_no_page_of_the_admin_opens_and_nothing_is_done(self, client, staff):
        organisation = OrganisationFactory(state="applied")
        url = reverse("admin:members_organisation_transition", args=[organisation.pk, "approve"])

        assert client.post(url).headers["Location"] == reverse("mfa_index")
        organisation.refresh_from_db()
        assert organisation.state == "applied"

    def test_members_pages_are_no_way_round_it(self, client, staff):
        introduction = IntroductionFactory(state=IntroductionState.AGREED)
        organisation = introduction.post.organisation
        request = JoinRequestFactory(organisation=organisation)

        for address in (
            introduction.get_absolute_url(),
            introduction.post.get_absolute_url(),
            reverse("members:people", args=[organisation.pk]),
        ):
            assert client.get(address).headers["Location"] == reverse("mfa_index")
        client.post(reverse("members:withdraw", args=[organisation.pk]))
        client.post(reverse("members:answer_join_request", args=[request.pk, "accept"]))

        organisation.refresh_from_db()
        request.refresh_from_db()
        assert (organisation.state, request.state) == ("approved", "waiting")

    def test_setting_it_up_and_logging_out_stay_open(self, client, staff):
        assert client.get(reverse("mfa_index")).status_code == 200
        assert client.get(reverse("account_logout")).status_code == 200

    def test_members_need_none(self, client):
        client.force_login(member_of(OrganisationFactory()))

        assert client.get(reverse("pages:me")).status_code == 200

    def test_spare_codes_alone_are_none(self, client, staff):
        Authenticator.objects.create(user=staff, type=Authenticator.Type.RECOVERY_CODES, data={})

        assert client.get(reverse("admin:index")).status_code == 302

    def test_staff_with_one_come_in(self, client, staff):
        Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})

        assert client.get(reverse("admin:index")).status_code == 200


class TestOfficeRole:
    def test_it_comes_with_the_migrations_and_holds_every_right_it_names(self):
        held = set(Group.objects.get(name=OFFICE).permissions.values_list("content_type__app_label", "codename"))

        assert held == {(app, codename) for app, codenames in RIGHTS.items() for codename in codenames}

    def test_again_it_changes_nothing_and_keeps_its_people(self):
        person = StaffFactory()

        ensure_office_role()

        assert list(Group.objects.get(name=OFFICE).user_set.all()) == [person]
        assert Group.objects.filter(name=OFFICE).count() == 1

    def test_it_opens_every_list_of_the_admin(self, client, staff):
        closed = [
            model._meta.label
            for model in admin.site._registry
            if not staff.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        ]

        assert closed == []


def test_secrets_of_logins_are_not_in_the_admin():
    assert not {"Authenticator", "EmailAddress", "Group", "Session"} & {
        model.__name__ for model in admin.site._registry
    }


@pytest.mark.parametrize("option", ["list_editable", "filter_horizontal", "filter_vertical"])
def test_no_list_uses_what_people_without_a_mouse_cannot(option):
    assert [each.opts.label for each in admin.site._registry.values() if getattr(each, option)] == []

"""Logging in and registering by GビズID, with a real OpenID provider beside the portal."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import gbizid
from members.enums import OrganisationState
from members.models import JoinRequest, Organisation, User
from tests.factories.members import PASSWORD, OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.identity.people import NUMBER, OTHER_NUMBER, PEOPLE
from tests.identity.running import IdentityProvider, running_provider
from tests.members.joining import ORGANISATION, PERSON, consent, finish, follow_confirmation
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message

CALLBACK = "http://testserver/account/oidc/gbizid/login/callback/"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    with running_provider(tmp_path_factory.mktemp("identity"), PEOPLE, [CALLBACK]) as found:
        yield found


@pytest.fixture
def connected(provider: IdentityProvider, settings: Any, db: None) -> IdentityProvider:
    """The portal as a client of the provider."""
    settings.GBIZID_CLIENT_ID = "portal"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
            "APPS": [
                {
                    "provider_id": "gbizid",
                    "name": "GビズID",
                    "client_id": "portal",
                    "secret": "portal-secret",
                    "settings": {"server_url": provider.url, "token_auth_method": "client_secret_basic"},
                }
            ],
        }
    }
    return provider


def come_by_gbizid(client: Client, provider: IdentityProvider, person: str, *, connect: bool = False) -> Any:
    """Press the button, log in at the provider, and come back."""
    begin = reverse("openid_connect_login", args=["gbizid"])
    away = client.post(f"{begin}?process=connect" if connect else begin)
    assert away.status_code == 302
    back = provider.log_in(away.headers["Location"], person)
    assert back.startswith(CALLBACK)
    return client.get(back.removeprefix("http://testserver"), follow=True)


def last_screen(client: Client, **organisation: str) -> None:
    answer = client.post(reverse("members:join"), {**ORGANISATION, **organisation})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("members:join_person"))
    client.post(reverse("members:join_person"), {**PERSON, "email": "haruko@midori.example"})


class TestRegistering:
    def test_name_and_number_come_from_the_claims_alone(self, client: Client, connected: IdentityProvider) -> None:
        page = come_by_gbizid(client, connected, "prime")
        assert page.redirect_chain[-1] == (reverse("members:join"), 302)
        html = page.content.decode()
        assert "GビズIDで「架空法人みどりの縁側」を確認しました" in html
        assert f"法人番号 {NUMBER}" in html

        last_screen(client, name="乗っ取り株式会社", corporate_number=OTHER_NUMBER)
        checked = client.get(reverse("members:join_check")).content.decode()
        assert "架空法人みどりの縁側" in checked
        assert "乗っ取り" not in checked
        finish(client)
        organisation = Organisation.objects.get()
        assert (organisation.name, organisation.corporate_number) == ("架空法人みどりの縁側", NUMBER)
        # Of the address GビズID names nobody has seen a mail yet.
        assert organisation.state == OrganisationState.DRAFT

    def test_the_person_is_filled_in_and_may_be_mended(self, client: Client, connected: IdentityProvider) -> None:
        come_by_gbizid(client, connected, "prime")
        client.post(reverse("members:join"), ORGANISATION)
        html = client.get(reverse("members:join_person")).content.decode()
        assert 'value="森 春子"' in html
        assert 'value="モリ ハルコ"' in html
        assert 'value="haruko@midori.example"' in html

    def test_whoever_registered_by_it_logs_in_by_it(self, client: Client, connected: IdentityProvider) -> None:
        come_by_gbizid(client, connected, "prime")
        last_screen(client)
        finish(client)
        follow_confirmation(client, "haruko@midori.example")
        user = User.objects.get(email="haruko@midori.example")
        organisation = Organisation.objects.get()
        assert gbizid.vouched_by_owner(organisation) == "プライム"
        office = Client()
        office.force_login(StaffFactory())
        page = office.get(reverse("admin:members_organisation_change", args=[organisation.pk])).content.decode()
        assert "代表担当者のGビズID（プライム）と、法人番号が同じです" in page

        elsewhere = Client()
        page = come_by_gbizid(elsewhere, connected, "prime")
        assert page.redirect_chain[-1] == (reverse("pages:me"), 302)
        assert page.wsgi_request.user == user

    def test_nothing_is_kept_that_is_not_needed(self, client: Client, connected: IdentityProvider) -> None:
        come_by_gbizid(client, connected, "prime")
        last_screen(client)
        finish(client)
        follow_confirmation(client, "haruko@midori.example")
        come_by_gbizid(Client(), connected, "prime")
        account = SocialAccount.objects.get()
        assert set(account.extra_data) == set(gbizid.KEPT)
        assert not SocialToken.objects.exists()
        assert not any("19600101" in str(entry.codes) for entry in Entry.objects.all())

    def test_what_gbizid_said_can_be_laid_aside(self, client: Client, connected: IdentityProvider) -> None:
        come_by_gbizid(client, connected, "prime")
        client.post(reverse("members:join"), {"by_hand": "1"})
        last_screen(client, name="別の名前の会", corporate_number="")
        finish(client)
        assert Organisation.objects.get().name == "別の名前の会"
        assert not SocialAccount.objects.exists()

    def test_a_colleague_is_led_to_what_is_registered_already(
        self, client: Client, connected: IdentityProvider
    ) -> None:
        organisation = OrganisationFactory(corporate_number=NUMBER)
        owner = member_of(organisation)
        come_by_gbizid(client, connected, "member")
        page = client.post(reverse("members:join"), ORGANISATION)
        assert "この法人番号の団体が、すでに登録されています" in page.content.decode()
        client.post(reverse("members:join"), {**ORGANISATION, "join": str(organisation.pk)})
        client.post(reverse("members:join_person"), {**PERSON, "email": "jiro@midori.example"})
        finish(client)
        follow_confirmation(client, "jiro@midori.example")
        asked = JoinRequest.objects.get()
        assert asked.organisation == organisation
        assert gbizid.vouches_for(asked.user, organisation) == "メンバー"
        assert gbizid.vouches_for(owner, organisation) == ""

        theirs, office = Client(), Client()
        theirs.force_login(owner)
        office.force_login(StaffFactory())
        people = theirs.get(reverse("members:people", args=[organisation.pk])).content.decode()
        assert "この団体の法人番号のGビズID（メンバー）をお持ちの方です" in people
        asked_of_staff = office.get(reverse("admin:members_joinrequest_change", args=[asked.pk])).content.decode()
        assert "この団体の法人番号のGビズID（メンバー）をお持ちの方です" in asked_of_staff

    @pytest.mark.parametrize(
        ("person", "words"),
        [("entry", "エントリー"), ("sole", "法人番号がありません"), ("broken", "法人番号がありません")],
    )
    def test_an_account_that_vouches_for_nothing_is_told_how_to_go_on(
        self, client: Client, connected: IdentityProvider, person: str, words: str
    ) -> None:
        page = come_by_gbizid(client, connected, person)
        assert words in page.content.decode()
        assert page.redirect_chain[-1] == (reverse("members:join"), 302)
        assert gbizid.PROVIDER not in str(dict(client.session))
        assert not SocialAccount.objects.exists()


class TestLoggingIn:
    def test_an_account_of_the_same_address_is_never_joined_unasked(
        self, client: Client, connected: IdentityProvider
    ) -> None:
        owner = UserFactory(email="haruko@midori.example")
        page = come_by_gbizid(client, connected, "prime")
        assert page.wsgi_request.user.is_anonymous
        last_screen(client)
        finish(client)
        assert not SocialAccount.objects.filter(user=owner).exists()

    def test_somebody_logged_in_connects_and_disconnects_it(self, client: Client, connected: IdentityProvider) -> None:
        user = UserFactory()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert "GビズIDをつなぐ" in client.get(reverse("socialaccount_connections")).content.decode()
        page = come_by_gbizid(client, connected, "prime", connect=True)
        # Another way to log in is added only by whoever knows the password.
        assert page.redirect_chain[-1] == (reverse("account_reauthenticate"), 302)
        page = client.post(reverse("account_reauthenticate"), {"password": PASSWORD}, follow=True)
        assert page.redirect_chain[-1] == (reverse("socialaccount_connections"), 302)
        account = SocialAccount.objects.get(user=user)
        html = page.content.decode()
        assert "架空法人みどりの縁側" in html
        assert "19700101" not in html
        client.post(reverse("socialaccount_connections"), {"account": str(account.pk)})
        assert not SocialAccount.objects.exists()

    def test_somebody_else_s_gbizid_is_not_taken_over(self, client: Client, connected: IdentityProvider) -> None:
        other = UserFactory()
        SocialAccount.objects.create(user=other, provider="gbizid", uid="gbiz-1", extra_data=PEOPLE["prime"])
        user = UserFactory()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        come_by_gbizid(client, connected, "prime", connect=True)
        assert SocialAccount.objects.get().user == other

    def test_a_stranger_s_answer_is_refused(self, client: Client, connected: IdentityProvider) -> None:
        away = client.post(reverse("openid_connect_login", args=["gbizid"]))
        back = connected.log_in(away.headers["Location"], "prime")
        page = Client().get(back.removeprefix("http://testserver"))
        assert "ログインできませんでした" in page.content.decode()
        forged = client.get(reverse("openid_connect_callback", args=["gbizid"]), {"code": "x", "state": "forged"})
        assert "ログインできませんでした" in forged.content.decode()

    def test_a_code_works_once(self, client: Client, connected: IdentityProvider) -> None:
        away = client.post(reverse("openid_connect_login", args=["gbizid"]))
        back = connected.log_in(away.headers["Location"], "prime").removeprefix("http://testserver")
        assert client.get(back).status_code == 302
        assert "ログインできませんでした" in client.get(back).content.decode()

    def test_it_begins_with_a_press_and_with_proof_of_possession(
        self, client: Client, connected: IdentityProvider
    ) -> None:
        begin = reverse("openid_connect_login", args=["gbizid"])
        page = client.get(begin)
        assert page.status_code == 200
        assert "GビズIDの画面へ" in page.content.decode()
        asked = parse_qs(urlsplit(client.post(begin).headers["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert set(asked["scope"][0].split()) == {"openid", "profile", "user", "email"}
        assert asked["redirect_uri"] == [CALLBACK]

    def test_a_provider_that_is_away_is_told_kindly(self, client: Client, connected: IdentityProvider) -> None:
        from django.conf import settings  # the override of this test

        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"] = {**app["settings"], "server_url": "http://127.0.0.1:9"}
        page = client.post(reverse("openid_connect_login", args=["gbizid"]))
        assert "ログインできませんでした" in page.content.decode()

    def test_staff_still_need_their_second_factor(
        self, client: Client, connected: IdentityProvider, settings: Any
    ) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = True
        staff = UserFactory(is_staff=True)
        SocialAccount.objects.create(user=staff, provider="gbizid", uid="gbiz-1", extra_data=PEOPLE["prime"])
        come_by_gbizid(client, connected, "prime")
        page = client.get(reverse("admin:index"))
        assert page.status_code == 302
        assert page.headers["Location"].startswith("/account/2fa/")


class TestWithoutAClient:
    def test_nothing_of_it_is_offered(self, client: Client, db: None) -> None:
        for name in ("account_login", "members:join"):
            assert "GビズID" not in client.get(reverse(name)).content.decode()
        assert client.post(reverse("openid_connect_login", args=["gbizid"])).status_code == 404

    def test_the_policy_names_no_provider(self, client: Client, db: None) -> None:
        policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy


def test_consents_are_asked_for_as_ever(client: Client, connected: IdentityProvider) -> None:
    come_by_gbizid(client, connected, "prime")
    last_screen(client)
    page = client.post(reverse("members:join_check"), {"password": PASSWORD})
    assert page.status_code == 200
    assert not User.objects.filter(email="haruko@midori.example").exists()
    assert consent()


@pytest.mark.django_db
class TestAnAddressOfSomebodyElse:
    """Somebody registers with another's address and their own GビズID; the other chooses a password by mail."""

    def choose_a_password(self, client: Client, user: User) -> None:
        client.post(reverse("account_reset_password"), {"email": user.email})
        mail = Message.objects.filter(to_address=user.email, code="account.password_reset_key").latest("pk")
        found = re.search(r"https?://[^/\s]+(/account/password/reset/key/\S+)", mail.text_body)
        assert found is not None
        form = client.get(found[1], follow=True)
        action = form.redirect_chain[-1][0]
        done = client.post(action, {"password1": "atarashii-kotoba-7", "password2": "atarashii-kotoba-7"})
        assert done.status_code == 302
        user.refresh_from_db()
        assert user.check_password("atarashii-kotoba-7")

    def test_the_stranger_gets_in_no_more(self, client: Client) -> None:
        user = UserFactory(email_confirmed=False, last_login=None)
        SocialAccount.objects.create(user=user, provider=gbizid.PROVIDER, uid="stranger")
        self.choose_a_password(client, user)
        assert not SocialAccount.objects.exists()
        assert Entry.objects.about(user).filter(action="user.gbizid_unlinked").count() == 1

    def test_whoever_has_logged_in_themselves_keeps_their_own(self, client: Client) -> None:
        user = UserFactory(last_login=timezone.now())
        SocialAccount.objects.create(user=user, provider=gbizid.PROVIDER, uid="own")
        self.choose_a_password(client, user)
        assert SocialAccount.objects.get().user == user

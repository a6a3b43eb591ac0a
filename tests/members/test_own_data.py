"""What is held of a person, to read and to take along; and the pages by which one leaves."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members import transitions
from members.enums import AffiliationRole, OrganisationState
from members.models import Affiliation, RetentionPeriod, User
from members.personal_data import as_json, collect
from tests.factories.lifecycle import EMAIL, NAME, a_person_everywhere, an_organisation_everywhere, say_everywhere
from tests.factories.matching import PostFactory
from tests.factories.members import PASSWORD, OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry

pytestmark = pytest.mark.django_db

DATA, DOWNLOAD, DELETE = (reverse(f"members:{name}") for name in ("my_data", "my_data_json", "delete_account"))


def enter(client: Client, user: User, *, fresh: bool = True) -> None:
    """Log in; ``fresh``: and have just said who one is once more."""
    client.force_login(user)
    if fresh:
        assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def read(response: Any) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(b"".join(response.streaming_content))
    return whole


def rows(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return next(section["rows"] for section in data["sections"] if section["key"] == key)


# --- the copy ---


def test_everything_that_is_held_is_in_the_copy(client: Client) -> None:
    user = a_person_everywhere(OrganisationFactory())
    enter(client, user)
    response = client.get(DOWNLOAD)
    assert response["Content-Disposition"].startswith('attachment; filename="tomoiki-my-data-')
    assert "no-store" in response["Cache-Control"]
    data = read(response)
    assert rows(data, "members.User") == [
        {
            "name": NAME,
            "name_kana": "ミドリノ ワカバ",
            "email": EMAIL,
            "phone": "090-1234-9876",
            "date_joined": rows(data, "members.User")[0]["date_joined"],
            "last_login": rows(data, "members.User")[0]["last_login"],
            "is_staff": False,
        }
    ]
    filled = {section["key"] for section in data["sections"] if section["rows"]}
    assert filled >= {
        "account.EmailAddress.user",
        "conversations.ConversationMessage.author",
        "conversations.ReadMark.user",
        "files.StoredFile.uploaded_by",
        "matching.Introduction.proposed_by",
        "matching.Outcome.reported_by",
        "matching.Post.author",
        "matching.Post.contact",
        "matching.PostRevision.author",
        "members.Affiliation.user",
        "members.Consent.user",
        "members.Handover.leaver",
        "members.Invitation.accepted_by",
        "members.JoinRequest.user",
        "members.Practitioner.user",
        "members.RegistrationDraft.user",
        "mfa.Authenticator.user",
        "notifications.Message.recipient",
        "notifications.Notification.recipient",
        "notifications.Preference.user",
        "pages.ContactMessage.sender",
        "invitations by address",
        "messages to the office by address",
    }
    for section in data["sections"]:
        for row in section["rows"]:
            assert set(row) == set(section["labels"])


def test_no_secret_and_nobody_elses_data_is_in_it() -> None:
    organisation = OrganisationFactory()
    user = a_person_everywhere(organisation)
    other = member_of(organisation, name="隣野 となり", email="tonari@hikari.example", phone="0465-99-9999")
    PostFactory(organisation=organisation, author=other, title="となりの人が書いたもの")
    text = "".join(as_json(collect(user)))
    assert "geheim" not in text
    assert user.password not in text
    for foreign in ("隣野", "tonari@", "0465-99-9999", "となりの人が書いたもの", "山の会", "0465-11-1111", "つばさ社"):
        assert foreign not in text


def test_the_copy_of_somebody_new_is_whole_json() -> None:
    data = json.loads("".join(as_json(collect(UserFactory()))))
    assert [len(section["rows"]) for section in data["sections"] if section["key"] == "members.User"] == [1]
    assert len({section["key"] for section in data["sections"]}) == len(data["sections"])


def test_the_page_shows_it_in_words(client: Client) -> None:
    user = a_person_everywhere(OrganisationFactory())
    enter(client, user)
    page = client.get(DATA).content.decode()
    for text in (NAME, EMAIL, "所属している団体", "規約への同意", "書いたメッセージ", "認証", "お知らせの受け取り方"):
        assert text in page
    assert "geheim" not in page


def test_a_long_life_makes_no_longer_page(client: Client) -> None:
    organisation = OrganisationFactory()
    user = member_of(organisation)
    enter(client, user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(DATA)
        return len(counted)

    PostFactory(organisation=organisation, author=user, contact=user)
    client.get(DATA)
    one = queries()
    for _ in range(12):
        PostFactory(organisation=organisation, author=user, contact=user)
    assert queries() == one
    assert "ほかにもあります" in client.get(DATA).content.decode()


def test_the_download_asks_who_it_is(client: Client) -> None:
    enter(client, UserFactory(), fresh=False)
    response = client.get(DOWNLOAD)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_an_owner_takes_along_what_the_organisation_said(client: Client) -> None:
    organisation = an_organisation_everywhere()
    say_everywhere(organisation)
    owner = organisation.people(AffiliationRole.OWNER).order_by("pk").first()
    assert owner is not None
    enter(client, owner)
    data = read(client.get(reverse("members:organisation_data_json", args=[organisation.pk])))
    assert rows(data, "members.Organisation")[0]["name"] == organisation.name
    assert {post["title"] for post in rows(data, "matching.Post.organisation")} == {"つきのみちの夜会"}
    assert rows(data, "members.RelayedGroup.desk")[0]["name"] == "月の見える丘町内会"


@pytest.mark.parametrize(
    ("role", "status"),
    [(AffiliationRole.OWNER, 200), (AffiliationRole.EDITOR, 403), (AffiliationRole.VIEWER, 403), (None, 404)],
)
def test_who_may_take_it_along(client: Client, role: AffiliationRole | None, status: int) -> None:
    organisation = OrganisationFactory()
    enter(client, member_of(organisation, role) if role else member_of(OrganisationFactory()))
    assert client.get(reverse("members:organisation_data_json", args=[organisation.pk])).status_code == status


@pytest.mark.parametrize(("in_the_office", "status"), [(True, 200), (False, 404)])
def test_of_the_office_only_who_may_take_people_along_takes_it(
    client: Client, in_the_office: bool, status: int
) -> None:
    organisation = OrganisationFactory()
    enter(client, StaffFactory(in_the_office=in_the_office))
    assert client.get(reverse("members:organisation_data_json", args=[organisation.pk])).status_code == status


# --- the end of an account ---


def test_an_account_is_deleted_in_one_step(client: Client) -> None:
    user = UserFactory()
    enter(client, user)
    page = client.get(DELETE).content.decode()
    assert "残るもの" in page
    response = client.post(DELETE, {"understood": "on"}, follow=True)
    assert response.redirect_chain == [(reverse("members:account_deleted"), 302)]
    assert User.objects.get(pk=user.pk).anonymised_at is not None
    assert client.get(DATA).status_code == 302


def test_a_get_deletes_nothing_and_neither_does_an_empty_form(client: Client) -> None:
    user = UserFactory()
    enter(client, user)
    client.get(DELETE)
    response = client.post(DELETE, {})
    assert response.status_code == 200
    assert "チェックを入れてください" in response.content.decode()
    assert User.objects.get(pk=user.pk).anonymised_at is None


def test_the_password_is_asked_for_once_more(client: Client) -> None:
    user = UserFactory()
    enter(client, user, fresh=False)
    assert client.get(DELETE).status_code == 200
    response = client.post(DELETE, {"understood": "on"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert User.objects.get(pk=user.pk).anonymised_at is None
    client.post(response["Location"], {"password": "wrong"})
    assert User.objects.get(pk=user.pk).anonymised_at is None
    # The right one goes on with what was begun.
    done = client.post(response["Location"], {"password": PASSWORD}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("members:account_deleted")
    assert User.objects.get(pk=user.pk).anonymised_at is not None
    assert client.get(DATA).status_code == 302


def test_the_last_to_answer_is_shown_the_two_ways_out(client: Client) -> None:
    organisation = OrganisationFactory(name="ひとりの会")
    user = member_of(organisation)
    enter(client, user)
    page = client.get(DELETE).content.decode()
    assert reverse("members:withdraw", args=[organisation.pk]) in page
    place = Affiliation.objects.get(user=user)
    assert reverse("members:handover_new", args=[place.pk]) in page
    assert 'name="understood"' not in page
    response = client.post(DELETE, {"understood": "on"}, follow=True)
    assert "「ひとりの会」の代表担当者がいなくなるため" in response.content.decode()
    assert User.objects.get(pk=user.pk).anonymised_at is None


def test_the_office_is_sent_to_a_colleague(client: Client) -> None:
    staff = StaffFactory()
    enter(client, staff)
    assert "ほかの職員が管理画面から" in client.get(DELETE).content.decode()
    assert client.post(DELETE, {"understood": "on"}).status_code == 403


def test_withdrawing_says_for_how_long_what_is_kept(client: Client) -> None:
    user = member_of(OrganisationFactory())
    RetentionPeriod.objects.filter(rule="withdrawn_organisations").update(months=18)
    enter(client, user)
    organisation = Affiliation.objects.get(user=user).organisation_id
    page = client.get(reverse("members:withdraw", args=[organisation])).content.decode()
    assert "退会から1年6か月たつと" in page
    assert "退会から6か月のあいだ読めます" in page


# --- in the admin ---


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(StaffFactory())
    return client


def test_staff_erase_a_person_with_a_reason(office: Client) -> None:
    user = UserFactory()
    page = reverse("admin:members_user_transition", args=[user.pk, "erase"])
    asked = office.get(page)
    assert asked.status_code == 200
    assert "お亡くなりになった" in asked.content.decode()
    seen = asked.context["seen"]
    office.post(page, {"reason": "nonsense", "seen": seen})
    assert User.objects.get(pk=user.pk).anonymised_at is None
    office.post(page, {"reason": "asked", "seen": seen})
    assert User.objects.get(pk=user.pk).anonymised_at is not None
    assert Entry.objects.about(user).get(action="user.erased").codes == {"reason": "asked"}
    assert office.get(reverse("admin:members_user_change", args=[user.pk])).status_code == 200


def test_staff_erase_an_organisation_that_left(office: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.WITHDRAWN)
    page = reverse("admin:members_organisation_transition", args=[organisation.pk, "erase"])
    office.post(page, {"reason": "asked", "seen": office.get(page).context["seen"]})
    organisation.refresh_from_db()
    assert organisation.erased_at is not None
    assert office.get(reverse("admin:members_organisation_change", args=[organisation.pk])).status_code == 200


def test_staff_set_for_how_long_what_is_kept(office: Client) -> None:
    period = RetentionPeriod.objects.get(rule="join_requests")
    assert "お返事の済んだ" in office.get(reverse("admin:members_retentionperiod_changelist")).content.decode()
    page = reverse("admin:members_retentionperiod_change", args=[period.pk])
    form = office.get(page).context["adminform"].form
    data = {"months": "6", "seen": form["seen"].value() or ""}
    assert office.post(page, {**data, "months": "999"}).status_code == 200
    assert office.post(page, data).status_code == 302
    period.refresh_from_db()
    assert period.months == 6
    assert Entry.objects.about(period).get().action == "retentionperiod.set"
    assert office.get(reverse("admin:members_retentionperiod_add")).status_code == 403


def test_when_it_was_erased_nothing_is_left_to_press(office: Client) -> None:
    user = UserFactory()
    transitions.erase_person(user.pk, actor=user)
    page = reverse("admin:members_user_transition", args=[user.pk, "erase"])
    assert office.get(page).status_code == 302
    assert timezone.now() > User.objects.get(pk=user.pk).anonymised_at  # type: ignore[operator]

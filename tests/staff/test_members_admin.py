"""Applications, people and requests to join on the staff's desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole, JoinRequestState, OrganisationState
from members.models import Affiliation, ConsentDocument, Organisation
from tests.factories.members import (
    AffiliationFactory,
    ConsentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


def url(obj, page, *args):
    return reverse(f"admin:{obj._meta.label_lower.replace('.', '_')}_{page}", args=[obj.pk, *args])


def press(client, obj, name, **data):
    obj.refresh_from_db()
    return client.post(url(obj, "transition", name), {"seen": version_of(obj), **data}, follow=True)


def page(client, obj):
    return client.get(url(obj, "change")).content.decode()


BUTTONS = [
    # (state, button, form, state after)
    ("applied", "approve", {}, "approved"),
    ("applied", "return", {"message": "活動の内容を教えてください。"}, "returned"),
    ("applied", "reject", {"message": "県内の活動が確かめられませんでした。"}, "rejected"),
    ("approved", "suspend", {"message": "連絡がとれないため。"}, "suspended"),
    ("suspended", "reinstate", {}, "approved"),
    ("approved", "withdraw", {}, "withdrawn"),
]


class TestOrganisations:
    @pytest.mark.parametrize(("before", "button", "form", "after"), BUTTONS)
    def test_each_button_does_what_it_says_and_tells_the_people(self, client, staff, before, button, form, after):
        organisation = OrganisationFactory(state=before)
        person = member_of(organisation)

        press(client, organisation, button, **form)

        organisation.refresh_from_db()
        assert organisation.state == after
        assert Notification.objects.filter(recipient=person).count() == 1

    @pytest.mark.parametrize(("before", "button", "form", "after"), BUTTONS)
    def test_a_button_does_nothing_in_another_state(self, client, staff, before, button, form, after):
        organisation = OrganisationFactory(state=OrganisationState.REJECTED)

        response = press(client, organisation, button, **form)

        organisation.refresh_from_db()
        assert organisation.state == OrganisationState.REJECTED
        assert "できません" in response.content.decode()

    def test_applications_come_first_the_longest_waiting_on_top(self, client, staff):
        OrganisationFactory(name="登録済みの団体")
        for days, name in ((1, "きのうの申し込み"), (4, "4日前の申し込み")):
            OrganisationFactory(name=name, state="applied", applied_at=timezone.now() - timedelta(days=days))

        rows = client.get(reverse("admin:members_organisation_changelist")).context["cl"].result_list

        assert [each.name for each in rows] == ["4日前の申し込み", "きのうの申し込み", "登録済みの団体"]

    def test_a_draft_is_not_the_staffs_business_yet(self, client, staff):
        draft = OrganisationFactory(state="draft")

        assert list(client.get(reverse("admin:members_organisation_changelist")).context["cl"].result_list) == []
        assert client.get(url(draft, "change")).status_code == 302

    def test_a_name_is_found_whatever_its_legal_form(self, client, staff):
        organisation = OrganisationFactory(name="株式会社 はれのひ食品")
        OrganisationFactory(name="ここち住宅")
        address = reverse("admin:members_organisation_changelist")

        found = client.get(address, {"q": "はれのひ食品（株）"}).context["cl"].result_list

        assert list(found) == [organisation]

    def test_an_application_shows_what_may_be_the_same_body(self, client, staff):
        OrganisationFactory(name="ひなたの庭", state="suspended")
        applied = OrganisationFactory(name="NPO法人ひなたの庭", state="applied")
        other = OrganisationFactory(name="みどりの丘", state="applied", phone="")

        assert "すでに登録されているかもしれません" in page(client, applied)
        assert "見つかりませんでした" in page(client, other)

    def test_its_people_are_shown_with_their_consents_and_unconfirmed_addresses(self, client, staff):
        organisation = OrganisationFactory(state="applied")
        person = member_of(organisation, name="見本 花子", email_confirmed=False)
        consent = ConsentFactory(user=person)

        shown = page(client, organisation)

        assert f"{person.email}（未確認）" in shown
        assert str(consent.document) in shown

    def test_an_application_is_not_edited_but_returned(self, client, staff):
        organisation = OrganisationFactory(state="applied", name="ひなたの庭")

        client.post(url(organisation, "change"), {"seen": version_of(organisation), "name": "別の名前"})

        organisation.refresh_from_db()
        assert organisation.name == "ひなたの庭"
        assert 'name="name"' not in page(client, organisation)

    def fields(self, organisation, **changes):
        return {
            "seen": version_of(Organisation.objects.get(pk=organisation.pk)),
            "name": organisation.name,
            "name_kana": organisation.name_kana,
            "kind": organisation.kind,
            "kind_other": "",
            "corporate_number": organisation.corporate_number,
            "phone": organisation.phone,
            "website": "",
            "description": organisation.description,
            "stage": organisation.stage,
            "listed_publicly": "on",
            **changes,
        }

    def test_a_member_is_corrected_through_the_transition(self, client, staff):
        organisation = OrganisationFactory()

        client.post(
            url(organisation, "change"),
            self.fields(organisation, name="あたらしい名前", phone="０４５－１１１－１１１１"),
        )

        organisation.refresh_from_db()
        assert (organisation.name, organisation.phone) == ("あたらしい名前", "045-111-1111")
        entry = Entry.objects.about(organisation).get()
        assert (entry.action, entry.fields) == ("organisation.updated", ["name", "phone"])

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"corporate_number": "1234567890123"}, "法人番号公表サイト"),
            ({"kind": "other"}, "どのような団体かを書いてください。"),
            ({"name": ""}, "入力してください。"),
        ],
    )
    def test_what_cannot_be_is_told_beside_the_field(self, client, staff, changes, words):
        organisation = OrganisationFactory()

        response = client.post(url(organisation, "change"), self.fields(organisation, **changes))

        assert words in response.content.decode()
        assert not Entry.objects.about(organisation).exists()

    def test_a_corporate_number_of_another_organisation_is_refused_by_its_name(self, client, staff):
        OrganisationFactory(name="みどりの丘", corporate_number="8000012010038")
        organisation = OrganisationFactory()

        response = client.post(url(organisation, "change"), self.fields(organisation, corporate_number="8000012010038"))

        assert "「みどりの丘」が使っています" in response.content.decode()

    def test_what_turns_up_between_the_form_and_the_transition_is_a_message(self, client, staff, monkeypatch):
        from tomoiki.workflow import TransitionError

        organisation = OrganisationFactory()

        def refuse(*args, **kwargs):
            raise TransitionError("wrong_state", "今は変えられません。")

        monkeypatch.setattr("members.transitions.update_profile", refuse)
        response = client.post(url(organisation, "change"), self.fields(organisation, name="新しい"), follow=True)

        assert "今は変えられません。" in response.content.decode()


class TestJoinRequests:
    def test_staff_take_somebody_in_in_the_role_they_choose(self, client, staff):
        request = JoinRequestFactory()

        press(client, request, "accept", role="viewer")

        assert Affiliation.objects.get(user=request.user).role == AffiliationRole.VIEWER
        request.refresh_from_db()
        assert request.state == JoinRequestState.ACCEPTED

    def test_staff_refuse(self, client, staff):
        request = JoinRequestFactory()

        press(client, request, "refuse")

        request.refresh_from_db()
        assert request.state == JoinRequestState.REFUSED

    def test_an_answered_request_is_not_answered_again(self, client, staff):
        request = JoinRequestFactory(state="refused")

        response = press(client, request, "accept", role="editor")

        request.refresh_from_db()
        assert request.state == JoinRequestState.REFUSED
        assert "できません" in response.content.decode()


class TestAffiliations:
    def test_staff_give_another_role_when_an_owner_has_gone(self, client, staff):
        affiliation = AffiliationFactory(role="editor")

        press(client, affiliation, "change_role", role="owner")

        affiliation.refresh_from_db()
        assert affiliation.role == AffiliationRole.OWNER

    def test_the_last_owner_stays(self, client, staff):
        affiliation = AffiliationFactory()

        response = press(client, affiliation, "end")

        affiliation.refresh_from_db()
        assert affiliation.ended_at is None
        assert "代表担当者がいなくなる" in response.content.decode()

    def test_an_ended_one_has_no_buttons(self, client, staff):
        affiliation = AffiliationFactory(ended_at=timezone.now())

        assert "団体から外す" not in page(client, affiliation)


class TestPeople:
    def test_staff_read_but_change_nobody(self, client, staff):
        person = UserFactory()

        shown = page(client, person)

        assert person.email in shown
        assert person.password not in shown
        assert "保存する" not in shown
        assert client.post(url(person, "change"), {"is_staff": "on"}).status_code == 403

    def test_only_the_administrator_makes_somebody_staff(self, client):
        client.force_login(StaffFactory(is_superuser=True))
        person = UserFactory()

        client.post(url(person, "change"), {"seen": version_of(person), "is_staff": "on", "is_active": "on"})

        person.refresh_from_db()
        assert person.is_staff
        assert Entry.objects.about(person).get().fields == ["is_staff"]


class TestConsentDocuments:
    def add(self, client, moment):
        local = timezone.localtime(moment)
        return client.post(
            reverse("admin:members_consentdocument_add"),
            {
                "kind": "terms",
                "version": "2",
                "body": "新しい規約です。",
                "in_force_from_0": f"{local:%Y-%m-%d}",
                "in_force_from_1": f"{local:%H:%M}",
            },
        )

    def test_a_new_version_begins_in_the_future(self, client, staff):
        past = self.add(client, timezone.now() - timedelta(hours=1))
        self.add(client, timezone.now() + timedelta(days=30))

        assert "これからの日時にしてください" in past.content.decode()
        assert ConsentDocument.objects.filter(version="2").count() == 1

    def test_what_is_in_force_is_never_changed(self, client, staff):
        document = ConsentDocument.objects.current().first()

        assert client.post(url(document, "change"), {"body": "書きかえ"}).status_code == 403
        assert "保存する" not in page(client, document)

    def test_what_is_not_in_force_yet_may_still_be_mended(self, client, staff):
        self.add(client, timezone.now() + timedelta(days=30))

        assert "保存する" in page(client, ConsentDocument.objects.get(version="2"))

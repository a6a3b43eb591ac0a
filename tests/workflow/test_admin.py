"""Buttons of the admin call transitions; edits are audited and overwrite nothing that somebody else wrote."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from members import transitions
from members.enums import OrganisationState
from members.models import Organisation
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.vocabulary.models import Term
from tomoiki.workflow.admin import MessageForm, add_errors, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = StaffFactory()
    client.force_login(person)
    return person


@pytest.fixture
def applicant():
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    member_of(organisation)
    return organisation


def page(organisation):
    return reverse("admin:members_organisation_change", args=[organisation.pk])


def step(organisation, name):
    return reverse("admin:members_organisation_transition", args=[organisation.pk, name])


def press(client, organisation, name, **data):
    """What pressing a button sends: the version that was on the page, and the form."""
    return client.post(step(organisation, name), {"seen": version_of(organisation), **data}, follow=True)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


class TestButtons:
    def test_a_press_calls_the_transition_in_the_name_of_who_pressed(self, client, staff, applicant):
        response = press(client, applicant, "approve")

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPROVED
        assert "登録を承認し、担当者にメールでお知らせしました。" in text(response)
        assert Entry.objects.about(applicant).get(action="organisation.approved").actor == staff

    def test_only_the_buttons_of_the_present_state_are_shown(self, client, staff, applicant):
        before = text(client.get(page(applicant)))
        press(client, applicant, "approve")
        after = text(client.get(page(applicant)))

        assert "登録を承認する" in before
        assert "一時停止する" not in before
        assert "登録を承認する" not in after
        assert "一時停止する" in after

    def test_looking_changes_nothing(self, client, staff, applicant):
        for name in ("approve", "return", "reject"):
            assert client.get(step(applicant, name)).status_code == 200

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPLIED

    def test_a_button_of_another_state_is_explained_and_does_nothing(self, client, staff, applicant):
        response = press(client, applicant, "reinstate")

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPLIED
        assert "この団体は今「承認待ち」のため、「再開する」はできません。" in text(response)
        assert "できません" in text(client.get(step(applicant, "reinstate"), follow=True))

    def test_an_unknown_button_or_object_is_not_found(self, client, staff, applicant):
        assert client.post(step(applicant, "promote")).status_code == 404
        assert client.post(reverse("admin:members_organisation_transition", args=[0, "approve"])).status_code == 404

    def test_a_message_is_asked_for_on_its_own_page_and_kept_when_something_is_missing(self, client, staff, applicant):
        too_long = "あ" * 2001

        empty = client.post(step(applicant, "return"), {"seen": version_of(applicant), "message": " "})
        long = client.post(step(applicant, "return"), {"seen": version_of(applicant), "message": too_long})

        assert empty.status_code == long.status_code == 422
        assert "入力してください。" in text(empty)
        assert too_long in text(long)
        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPLIED

    def test_the_words_reach_the_transition(self, client, staff, applicant):
        press(client, applicant, "return", message="活動の内容をもう少し教えてください。")

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.RETURNED
        assert applicant.staff_message == "活動の内容をもう少し教えてください。"

    def test_a_press_without_a_token_is_refused(self, staff, applicant):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(staff)

        assert strict.post(step(applicant, "approve"), {"seen": version_of(applicant)}).status_code == 403

    def test_who_may_look_but_not_decide_is_shown_no_button_and_refused(self, client, applicant, monkeypatch):
        import rules

        client.force_login(StaffFactory())
        monkeypatch.setattr(rules, "has_perm", lambda *args: False)

        assert "登録を承認する" not in text(client.get(page(applicant)))
        assert "をする権限がありません。" in text(press(client, applicant, "approve"))
        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPLIED

    def test_staff_without_a_role_open_nothing(self, client, applicant):
        client.force_login(StaffFactory(in_the_office=False))

        assert client.get(page(applicant)).status_code == 403
        assert client.post(step(applicant, "approve"), {"seen": version_of(applicant)}).status_code == 403

    def test_errors_of_the_transition_stand_beside_their_fields(self):
        form = MessageForm({"message": "x"})
        form.is_valid()

        add_errors(form, ValidationError({"message": "理由を書いてください。", "elsewhere": "ここにはない欄です。"}))

        assert form.errors["message"] == ["理由を書いてください。"]
        assert form.non_field_errors() == ["ここにはない欄です。"]


class TestTwoAtOnce:
    def test_the_second_of_two_decisions_is_told_what_the_first_was(self, client, staff, applicant):
        seen = version_of(applicant)
        transitions.approve_organisation(applicant.pk, actor=StaffFactory())

        response = client.post(step(applicant, "reject"), {"seen": seen, "message": "重複のため"}, follow=True)

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPROVED
        assert applicant.staff_message == ""
        assert "ほかの人が先に手続きをした可能性があります" in text(response)

    def test_who_saw_another_text_does_not_decide_about_this_one(self, client, staff, applicant):
        seen = version_of(applicant)
        Organisation.objects.filter(pk=applicant.pk).update(description="ほかの内容")

        response = client.post(step(applicant, "approve"), {"seen": seen}, follow=True)

        applicant.refresh_from_db()
        assert applicant.state == OrganisationState.APPLIED
        assert "まだ何もしていません" in text(response)

    def test_an_edit_over_a_newer_text_is_refused_and_keeps_what_was_typed(self, client, staff):
        term = Term.objects.create(vocabulary="theme", code="sea", label="海")
        url = reverse("admin:vocabulary_term_change", args=[term.pk])
        seen = version_of(term)
        Term.objects.filter(pk=term.pk).update(label="海と浜")

        response = client.post(url, {"seen": seen, "label": "海と川", "help_text": "", "order": "0", "active": "on"})

        term.refresh_from_db()
        assert term.label == "海と浜"
        assert "ほかの人が内容を変えました" in text(response)
        assert "海と川" in text(response)


class TestEdits:
    def test_an_edit_stores_what_changed_and_records_the_names_of_the_fields(self, client, staff):
        term = Term.objects.create(vocabulary="theme", code="sea", label="海", order=5)
        url = reverse("admin:vocabulary_term_change", args=[term.pk])

        client.post(
            url,
            {"seen": version_of(term), "label": "海", "help_text": "浜も", "order": "7", "active": "on"},
            follow=True,
        )

        term.refresh_from_db()
        assert (term.label, term.help_text, term.order) == ("海", "浜も", 7)
        entry = Entry.objects.about(term).get()
        assert (entry.action, entry.fields, entry.actor) == ("term.edited", ["help_text", "order"], staff)

    def test_saving_without_a_change_records_nothing(self, client, staff):
        term = Term.objects.create(vocabulary="theme", code="sea", label="海")
        url = reverse("admin:vocabulary_term_change", args=[term.pk])

        client.post(url, {"seen": version_of(term), "label": "海", "help_text": "", "order": "0", "active": "on"})

        assert not Entry.objects.about(term).exists()

    def test_nothing_is_deleted_from_the_admin(self, client, applicant):
        client.force_login(StaffFactory(is_superuser=True))

        assert client.post(reverse("admin:members_organisation_delete", args=[applicant.pk])).status_code == 403
        assert "削除する" not in text(client.get(page(applicant)))

    def test_the_history_page_shows_the_trail(self, client, staff, applicant):
        press(client, applicant, "approve")

        response = text(client.get(reverse("admin:members_organisation_history", args=[applicant.pk])))

        assert "登録を承認しました" in response
        assert "承認待ち → 登録済み" in response


def test_a_version_changes_with_any_field_and_with_nothing_else():
    organisation = OrganisationFactory()
    before = version_of(organisation)

    assert version_of(Organisation.objects.get(pk=organisation.pk)) == before
    organisation.phone = "045-000-0001"
    assert version_of(organisation) != before

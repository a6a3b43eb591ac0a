"""The trail as staff read it."""

import pytest
from django.db import transaction

from members.enums import OrganisationState
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.audit import trail
from tomoiki.audit.actors import SCHEDULER
from tomoiki.workflow.history import trail_of

pytestmark = pytest.mark.django_db


def test_an_entry_tells_what_happened_who_did_it_and_from_which_state_to_which():
    organisation = OrganisationFactory()
    staff = StaffFactory(name="川島 実")
    with transaction.atomic():
        trail.record(
            organisation,
            "organisation.approved",
            actor=staff,
            before=OrganisationState.APPLIED,
            fields=["name", "gone"],
        )

    (row,), more = trail_of(
        organisation, words={"organisation.approved": "登録を承認しました"}, states=OrganisationState
    )

    assert row.what == "登録を承認しました"
    assert row.detail == "川島 実\n承認待ち → 登録済み\n変わった項目：gone、団体名"
    assert more is False


def test_what_the_portal_did_by_itself_names_it_in_japanese_and_a_word_is_found_for_the_state():
    organisation = OrganisationFactory()
    with transaction.atomic():
        trail.record(organisation, "organisation.touched", actor=SCHEDULER, before=OrganisationState.SUSPENDED)

    (row,), _ = trail_of(organisation, states=OrganisationState)

    assert row.what == "「登録済み」になりました"
    assert row.detail.startswith("自動処理")


def test_the_newest_entries_come_first_and_older_ones_are_left_out():
    organisation = OrganisationFactory()
    with transaction.atomic():
        for number in range(4):
            trail.record(organisation, f"organisation.step{number}", actor=SCHEDULER, after="")

    rows, more = trail_of(organisation, limit=3)

    assert [row.what for row in rows] == ["organisation.step3", "organisation.step2", "organisation.step1"]
    assert more is True

"""Every time that an organisation applies is kept, with what the office answered."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import transitions
from members.models import ApplicationRound, Organisation, User
from members.rounds import history
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.audit.models import Entry
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db

WORDS = "いつ、どこで活動されているかを書いてください。"


def applied() -> Organisation:
    user = UserFactory()
    place = Municipality.objects.get(code="14205")
    data = {"kind": "npo", "name": "みどりの縁側", "municipality": place, "description": "お茶の会です。"}
    return transitions.register_organisation(data, user=user, actor=user)


def owner_of(organisation: Organisation) -> User:
    owner: User = organisation.people().get()
    return owner


def test_an_application_is_kept_as_it_was_handed_in() -> None:
    organisation = applied()
    kept = ApplicationRound.objects.get()
    assert (kept.number, kept.decision, kept.submitted_by) == (1, "", owner_of(organisation))
    assert kept.submitted_at == organisation.applied_at
    assert kept.data["name"] == "みどりの縁側"
    assert kept.data["municipality"] == "14205"


def test_returned_mended_and_approved_are_two_rounds_with_their_answers() -> None:
    organisation, staff = applied(), StaffFactory()
    transitions.return_organisation(organisation.pk, message=WORDS, actor=staff)
    transitions.resubmit_organisation(
        organisation.pk, data={"description": "毎週火曜にお茶の会を開いています。"}, actor=owner_of(organisation)
    )
    transitions.approve_organisation(organisation.pk, actor=staff)
    rounds = list(ApplicationRound.objects.order_by("number"))
    assert [(each.decision, each.message, each.decided_by) for each in rounds] == [
        ("returned", WORDS, staff),
        ("approved", "", staff),
    ]
    # What was said before stays as it was said.
    assert [each.data["description"] for each in rounds] == ["お茶の会です。", "毎週火曜にお茶の会を開いています。"]
    latest, first = history(organisation)
    assert [(line.label, line.before, line.now) for line in latest.changes] == [
        ("活動の紹介", "お茶の会です。", "毎週火曜にお茶の会を開いています。")
    ]
    assert first.changes == []
    assert (first.decision_label, latest.decision_label) == ("直しをお願い", "登録を承認")


def test_a_rejection_is_kept_with_its_reason() -> None:
    organisation = applied()
    transitions.reject_organisation(organisation.pk, message="営利の勧誘とうかがいました。", actor=StaffFactory())
    assert ApplicationRound.objects.values_list("decision", "message").get() == (
        "rejected",
        "営利の勧誘とうかがいました。",
    )


def test_history_speaks_in_words() -> None:
    organisation = applied()
    [only] = history(organisation)
    said = {line.label: line.now for line in only.lines}
    assert said["団体の種類"] == "NPO等"
    assert said["市区町村"] == "鎌倉市" or said["市区町村"] == str(Municipality.objects.get(code="14205"))
    assert said["団体の一覧に載せる"] == "はい"
    assert not only.unknown


def test_a_round_of_which_nobody_kept_anything_says_so() -> None:
    organisation = OrganisationFactory(state="applied")
    ApplicationRound.objects.create(organisation=organisation, number=1)
    [only] = history(organisation)
    assert only.unknown
    assert only.lines == ()


def test_three_rounds_cost_as_much_as_one() -> None:
    organisation = OrganisationFactory()
    place = {"municipality": "14205", "areas": ["14205"], "themes": ["children"]}

    def add(number: int) -> None:
        ApplicationRound.objects.create(
            organisation=organisation, number=number, data=place, decision="returned", decided_at=timezone.now()
        )

    add(1)
    history(organisation)
    with CaptureQueriesContext(connection) as one:
        history(organisation)
    add(2)
    add(3)
    with CaptureQueriesContext(connection) as three:
        assert len(history(organisation)) == 3
    assert len(three) == len(one)


# --- those that applied before anybody kept this ---


def remember() -> None:
    import_module("members.migrations.0006_application_rounds").remember(apps, None)


def test_the_migration_finds_the_rounds_in_the_trail() -> None:
    organisation, staff = applied(), StaffFactory()
    transitions.return_organisation(organisation.pk, message=WORDS, actor=staff)
    transitions.resubmit_organisation(organisation.pk, data={"description": "毎週です。"}, actor=owner_of(organisation))
    transitions.approve_organisation(organisation.pk, actor=staff)
    transitions.update_profile(organisation.pk, data={"description": "いまは隔週です。"}, actor=staff)
    before = list(ApplicationRound.objects.order_by("number").values_list("number", "decision", "submitted_by"))
    ApplicationRound.objects.all().delete()
    remember()
    found = list(ApplicationRound.objects.order_by("number"))
    assert [(each.number, each.decision, each.submitted_by_id) for each in found] == before
    assert found[0].data == {}
    # What was changed after the approval is not what was handed in.
    assert found[1].data["name"] == "みどりの縁側"
    assert "description" not in found[1].data
    remember()
    assert ApplicationRound.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "decision"),
    [("applied", ""), ("returned", "returned"), ("rejected", "rejected"), ("suspended", "approved")],
)
def test_the_migration_needs_no_trail(state: str, decision: str) -> None:
    organisation = OrganisationFactory(state=state)
    OrganisationFactory(state="draft")
    OrganisationFactory(applied_at=None)
    assert not Entry.objects.exists()
    remember()
    kept = ApplicationRound.objects.get()
    assert (kept.organisation, kept.decision) == (organisation, decision)
    assert kept.message == organisation.staff_message
    assert kept.data["name"] == organisation.name


def test_a_decision_on_one_that_no_migration_found_is_kept_too() -> None:
    organisation = OrganisationFactory(state="applied")
    member_of(organisation)
    transitions.approve_organisation(organisation.pk, actor=StaffFactory())
    assert ApplicationRound.objects.values_list("number", "decision").get() == (1, "approved")

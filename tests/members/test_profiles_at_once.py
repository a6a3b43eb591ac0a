"""Two colleagues on one profile in the same moment."""

import pytest
from django.db import transaction

from members.enums import OrganisationKind
from members.models import Organisation
from members.profiles.branches import BranchRow
from members.search_text import refresh_all
from members.transitions import update_profile
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.members.test_at_once import at_once
from tomoiki.audit.models import Entry
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db(transaction=True)


def test_answers_to_different_questions_are_both_kept() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.NPO)
    one, other = member_of(organisation), member_of(organisation)
    results = at_once(
        lambda: update_profile(organisation.pk, data={"details": {"serves": ["children"]}}, actor=one),
        lambda: update_profile(organisation.pk, data={"details": {"activities": ["place"]}}, actor=other),
    )
    assert results == ["done", "done"]
    told = Organisation.objects.get(pk=organisation.pk)
    assert told.details == {"serves": ["children"], "activities": ["place"]}
    # Found by both, whoever stored last.
    assert "居場所を開く" in told.search_text
    assert "小学生・中学生" in told.search_text
    assert Entry.objects.filter(action="organisation.updated", object_id=organisation.pk).count() == 2


def test_of_two_lists_of_branches_seen_at_one_time_one_is_stored() -> None:
    organisation = OrganisationFactory()
    place = Municipality.objects.get(code="14205")
    seen = organisation.updated_at
    one, other = member_of(organisation), member_of(organisation)
    results = at_once(
        *[
            lambda person=person, name=name: update_profile(
                organisation.pk, data={"branches": [BranchRow(name, place)]}, version=seen, actor=person
            )
            for person, name in ((one, "一人目の店"), (other, "二人目の店"))
        ]
    )
    assert results == ["changed_meanwhile", "done"]
    assert organisation.branches.count() == 1


def test_the_kind_changes_while_its_people_answer_what_it_asked() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.NPO)
    own, staff = member_of(organisation), StaffFactory()
    results = at_once(
        lambda: update_profile(organisation.pk, data={"details": {"funding": ["fees"]}}, actor=own),
        lambda: update_profile(organisation.pk, data={"kind": "company"}, actor=staff),
    )
    # Either the answer came first and is kept for the day the kind is changed back, or it is told that none is asked.
    told = Organisation.objects.get(pk=organisation.pk)
    assert told.kind == "company"
    assert (results, told.details) in [(["done", "done"], {"funding": ["fees"]}), (["done", "invalid"], {})]


def test_the_hourly_words_leave_alone_what_another_hand_holds() -> None:
    organisation = OrganisationFactory(name="ひだまり会")
    Organisation.objects.filter(pk=organisation.pk).update(search_text="まえのことば")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        # It neither waits for the one who erases or hides something, nor writes over what that one is about to store.
        assert at_once(refresh_all) == ["done"]
        organisation.refresh_from_db()
        assert organisation.search_text == "まえのことば"
    refresh_all()
    organisation.refresh_from_db()
    assert "ひだまり会" in organisation.search_text

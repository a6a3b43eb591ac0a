"""One line of the roster: found, compared, made, brought up to date, or left alone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from members.enums import OrganisationState
from members.models import Affiliation, Organisation, RosterContact
from members.transitions import import_organisation
from members.transitions.roster import Outcome
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.roster import RosterContactFactory, corporate_number
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Message, Notification
from tomoiki.places.models import Municipality
from tomoiki.text.normalisation import normalise_name

pytestmark = pytest.mark.django_db

NUMBER = corporate_number(835678256246)


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def fujisawa():
    return Municipality.objects.get(code="14205")


def line(**fields):
    return {"roster_key": "K-1", "name": "NPO法人 みほんの縁側", "kind": "npo", **fields}


def refused(data, *, actor):
    with pytest.raises(ValidationError) as caught:
        import_organisation(data, actor=actor)
    return {
        name: [(each.message, bool(getattr(each, "remedy", ""))) for each in errors]
        for name, errors in caught.value.error_dict.items()
    }


def test_a_new_organisation_is_approved_ownerless_unlisted_and_nobody_is_told(staff, fujisawa):
    done = import_organisation(
        line(
            municipality=fujisawa,
            joined_on=date(2024, 4, 1),
            contact_name="見本 花子",
            contact_email="hanako@mihon.example",
        ),
        actor=staff,
    )

    organisation = Organisation.objects.get()
    assert (done.outcome, done.organisation) == (Outcome.CREATED, organisation)
    assert (organisation.state, organisation.listed_publicly) == (OrganisationState.APPROVED, False)
    assert timezone.localdate(organisation.approved_at) == date(2024, 4, 1)
    assert organisation.imported_at is not None
    assert organisation.municipality == fujisawa
    assert not Affiliation.objects.exists()
    contact = RosterContact.objects.get()
    assert (contact.organisation, contact.name, contact.email) == (organisation, "見本 花子", "hanako@mihon.example")
    assert not Message.objects.exists()
    assert not Notification.objects.exists()


def test_it_is_found_by_its_words_at_once_and_by_the_new_ones_later(staff):
    import_organisation(line(description="月に二度のお茶の会"), actor=staff)
    first = Organisation.objects.get()
    assert "お茶の会" in first.search_text
    import_organisation(line(description="夏の花火"), actor=staff)
    first.refresh_from_db()
    assert ("花火" in first.search_text, "お茶の会" in first.search_text) == (True, False)


def test_the_trail_names_fields_and_no_values(staff):
    import_organisation(line(contact_email="hanako@mihon.example"), actor=staff)

    entry = Entry.objects.about(Organisation.objects.get()).get()
    assert (entry.action, entry.actor, entry.fields) == (
        "organisation.imported",
        staff,
        ["contact_email", "kind", "name", "roster_key"],
    )
    assert "hanako" not in str(entry.codes)


def test_the_same_line_again_changes_nothing(staff, fujisawa):
    data = line(municipality=fujisawa, joined_on=date(2024, 4, 1), contact_email="hanako@mihon.example")
    import_organisation(data, actor=staff)
    before = Organisation.objects.values().get()

    done = import_organisation(data, actor=staff)

    assert (done.outcome, dict(done.changes)) == (Outcome.UNCHANGED, {})
    assert Organisation.objects.values().get() == before
    assert Entry.objects.count() == 1


def test_what_the_line_says_anew_is_brought_up_to_date_and_an_empty_cell_takes_nothing_away(staff):
    import_organisation(line(phone="0466-00-0000", address="藤沢市架空1丁目1番"), actor=staff)

    done = import_organisation(line(phone="0466-00-0001", address="", website=None), actor=staff)

    organisation = Organisation.objects.get()
    assert (done.outcome, dict(done.changes)) == (Outcome.UPDATED, {"phone": ("0466-00-0000", "0466-00-0001")})
    assert (organisation.phone, organisation.address) == ("0466-00-0001", "藤沢市架空1丁目1番")
    assert Entry.objects.about(organisation).get(action="organisation.imported_again").fields == ["phone"]


def test_once_claimed_the_organisations_own_words_win(staff):
    import_organisation(line(phone="0466-00-0000"), actor=staff)
    organisation = Organisation.objects.get()
    member_of(organisation)
    before = Organisation.objects.values().get()

    done = import_organisation(
        line(phone="0466-99-9999", joined_on=date(2020, 1, 1), contact_email="other@mihon.example"), actor=staff
    )

    assert (done.outcome, dict(done.changes), done.differs) == (Outcome.KEPT, {}, ("phone", "joined_on"))
    assert Organisation.objects.values().get() == before
    assert not RosterContact.objects.exists()


def test_those_whose_people_have_all_left_still_count_as_claimed(staff):
    import_organisation(line(phone="0466-00-0000"), actor=staff)
    member_of(Organisation.objects.get())
    Affiliation.objects.update(ended_at=timezone.now())

    assert import_organisation(line(phone="0466-99-9999"), actor=staff).outcome == Outcome.KEPT


def test_whoever_registered_by_themselves_is_linked_to_the_roster_and_otherwise_left_alone(staff):
    organisation = OrganisationFactory(corporate_number=NUMBER, name="NPO法人 みほんの縁側", phone="045-000-0000")
    member_of(organisation)
    before = Organisation.objects.get().updated_at

    done = import_organisation(line(corporate_number=NUMBER, phone="045-111-1111"), actor=staff)

    organisation.refresh_from_db()
    assert (done.outcome, dict(done.changes), done.differs) == (
        Outcome.UPDATED,
        {"roster_key": ("", "K-1")},
        ("phone",),
    )
    assert (organisation.roster_key, organisation.phone, organisation.updated_at) == ("K-1", "045-000-0000", before)
    assert import_organisation(line(corporate_number=NUMBER, phone="045-111-1111"), actor=staff).outcome == Outcome.KEPT


def test_an_application_under_review_is_the_offices_to_decide_not_the_rosters(staff):
    organisation = OrganisationFactory(state=OrganisationState.APPLIED, corporate_number=NUMBER, name="みほんの縁側")

    done = import_organisation(line(corporate_number=NUMBER, roster_key=""), actor=staff)

    assert (done.outcome, done.organisation) == (Outcome.KEPT, organisation)
    assert Organisation.objects.get().state == OrganisationState.APPLIED


@pytest.mark.parametrize("spelling", ["みほんの縁側", "特定非営利活動法人みほんの縁側", "ＮＰＯ法人　みほんの縁側"])
def test_without_a_number_it_is_found_by_name_and_place(staff, fujisawa, spelling):
    organisation = OrganisationFactory(name="NPO法人 みほんの縁側", municipality=fujisawa)

    done = import_organisation(line(roster_key="", name=spelling, municipality=fujisawa), actor=staff)

    assert done.organisation == organisation
    assert Organisation.objects.count() == 1


def test_the_same_name_elsewhere_is_another_organisation(staff, fujisawa):
    OrganisationFactory(name="みほんの縁側", municipality=Municipality.objects.get(code="14204"))

    assert import_organisation(line(roster_key="", municipality=fujisawa), actor=staff).outcome == Outcome.CREATED


def test_the_same_name_at_a_place_nobody_knows_is_asked_about(staff, fujisawa):
    organisation = OrganisationFactory(name="みほんの縁側", municipality=None)

    assert refused(line(roster_key="", municipality=fujisawa), actor=staff) == {
        "name": [
            (
                f"同じ名前の団体が登録されています（ともいき番号 {organisation.pk}）。同じ団体かどうかが分かりません。",
                True,
            )
        ]
    }


def test_a_number_of_the_rosters_own_does_not_make_a_double_of_the_same_name(staff, fujisawa):
    OrganisationFactory(name="NPO法人みほんの縁側", municipality=fujisawa)

    assert list(refused(line(roster_key="K-77", municipality=None), actor=staff)) == ["name"]
    assert Organisation.objects.filter(name_normalised=normalise_name("みほんの縁側")).count() == 1


def test_two_of_one_name_at_one_place_are_told_apart_by_the_portals_number(staff, fujisawa):
    one, other = (OrganisationFactory(name="みほんの縁側", municipality=fujisawa) for _ in range(2))

    assert list(refused(line(roster_key="", municipality=fujisawa), actor=staff)) == ["name"]
    done = import_organisation(line(roster_key="", portal_id=other.pk, municipality=fujisawa), actor=staff)

    assert done.organisation == other
    one.refresh_from_db()
    assert one.imported_at is None


def test_a_roster_whose_numbers_have_shifted_renames_nobody(staff):
    organisation = OrganisationFactory(name="みほん食堂", roster_key="K-1")

    assert refused(line(), actor=staff) == {"roster_key": [("この名簿の番号は「みほん食堂」のものです。", True)]}
    organisation.refresh_from_db()
    assert organisation.name == "みほん食堂"


def test_with_the_corporate_number_a_new_name_is_believed_and_words_follow_it(staff):
    organisation = OrganisationFactory(name="みほん食堂", roster_key="K-1", corporate_number=NUMBER)

    import_organisation(line(corporate_number=NUMBER), actor=staff)

    organisation.refresh_from_db()
    assert (organisation.name, organisation.name_normalised) == ("NPO法人 みほんの縁側", "ミホンノ縁側")


def test_numbers_of_two_organisations_on_one_line_are_refused(staff):
    OrganisationFactory(name="みほんの縁側", roster_key="K-1")
    OrganisationFactory(name="みほん食堂", corporate_number=NUMBER)

    assert refused(line(corporate_number=NUMBER), actor=staff) == {
        "roster_key": [("名簿の番号は「みほんの縁側」の、法人番号は「みほん食堂」のものです。", True)]
    }


def test_another_corporate_number_than_the_known_one_is_refused(staff):
    OrganisationFactory(name="みほんの縁側", roster_key="K-1", corporate_number=NUMBER)

    assert list(refused(line(corporate_number=corporate_number(7)), actor=staff)) == ["corporate_number"]


def test_who_left_is_not_brought_back(staff):
    OrganisationFactory(name="みほんの縁側", roster_key="K-1", state=OrganisationState.WITHDRAWN)

    assert refused(line(), actor=staff) == {"name": [("「みほんの縁側」は退会しています。", True)]}


def test_what_was_merged_is_found_under_the_one_that_remains(staff):
    winner = OrganisationFactory(name="みほんの縁側")
    OrganisationFactory(name="みほんの縁側", roster_key="K-1", state=OrganisationState.MERGED, merged_into=winner)

    done = import_organisation(line(), actor=staff)

    assert done.organisation == winner
    assert Organisation.objects.count() == 2


def test_an_unknown_number_of_the_portal_is_refused(staff):
    assert list(refused(line(portal_id=999_999), actor=staff)) == ["portal_id"]


@pytest.mark.parametrize(
    ("missing", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"kind": ""}, ["kind"]),
        ({"kind": "other"}, ["kind_other"]),
        ({"name": "", "kind": ""}, ["kind", "name"]),
    ],
)
def test_a_new_one_needs_name_and_kind(staff, missing, fields):
    assert sorted(refused(line(**missing), actor=staff)) == fields
    assert not Organisation.objects.exists()


def test_a_kind_that_is_no_other_any_more_loses_its_explanation(staff):
    organisation = OrganisationFactory(name="みほんの縁側", roster_key="K-1", kind="other", kind_other="商店会")

    import_organisation(line(), actor=staff)

    organisation.refresh_from_db()
    assert (organisation.kind, organisation.kind_other) == ("npo", "")


def test_another_address_may_be_invited_again_and_a_corrected_name_not(staff):
    contact = RosterContactFactory(
        organisation=OrganisationFactory(name="みほんの縁側", roster_key="K-1"),
        email="old@mihon.example",
        invited_at=timezone.now() - timedelta(days=3),
    )
    import_organisation(line(contact_name="見本 春"), actor=staff)
    contact.refresh_from_db()
    assert (contact.name, contact.invited_at is None) == ("見本 春", False)

    import_organisation(line(contact_email="new@mihon.example"), actor=staff)
    contact.refresh_from_db()
    assert (contact.email, contact.invited_at) == ("new@mihon.example", None)


def test_only_staff_with_the_right_import():
    for actor in (UserFactory(), member_of(OrganisationFactory()), StaffFactory(in_the_office=False)):
        with pytest.raises(PermissionDenied):
            import_organisation(line(), actor=actor)
    assert not Organisation.objects.filter(roster_key="K-1").exists()


def test_a_field_of_no_roster_is_a_mistake_of_the_caller(staff):
    with pytest.raises(TypeError, match="stage"):
        import_organisation(line(stage="partner"), actor=staff)

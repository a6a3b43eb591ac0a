"""Numbers, names, working days, consents, what waits, and what the portal forgets by itself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members import duplicates, tasks, transitions
from members.consent_texts import VERSION, load_documents, store_documents
from members.enums import AffiliationRole, ConsentKind, OrganisationState
from members.forms.organisations import CorporateNumberField
from members.models import Affiliation, Consent, ConsentDocument, Organisation, RegistrationDraft, User
from members.review import review_due
from members.waiting import waiting_items
from tests.factories.members import (
    AffiliationFactory,
    ConsentDocumentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    RegistrationDraftFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.audit import trail
from tomoiki.audit.actors import REGISTRATION
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import choices


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5835678256246", "5835678256246"),
        ("５８３５６７８２５６２４６", "5835678256246"),
        ("5-8356-7825-6246", "5835678256246"),
        ("T5835678256246", "5835678256246"),
        ("　", ""),
        ("", ""),
    ],
)
def test_a_corporate_number_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert CorporateNumberField(required=False).clean(typed) == kept


@pytest.mark.parametrize("typed", ["5835678256247", "583567825624", "58356782562460", "壱弐参", "5835678256O46"])
def test_a_wrong_corporate_number_is_told(typed: str) -> None:
    with pytest.raises(ValidationError):
        CorporateNumberField(required=False).clean(typed)


@pytest.mark.parametrize(
    ("applied", "due"),
    [
        # Tuesday before a holiday on Thursday, 3 November 2026 is Culture Day (Tuesday).
        (datetime(2026, 10, 30, 10, tzinfo=ZoneInfo("Asia/Tokyo")), date(2026, 11, 9)),
        # Over the turn of the year the office rests from the 29th to the 3rd.
        (datetime(2026, 12, 28, 10, tzinfo=ZoneInfo("Asia/Tokyo")), date(2027, 1, 8)),
        # 23 o'clock in London is the next morning in Japan.
        (datetime(2026, 6, 7, 23, tzinfo=ZoneInfo("UTC")), date(2026, 6, 15)),
    ],
)
def test_the_answer_is_due_in_five_working_days(applied: datetime, due: date) -> None:
    assert review_due(applied) == due


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@midori.example", "midori.example"),
        ("a@Gmail.com", ""),
        ("a@docomo.ne.jp", ""),
        ("a@city.example.lg.jp", "city.example.lg.jp"),
        ("no address", ""),
    ],
)
def test_a_providers_domain_says_nothing(email: str, domain: str) -> None:
    assert duplicates.own_domain(email) == domain


@pytest.mark.django_db
def test_the_same_name_is_found_in_any_spelling_hereabouts() -> None:
    fujisawa, hakone = Municipality.objects.get(code="14205"), Municipality.objects.get(code="14382")
    known = OrganisationFactory(name="特定非営利活動法人 茅ヶ崎 うみの会", municipality=fujisawa)
    OrganisationFactory(name="うみの会", state=OrganisationState.WITHDRAWN)
    assert duplicates.same_name("NPO法人茅ケ崎うみの会", fujisawa) == [known]
    assert duplicates.same_name("茅ヶ崎うみの会（特非）", None) == [known]
    assert duplicates.same_name("茅ヶ崎うみの会", hakone) == []
    assert duplicates.same_name("茅ヶ崎うみの会", fujisawa, besides=known.pk) == []
    assert duplicates.same_name("うみの会", None) == []


@pytest.mark.django_db
def test_a_ward_and_its_city_are_the_same_place() -> None:
    city = Municipality.objects.get(code="14100")
    ward = city.wards.first()
    known = OrganisationFactory(name="みなと会", municipality=city)
    assert duplicates.same_name("みなと会", ward) == [known]


# --- consent ---


@pytest.mark.django_db
def test_a_database_begins_with_both_texts_and_never_overwrites_them() -> None:
    assert {document.kind for document in ConsentDocument.objects.current()} == set(ConsentKind.values)
    terms = ConsentDocument.objects.get(kind=ConsentKind.TERMS, version=VERSION)
    terms.body = "事務局が直した本文"
    terms.save()
    assert load_documents() == 0
    store_documents(None)
    terms.refresh_from_db()
    assert terms.body == "事務局が直した本文"


@pytest.mark.django_db
def test_consent_is_to_the_version_in_force_and_recorded_once() -> None:
    user = UserFactory(agreed=False)
    ConsentDocumentFactory(version="来年", in_force_from=timezone.now() + timedelta(days=1))
    assert len(transitions.record_consents(user, actor=user)) == 2
    assert transitions.record_consents(user, actor=user) == []
    newer = ConsentDocumentFactory(version="第2版")
    assert list(ConsentDocument.objects.missing_for(user)) == [newer]
    transitions.record_consents(user, actor=user)
    assert Consent.objects.filter(user=user).count() == 3


# --- what waits ---


def titles(user: User) -> list[str]:
    return [item.title for item in waiting_items(user)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "words", "button"),
    [
        (OrganisationState.RETURNED, "申込みを直してください", "内容を直す"),
        (OrganisationState.REJECTED, "今回は登録できませんでした", "事務局に聞く"),
        (OrganisationState.APPLIED, "事務局が確認しています", "申込みを見る"),
        (OrganisationState.SUSPENDED, "一時停止中です", "事務局に聞く"),
    ],
)
def test_the_state_of_the_registration_waits_on_ones_own_page(
    state: OrganisationState, words: str, button: str
) -> None:
    organisation = OrganisationFactory(state=state)
    (item,) = waiting_items(member_of(organisation))
    assert words in item.title
    assert item.button == button
    assert organisation.staff_message in item.detail


@pytest.mark.django_db
def test_an_owner_is_reminded_of_requests_and_of_a_missing_introduction() -> None:
    organisation = OrganisationFactory(description="")
    JoinRequestFactory(organisation=organisation, user=UserFactory(name="新人 一郎"))
    assert [title[:6] for title in titles(member_of(organisation))] == ["新人 一郎さ", "活動の紹介を"]
    assert titles(member_of(organisation, AffiliationRole.VIEWER)) == []


@pytest.mark.django_db
def test_a_person_is_reminded_of_their_own_unfinished_things() -> None:
    user = UserFactory(email_confirmed=False)
    RegistrationDraftFactory(user=user)
    request = JoinRequestFactory(user=user)
    items = list(waiting_items(user))
    assert [item.url for item in items] == [
        reverse("members:join"),
        reverse("members:account"),
        reverse("account_email"),
    ]
    assert request.organisation.name in items[1].title


@pytest.mark.django_db
def test_what_waits_asks_as_much_for_three_as_for_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = UserFactory()
    for count in (1, 3):
        while Affiliation.objects.filter(user=user).count() < count:
            JoinRequestFactory(organisation=AffiliationFactory(user=user).organisation)
            JoinRequestFactory(user=user)
        with django_assert_num_queries(10):
            # A request to answer, one's own, and what each page lacks most.
            assert len(list(waiting_items(user))) == 3 * count


@pytest.mark.django_db
def test_the_themes_of_the_consortium_are_there() -> None:
    themes = dict(choices("theme"))
    for code in ("children", "elderly", "disability", "environment", "disaster", "multicultural", "isolation"):
        assert code in themes


# --- what the portal does by itself ---


@pytest.mark.django_db
def test_what_a_confirmation_left_undone_is_done_within_the_hour() -> None:
    StaffFactory()
    user, unconfirmed = UserFactory(), UserFactory(email_confirmed=False)
    left = OrganisationFactory(state=OrganisationState.DRAFT)
    AffiliationFactory(organisation=left, user=user)
    AffiliationFactory(organisation=OrganisationFactory(state=OrganisationState.DRAFT), user=unconfirmed)
    wanted = OrganisationFactory()
    RegistrationDraftFactory(user=user, data={"join": wanted.pk, "waits_for_confirmation": True})
    assert tasks.settle_registrations() == 1
    assert tasks.settle_registrations() == 0
    assert list(Organisation.objects.waiting_for_staff()) == [left]
    assert list(wanted.join_requests.values_list("user", flat=True)) == [user.pk]


@pytest.mark.django_db
def test_what_was_never_sent_or_confirmed_is_forgotten() -> None:
    old = timezone.now() - timedelta(days=31)
    data = {"kind": "npo", "name": "みほんの会"}
    gone = UserFactory(email_confirmed=False, date_joined=old)
    transitions.record_consents(gone, actor=REGISTRATION)
    transitions.register_organisation(data, user=gone, actor=REGISTRATION)
    kept = [
        UserFactory(email_confirmed=False),
        UserFactory(date_joined=old),
        UserFactory(email_confirmed=False, date_joined=old, last_login=old),
        StaffFactory(email_confirmed=False, date_joined=old),
        member_of(OrganisationFactory(), email_confirmed=False, date_joined=old),
    ]
    RegistrationDraftFactory()
    RegistrationDraft.objects.update(updated_at=timezone.now() - timedelta(days=15))
    fresh = RegistrationDraftFactory()
    tasks.forget_old_registrations()
    assert set(User.objects.all()) == set(kept)
    assert not Organisation.objects.filter(name="みほんの会").exists()
    assert not EmailAddress.objects.filter(email=gone.email).exists()
    assert list(RegistrationDraft.objects.all()) == [fresh]


@pytest.mark.django_db
def test_one_person_who_cannot_be_forgotten_does_not_keep_the_others() -> None:
    old = timezone.now() - timedelta(days=60)
    people = [UserFactory(email_confirmed=False, date_joined=old) for _ in range(3)]
    # What somebody did stays in the trail, and so do they.
    with transaction.atomic():
        trail.record(people[0], "user.updated", actor=people[0])
    tasks.forget_old_registrations()
    assert list(User.objects.filter(pk__in=[each.pk for each in people])) == [people[0]]


@pytest.mark.parametrize(
    ("code", "address", "whole"),
    [
        ("14205", "鵠沼海岸9丁目", "藤沢市鵠沼海岸9丁目"),
        ("14205", "藤沢市鵠沼海岸9丁目", "藤沢市鵠沼海岸9丁目"),
        ("14301", "三浦郡葉山町堀内9番", "三浦郡葉山町堀内9番"),
        ("14205", "", ""),
        (None, "東京都架空区1番", "東京都架空区1番"),
    ],
)
def test_a_whole_address_names_its_municipality_once(db: None, code: str | None, address: str, whole: str) -> None:
    place = Municipality.objects.get(code=code) if code else None
    assert OrganisationFactory.build(municipality=place, address=address).whole_address == whole

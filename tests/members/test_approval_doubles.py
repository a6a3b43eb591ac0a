"""What speaks for two registrations being one body, and that asking costs the same for many as for one."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.duplicates import Strength, candidates, candidates_of, own_domain, own_host
from members.models import Organisation
from tests.factories.members import OrganisationFactory, UserFactory, member_of
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db


def applicant(**fields: Any) -> Organisation:
    return OrganisationFactory(**{"state": "applied", "phone": "", "name": "ひなたの庭", **fields})


def other(**fields: Any) -> Organisation:
    return OrganisationFactory(**{"phone": "", "name": "まるで別の団体", **fields})


def reasons(organisation: Organisation) -> list[str]:
    return [reason for each in candidates(organisation) for reason in each.reasons]


def test_the_same_number_is_certain() -> None:
    # Two ongoing organisations never share a number: only one that is over may.
    other(corporate_number="5835678256246", state="withdrawn")
    [found] = candidates(applicant(corporate_number="5835678256246"))
    assert (found.strength, found.reasons) == (Strength.CERTAIN, ["法人番号が同じです"])


@pytest.mark.parametrize("name", ["NPO法人 ひなたの庭", "特定非営利活動法人ヒナタノ庭", "（特非）ひなたの庭"])
def test_the_same_name_in_another_spelling_is_likely(name: str) -> None:
    other(name=name)
    [found] = candidates(applicant())
    assert (found.strength, found.reasons) == (Strength.LIKELY, ["団体名が同じです"])


def test_a_name_that_is_nearly_the_same_is_possible() -> None:
    other(name="ひなたの庭こども食堂実行委員会")
    [found] = candidates(applicant(name="ひなたの庭こども食堂"))
    assert (found.strength, found.reasons) == (Strength.POSSIBLE, ["団体名が似ています"])


@pytest.mark.parametrize("phone", ["045-123-4567", "0451234567", "045(123)4567", "045 123 4567"])
def test_a_telephone_is_the_same_whatever_stands_between_its_digits(phone: str) -> None:
    other(phone=phone)
    assert reasons(applicant(phone="045-123-4567")) == ["電話番号が同じです"]


@pytest.mark.parametrize(
    "website", ["https://hinata.example/", "http://www.hinata.example/about?x=1", "https://Hinata.example"]
)
def test_a_website_is_the_same_wherever_it_is_entered(website: str) -> None:
    other(website=website)
    assert reasons(applicant(website="https://hinata.example/")) == ["ウェブサイトが同じです"]


@pytest.mark.parametrize(
    "website", ["https://www.facebook.com/hinata", "https://hinata.jimdofree.com/", "https://ameblo.jp/hinata"]
)
def test_a_rented_page_says_nothing(website: str) -> None:
    assert own_host(website) == ""
    other(website=website)
    assert reasons(applicant(website=website)) == []


def test_a_confirmed_domain_of_ones_own_is_possible() -> None:
    member_of(other(), email="tanaka@hinata.example")
    mine = applicant()
    member_of(mine, email="suzuki@hinata.example")
    [found] = candidates(mine)
    assert (found.strength, found.reasons) == (Strength.POSSIBLE, ["担当者のメールが同じ「@hinata.example」です"])


@pytest.mark.parametrize(("confirmed", "email"), [(False, "tanaka@hinata.example"), (True, "tanaka@gmail.com")])
def test_an_unconfirmed_address_and_free_mail_say_nothing(confirmed: bool, email: str) -> None:
    domain = email.partition("@")[2]
    member_of(other(), email=email, email_confirmed=confirmed)
    mine = applicant()
    member_of(mine, email=f"suzuki@{domain}")
    assert reasons(mine) == []


def test_who_has_left_says_nothing() -> None:
    gone = member_of(other(), email="tanaka@hinata.example")
    gone.affiliations.update(ended_at=timezone.now())
    mine = applicant()
    member_of(mine, email="suzuki@hinata.example")
    assert reasons(mine) == []


def test_what_many_share_says_nothing() -> None:
    for _ in range(6):
        other(phone="045-999-0000")
    assert reasons(applicant(phone="045-999-0000")) == []


def test_another_number_speaks_against_it() -> None:
    other(name="ひなたの庭", corporate_number="7000012050002")
    [found] = candidates(applicant(corporate_number="5835678256246"))
    assert (found.strength, found.against) == (Strength.POSSIBLE, "法人番号は違います")


def test_another_place_speaks_against_a_name_but_not_against_a_telephone() -> None:
    here, there = Municipality.objects.get(code="14205"), Municipality.objects.get(code="14382")
    distant = other(name="ひなたの庭", municipality=there)
    mine = applicant(municipality=here)
    [found] = candidates(mine)
    assert (found.strength, found.against) == (Strength.POSSIBLE, "市区町村は違います")
    Organisation.objects.update(phone="045-123-4567")
    mine.refresh_from_db()
    [found] = candidates(mine)
    assert (found.organisation, found.strength, found.against) == (distant, Strength.LIKELY, "")


def test_a_ward_and_its_city_are_one_place() -> None:
    ward = Municipality.objects.exclude(parent=None).select_related("parent").order_by("code")[0]
    other(name="ひなたの庭", municipality=ward.parent)
    [found] = candidates(applicant(municipality=ward))
    assert found.against == ""


def test_the_likeliest_stands_first_with_all_its_reasons() -> None:
    likely = other(name="ひなたの庭", phone="045-123-4567")
    other(name="ひなたの庭のこども")
    found = candidates(applicant(phone="0451234567"))
    assert found[0].organisation == likely
    assert found[0].reasons == ["団体名が同じです", "電話番号が同じです"]


def test_a_line_of_the_roster_that_nobody_answers_for_is_told_apart() -> None:
    roster = other(name="ひなたの庭", imported_at=timezone.now())
    [found] = candidates(applicant())
    assert found.from_roster
    member_of(roster)
    [found] = candidates(Organisation.objects.get(state="applied"))
    assert not found.from_roster


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("applied", True),
        ("suspended", True),
        ("rejected", True),
        ("withdrawn", True),
        ("draft", False),
        ("merged", False),
    ],
)
def test_drafts_and_what_is_merged_are_nobodys_double(state: str, seen: bool) -> None:
    other(name="ひなたの庭", state=state)
    mine = applicant()
    assert bool([each for each in candidates(mine) if each.organisation.name == "ひなたの庭"]) == seen


def test_many_cost_as_much_as_one() -> None:
    def fill() -> Organisation:
        member_of(other(name="ひなたの庭", phone="045-123-4567"), email=UserFactory.build().email)
        mine = applicant(phone="045-123-4567", website="https://hinata.example/")
        member_of(mine)
        return mine

    one = [fill()]
    candidates_of(one)
    with CaptureQueriesContext(connection) as few:
        candidates_of(one)
    three = [*one, fill(), fill()]
    with CaptureQueriesContext(connection) as many:
        candidates_of(three)
    assert len(many) == len(few) == 8


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (
            (
                "SELECT id FROM members_organisation WHERE phone <> '' AND "
                "regexp_replace(phone, '[^0-9]', '', 'g') = '0451234567'"
            ),
            "organisation_phone_digits",
        ),
        (
            (
                "SELECT id FROM members_organisation WHERE website <> '' AND "
                "lower(substring(website, '^[a-zA-Z]+://(?:www[.])?([^/:?#]+)')) = 'hinata.example'"
            ),
            "organisation_website_host",
        ),
        ("SELECT id FROM members_organisation WHERE name_normalised % 'ヒナタノ庭'", "organisation_core_trgm"),
        ("SELECT id FROM members_user WHERE split_part(email, '@', 2) = 'hinata.example'", "user_email_domain"),
    ],
)
def test_each_question_finds_its_index(sql: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        assert index in "\n".join(row[0] for row in cursor.fetchall())


def test_domains_and_hosts_of_ones_own() -> None:
    assert own_domain("a@hinata.example") == "hinata.example"
    assert own_domain("a@xxx.ne.jp") == own_domain("not an address") == ""
    assert own_host("https://www.hinata.example/a") == "hinata.example"
    assert own_host("") == own_host("not an address") == ""

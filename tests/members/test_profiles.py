"""What each kind of organisation may tell, what is refused, and what happens to it when the kind changes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import transitions
from members.completeness import SECTION_OF
from members.enums import AffiliationRole, FieldAudience, OrganisationKind, OrganisationState
from members.forms.profile import FORMS
from members.models import Branch, Organisation
from members.profiles import KINDS, SHARED, profile_of
from members.profiles.branches import MOST_BRANCHES, BranchRow
from members.profiles.details import AnyOf, OneOf
from members.profiles.questions import QUESTIONS, REASONS
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.profiles import BranchFactory
from tomoiki.audit.models import Entry
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import vocabularies
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db


def at(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def tell(organisation: Organisation, **data: object) -> Organisation:
    changed = transitions.update_profile(organisation.pk, data=data, actor=member_of(organisation))
    changed.refresh_from_db()
    return changed


def refusal(organisation: Organisation, **data: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        tell(organisation, **data)
    organisation.refresh_from_db()
    return refused.value.message_dict


# --- the declarations ---


@pytest.mark.parametrize("kind", OrganisationKind)
def test_each_kind_declares_fields_that_the_lists_know(kind: OrganisationKind) -> None:
    profile = KINDS[kind]
    questions = {code for code, _, _ in vocabularies[QUESTIONS].defaults}
    reasons = {code for code, _, _ in vocabularies[REASONS].defaults}
    columns = {field.name for field in Organisation._meta.get_fields()}
    for each in profile.details:
        assert each.code not in columns
        assert {f"{kind}-{each.code}", f"any-{each.code}"} & questions or kind == OrganisationKind.WELFARE_COUNCIL
        if isinstance(each, OneOf | AnyOf):
            assert each.vocabulary in vocabularies
        if each.follows:
            assert profile.detail(each.follows) is not None
    for name in (*profile.wanted, *profile.extra):
        assert name in SHARED or profile.detail(name) is not None
        assert {f"{kind}-{name}", f"any-{name}"} & reasons


def test_one_code_means_the_same_to_every_kind() -> None:
    meant: dict[str, tuple[object, ...]] = {}
    for profile in KINDS.values():
        for each in profile.details:
            same = (type(each), getattr(each, "vocabulary", ""), each.follows)
            assert meant.setdefault(each.code, same) == same


# --- what is stored ---


def test_a_company_tells_what_only_companies_are_asked() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.COMPANY)
    told = tell(
        organisation,
        themes=["work", "children"],
        areas=["14205", "14133"],
        links=[{"label": "日記", "url": "midori.example/diary"}],
        details={
            "business": ["food"],
            "employee_gift_note": "火曜に5人まで。",
            "contact": {"section": "総務部", "phone": "０４５－０００－００００", "mail": "ａ@midori.example"},
        },
        audiences={"contact": "staff", "phone": "public"},
        branches=[BranchRow("本店", at("14205")), BranchRow("駅前店", at("14133"), "集会室があります。")],
    )
    # In the order of the lists, whatever order they came in.
    assert told.themes == ["children", "work"]
    assert set(told.areas) == {"14133", "14205"}
    assert told.links == [{"label": "日記", "url": "https://midori.example/diary"}]
    assert told.details == {
        "business": ["food"],
        "employee_gift_note": "火曜に5人まで。",
        "contact": {"section": "総務部", "phone": "045-000-0000", "mail": "a@midori.example"},
    }
    assert told.audiences == {"contact": "staff", "phone": "public"}
    assert [(branch.name, branch.note) for branch in told.branches.all()] == [
        ("本店", ""),
        ("駅前店", "集会室があります。"),
    ]
    entry = Entry.objects.get(action="organisation.updated", object_id=told.pk)
    # Names, never what was said.
    assert set(entry.fields) == {
        "themes",
        "areas",
        "links",
        "branches",
        "audiences.contact",
        "audiences.phone",
        "details.business",
        "details.employee_gift_note",
        "details.contact",
    }
    assert "総務部" not in str(entry.fields) + str(entry.codes)


def test_only_what_is_named_changes_and_emptied_answers_go() -> None:
    organisation = OrganisationFactory(
        kind=OrganisationKind.NPO, details={"serves": ["children"], "funding": ["fees"]}, audiences={"stage": "staff"}
    )
    told = tell(organisation, details={"serves": []}, audiences={"stage": "public", "areas": "members"})
    assert told.details == {"funding": ["fees"]}
    assert told.audiences == {"areas": "members"}


def test_telling_the_same_again_leaves_no_trace() -> None:
    organisation = OrganisationFactory(details={"serves": ["children"]}, themes=["children"])
    branch = BranchFactory(organisation=organisation)
    before = organisation.updated_at
    told = tell(
        organisation,
        details={"serves": ["children"]},
        themes=["children"],
        branches=[BranchRow(branch.name, branch.municipality, branch.note, branch.pk)],
    )
    assert told.updated_at == before
    assert not Entry.objects.filter(action="organisation.updated").exists()


# --- what is refused ---


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"details": {"serves": ["martians"]}}, "serves"),
        ({"details": {"serves": "children"}}, "serves"),
        ({"details": {"open_note": "あ" * 101}}, "open_note"),
        ({"details": {"open_note": ["土曜"]}}, "open_note"),
        ({"details": {"contact": {"phone": "12"}}}, "contact_phone"),
        ({"details": {"contact": {"mail": "あて先"}}}, "contact_mail"),
        ({"details": {"contact": ["総務部"]}}, "contact"),
        ({"details": {"business": ["food"]}}, "business"),
        ({"details": {"nonsense": 1}}, "nonsense"),
        ({"themes": ["martians"]}, "themes"),
        ({"areas": ["99999"]}, "areas"),
        ({"links": "https://midori.example"}, "links"),
        ({"links": [{"label": "x", "url": "javascript:alert(1)"}]}, "links"),
        ({"links": [{"label": "x", "url": "ｊａｖａｓｃｒｉｐｔ：alert(1)"}]}, "links"),
        ({"links": [{"label": "x", "url": "data:text/html,x"}]}, "links"),
        ({"links": [{"label": "x", "url": ""}]}, "links"),
        ({"links": [{"url": f"https://machi.example/{n}"} for n in range(6)]}, "links"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"audiences": {"phone": "everybody"}}, "audiences"),
        ({"audiences": {"name": "staff"}}, "audiences"),
        ({"audiences": {"business": "staff"}}, "audiences"),
        ({"description": "あ" * 2001}, "description"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(data: dict[str, object], field: str) -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.NPO)
    assert field in refusal(organisation, **data)
    assert (organisation.details, organisation.links, organisation.audiences) == ({}, [], {})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("midori.example", "https://midori.example"),
        ("ｈｔｔｐｓ：／／ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ／ａ", "https://midori.example/a"),
        (" http://midori.example ", "http://midori.example"),
    ],
)
def test_addresses_are_read_as_people_type_them(typed: str, stored: str) -> None:
    organisation = OrganisationFactory()
    assert tell(organisation, links=[{"label": "", "url": typed}]).links == [{"label": "", "url": stored}]


def test_a_branch_of_another_organisation_is_left_alone() -> None:
    foreign = BranchFactory(name="よその店")
    organisation = OrganisationFactory()
    assert "branches" in refusal(organisation, branches=[BranchRow("のっとり", at("14205"), pk=foreign.pk)])
    own = BranchFactory(organisation=organisation)
    twice = [BranchRow(own.name, own.municipality, pk=own.pk)] * 2
    assert "branches" in refusal(organisation, branches=twice)
    many = [BranchRow(f"店{n}", at("14205")) for n in range(MOST_BRANCHES + 1)]
    assert "branches" in refusal(organisation, branches=many)
    foreign.refresh_from_db()
    assert foreign.name == "よその店"
    assert Branch.objects.count() == 2


def test_branches_are_renamed_moved_and_taken_away() -> None:
    organisation = OrganisationFactory()
    first, second = BranchFactory(organisation=organisation, order=0), BranchFactory(organisation=organisation, order=1)
    tell(organisation, branches=[BranchRow("新しい店", at("14201")), BranchRow("直した店", at("14205"), pk=second.pk)])
    assert [branch.name for branch in organisation.branches.all()] == ["新しい店", "直した店"]
    assert not Branch.objects.filter(pk=first.pk).exists()


# --- who may, and when ---


def test_its_own_editors_and_staff_may_and_nobody_else() -> None:
    organisation = OrganisationFactory()
    data = {"details": {"serves": ["children"]}}
    for person in (member_of(organisation, AffiliationRole.VIEWER), member_of(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            transitions.update_profile(organisation.pk, data=data, actor=person)
    for person in (member_of(organisation, AffiliationRole.EDITOR), StaffFactory()):
        transitions.update_profile(organisation.pk, data=data, actor=person)


# --- the kind changes ---


def test_nothing_is_lost_when_staff_change_the_kind_and_change_it_back() -> None:
    organisation = OrganisationFactory(
        kind=OrganisationKind.NPO,
        details={"serves": ["children"], "funding": ["fees"], "contact": {"section": "事務局"}},
    )
    staff = StaffFactory()
    data = {"kind": "other", "kind_other": "学校法人", "details": {"gives": "教室を使えます。"}}
    other = transitions.update_profile(organisation.pk, data=data, actor=staff)
    may = frozenset(KINDS["other"].default_audiences())
    assert {fact.code for fact in profile_of(other).facts(may)} == {"serves", "gives", "contact"}
    assert other.details["funding"] == ["fees"]
    back = transitions.update_profile(organisation.pk, data={"kind": "npo", "kind_other": ""}, actor=staff)
    back.refresh_from_db()
    assert back.details == {
        "serves": ["children"],
        "funding": ["fees"],
        "contact": {"section": "事務局"},
        "gives": "教室を使えます。",
    }


def test_an_answer_of_a_shape_that_no_field_takes_is_passed_over() -> None:
    organisation = OrganisationFactory(details={"serves": "children", "contact": ["x"]})
    assert profile_of(organisation).facts(frozenset({"serves", "contact"})) == []


# --- the words of staff ---


def test_what_staff_write_is_what_is_asked_and_shown() -> None:
    Term.objects.filter(vocabulary="served", code="children").update(label="小学生のみなさん")
    Term.objects.filter(vocabulary=QUESTIONS, code="npo-serves").update(label="いっしょに過ごす人")
    organisation = OrganisationFactory(details={"serves": ["children"]})
    (fact,) = profile_of(organisation).facts(frozenset({"serves"}))
    assert (fact.label, fact.shown.chips) == ("いっしょに過ごす人", ("小学生のみなさん",))


def test_a_term_out_of_use_stays_readable_and_kept_and_is_not_offered_anew() -> None:
    organisation = OrganisationFactory(details={"serves": ["children"]}, themes=["children"])
    Term.objects.filter(vocabulary__in=["served", "theme"], code="children").update(active=False)
    (fact,) = profile_of(organisation).facts(frozenset({"serves"}))
    assert fact.shown.chips == ("小学生・中学生",)
    told = tell(organisation, details={"serves": ["children", "youth"]}, themes=["children"])
    assert set(told.details["serves"]) == {"children", "youth"}
    assert "serves" in refusal(OrganisationFactory(), details={"serves": ["children"]})
    assert "themes" in refusal(OrganisationFactory(), themes=["children"])


def test_a_question_out_of_use_is_asked_no_more_and_its_answer_stays_readable() -> None:
    Term.objects.filter(vocabulary=QUESTIONS, code="npo-serves").update(active=False)
    profile = profile_of(OrganisationFactory(details={"serves": ["children"]}))
    assert "serves" not in {each.code for each in profile.asked("kind")}
    assert [fact.code for fact in profile.facts(frozenset({"serves"}))] == ["serves"]


def test_a_profile_reads_its_words_with_one_query() -> None:
    organisation = OrganisationFactory(details={"serves": ["children"], "activities": ["place"], "legal_form": "npo"})
    with CaptureQueriesContext(connection) as queries:
        assert len(profile_of(organisation).facts(frozenset(KINDS["npo"].default_audiences()))) == 3
    assert len(queries) == 1


def test_a_suspended_organisation_still_keeps_its_page() -> None:
    organisation = OrganisationFactory(state=OrganisationState.SUSPENDED, staff_message="確認中です。")
    assert tell(organisation, themes=["children"]).themes == ["children"]
    assert profile_of(organisation).audiences()["themes"] == FieldAudience.PUBLIC


def test_what_to_add_next_is_asked_on_the_page_that_it_leads_to() -> None:
    for kind in KINDS:
        profile = profile_of(OrganisationFactory(kind=kind, kind_other="その他" if kind == "other" else ""))
        for name in (*profile.wanted, *profile.extra):
            detail = profile.detail(name)
            form = FORMS[detail.section if detail else SECTION_OF[name]]
            rows = form.rows_class.name if form.rows_class else None
            asked = {*form.shared, rows, *(each.code for each in profile.asked(form.section))}
            assert name in asked, (kind, name)

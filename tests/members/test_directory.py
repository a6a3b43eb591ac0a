"""The directory: nobody finds an organisation by what they may not read of it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet

from members import search_text
from members.directory import ALL, PLACED, Directory, in_kana_order
from members.enums import FieldAudience, OrganisationState, Stage
from members.models import Branch, Organisation, User
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tomoiki.places.lookups import around
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()


def at(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def organisation(name: str, **fields: object) -> Organisation:
    made = OrganisationFactory(name=name, **fields)
    search_text.refresh(made)
    return made


def names(found: QuerySet[Organisation]) -> set[str]:
    return set(found.values_list("name", flat=True))


@pytest.fixture
def people() -> dict[str, User | AnonymousUser]:
    home = OrganisationFactory(name="わたしの団体", description="", name_kana="")
    return {
        "visitor": VISITOR,
        "stranger": UserFactory(),
        "applicant": member_of(OrganisationFactory(state=OrganisationState.APPLIED)),
        "member": member_of(home),
        "staff": StaffFactory(),
    }


def test_it_holds_what_each_may_see_of_the_members_in_good_standing(people: dict[str, User]) -> None:
    OrganisationFactory(listed_publicly=False)
    for state in OrganisationState:
        OrganisationFactory(state=state)
    for person in people.values():
        visible = Organisation.objects.visible_to(person).active()
        assert names(Directory(person).everything()) == names(visible)


# --- words ---


@pytest.mark.parametrize("word", ["畑", "手話", "子ども", "こども食堂", "ﾃｽﾄ園", "TEST"])
def test_words_of_any_length_are_found(word: str) -> None:
    organisation("ひなたの庭", description="畑と手話の会。子どもとこども食堂、テスト園 test")
    organisation("ほかの庭", description="なにもありません")
    directory = Directory(VISITOR)
    assert names(directory.everything().filter(directory.with_words(word))) == {"ひなたの庭"}


def test_a_piece_is_found_as_it_stands_and_signs_are_no_wildcards() -> None:
    organisation("百パーセントの会", description="100%手づくり_と\\もに")
    organisation("ひとつの会", description="手づくりで100人")
    directory = Directory(VISITOR)
    for word, expected in {
        "100%": {"百パーセントの会"},
        "り_と": {"百パーセントの会"},
        "%": {"百パーセントの会"},
        "_": {"百パーセントの会"},
        "と\\も": {"百パーセントの会"},
        # Both pairs of letters are there, but not beside each other.
        "くり1": set(),
        "手づ くり": {"百パーセントの会", "ひとつの会"},
    }.items():
        assert names(directory.everything().filter(directory.with_words(word))) == expected, word


def test_names_are_found_in_every_spelling_and_without_their_legal_form() -> None:
    organisation("株式会社ここち住宅", name_kana="ココチジュウタク")
    organisation("茅ヶ崎の会")
    directory = Directory(VISITOR)
    for word, name in {
        "㈱ココチ住宅": "株式会社ここち住宅",
        "ここち": "株式会社ここち住宅",
        "ここちじゅうたく": "株式会社ここち住宅",
        "茅ケ崎": "茅ヶ崎の会",
    }.items():
        assert names(directory.everything().filter(directory.with_words(word))) == {name}, word


@pytest.mark.parametrize("word", ["子供食堂", "子ども食堂", "こども食堂", "茅ケ崎", "茅ケ崎市", "茅ヶ崎市"])
def test_words_that_are_written_in_several_ways_are_found_in_each(word: str) -> None:
    organisation("浜辺の会", description="子ども食堂をひらきます", municipality=at("14207"))
    organisation("海辺の会", description="茅ケ崎市で、こども食堂をひらきます")
    organisation("ほかの会", description="ケアカフェ")
    directory = Directory(VISITOR)
    assert names(directory.everything().filter(directory.with_words(word))) == {"浜辺の会", "海辺の会"}


def test_a_visitor_does_not_find_by_a_word_that_only_members_read(people: dict[str, User]) -> None:
    organisation(
        "ひみつの庭",
        description="温室があります",
        audiences={"description": FieldAudience.MEMBERS},
    )
    organisation("内々の庭", description="温室のことは事務局だけ", audiences={"description": FieldAudience.STAFF})
    found = {
        who: names(Directory(person).everything().filter(Directory(person).with_words("温室")))
        for who, person in people.items()
    }
    assert found == {
        "visitor": set(),
        "stranger": set(),
        "applicant": set(),
        "member": {"ひみつの庭"},
        "staff": {"ひみつの庭"},
    }


# --- fields ---


@pytest.mark.parametrize(
    ("audience", "finders"),
    [
        (None, {"visitor", "stranger", "applicant", "member", "staff"}),
        (FieldAudience.PUBLIC, {"visitor", "stranger", "applicant", "member", "staff"}),
        (FieldAudience.MEMBERS, {"member", "staff"}),
        (FieldAudience.STAFF, {"staff"}),
        # What nobody understands any more is for nobody who might not be meant.
        ("someone", {"staff"}),
    ],
)
@pytest.mark.parametrize("field", ["themes", "stage", "areas", "branches"])
def test_a_field_leads_only_those_there_who_may_read_it(
    people: dict[str, User], field: str, audience: str | None, finders: set[str]
) -> None:
    one = organisation(
        "かくれた庭",
        themes=["children"],
        stage=Stage.PARTNER,
        areas=["14204"] if field == "areas" else [],
        municipality=at("14205"),
        audiences={field: audience} if audience else {},
    )
    if field == "branches":
        Branch.objects.create(organisation=one, name="支店", municipality=at("14204"))
    for who, person in people.items():
        directory = Directory(person)
        asked = {
            "themes": directory.about(["children"]),
            "stage": directory.of_stage([Stage.PARTNER]),
            "areas": directory.within({"14204"}),
            "branches": directory.within({"14204"}),
        }[field]
        assert ("かくれた庭" in names(directory.everything().filter(asked))) is (who in finders), who
        if field in ("areas", "branches"):
            assert (directory.counts(directory.everything()).get("14204", 0) == 1) is (who in finders), who
            # Where it sits is for everybody who may see it at all.
            assert directory.counts(directory.everything())["14205"] == 1


# --- places ---


def test_a_place_is_where_it_sits_is_active_or_has_a_branch() -> None:
    organisation("すわる", municipality=at("14204"))
    organisation("うごく", areas=["14205", "14204"])
    branch = organisation("ひらく", municipality=at("14205"))
    Branch.objects.create(organisation=branch, name="支店", municipality=at("14204"))
    organisation("よそ", municipality=at("14206"))
    directory = Directory(VISITOR)
    assert names(directory.everything().filter(directory.within({"14204"}))) == {"すわる", "うごく", "ひらく"}


def test_every_number_on_the_map_is_what_choosing_the_place_finds() -> None:
    organisation("区", municipality=at("14104"), areas=["14105", "14104", "14204"])
    organisation("市", municipality=at("14100"))
    organisation("二つの区", areas=["14101", "14102"])
    organisation("どこにもない", municipality=None)
    many = organisation("支店", municipality=at("14131"))
    for code in ("14131", "14132", "14204", "14204"):
        Branch.objects.create(organisation=many, name="支店", municipality=at(code))
    for person in (VISITOR, StaffFactory()):
        directory = Directory(person)
        counts = directory.counts(directory.everything())
        for code in Municipality.objects.values_list("code", flat=True):
            within = directory.everything().filter(directory.within(around([code])))
            assert counts.get(code, 0) == within.distinct().count(), code
        assert counts["14100"] == 3
        assert counts["14204"] == 2
        assert (counts[ALL], counts[PLACED]) == (5, 4)


def test_counts_follow_the_other_conditions() -> None:
    organisation("こども", municipality=at("14204"), themes=["children"])
    organisation("ほか", municipality=at("14204"))
    directory = Directory(VISITOR)
    counts = directory.counts(
        directory.everything().filter(directory.about(["children"]), directory.with_words("鎌倉"))
    )
    assert counts == {"14204": 1, ALL: 1, PLACED: 1}
    assert directory.counts(Organisation.objects.none()) == {}


# --- order ---


def test_readings_stand_in_their_order_and_names_without_one_at_the_end() -> None:
    for name, kana in (("う", "ウミ"), ("あ", "アオゾラ"), ("漢字の会", ""), ("が", "ガッコウ"), ("か", "カイガン")):
        organisation(name, name_kana=kana)
    ordered = in_kana_order(Directory(VISITOR).everything()).order_by("kana", "pk")
    assert list(ordered.values_list("name", flat=True)) == ["あ", "う", "か", "が", "漢字の会"]


# --- the database's own share ---


def test_the_database_and_the_query_cut_words_alike() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text_grams(%s)", ["子ども 食堂"])
        assert set(cursor.fetchone()[0]) == {"子", "ど", "も", "食", "堂", "子ど", "ども", "食堂"}
        cursor.execute("SELECT text_grams(''), text_grams(NULL)")
        assert cursor.fetchone() == ([], None)

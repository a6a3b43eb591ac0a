"""Each field of a profile and each kind of reader: on the page, in the logo's file and in the words of the search."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import search_text, transitions
from members.enums import AffiliationRole, FieldAudience, OrganisationKind, OrganisationState
from members.models import Organisation, User
from members.profiles import SHARED
from members.profiles.branches import BranchRow
from members.tasks import refresh_search_texts
from members.transitions import update_profile
from members.visibility import Readership, readable, readable_by
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.profiles import BranchFactory
from tests.files.samples import picture, upload
from tomoiki.files.uploads import store_upload
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db

#: Field -> a word that stands on the page for whoever may read it, and nowhere else.
WORDS = {
    "description": "みつばちの世話",
    "stage": "事業を動かしている",
    "themes": "防災",
    "areas": "湯河原町",
    "website": "https://midori.example/web",
    "links": "みつばち日記",
    "branches": "丘の上の分室",
    "phone": "0466-00-1234",
    "address": "架空町9丁目8番",
    "corporate_number": "5835678256246",
    "legal_form": "労働者協同組合",
    "activities": "移動・外出を支える",
    "serves": "介護・世話をしている方",
    "open_days": "夕方の五時から",
    "funding": "仲間の持ちより",
    "contact": "みつばち係",
}
READERS = ("visitor", "outsider", "member", "own", "staff")
REACH = {
    FieldAudience.PUBLIC: set(READERS),
    FieldAudience.MEMBERS: {"member", "own", "staff"},
    FieldAudience.STAFF: {"own", "staff"},
}
#: What no search looks for.
UNSEARCHED = {"website"}


@pytest.fixture
def organisation() -> Organisation:
    made = OrganisationFactory(
        kind=OrganisationKind.NPO,
        description="みつばちの世話をしています。",
        stage="operator",
        themes=["disaster"],
        areas=["14384"],
        website="https://midori.example/web",
        links=[{"label": "みつばち日記", "url": "https://midori.example/diary"}],
        phone="0466-00-1234",
        address="架空町9丁目8番",
        corporate_number="5835678256246",
        details={
            "legal_form": "worker-cooperative",
            "activities": ["mobility"],
            "serves": ["carers"],
            "open_days": ["mon"],
            "open_note": "夕方の五時から",
            "funding": ["own"],
            "contact": {"section": "みつばち係"},
        },
        municipality=Municipality.objects.get(code="14205"),
    )
    BranchFactory(organisation=made, name="丘の上の分室")
    return made


@pytest.fixture
def readers(organisation: Organisation) -> dict[str, User | AnonymousUser]:
    return {
        "visitor": AnonymousUser(),
        "outsider": member_of(OrganisationFactory(state=OrganisationState.APPLIED)),
        "member": member_of(OrganisationFactory(), AffiliationRole.VIEWER),
        "own": member_of(organisation, AffiliationRole.VIEWER),
        "staff": StaffFactory(),
    }


def pages(
    client: Client, organisation: Organisation, readers: dict[str, User | AnonymousUser]
) -> Iterator[tuple[str, str]]:
    for name, reader in readers.items():
        client.logout()
        if isinstance(reader, User):
            client.force_login(reader)
        html = client.get(organisation.get_absolute_url()).content.decode()
        # Staff have a link to the admin, which holds no word of the profile; the head has the description.
        yield name, html


def test_the_words_of_the_test_cover_every_field(organisation: Organisation) -> None:
    fields = readable_by(organisation, FieldAudience.STAFF)
    assert {*WORDS, "logo"} == fields - {"name", "name_kana", "kind", "kind_other", "municipality"} - {
        "postal_code",
        "open_note",
    }


@pytest.mark.parametrize("audience", FieldAudience)
def test_each_reader_sees_what_each_field_is_for(
    client: Client, organisation: Organisation, readers: dict[str, User | AnonymousUser], audience: FieldAudience
) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(audiences=dict.fromkeys((*WORDS, "logo"), audience.value))
    for name, html in pages(client, organisation, readers):
        for field, word in WORDS.items():
            assert (word in html) is (name in REACH[audience]), (name, field)
        # Who it is stands there for all of them.
        assert organisation.name in html
        assert "藤沢市" in html


def test_safe_defaults_keep_ways_to_reach_it_among_members(
    client: Client, organisation: Organisation, readers: dict[str, User | AnonymousUser]
) -> None:
    kept = {"phone", "address", "corporate_number", "funding", "contact"}
    for name, html in pages(client, organisation, readers):
        for field, word in WORDS.items():
            expected = name in REACH[FieldAudience.MEMBERS if field in kept else FieldAudience.PUBLIC]
            assert (word in html) is expected, (name, field)


def test_an_unknown_audience_is_the_narrowest(organisation: Organisation) -> None:
    organisation.audiences = {"phone": "whoever", "description": 3}
    may = readable_by(organisation, FieldAudience.MEMBERS)
    assert not {"phone", "description"} & may
    assert {"phone", "description"} <= readable_by(organisation, FieldAudience.STAFF)


def test_a_note_is_read_by_whoever_reads_what_it_is_about(organisation: Organisation) -> None:
    organisation.audiences = {"open_days": "staff", "address": "public"}
    may = readable_by(organisation, FieldAudience.PUBLIC)
    assert "open_note" not in may
    assert {"address", "postal_code"} <= may


def test_the_logo_opens_to_whoever_may_read_it(
    client: Client, organisation: Organisation, readers: dict[str, User | AnonymousUser]
) -> None:
    logo = store_upload(upload(picture()), by=None)
    for audience in FieldAudience:
        Organisation.objects.filter(pk=organisation.pk).update(logo=logo, audiences={"logo": audience.value})
        for name, html in pages(client, organisation, readers):
            allowed = name in REACH[audience]
            assert (f'alt="{organisation.name}のロゴ"' in html) is allowed
            assert (client.get(logo.url).status_code == 200) is allowed
    Organisation.objects.filter(pk=organisation.pk).update(audiences={}, listed_publicly=False)
    client.logout()
    assert client.get(logo.url).status_code == 404


def test_the_search_finds_for_each_what_they_may_read(organisation: Organisation) -> None:
    for audience in FieldAudience:
        organisation.audiences = dict.fromkeys(WORDS, audience.value)
        search_text.refresh(organisation)
        organisation.refresh_from_db()
        for field, word in WORDS.items():
            if field in UNSEARCHED:
                continue
            assert (word in organisation.search_text) is (audience == FieldAudience.PUBLIC), field
            assert (word in organisation.search_text_members) is (audience != FieldAudience.STAFF), field
        assert "みほんの輪" in organisation.search_text
        # In one spelling besides.
        assert "ミホンノ輪" in organisation.search_text


def test_the_words_are_stored_anew_by_every_verb_that_changes_them(organisation: Organisation) -> None:
    owner, staff = member_of(organisation), StaffFactory()
    update_profile(organisation.pk, data={"description": "羊の世話"}, actor=owner)
    assert "羊の世話" in Organisation.objects.get(pk=organisation.pk).search_text
    update_profile(organisation.pk, data={"audiences": {"description": "members"}}, actor=owner)
    changed = Organisation.objects.get(pk=organisation.pk)
    assert "羊の世話" not in changed.search_text
    assert "羊の世話" in changed.search_text_members
    update_profile(organisation.pk, data={"name": "NPO法人ひつじ雲"}, actor=staff)
    place = Municipality.objects.get(code="14201")
    update_profile(organisation.pk, data={"branches": [BranchRow("羊小屋", place)]}, actor=owner)
    changed = Organisation.objects.get(pk=organisation.pk)
    assert "ひつじ雲" in changed.search_text
    assert "羊小屋 横須賀市" in changed.search_text
    assert "丘の上の分室" not in changed.search_text


def test_registering_and_approving_store_them() -> None:
    user = UserFactory()
    data = {
        "kind": "npo",
        "name": "NPO法人あたらしい風",
        "name_kana": "アタラシイカゼ",
        "description": "風車を回します。",
    }
    organisation = transitions.register_organisation(data, user=user, actor=user)
    assert "風車を回します" in Organisation.objects.get(pk=organisation.pk).search_text
    Organisation.objects.filter(pk=organisation.pk).update(search_text="")
    transitions.approve_organisation(organisation.pk, actor=StaffFactory())
    assert "アタラシイカゼ" in Organisation.objects.get(pk=organisation.pk).search_text


def test_a_renamed_theme_is_found_by_its_new_name_after_the_night(organisation: Organisation) -> None:
    search_text.refresh(organisation)
    version = organisation.updated_at
    Term.objects.filter(vocabulary="theme", code="disaster").update(label="災害への備え")
    assert refresh_search_texts() == 1
    organisation.refresh_from_db()
    assert "災害への備え" in organisation.search_text
    # Whoever has a form open is not told that somebody changed something.
    assert organisation.updated_at == version
    assert refresh_search_texts() == 0


def test_storing_all_anew_costs_the_same_for_one_and_for_three() -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            BranchFactory()
        Organisation.objects.update(search_text="")
        with CaptureQueriesContext(connection) as queries:
            search_text.refresh_all()
        counts.append(len(queries))
    # Words, places, a batch with its branches, the update in its transaction, and the look for another batch.
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_one_readership_serves_a_whole_list(organisation: Organisation) -> None:
    person = member_of(OrganisationFactory())
    others = [organisation, *OrganisationFactory.create_batch(3)]
    with CaptureQueriesContext(connection) as queries:
        readership = Readership(person)
        assert all("phone" in readership.readable(each) for each in others)
    assert len(queries) == 2
    assert "phone" not in readable(organisation, AnonymousUser())


def test_a_person_whose_organisation_is_suspended_reads_as_anybody(organisation: Organisation) -> None:
    own = OrganisationFactory(state=OrganisationState.SUSPENDED, staff_message="確認中です。")
    person = member_of(own)
    assert "phone" not in readable(organisation, person)
    assert set(SHARED) <= readable(own, person)

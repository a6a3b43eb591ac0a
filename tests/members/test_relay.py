"""The groups without an account that a desk keeps on its list."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import search_text
from members import transitions
from members.enums import AffiliationRole, OrganisationKind, OrganisationState
from members.models import Organisation, RelayedGroup, User
from members.relayed_groups import alike
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tomoiki.audit.models import Entry
from tomoiki.places.models import Municipality
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Organisation:
    made: Organisation = DeskFactory()
    return made


@pytest.fixture
def clerk(desk: Organisation) -> User:
    return member_of(desk, AffiliationRole.EDITOR)


def words(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "block",
        "name": "海風町内会",
        "name_kana": "ウミカゼチョウナイカイ",
        "municipality": Municipality.objects.get(code="14205"),
        "district": "東地区",
        "contact_name": "浜辺 太一",
        "contact_phone": "0466-00-0000",
        "note": "",
        **changes,
    }


def typed(**changes: Any) -> dict[str, Any]:
    return words(**{"municipality": "14205", **changes})


# --- the rules ---


def test_a_group_is_put_on_the_list_and_the_trail_keeps_names_of_fields_only(desk: Organisation, clerk: User) -> None:
    group = transitions.add_group(desk.pk, data=words(), actor=clerk)
    assert group in RelayedGroup.objects.visible_to(clerk)
    (entry,) = Entry.objects.about(group)
    assert (entry.action, entry.actor, entry.codes) == ("relayedgroup.added", clerk, {"desk": desk.pk})
    told = str([entry.fields, entry.codes])
    assert "contact_phone" in told
    for private in ("浜辺", "0466", "海風"):
        assert private not in told


def test_a_double_click_makes_one_group_and_the_same_name_is_refused(desk: Organisation, clerk: User) -> None:
    first = transitions.add_group(desk.pk, data=words(), actor=clerk)
    assert transitions.add_group(desk.pk, data=words(), actor=clerk) == first
    with pytest.raises(ValidationError) as refusal:
        transitions.add_group(desk.pk, data=words(district="西地区"), actor=clerk)
    assert refusal.value.message_dict == {"name": ["この名前の団体は、もう一覧にあります。"]}
    # Another desk may have one of that name.
    other = DeskFactory()
    assert transitions.add_group(other.pk, data=words(), actor=member_of(other)) != first


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "あ" * 121}, "name"),
        ({"kind": "nothing-known"}, "kind"),
        ({"note": "あ" * 1001}, "note"),
    ],
)
def test_what_a_list_cannot_hold_is_refused(
    desk: Organisation, clerk: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        transitions.add_group(desk.pk, data=words(**changes), actor=clerk)
    assert field in refusal.value.message_dict
    assert not RelayedGroup.objects.exists()


def test_only_a_desks_own_people_keep_its_list(desk: Organisation) -> None:
    group = RelayedGroupFactory(desk=desk)
    ordinary = OrganisationFactory(kind=OrganisationKind.NPO)
    strangers: list[User] = [
        member_of(desk, AffiliationRole.VIEWER),
        member_of(DeskFactory()),
        member_of(ordinary),
        StaffFactory(),
    ]
    person: User
    for person in strangers:
        with pytest.raises(PermissionDenied):
            transitions.add_group(desk.pk, data=words(), actor=person)
        for verb in (transitions.retire_group, transitions.restore_group):
            with pytest.raises(PermissionDenied):
                verb(group.pk, actor=person)
        with pytest.raises(PermissionDenied):
            transitions.update_group(group.pk, data={"name": "別の名前"}, actor=person)
    with pytest.raises(PermissionDenied):
        transitions.add_group(ordinary.pk, data=words(), actor=member_of(ordinary))


def test_a_suspended_desk_adds_nobody(desk: Organisation, clerk: User) -> None:
    Organisation.objects.filter(pk=desk.pk).update(state=OrganisationState.SUSPENDED)
    with pytest.raises(TransitionError) as refusal:
        transitions.add_group(desk.pk, data=words(), actor=clerk)
    assert refusal.value.code == "desk_not_active"


def test_a_group_is_taken_off_the_list_and_put_back(desk: Organisation, clerk: User) -> None:
    group = RelayedGroupFactory(desk=desk, name="花の丘自治会")
    transitions.retire_group(group.pk, actor=clerk)
    transitions.retire_group(group.pk, actor=clerk)
    assert not RelayedGroup.objects.of_desks([desk]).exists()
    twin = transitions.add_group(desk.pk, data=words(name="花の丘自治会"), actor=clerk)
    with pytest.raises(TransitionError) as refusal:
        transitions.restore_group(group.pk, actor=clerk)
    assert refusal.value.code == "name_taken"
    transitions.update_group(twin.pk, data={"name": "新しい花の丘自治会"}, actor=clerk)
    transitions.restore_group(group.pk, actor=clerk)
    assert [entry.action for entry in Entry.objects.about(group).order_by("pk")] == [
        "relayedgroup.retired",
        "relayedgroup.restored",
    ]


def test_a_new_name_is_found_on_the_board_at_once(desk: Organisation, clerk: User) -> None:
    group = RelayedGroupFactory(desk=desk, name="もとの会")
    shown = PostFactory(organisation=desk, on_behalf_of=group, group_named=True, **_agreed())
    hidden = PostFactory(organisation=desk, on_behalf_of=group, group_named=False, **_agreed())
    transitions.update_group(group.pk, data={"name": "うみかぜの会"}, actor=clerk)
    shown.refresh_from_db()
    hidden.refresh_from_db()
    assert "うみかぜの会" in shown.search_text
    assert "もとの会" not in shown.search_text
    assert "うみかぜの会" not in hidden.search_text
    assert shown.search_text == search_text.build(shown)


def _agreed() -> dict[str, Any]:
    return {"group_agreed_by": "phone", "group_agreed_on": "2026-04-01"}


def test_a_name_in_another_spelling_is_noticed(desk: Organisation) -> None:
    group = RelayedGroupFactory(desk=desk, name="みどり台　自治会")
    retired = RelayedGroupFactory(desk=desk, name="ミドリ台自治会", active=False)
    RelayedGroupFactory(name="みどり台自治会")
    assert alike(desk, "みどり台自治会") == [group, retired]
    assert alike(desk, "みどり台自治会", besides=group.pk) == [retired]
    assert alike(desk, "花の丘自治会") == []


# --- the pages ---


def test_a_desk_adds_edits_and_takes_off_a_group(client: Client, desk: Organisation, clerk: User) -> None:
    client.force_login(clerk)
    form = client.get(reverse("members:group_new", args=[desk.pk])).content.decode()
    assert 'value="14205" selected' in form
    response = client.post(reverse("members:group_new", args=[desk.pk]), typed(), follow=True)
    html = response.content.decode()
    group = RelayedGroup.objects.get()
    for shown in ("海風町内会", "町内会", "東地区", "0466-00-0000", "代わりに手を挙げるときは"):
        assert shown in html
    for direction in ("need", "offer"):
        page = f"{reverse('matching:post_new', args=[direction])}?group={group.pk}"
        assert f'href="{page}"' in html
        assert client.get(page).context["form"]["on_behalf_of"].value() in (group, group.pk)
    assert f'href="{reverse("matching:board")}"' in html
    client.post(reverse("members:group_edit", args=[group.pk]), typed(name="海風町会"))
    group.refresh_from_db()
    assert group.name == "海風町会"
    html = client.post(reverse("members:group_step", args=[group.pk, "retire"]), follow=True).content.decode()
    assert "まだ、団体がありません" in html
    html = client.get(reverse("members:groups", args=[desk.pk]) + "?tab=retired").content.decode()
    assert "一覧に戻す" in html
    client.post(reverse("members:group_step", args=[group.pk, "restore"]))
    group.refresh_from_db()
    assert group.active
    assert client.post(reverse("members:group_step", args=[group.pk, "anything"])).status_code == 404


def test_a_look_alike_is_shown_before_it_is_taken(client: Client, desk: Organisation, clerk: User) -> None:
    RelayedGroupFactory(desk=desk, name="海風 町内会")
    client.force_login(clerk)
    page = reverse("members:group_new", args=[desk.pk])
    html = client.post(page, typed()).content.decode()
    assert "同じ団体ではありませんか" in html
    assert RelayedGroup.objects.count() == 1
    assert client.post(page, typed(another="on")).status_code == 302
    assert RelayedGroup.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"), [("contact_phone", "12"), ("municipality", "99999"), ("name_kana", "漢字")]
)
def test_what_was_typed_is_kept_beside_the_mistake(
    client: Client, desk: Organisation, clerk: User, field: str, value: str
) -> None:
    client.force_login(clerk)
    response = client.post(reverse("members:group_new", args=[desk.pk]), typed(**{field: value}))
    assert list(response.context["form"].errors) == [field]
    assert "浜辺 太一" in response.content.decode()


def test_a_list_is_searched_by_name_reading_and_district(client: Client, desk: Organisation, clerk: User) -> None:
    RelayedGroupFactory(desk=desk, name="海風町内会", name_kana="ウミカゼチョウナイカイ", district="東地区")
    RelayedGroupFactory(desk=desk, name="花の丘自治会", name_kana="ハナノオカジチカイ", district="西地区")
    client.force_login(clerk)
    for query in ("海風", "うみかぜ", "東地区", "ｳﾐｶｾﾞ 東"):
        response = client.get(reverse("members:groups", args=[desk.pk]), {"q": query})
        assert [group.name for group in response.context["page"]] == ["海風町内会"], query
    response = client.get(reverse("members:groups", args=[desk.pk]), {"q": "どこにもない"})
    assert "見つかりませんでした" in response.content.decode()


def test_a_list_costs_the_same_for_one_and_for_many_and_has_pages(
    client: Client, desk: Organisation, clerk: User
) -> None:
    page = reverse("members:groups", args=[desk.pk])
    client.force_login(clerk)
    RelayedGroupFactory(desk=desk)
    client.get(page)
    counts = []
    for number in (0, 2, 20):
        RelayedGroupFactory.create_batch(number, desk=desk, kind="other")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page)
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
    assert len(response.context["page"]) == 20
    following = client.get(page, {"cursor": response.context["page"].next_cursor})
    assert len(following.context["page"]) == 3


def test_foreign_desks_and_organisations_that_are_none_have_no_such_pages(
    client: Client, desk: Organisation, clerk: User
) -> None:
    foreign, ordinary = RelayedGroupFactory(), OrganisationFactory()
    person = member_of(ordinary)
    for user, pk in ((clerk, foreign.desk_id), (person, ordinary.pk), (person, desk.pk)):
        client.force_login(user)
        assert client.get(reverse("members:groups", args=[pk])).status_code == 404
        assert client.get(reverse("members:group_new", args=[pk])).status_code == 404
    client.force_login(clerk)
    assert client.get(reverse("members:group_edit", args=[foreign.pk])).status_code == 404
    assert client.post(reverse("members:group_step", args=[foreign.pk, "retire"])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.active


def test_who_may_only_read_sees_no_buttons_and_staff_see_the_list(client: Client, desk: Organisation) -> None:
    group = RelayedGroupFactory(desk=desk)
    client.force_login(member_of(desk, AffiliationRole.VIEWER))
    html = client.get(reverse("members:groups", args=[desk.pk])).content.decode()
    assert group.name in html
    assert "一覧から外す" not in html
    assert client.get(reverse("members:group_edit", args=[group.pk])).status_code == 403
    client.force_login(StaffFactory())
    assert group.name in client.get(reverse("members:groups", args=[desk.pk])).content.decode()
    assert client.get(reverse("members:group_edit", args=[group.pk])).status_code == 404


def test_the_office_looks_a_group_up_but_does_not_change_it(client: Client) -> None:
    group = RelayedGroupFactory(name="海風町内会")
    client.force_login(StaffFactory())
    html = client.get(reverse("admin:members_relayedgroup_changelist"), {"q": "海風"}).content.decode()
    assert "海風町内会" in html
    page = client.get(reverse("admin:members_relayedgroup_change", args=[group.pk])).content.decode()
    assert "0466-00-1234" in page
    assert 'name="name"' not in page

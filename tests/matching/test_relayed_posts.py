"""Posts that a desk writes for a group without an account: the agreement, the name, and who may."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import transitions
from matching.enums import PostState
from matching.models import Post
from members.models import Organisation, RelayedGroup, User
from tests.factories.matching import PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.matching.relayed import clerk_of, group_of, need_of, tomorrow
from tomoiki.audit.models import Entry
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> RelayedGroup:
    return group_of()


@pytest.fixture
def clerk(group: RelayedGroup) -> User:
    return clerk_of(group)


def words(group: RelayedGroup | None, **changes: Any) -> dict[str, Any]:
    return {
        "direction": "need",
        "resource": "hands",
        "title": "やぐらを組む人手",
        "body": "朝から昼まで組みます。",
        "on_behalf_of": group,
        "group_agreed_by": "phone",
        "group_agreed_on": date(2026, 4, 1),
        "group_named": True,
        **changes,
    }


def draft(group: RelayedGroup, actor: User, **changes: Any) -> Post:
    return transitions.save_draft(None, data=words(group, **changes), on_behalf=group.desk, actor=actor)


# --- the rules ---


def test_a_need_of_a_group_goes_its_way_with_its_agreement(group: RelayedGroup, clerk: User) -> None:
    post = draft(group, clerk)
    transitions.submit_post(post.pk, actor=clerk)
    transitions.publish_post(post.pk, actor=StaffFactory())
    post.refresh_from_db()
    assert (post.state, post.on_behalf_of, post.who) == (
        PostState.PUBLISHED,
        group,
        f"海風町内会（窓口：{group.desk.name}）",
    )
    assert "海風町内会" in post.search_text
    kept = str(list(Entry.objects.about(post).values_list("fields", "codes")))
    assert "on_behalf_of" in kept
    assert "海風" not in kept


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"group_agreed_by": ""}, {"group_agreed_by"}),
        ({"group_agreed_on": None}, {"group_agreed_on"}),
        ({"group_agreed_by": "", "group_agreed_on": None}, {"group_agreed_by", "group_agreed_on"}),
    ],
)
def test_a_draft_may_lack_the_agreement_but_is_not_handed_in_without(
    group: RelayedGroup, clerk: User, changes: dict[str, Any], fields: set[str]
) -> None:
    post = draft(group, clerk, **changes)
    with pytest.raises(ValidationError) as refusal:
        transitions.submit_post(post.pk, actor=clerk)
    assert set(refusal.value.message_dict) == fields


def test_the_database_holds_no_handed_in_post_without_agreement(group: RelayedGroup) -> None:
    post = need_of(group)
    with pytest.raises(IntegrityError, match="post_for_group_has_agreement"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(group_agreed_on=None)


def test_nobody_agrees_tomorrow(group: RelayedGroup, clerk: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        draft(group, clerk, group_agreed_on=tomorrow())
    assert set(refusal.value.message_dict) == {"group_agreed_on"}


def test_a_desk_posts_for_its_own_groups_only_and_others_for_none(group: RelayedGroup, clerk: User) -> None:
    foreign = RelayedGroupFactory()
    with pytest.raises(PermissionDenied):
        transitions.save_draft(None, data=words(foreign), on_behalf=group.desk, actor=clerk)
    ordinary = OrganisationFactory()
    with pytest.raises(PermissionDenied):
        transitions.save_draft(None, data=words(group), on_behalf=ordinary, actor=somebody_of(ordinary))
    retired = RelayedGroupFactory(desk=group.desk, active=False)
    with pytest.raises(ValidationError):
        draft(retired, clerk)
    assert not Post.objects.exists()


def test_an_agreement_without_a_group_is_nobodys(group: RelayedGroup, clerk: User) -> None:
    post = draft(group, clerk)
    transitions.save_draft(post.pk, data=words(None), on_behalf=group.desk, actor=clerk)
    post.refresh_from_db()
    assert (post.on_behalf_of, post.group_agreed_by, post.group_agreed_on, post.group_named) == (None, "", None, False)


def test_whose_it_is_does_not_change_once_it_was_handed_in(group: RelayedGroup, clerk: User) -> None:
    post = need_of(group)
    other = RelayedGroupFactory(desk=group.desk)
    for value in (other, None):
        with pytest.raises(TransitionError) as refusal:
            transitions.propose_revision(post.pk, changes={"on_behalf_of": value}, actor=clerk)
        assert refusal.value.code == "group_is_settled"


def test_a_group_that_wants_its_name_hidden_is_hidden_when_the_change_is_accepted(
    group: RelayedGroup, clerk: User
) -> None:
    post = need_of(group)
    revision = transitions.propose_revision(post.pk, changes={"group_named": False}, actor=clerk)
    transitions.accept_revision(revision.pk, actor=StaffFactory())
    post.refresh_from_db()
    assert post.who == f"藤沢市内の町内会（窓口：{group.desk.name}）"
    assert "海風" not in post.search_text


# --- the form ---


def typed(group: RelayedGroup | None, **changes: Any) -> dict[str, Any]:
    return {
        "resource": "hands",
        "title": "やぐらを組む人手",
        "body": "朝から昼まで組みます。",
        "visibility": "public",
        "on_behalf": "" if group is None else group.desk_id,
        "on_behalf_of": "" if group is None else group.pk,
        "group_agreed_by": "phone",
        "group_agreed_on": "令和8年4月1日",
        "group_named": "named",
        "preview": "1",
        **changes,
    }


NEW = "/posts/new/need/"


def test_a_desk_writes_for_a_group_and_sees_how_it_will_look(client: Client, group: RelayedGroup, clerk: User) -> None:
    client.force_login(clerk)
    form = client.get(NEW, {"group": group.pk})
    assert form.context["form"]["on_behalf_of"].value() in (group.pk, group)
    html = client.post(NEW, typed(group), follow=True).content.decode()
    assert f"海風町内会（窓口：{group.desk.name}）" in html
    post = Post.objects.get()
    assert (post.on_behalf_of, post.group_agreed_on, post.group_named) == (group, date(2026, 4, 1), True)
    again = client.get(reverse("matching:post_edit", args=[post.pk])).content.decode()
    assert "海風町内会" in again


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"group_agreed_by": ""}, "group_agreed_by"),
        ({"group_agreed_on": ""}, "group_agreed_on"),
        ({"group_agreed_on": "2999-01-01"}, "group_agreed_on"),
        ({"group_agreed_on": "きのう"}, "group_agreed_on"),
        ({"group_named": ""}, "group_named"),
    ],
)
def test_what_the_agreement_lacks_is_said_beside_it(
    client: Client, group: RelayedGroup, clerk: User, changes: dict[str, Any], field: str
) -> None:
    client.force_login(clerk)
    response = client.post(NEW, typed(group, **changes))
    assert list(response.context["form"].errors) == [field]
    assert not Post.objects.exists()


def test_a_post_begun_for_a_group_is_for_where_the_group_is(client: Client, group: RelayedGroup, clerk: User) -> None:
    client.force_login(clerk)
    assert client.get(NEW, {"group": group.pk}).context["form"]["areas"].value() == [group.municipality.code]
    assert not client.get(NEW).context["form"]["areas"].value()
    other = group_of("花の丘自治会")
    assert not client.get(NEW, {"group": other.pk}).context["form"]["areas"].value()


AGREEMENT = ("group_agreed_by", "group_agreed_on", "group_named")


def test_what_a_group_must_have_agreed_to_is_said_before_it_is_sent(
    client: Client, group: RelayedGroup, clerk: User
) -> None:
    client.force_login(clerk)
    said = "地域の団体の代わりに出すときは、必ず入力してください"
    chosen = client.get(NEW, {"group": group.pk})
    assert all(chosen.context["form"].fields[name].required for name in AGREEMENT)
    assert said not in chosen.content.decode()
    open_page = client.get(NEW)
    assert not any(open_page.context["form"].fields[name].required for name in AGREEMENT)
    assert open_page.content.decode().count(said) == len(AGREEMENT)
    # Of a published post the group is settled.
    change = client.get(reverse("matching:post_edit", args=[need_of(group).pk]))
    assert all(change.context["form"].fields[name].required for name in AGREEMENT)


def test_all_that_lacks_is_said_once(client: Client, group: RelayedGroup, clerk: User) -> None:
    client.force_login(clerk)
    sent = typed(group, group_agreed_by="", group_agreed_on="", group_named="")
    errors = client.post(f"{NEW}?group={group.pk}", sent).context["form"].errors
    assert {name: len(found) for name, found in errors.items()} == dict.fromkeys(AGREEMENT, 1)
    assert errors["group_agreed_on"] == ["団体の承諾を、いつもらったかを入力してください。"]
    # Who turns to the own name is asked for nothing of this.
    assert client.post(f"{NEW}?group={group.pk}", sent | {"on_behalf_of": ""}).status_code == 302


def test_a_beginning_without_agreement_is_kept_as_a_draft(client: Client, group: RelayedGroup, clerk: User) -> None:
    client.force_login(clerk)
    sent = typed(group, group_agreed_by="", group_agreed_on="", group_named="", draft="1")
    del sent["preview"]
    assert client.post(NEW, sent).status_code == 302
    assert Post.objects.get().on_behalf_of == group


def test_without_a_group_the_rest_does_not_count(client: Client, group: RelayedGroup, clerk: User) -> None:
    client.force_login(clerk)
    sent = typed(group, on_behalf_of="", group_agreed_on="きのう")
    assert client.post(NEW, sent).status_code == 302
    assert Post.objects.get().on_behalf_of is None


def test_only_desks_are_asked_for_whom(client: Client, group: RelayedGroup) -> None:
    client.force_login(member_of(OrganisationFactory()))
    assert "on_behalf_of" not in client.get(NEW, {"group": group.pk}).context["form"].fields
    bare = DeskFactory()
    client.force_login(member_of(bare))
    html = client.get(NEW).content.decode()
    assert reverse("members:groups", args=[bare.pk]) in html


def test_somebody_elses_group_cannot_be_chosen(client: Client, group: RelayedGroup) -> None:
    other = group_of("花の丘自治会")
    client.force_login(clerk_of(other))
    response = client.post(NEW, typed(other, on_behalf_of=group.pk))
    assert "on_behalf_of" in response.context["form"].errors


def test_who_has_two_desks_names_the_right_one(client: Client, group: RelayedGroup, clerk: User) -> None:
    second = DeskFactory()
    client.force_login(clerk)
    second.people()
    from tests.factories.members import AffiliationFactory  # only here somebody belongs to two desks

    AffiliationFactory(organisation=second, user=clerk)
    response = client.post(NEW, typed(group, on_behalf=second.pk))
    assert list(response.context["form"].errors) == ["on_behalf_of"]


def test_a_change_keeps_whose_it_is_and_may_hide_the_name(client: Client, group: RelayedGroup, clerk: User) -> None:
    post = need_of(group)
    client.force_login(clerk)
    page = reverse("matching:post_edit", args=[post.pk])
    html = client.get(page).content.decode()
    assert "海風町内会さんの代わりに出しています" in html
    sent = typed(group, title=post.title, body=post.body, resource=post.resource, areas=post.areas)
    response = client.post(page, sent | {"group_named": "unnamed", "version": post.updated_at.isoformat()})
    assert response.status_code == 302
    assert post.revisions.get().changes == {"group_named": False}


# --- what others see ---


def test_the_board_finds_a_named_group_and_not_one_that_hides(client: Client, group: RelayedGroup) -> None:
    need_of(group, title="見える方")
    need_of(group, title="見えない方", group_named=False)
    found = client.get("/board/", {"q": "海風町内会"})
    assert [card.title for card in found.context["cards"]] == ["見える方"]
    html = client.get("/board/").content.decode()
    assert f"海風町内会（窓口：{group.desk.name}）" in html
    assert f"藤沢市内の町内会（窓口：{group.desk.name}）" in html


def test_a_hidden_name_and_the_contact_stand_nowhere_for_others(client: Client, group: RelayedGroup) -> None:
    post = need_of(group, group_named=False)
    for person in (None, member_of(OrganisationFactory())):
        if person is not None:
            client.force_login(person)
        html = client.get(post.get_absolute_url()).content.decode()
        assert "藤沢市内の町内会" in html
        for private in ("海風", group.contact_name, group.contact_phone, group.note):
            assert private not in html
    client.force_login(clerk_of(group))
    html = client.get(post.get_absolute_url()).content.decode()
    assert "海風町内会さんの代わりの掲載です" in html
    assert "2026年4月1日（水）に電話で聞いた" in html


def test_the_office_reads_for_whom_it_is_and_how_it_agreed(client: Client, group: RelayedGroup) -> None:
    post = need_of(group, state=PostState.SUBMITTED, group_named=False)
    client.force_login(StaffFactory())
    html = client.get(reverse("admin:matching_post_change", args=[post.pk])).content.decode()
    for shown in ("海風町内会", "電話で聞いた", "藤沢市内の町内会"):
        assert shown in html


def test_three_groups_posts_cost_no_more_than_one(client: Client) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            made = group_of(f"会{RelayedGroup.objects.count()}")
            need_of(made, group_named=False)
        client.get("/board/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/board/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_own_lists_say_for_which_group(client: Client, group: RelayedGroup, clerk: User) -> None:
    need_of(group, group_named=False)
    client.force_login(clerk)
    assert f"海風町内会（窓口：{group.desk.name}）" in client.get("/my/posts/").content.decode()


def test_a_desk_that_is_none_any_more_keeps_what_it_wrote(group: RelayedGroup, clerk: User) -> None:
    post = draft(group, clerk)
    Organisation.objects.filter(pk=group.desk_id).update(kind="npo")
    transitions.submit_post(post.pk, actor=clerk)
    post.refresh_from_db()
    assert post.on_behalf_of == group


def test_a_post_of_its_own_says_its_own_name() -> None:
    post = PostFactory()
    assert post.who == post.own_who == post.named == post.organisation.name

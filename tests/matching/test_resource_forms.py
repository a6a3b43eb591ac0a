"""The questions of a resource in the form of a post: asked, checked, stored, shown again and changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import transitions
from matching.enums import Direction, PostState
from matching.forms.posts import PostForm, RevisionForm
from matching.models import Post
from matching.resources import KINDS, kind_of
from matching.resources.kind import ResourceKind
from matching.revisions import differences
from members.models import Organisation, User
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.answering_questions import answers, sent, split
from tests.matching.traces import trail
from tomoiki.vocabulary.models import Term
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def writer(client: Client, organisation: Organisation) -> User:
    user = member_of(organisation)
    client.force_login(user)
    return user


def filled(organisation: Organisation, resource: str, **more: Any) -> dict[str, Any]:
    return {
        "on_behalf": str(organisation.pk),
        "resource": resource,
        "title": "見出し",
        "body": "内容です。",
        "visibility": "public",
        **more,
    }


def query(values: dict[str, Any]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def form_of(organisation: Organisation, values: dict[str, Any], **kwargs: Any) -> PostForm:
    return PostForm(query(values), direction=kwargs.pop("direction", "offer"), organisations=[organisation], **kwargs)


# --- asking ---


def test_a_number_of_food_asks_what_is_counted_and_other_resources_say_it_themselves(
    organisation: Organisation,
) -> None:
    values = filled(organisation, "food", quantity="30", **{"food-carrying": "either"})
    form = form_of(organisation, values)
    assert form.errors == {"unit": ["食、個、セット、kgなど、何を数えているかを選んでください。"]}
    assert form.fields["unit"].required_when == "数を入れたときは必須"  # type: ignore[attr-defined]
    assert form_of(organisation, {**values, "unit": "kilograms"}).is_valid()
    units = {part.code: part.unit for part in form.kind_parts()}
    assert (units["food"], units["goods"], units["place"]) == ("", "pieces", "people")


@pytest.mark.parametrize("direction", Direction.values)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_typed_comes_back_as_it_was_stored(
    organisation: Organisation, kind: ResourceKind, direction: str, data: st.DataObject
) -> None:
    given_answers = data.draw(answers(kind, direction))
    if kind.detail("carrying"):
        given_answers.setdefault("carrying", "either")
    columns, details = split(kind, given_answers)
    typed = sent(kind, given_answers, query(filled(organisation, kind.code)))
    form = PostForm(typed, direction=direction, organisations=[organisation])
    assert form.is_valid(), form.errors
    values = form.post_data()
    assert _unordered(values["details"]) == _unordered(details)
    assert {name: _unordered(values[name]) for name in columns} == {n: _unordered(v) for n, v in columns.items()}
    # Columns of other resources are emptied.
    assert all(not values[name] for name in {"skills", "carrying"} - set(columns))

    post = Post(direction=direction, organisation=organisation, updated_at=timezone.now(), **_own(values))
    again = PostForm(direction=direction, organisations=[organisation], post=post)
    shown = {code: again[kind.named(code)].value() for code in given_answers}
    assert _unordered(shown) == _unordered(given_answers)


def _own(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("resource", "title", "body", "details", "skills", "carrying")}


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(each) for key, each in value.items()}
    return sorted(value) if isinstance(value, list) else value


def test_what_stands_in_the_parts_of_others_is_neither_checked_nor_stored(organisation: Organisation) -> None:
    others = {
        "food-best_before": "いつか",
        "skill-hours_a_month": "たくさん",
        "goods-kinds": ["no-such-thing"],
        "food-carrying": "either",
        "skill-skills": ["it"],
    }
    form = form_of(organisation, {**filled(organisation, "hands"), **others, "hands-minors": "no"})
    assert form.is_valid(), form.errors
    values = form.post_data()
    assert (values["details"], values["carrying"], values["skills"]) == ({"minors": "no"}, "", [])


def test_nothing_typed_is_lost_when_another_resource_is_chosen(client: Client, writer: User) -> None:
    organisation = Organisation.objects.of(writer).get()
    page = client.post(
        reverse("matching:post_new", args=["offer"]),
        filled(organisation, "goods", title="", **{"food-handing": "裏口で", "goods-size": "幅120cm"}),
    )
    html = page.content.decode()
    assert page.status_code == 200
    assert 'value="裏口で"' in html
    assert 'value="幅120cm"' in html


@pytest.mark.parametrize("resource", ["food", "goods"])
@pytest.mark.parametrize("direction", Direction.values)
def test_food_and_goods_must_say_who_carries_them(organisation: Organisation, resource: str, direction: str) -> None:
    silent = filled(organisation, resource)
    form = form_of(organisation, silent, direction=direction)
    assert list(form.errors) == [f"{resource}-carrying"]
    assert form_of(organisation, silent, direction=direction, draft=True).is_valid()
    said = form_of(organisation, {**silent, f"{resource}-carrying": "no_means"}, direction=direction)
    assert said.is_valid()
    assert said.post_data()["carrying"] == "no_means"
    assert form_of(organisation, filled(organisation, "place")).is_valid()


def test_labels_say_truly_what_is_required(client: Client, writer: User) -> None:
    html = client.get(reverse("matching:post_new", args=["offer"]) + "?resource=food").content.decode()
    assert "※数を入れたときは必須" in html
    assert "※写真を載せるときは必須" in html
    carrying = html.index("だれが運びますか")
    assert "※必須" in html[carrying : carrying + 200]


def test_the_page_can_begin_with_a_resource(client: Client, writer: User) -> None:
    new = reverse("matching:post_new", args=["offer"])
    html = client.get(f"{new}?resource=skill").content.decode()
    assert html.index('data-kind="skill"') < html.index("data-kinds-others") < html.index('data-kind="place"')
    assert "data-kinds-others" not in client.get(new).content.decode()
    assert client.get(f"{new}?resource=thief").status_code == 200


def test_only_offers_are_asked_for_months_and_how_many_at_once(organisation: Organisation) -> None:
    typed = {**filled(organisation, "place"), "season": ["7", "8"], "quota": "２"}
    offer = form_of(organisation, typed)
    assert offer.is_valid(), offer.errors
    assert (offer.post_data()["season"], offer.post_data()["quota"]) == ([7, 8], 2)
    need = form_of(organisation, typed, direction="need")
    assert need.is_valid()
    assert {"season", "quota"} & set(need.post_data()) == set()


def test_the_form_asks_for_the_lists_once(organisation: Organisation, django_assert_num_queries: Any) -> None:
    # Municipalities, and the words of all lists.
    with django_assert_num_queries(2):
        PostForm(direction="offer", organisations=[organisation])


def test_an_old_choice_may_stay_chosen(organisation: Organisation) -> None:
    post = OfferFactory(organisation=organisation, resource="place", details={"facilities": ["wifi"], "gone": "x"})
    Term.objects.filter(vocabulary="facility", code="wifi").update(active=False)
    values = {**filled(organisation, "place"), "place-facilities": ["wifi", "kitchen"]}
    assert list(form_of(organisation, values).errors) == ["place-facilities"]
    form = form_of(organisation, values, post=post)
    assert form.is_valid(), form.errors
    assert form.post_data()["details"] == {"gone": "x", "facilities": ["wifi", "kitchen"]}


# --- the rules behind the form ---


def begin(organisation: Organisation, writer: User, **data: Any) -> Post:
    words = {"direction": "offer", "title": "見出し", "body": "内容"}
    return transitions.save_draft(None, data={**words, **data}, on_behalf=organisation, actor=writer)


def test_the_transition_refuses_what_the_resource_does_not_ask(organisation: Organisation) -> None:
    writer = member_of(organisation)
    for resource, data, field in (
        ("place", {"details": {"kinds": ["bread"]}}, "kinds"),
        ("food", {"details": {"kinds": ["stone"]}}, "kinds"),
        ("food", {"details": ["kinds"]}, "details"),
        ("place", {"carrying": "either"}, "carrying"),
        ("food", {"carrying": "by-air"}, "carrying"),
        ("food", {"skills": ["it"]}, "skills"),
        ("skill", {"skills": ["witchcraft"]}, "skills"),
        ("", {"details": {"kinds": ["bread"]}}, "kinds"),
    ):
        with pytest.raises(ValidationError) as refused:
            begin(organisation, writer, resource=resource, **data)
        assert list(refused.value.message_dict) == [field]
    assert not Post.objects.exists()


def test_what_belonged_to_another_resource_goes_with_it(organisation: Organisation) -> None:
    writer = member_of(organisation)
    post = begin(organisation, writer, resource="food", details={"kinds": ["bread"]}, carrying="either")
    post = transitions.save_draft(post.pk, data={"resource": "skill"}, on_behalf=organisation, actor=writer)
    post.refresh_from_db()
    assert (post.resource, post.details, post.carrying) == ("skill", {}, "")
    post = transitions.save_draft(post.pk, data={"skills": ["it"]}, on_behalf=organisation, actor=writer)
    post = transitions.save_draft(
        post.pk, data={"resource": "hands", "details": {"minors": "no"}}, on_behalf=organisation, actor=writer
    )
    post.refresh_from_db()
    assert (post.details, post.skills) == ({"minors": "no"}, [])


def test_nothing_is_handed_in_that_nobody_carries(client: Client, organisation: Organisation, writer: User) -> None:
    post = begin(organisation, writer, resource="goods", details={"kinds": ["books"]})
    preview = client.get(reverse("matching:post_preview", args=[post.pk])).content.decode()
    assert "だれが運びますか" in preview
    with pytest.raises(ValidationError) as refused:
        transitions.submit_post(post.pk, actor=writer)
    assert refused.value.message_dict == {"carrying": ["「だれが運びますか」を選んでください。"]}
    transitions.save_draft(post.pk, data={"carrying": "no_means"}, on_behalf=organisation, actor=writer)
    assert transitions.submit_post(post.pk, actor=writer).state == PostState.SUBMITTED


def test_posts_from_before_stay_as_they_are(organisation: Organisation) -> None:
    old = PostFactory(organisation=organisation, resource="food")
    revision = transitions.propose_revision(old.pk, changes={"title": "新しい見出し"}, actor=old.author)
    assert transitions.accept_revision(revision.pk, actor=StaffFactory()).post.title == "新しい見出し"
    other = PostFactory(organisation=organisation, resource="place")
    with pytest.raises(ValidationError) as refused:
        transitions.propose_revision(other.pk, changes={"resource": "food"}, actor=other.author)
    assert "carrying" in refused.value.message_dict


# --- changes to what is published ---


def published(organisation: Organisation) -> Post:
    post: Post = OfferFactory(
        organisation=organisation,
        resource="food",
        carrying="collected",
        details={"kinds": ["bread"], "labelled": True, "handing": "裏口で"},
    )
    return post


def revised(post: Post, **more: Any) -> RevisionForm:
    values = {**filled(post.organisation, post.resource, title=post.title, body=post.body), **more}
    return RevisionForm(query(values), direction=post.direction, organisations=[post.organisation], post=post)


def test_a_change_compares_one_answer_with_the_other(organisation: Organisation) -> None:
    post = published(organisation)
    same = {"food-kinds": ["bread"], "food-labelled": "on", "food-handing": "裏口で", "food-carrying": "collected"}
    unchanged = revised(post, **same, quantity=str(post.quantity or ""), unit=post.unit)
    assert set(unchanged.changes() if unchanged.is_valid() else ()) <= {"areas", "available_from", "themes", "weekdays"}
    form = revised(post, **{**same, "food-kinds": ["bread", "sweets"], "food-carrying": "either", "food-labelled": ""})
    assert form.is_valid(), form.errors
    changes = {name: value for name, value in form.changes().items() if name in ("details", "carrying")}
    revision = transitions.propose_revision(post.pk, changes=changes, actor=post.author)
    revision.post.refresh_from_db()
    assert [(row.label, row.before, row.after) for row in differences(revision)] == [
        ("食べもの", "パン", "パン、お菓子"),
        ("表示", "原材料の表示つき", "なし"),
        ("運び方", "取りに来てほしい", "届けても、取りに来てもらってもよい"),
    ]
    # Staff take a term out of use before they decide: what was proposed with it is accepted all the same.
    Term.objects.filter(vocabulary="food_kind", code="sweets").update(active=False)
    accepted = transitions.accept_revision(revision.pk, actor=StaffFactory()).post
    assert (accepted.details, accepted.carrying) == ({"kinds": ["bread", "sweets"], "handing": "裏口で"}, "either")


def test_a_change_of_resource_shows_what_goes_and_what_comes(organisation: Organisation) -> None:
    post = published(organisation)
    changes = {"resource": "transport", "details": {"loads": ["goods"]}, "carrying": ""}
    revision = transitions.propose_revision(post.pk, changes=changes, actor=post.author)
    revision.post.refresh_from_db()
    rows = {(row.label, row.before, row.after) for row in differences(revision)}
    assert {
        ("食べもの", "パン", "なし"),
        ("運び方", "取りに来てほしい", "なし"),
        ("運ぶもの", "なし", "荷物を運ぶ"),
    } <= rows
    accepted = transitions.accept_revision(revision.pk, actor=StaffFactory()).post
    accepted.refresh_from_db()
    assert (accepted.resource, accepted.details, accepted.carrying) == ("transport", {"loads": ["goods"]}, "")
    assert kind_of("transport").requirements(accepted) == {"goods": True}


# --- throwing a draft away ---


def test_a_draft_is_thrown_away_by_its_organisation(client: Client, organisation: Organisation, writer: User) -> None:
    post = begin(organisation, writer, resource="place")
    confirm = reverse("matching:post_confirm", args=[post.pk, "discard"])
    for page in (reverse("matching:post_edit", args=[post.pk]), reverse("matching:my_posts"), post.get_absolute_url()):
        assert confirm in client.get(page).content.decode()
    client.get(confirm)
    assert Post.objects.filter(pk=post.pk).exists()
    answer = client.post(reverse("matching:post_action", args=[post.pk, "discard"]), follow=True)
    assert "下書きを消しました。" in answer.content.decode()
    assert not Post.objects.filter(pk=post.pk).exists()
    assert trail(post)[-1] == ("post.discarded", "draft", "")
    assert client.post(reverse("matching:post_action", args=[post.pk, "discard"])).status_code == 404


def test_nobody_else_throws_it_away(client: Client, organisation: Organisation) -> None:
    post = begin(organisation, member_of(organisation), resource="place")
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(reverse("matching:post_confirm", args=[post.pk, "discard"])).status_code == 404
    assert client.post(reverse("matching:post_action", args=[post.pk, "discard"])).status_code == 404
    assert Post.objects.filter(pk=post.pk).exists()


@pytest.mark.parametrize("state", [state for state in PostState.values if state != PostState.DRAFT])
def test_what_was_ever_handed_in_is_not_thrown_away(state: str) -> None:
    post = PostFactory(state=state)
    with pytest.raises(TransitionError):
        transitions.discard_draft(post.pk, actor=post.author)
    assert Post.objects.filter(pk=post.pk).exists()


# --- reading ---


def test_a_page_says_whom_to_ask_when_nobody_can_carry(client: Client) -> None:
    stranded = OfferFactory(resource="food", carrying="no_means", areas=["14205"])
    html = client.get(stranded.get_absolute_url()).content.decode()
    board = reverse("matching:board")
    assert f'href="{board}?direction=offer&amp;resource=transport&amp;area=14205&amp;nearby=on"' in html
    assert "運ぶ手段がありません" in html
    brought = OfferFactory(resource="food", carrying="delivered")
    assert "resource=transport" not in client.get(brought.get_absolute_url()).content.decode()


@pytest.mark.parametrize("resource", list(KINDS))
def test_each_resource_reads_well_on_its_page(client: Client, resource: str) -> None:
    day = timezone.localdate() + timedelta(days=20)
    post = OfferFactory(resource=resource, available_from=day, available_until=day, themes=["children"])
    html = client.get(post.get_absolute_url()).content.decode()
    facts = html[html.index("post-facts") :]
    assert facts.index("場所：") < facts.index("日時：") < facts.index("分野：")
    assert "話しあっておくと安心なこと" in html

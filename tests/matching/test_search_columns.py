"""What posts are found by stays true: when names, kinds and synonyms change, and when somebody is erased."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import search_tasks, search_text
from matching.enums import PostState
from matching.models import Post, SearchBuild
from matching.post_search import search
from matching.transitions import publish_post, save_draft, submit_post
from members.enums import OrganisationKind
from members.transitions import erase_organisation, erase_person, update_profile
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tomoiki.vocabulary.models import SynonymGroup
from tomoiki.web import background

pytestmark = pytest.mark.django_db


def found(words: str) -> list[int]:
    return list(search(Post.objects.all(), words).order_by("pk").values_list("pk", flat=True))


def test_drafts_and_publications_set_all_columns() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.COMPANY)
    owner = member_of(organisation)
    data = {
        "direction": "offer",
        "resource": "skill",
        "title": "会計を教えられます",
        "body": "月に一度、帳簿の付け方をお伝えします。",
        "areas": ["14205"],
    }
    post = save_draft(None, data=data, on_behalf=organisation, actor=owner)
    post.refresh_from_db()
    assert post.organisation_kind == "company"
    assert {"w:会計", "tw:会計", "x:藤沢"} <= set(post.search_terms)
    assert "会計を教えられます" in post.search_text
    submit_post(post.pk, actor=owner)
    # Whatever happened to the columns meanwhile: published, it is found.
    Post.objects.filter(pk=post.pk).update(search_terms=[], search_text="", organisation_kind="")
    publish_post(post.pk, actor=StaffFactory())
    assert found("会計 藤沢") == [post.pk]


def test_answers_to_a_resources_questions_are_found() -> None:
    post = PostFactory(resource="food", title="お米をさしあげます", details={"allergens": ["wheat"]})
    assert found("お米") == [post.pk]
    assert found("食べもの") == [post.pk]


def test_another_kind_of_organisation_is_known_to_its_posts() -> None:
    organisation = OrganisationFactory(kind=OrganisationKind.NPO)
    post = PostFactory(organisation=organisation)
    update_profile(organisation.pk, data={"kind": "university", "name": "みほん大学"}, actor=StaffFactory())
    post.refresh_from_db()
    assert post.organisation_kind == "university"
    assert found("みほん大学") == [post.pk]


def test_a_group_that_is_not_named_is_not_found_by_its_name() -> None:
    desk = DeskFactory()
    group = RelayedGroupFactory(desk=desk, name="夕波町内会")
    agreed = {"group_agreed_by": "phone", "group_agreed_on": timezone.localdate()}
    post = PostFactory(organisation=desk, on_behalf_of=group, group_named=False, **agreed)
    assert not any("夕波" in term for term in post.search_terms)
    Post.objects.filter(pk=post.pk).update(group_named=True)
    search_text.rebuild_for(group)
    assert found("夕波町内会") == [post.pk]


def test_an_erased_name_is_in_no_column() -> None:
    organisation = OrganisationFactory()
    person = member_of(organisation, name="葉月 なぎさ")
    member_of(organisation)
    post = PostFactory(organisation=organisation, author=person, body="担当は葉月 なぎさです。")
    assert found("葉月") == [post.pk]
    erase_person(person.pk, actor=person)
    post.refresh_from_db()
    assert "葉月" not in post.search_text
    assert not any("葉月" in term or "なぎさ" in term for term in post.search_terms)
    assert found("退会した方") == [post.pk]


def test_an_erased_organisations_posts_are_found_by_nothing() -> None:
    organisation = OrganisationFactory(state="withdrawn")
    post = PostFactory(organisation=organisation, state=PostState.CLOSED)
    erase_organisation(organisation.pk, actor=StaffFactory())
    post.refresh_from_db()
    assert (post.search_text, post.search_terms) == ("", [])
    search_text.rebuild_posts(Post.objects.all())
    post.refresh_from_db()
    assert post.search_terms == []


# --- building anew ---


def test_other_synonyms_build_only_what_differs_and_then_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_text, "BATCH", 2)
    monkeypatch.setattr(background, "wake", lambda task: None)
    posts = [PostFactory(title=f"むつみ体操の会{number}") for number in range(3)]
    other = PostFactory(title="畑の会", body="")
    while search_text.rebuild_some() is not None:
        pass
    before = dict(Post.objects.values_list("pk", "updated_at"))
    SynonymGroup.objects.create(words=["紙芝居喫茶", "むつみ体操"], direction="equal", code="test")
    assert found("紙芝居喫茶") == []
    differing = [search_text.rebuild_some() for _ in range(4)]
    assert (differing[0], sum(number or 0 for number in differing), differing[-1]) == (2, 3, None)
    assert found("紙芝居喫茶") == [post.pk for post in posts]
    assert search_tasks.rebuild_search() == 0
    # Nothing that anybody wrote has changed.
    assert dict(Post.objects.values_list("pk", "updated_at")) == before
    assert other.pk in before


def test_a_build_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_text, "BATCH", 1)
    posts = [PostFactory(title=f"手話の会{number}") for number in range(3)]
    Post.objects.update(search_terms=[], search_text="")
    assert search_text.rebuild_some() == 1
    forming = search_text._fill

    def dies(*args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(search_text, "_fill", dies)
    with pytest.raises(SystemExit):
        search_text.rebuild_some()
    monkeypatch.setattr(search_text, "_fill", forming)
    assert found("手話") == [posts[0].pk]
    assert SearchBuild.objects.get().built_until == posts[0].pk
    assert [search_text.rebuild_some() for _ in range(3)] == [1, 1, None]
    assert found("手話") == [post.pk for post in posts]


def test_the_command_builds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    post = PostFactory(title="手話の会")
    call_command("rebuild_search")
    Post.objects.update(search_terms=[], search_text="")
    call_command("rebuild_search")
    assert found("手話") == []
    call_command("rebuild_search", "--all")
    assert found("手話") == [post.pk]
    assert "1件を作りなおしました" in capsys.readouterr().out


def test_one_post_more_costs_no_query_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def queries() -> int:
        SearchBuild.objects.update(version="")
        with CaptureQueriesContext(connection) as captured:
            search_text.rebuild_some()
        return len(captured)

    PostFactory()
    search_text.rebuild_some()
    one = queries()
    PostFactory.create_batch(3)
    assert queries() == one

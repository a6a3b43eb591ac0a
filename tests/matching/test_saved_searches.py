"""Searches that people keep: what they are told of, once, and what they may do with them."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import search_tasks
from matching.enums import PostState, Visibility
from matching.enums.searches import SearchRhythm
from matching.models import Post, SavedSearch, SavedSearchHit
from matching.saved_searches import newly_published
from matching.search_tasks import tell_saved_searches
from matching.transitions.searches import MOST, change_search, forget_search, keep_search, next_turn, tell_of_new_posts
from members.transitions import erase_person
from tests.factories.matching import PostFactory
from tests.factories.members import OrganisationFactory, UserFactory, member_of
from tests.factories.searches import SavedSearchFactory
from tomoiki.audit.actors import SCHEDULER
from tomoiki.audit.models import Entry
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Urgency
from tomoiki.notifications.models import Message, Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db

LIST = reverse("matching:saved_searches")
NEW = reverse("matching:saved_search_new")


def told(search: SavedSearch) -> list[str]:
    """The subjects of what its person was told."""
    rows = Notification.objects.filter(code="matching_new_for_search", recipient=search.person)
    return list(rows.order_by("pk").values_list("subject", flat=True))


# --- telling ---


def test_only_what_is_new_and_fits_is_told_and_only_once() -> None:
    PostFactory(title="前からある手話の会", published_at=timezone.now() - timedelta(minutes=5))
    search = SavedSearchFactory()
    assert tell_saved_searches() == 0
    PostFactory(title="手話を学ぶ会", published_at=timezone.now())
    PostFactory(title="畑を耕す会", published_at=timezone.now())
    assert tell_saved_searches() == 1
    assert told(search) == ["「手話」に合う掲載が1件あります"]
    assert tell_saved_searches() == 0
    PostFactory(title="手話の相談", published_at=timezone.now())
    assert tell_saved_searches() == 1
    assert len(told(search)) == 2
    assert SavedSearchHit.objects.filter(search=search).count() == 2
    message = Message.objects.filter(code="matching_new_for_search").latest("pk")
    assert "手話の相談" in message.text_body
    assert "手話を学ぶ会" not in message.text_body


def test_a_publication_that_comes_to_light_late_is_not_lost() -> None:
    search = SavedSearchFactory(asked_since=timezone.now() - timedelta(days=2))
    PostFactory(title="手話の会", published_at=timezone.now())
    assert tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER) == 1
    # Its transaction began before the search looked, and was committed after.
    PostFactory(title="遅れて見えた手話の会", published_at=timezone.now() - timedelta(minutes=20))
    assert tell_saved_searches() == 1
    assert len(told(search)) == 2


def test_a_daily_search_gathers_until_the_morning() -> None:
    now = timezone.now()
    search = SavedSearchFactory(rhythm=SearchRhythm.DAILY, due_at=next_turn(SearchRhythm.DAILY, now))
    PostFactory.create_batch(3, title="手話の会", published_at=timezone.now())
    assert tell_saved_searches() == 0
    SavedSearch.objects.update(due_at=now - timedelta(minutes=1))
    assert tell_saved_searches() == 1
    assert told(search) == ["「手話」に合う掲載が3件あります"]
    search.refresh_from_db()
    assert timezone.localtime(search.due_at).hour == 7
    assert search.due_at > now
    notice = Notification.objects.get(code="matching_new_for_search")
    assert notice.urgency == Urgency.NORMAL


def test_whoever_wants_no_news_gets_none() -> None:
    search = SavedSearchFactory(rhythm=SearchRhythm.NEVER)
    PostFactory(title="手話の会", published_at=timezone.now())
    assert tell_saved_searches() == 0
    assert tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER) == 0


def test_somebody_inactive_is_told_nothing() -> None:
    search = SavedSearchFactory(person__is_active=False)
    PostFactory(title="手話の会", published_at=timezone.now())
    assert tell_saved_searches() == 0
    assert told(search) == []


@pytest.mark.parametrize(("belongs", "number"), [(False, 0), (True, 1)])
def test_what_only_members_see_is_told_to_members_only(belongs: bool, number: int) -> None:
    person = member_of(OrganisationFactory()) if belongs else UserFactory()
    SavedSearchFactory(person=person)
    PostFactory(title="手話の会", visibility=Visibility.MEMBERS, published_at=timezone.now())
    assert tell_saved_searches() == number


def test_ones_own_posts_are_no_news() -> None:
    organisation = OrganisationFactory()
    SavedSearchFactory(person=member_of(organisation))
    PostFactory(title="手話の会", organisation=organisation, published_at=timezone.now())
    assert tell_saved_searches() == 0


def test_what_is_off_the_board_again_is_not_told() -> None:
    SavedSearchFactory()
    PostFactory(title="手話の会", state=PostState.PAUSED, published_at=timezone.now())
    PostFactory(title="畑の会", published_at=timezone.now())
    assert tell_saved_searches() == 0


def test_a_condition_that_is_no_more_tells_of_nothing_rather_than_of_everything() -> None:
    SavedSearchFactory(conditions={"q": ["手話"], "theme": ["gone-from-the-list"]})
    PostFactory(title="手話の会", published_at=timezone.now())
    assert tell_saved_searches() == 0


def test_one_search_that_fails_does_not_keep_the_others_from_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SavedSearchFactory(), SavedSearchFactory()
    PostFactory(title="手話の会", published_at=timezone.now())

    def fails_for_the_first(search: SavedSearch, since: datetime) -> Any:
        if search.pk == first.pk:
            raise RuntimeError("the database was away")
        return newly_published(search, since)

    monkeypatch.setattr(search_tasks, "newly_published", fails_for_the_first)
    assert tell_saved_searches() == 1
    assert (told(first), len(told(second))) == ([], 1)
    monkeypatch.undo()
    assert tell_saved_searches() == 1
    assert len(told(first)) == 1


def test_a_run_asks_nothing_of_searches_while_nothing_was_published() -> None:
    PostFactory(title="手話の会", published_at=timezone.now() - timedelta(days=3))
    SavedSearchFactory.create_batch(3)
    with CaptureQueriesContext(connection) as captured:
        assert tell_saved_searches() == 0
    assert len(captured) == 2


def test_only_what_was_published_since_is_looked_at() -> None:
    search = SavedSearchFactory()
    PostFactory(title="手話の会", published_at=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER)
    asked = [query["sql"] for query in captured if "search_terms" in query["sql"] and "published_at" in query["sql"]]
    assert asked
    assert all('"published_at" > ' in sql for sql in asked)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once() -> None:
    search = SavedSearchFactory()
    PostFactory(title="手話の会", published_at=timezone.now())
    numbers = at_once(lambda: tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER))
    assert sorted(numbers) == [0, 1]
    assert len(told(search)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_the_end_leaves_everything_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    search = SavedSearchFactory()
    PostFactory(title="手話の会", published_at=timezone.now())

    def dies(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(outbox, "put", dies)
    with pytest.raises(SystemExit):
        tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER)
    monkeypatch.undo()
    assert (SavedSearchHit.objects.count(), told(search)) == (0, [])
    assert tell_of_new_posts(search.pk, finding=newly_published, actor=SCHEDULER) == 1


def at_once(verb: Callable[[], Any]) -> list[Any]:
    """What two threads that begin together get from ``verb``."""
    results: list[Any] = []
    begin = threading.Barrier(2)

    def run() -> None:
        try:
            begin.wait(10)
            results.append(verb())
        except TransitionError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


# --- keeping, changing, forgetting ---


def keep(person: Any, **more: Any) -> SavedSearch:
    values: dict[str, Any] = {"name": "手話", "conditions": {"q": ["手話"]}, "rhythm": SearchRhythm.DAILY, **more}
    return keep_search(**values, actor=person)


def test_keeping_is_noted_without_what_is_looked_for() -> None:
    search = keep(UserFactory(), name="  手話　の  会 ")
    assert search.name == "手話 の 会"
    entry = Entry.objects.get(action="saved_search.kept")
    assert (entry.object_id, entry.codes) == (search.pk, {"rhythm": "daily"})


@pytest.mark.parametrize("values", [{"name": " "}, {"name": "あ" * 41}, {"conditions": {}}, {"conditions": {"q": []}}])
def test_what_cannot_be_kept_is_said(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        keep(UserFactory(), **values)


def test_a_double_click_keeps_one_and_the_number_is_limited() -> None:
    person = UserFactory()
    assert keep(person, idempotency_key="k") == keep(person, idempotency_key="k")
    SavedSearchFactory.create_batch(MOST - 1, person=person)
    with pytest.raises(TransitionError) as refusal:
        keep(person)
    assert refusal.value.code == "too_many"
    assert keep(UserFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_one_keeps_the_last_search() -> None:
    person = UserFactory()
    SavedSearchFactory.create_batch(MOST - 1, person=person)
    results = at_once(lambda: keep(person).name)
    assert sorted(results) == ["too_many", "手話"]
    assert SavedSearch.objects.of(person).count() == MOST


def test_other_conditions_begin_to_count_now() -> None:
    search = SavedSearchFactory(asked_since=timezone.now() - timedelta(days=9))
    PostFactory(title="畑の会", published_at=timezone.now() - timedelta(minutes=1))
    change_search(search.pk, name="畑", rhythm=SearchRhythm.AT_ONCE, conditions={"q": ["畑"]}, actor=search.person)
    assert tell_saved_searches() == 0
    PostFactory(title="新しい畑の会", published_at=timezone.now())
    assert tell_saved_searches() == 1


def test_news_that_were_switched_off_for_a_while_are_not_made_up_for() -> None:
    search = SavedSearchFactory(rhythm=SearchRhythm.NEVER, asked_since=timezone.now() - timedelta(days=9))
    PostFactory(title="手話の会", published_at=timezone.now() - timedelta(minutes=1))
    change_search(search.pk, name="手話", rhythm=SearchRhythm.AT_ONCE, actor=search.person)
    assert tell_saved_searches() == 0


def test_nobody_touches_anothers() -> None:
    search = SavedSearchFactory()
    with pytest.raises(PermissionDenied):
        change_search(search.pk, name="x", rhythm=SearchRhythm.NEVER, actor=UserFactory())
    with pytest.raises(PermissionDenied):
        forget_search(search.pk, actor=UserFactory())
    forget_search(search.pk, actor=search.person)
    forget_search(search.pk, actor=search.person)
    assert not SavedSearch.objects.exists()


def test_they_go_with_the_person() -> None:
    search = SavedSearchFactory()
    SavedSearchHit.objects.create(search=search, post=PostFactory())
    erase_person(search.person.pk, actor=search.person)
    assert not SavedSearch.objects.exists()
    assert Post.objects.count() == 1


# --- the pages ---


def test_from_the_board_to_a_kept_search_and_back(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    board = client.get("/board/?q=手話&area=14205&nearby=on&cursor=rubbish&order=relevance")
    keep_url = board.context["keep_url"]
    form = client.get(keep_url).context["form"]
    assert form["name"].value() == "手話 藤沢市とその近く"
    data = {name: form[name].value() for name in form.fields}
    assert client.post(NEW, {**data, "rhythm": "at_once"}).status_code == 302
    assert client.post(NEW, {**data, "rhythm": "at_once"}).status_code == 302
    search = SavedSearch.objects.get()
    assert search.conditions == {"q": ["手話"], "area": ["14205"], "nearby": ["on"]}
    PostFactory(title="手話の会", areas=["14205"], published_at=timezone.now())
    assert [card.title for card in client.get(search.get_absolute_url()).context["cards"]] == ["手話の会"]
    assert tell_saved_searches() == 1
    assert [card.title for card in client.get(search.found_url).context["cards"]] == ["手話の会"]
    assert "手話" in client.get(LIST).content.decode()


def test_nothing_set_or_nothing_that_lasts_cannot_be_kept(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/board/").context["keep_url"] == ""
    assert client.get("/board/?since=2027-04-01").context["keep_url"] == ""
    assert client.get(NEW).status_code == 302
    assert client.post(NEW, {"name": "x", "rhythm": "daily", "conditions": "x=1"}).status_code == 302
    assert not SavedSearch.objects.exists()


def test_changing_and_forgetting_on_the_page(client: Client) -> None:
    search = SavedSearchFactory()
    client.force_login(search.person)
    edit = reverse("matching:saved_search_edit", args=[search.pk])
    board = client.get(f"/board/?q=畑&kept={search.pk}")
    assert "「手話」を、この条件に変える" in board.content.decode()
    assert board.context["keep_url"] == f"{edit}?q=%E7%95%91"
    for others in (SavedSearchFactory().pk, 10**30, "x"):
        assert client.get(f"/board/?q=畑&kept={others}").context["keep_url"].startswith(NEW)
    form = client.get(f"{edit}?q=畑").context["form"]
    assert form["conditions"].value() == "q=%E7%95%91"
    data = {name: form[name].value() or "" for name in form.fields}
    assert client.post(edit, {**data, "name": "", "rhythm": "never"}).status_code == 200
    assert client.post(edit, {**data, "name": "畑", "rhythm": "never"}).status_code == 302
    search.refresh_from_db()
    assert (search.name, search.rhythm, search.conditions) == ("畑", "never", {"q": ["畑"]})
    forget = reverse("matching:saved_search_forget", args=[search.pk])
    assert client.get(forget).status_code == 200
    assert SavedSearch.objects.of(search.person).exists()
    assert client.post(forget).status_code == 302
    assert client.post(forget).status_code == 302
    assert not SavedSearch.objects.of(search.person).exists()


def test_the_twenty_first_is_refused_on_the_page(client: Client) -> None:
    person = UserFactory()
    SavedSearchFactory.create_batch(MOST, person=person)
    client.force_login(person)
    response = client.post(NEW, {"name": "手話", "rhythm": "daily", "conditions": "q=手話", "key": "k"})
    assert response.status_code == 200
    assert f"{MOST}件まで" in response.content.decode()


@pytest.mark.parametrize("name", ["saved_search", "saved_search_edit", "saved_search_forget"])
def test_anothers_is_not_there(client: Client, name: str) -> None:
    client.force_login(UserFactory())
    address = reverse(f"matching:{name}", args=[SavedSearchFactory().pk])
    assert client.get(address).status_code == 404
    if name != "saved_search":
        assert client.post(address).status_code == 404


def test_lists_cost_the_same_for_one_and_three(client: Client) -> None:
    search = SavedSearchFactory()
    client.force_login(search.person)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    for number in range(4):
        SavedSearchHit.objects.create(search=search, post=PostFactory(title=f"手話{number}"))
    client.get(search.found_url)
    assert queries(search.found_url) <= 14
    one = queries(LIST)
    SavedSearchFactory.create_batch(2, person=search.person)
    assert queries(LIST) == one

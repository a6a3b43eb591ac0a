"""Two at once where a desk speaks for a group: each of these runs two transitions in two real transactions."""

from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState
from matching.models import OfflineResponse, Post
from members.models import Organisation, RelayedGroup
from members.transitions import add_group
from tests.factories.matching import IntroductionFactory, PostFactory, somebody_of
from tests.factories.members import StaffFactory
from tests.factories.relay import DeskFactory
from tests.matching.relayed import answered, clerk_of, group_of, need_of, side_of, told_yes
from tests.matching.test_races import at_once
from tests.matching.traces import told
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import Conversation
from tomoiki.places.models import Municipality

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of here is what stands in the outbox; sending it is tested elsewhere."""
    monkeypatch.setattr("tomoiki.notifications.dispatch.wake_worker", lambda pks: None)


def entries(obj: Any, action: str) -> int:
    return Entry.objects.about(obj).filter(action=action).count()


def test_the_desk_and_staff_write_down_one_answer() -> None:
    group = group_of()
    introduction, staff = answered(need_of(group)), StaffFactory()
    results = at_once(
        lambda: told_yes(introduction, group),
        lambda: told_yes(introduction, group, actor=staff),
    )
    assert results == ["done", "done"]
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED
    assert entries(introduction, "introduction.answered") == 1
    assert Conversation.objects.about(introduction).count() == 1


def test_yes_and_no_of_one_group_at_once_are_one_of_both() -> None:
    group = group_of()
    introduction = answered(need_of(group))
    results = at_once(
        lambda: told_yes(introduction, group),
        lambda: told_yes(introduction, group, answer="no", reason="dates"),
    )
    assert sorted(results) == ["answered_already", "done"]
    assert entries(introduction, "introduction.answered") == 1


def test_an_answer_on_paper_and_the_other_sides_online_make_it_together() -> None:
    introduction = IntroductionFactory()
    need, offer = introduction.participants.get(side="need"), introduction.participants.get(side="offer")
    actor, staff = somebody_of(offer.organisation), StaffFactory()

    def on_paper() -> None:
        transitions.record_offline_answer(
            introduction.pk,
            participant=need.pk,
            answer="yes",
            channel="paper",
            received_on=timezone.localdate(),
            actor=staff,
        )

    def online() -> None:
        transitions.answer_introduction(introduction.pk, participant=offer.pk, answer="yes", actor=actor)

    assert at_once(on_paper, online) == ["done", "done"]
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED
    assert entries(introduction, "introduction.agreed") == 1


def test_one_side_answers_online_while_staff_write_the_same_down() -> None:
    introduction = IntroductionFactory()
    need = introduction.participants.get(side="need")
    actor, staff = somebody_of(need.organisation), StaffFactory()
    results = at_once(
        lambda: transitions.answer_introduction(introduction.pk, participant=need.pk, answer="yes", actor=actor),
        lambda: transitions.record_offline_answer(
            introduction.pk,
            participant=need.pk,
            answer="yes",
            channel="phone",
            received_on=timezone.localdate(),
            actor=staff,
        ),
    )
    assert results == ["done", "done"]
    assert entries(introduction, "introduction.answered") == 1
    assert len(told("matching_said_yes")) == 1


def test_the_news_is_handed_back_once() -> None:
    group = group_of()
    introduction = told_yes(answered(need_of(group)), group)
    side, actor = side_of(introduction, group), clerk_of(group)

    def tell() -> None:
        transitions.tell_group(introduction.pk, participant=side.pk, actor=actor)

    assert at_once(tell, tell) == ["done", "done"]
    assert entries(introduction, "introduction.group_told") == 1


def test_one_call_is_written_down_once() -> None:
    post = PostFactory()
    actor = somebody_of(post.organisation)

    def record() -> None:
        transitions.record_offline_response(
            post.pk,
            who="山道 歩",
            contact="046-000-0000",
            words="",
            channel="phone",
            received_on=timezone.localdate(),
            actor=actor,
            idempotency_key="one-form",
        )

    assert at_once(record, record) == ["done", "done"]
    assert OfflineResponse.objects.count() == 1


def test_a_double_click_adds_one_group() -> None:
    desk = DeskFactory()
    actor, place = somebody_of(desk), Municipality.objects.get(code="14205")

    def add() -> None:
        add_group(desk.pk, data={"name": "海風町内会", "kind": "block", "municipality": place}, actor=actor)

    calls: list[Callable[[], Any]] = [add, add]
    assert at_once(*calls) == ["done", "done"]
    assert RelayedGroup.objects.count() == 1


def test_a_hand_raised_for_a_group_never_waits_in_a_circle_with_whoever_changes_the_group() -> None:
    group, post = group_of(), PostFactory()
    raised: list[str] = []

    def raise_its_hand() -> None:
        raised.extend(at_once(lambda: respond_by_phone(post, group)))

    beside = Thread(target=raise_its_hand)
    with transaction.atomic():
        # As every change of a group does: its desk, then the group.
        Organisation.objects.select_for_update().get(pk=group.desk_id)
        beside.start()
        until_somebody_waits()
        RelayedGroup.objects.select_for_update().get(pk=group.pk)
    beside.join(20)
    assert raised == ["done"]


def respond_by_phone(post: Post, group: RelayedGroup) -> None:
    transitions.respond_for_group(
        post.pk,
        group=group,
        channel="phone",
        received_on=timezone.localdate(),
        message="手伝えます。",
        actor=clerk_of(group),
    )


def until_somebody_waits() -> None:
    """Until another connection waits for a lock of this one."""
    waiting = "select count(*) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"
    for _ in range(200):
        with connection.cursor() as cursor:
            # What a transaction once read of the others' doings it reads again, unless it is told to look anew.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise AssertionError("nobody waits")

"""What of matching waits for a member."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.enums import IntroductionState, PostState
from matching.views.introductions import with_news
from matching.waiting import waiting_in_matching
from members.enums import AffiliationRole
from members.models import Organisation, User
from tests.factories.matching import (
    IntroductionFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
    somebody_of,
)
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.conversations.models import Conversation
from tomoiki.conversations.transitions import mark_read, write_message
from tomoiki.web.waiting import Urgency, waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    made: Organisation = OrganisationFactory()
    return made


@pytest.fixture
def person(organisation: Organisation) -> User:
    return member_of(organisation)


def titles(user: User) -> list[str]:
    return [item.title for item in waiting_for(user) if item.url.startswith(("/posts", "/introductions"))]


def test_an_answer_waits_until_it_is_given(organisation: Organisation, person: User) -> None:
    post = PostFactory(organisation=organisation, title="やぐら組み立て")
    introduction = IntroductionFactory(post=post, responder=OrganisationFactory(name="見本建設"))
    (item,) = waiting_in_matching(person)
    assert (item.title, item.detail, item.button, item.due, item.urgency) == (
        "見本建設さんが「ぜひ」と言っています",
        "やぐら組み立て",
        "返事をする",
        introduction.respond_by,
        Urgency.SOON,
    )
    # Who raised the hand waits for the other side; a viewer and strangers have nothing to do.
    for other in (
        somebody_of(introduction.participants.get(post=None).organisation),
        member_of(organisation, AffiliationRole.VIEWER),
        member_of(OrganisationFactory()),
        StaffFactory(),
    ):
        assert titles(other) == []


def test_an_introduction_by_staff_waits_for_both() -> None:
    introduction = IntroductionFactory()
    for side in introduction.sides():
        assert len(titles(somebody_of(side.organisation))) == 1


def test_a_message_waits_until_it_is_read(organisation: Organisation, person: User) -> None:
    introduction = IntroductionFactory(post=PostFactory(organisation=organisation), state=IntroductionState.AGREED)
    other = introduction.participants.exclude(organisation=organisation).get()
    conversation = Conversation.objects.about(introduction).get()
    for body in ("はじめまして。", "金曜は17時半ごろ伺います。"):
        write_message(conversation.pk, body=body, actor=somebody_of(other.organisation), on_behalf_key=str(other.pk))
    (item,) = waiting_in_matching(person)
    assert (item.title, item.detail, item.button) == (
        f"{other.organisation.name}さんから新しいメッセージ",
        "「金曜は17時半ごろ伺います。」",
        "読む",
    )
    assert titles(somebody_of(other.organisation)) == []
    mark_read(conversation.pk, actor=person)
    assert titles(person) == []
    # What a colleague writes is the organisation's own: new for the other side alone.
    own = introduction.participants.get(organisation=organisation)
    write_message(conversation.pk, body="承知しました。", actor=member_of(organisation), on_behalf_key=str(own.pk))
    assert titles(person) == []
    partner = somebody_of(other.organisation)
    assert len(titles(partner)) == 1
    # The list of introductions says the same.
    assert with_news([introduction], person) == set()
    assert with_news([introduction], partner) == {introduction.pk}


def test_a_report_waits_sooner_once_the_other_side_told(organisation: Organisation, person: User) -> None:
    introduction = IntroductionFactory(
        post=PostFactory(organisation=organisation, title="夏祭り"), state=IntroductionState.UNDER_WAY
    )
    (item,) = waiting_in_matching(person)
    assert (item.title, item.url, item.urgency) == (
        "「夏祭り」は、どうでしたか",
        reverse("matching:report", args=[introduction.pk]),
        Urgency.LATER,
    )
    OutcomeFactory(
        introduction=introduction, participant=introduction.participants.exclude(organisation=organisation).get()
    )
    introduction.first_reported_at = timezone.now()
    introduction.save(update_fields=["first_reported_at"])
    (item,) = waiting_in_matching(person)
    assert (item.urgency, "報告しました" in item.detail) == (Urgency.NORMAL, True)


def test_posts_wait_for_their_owner(organisation: Organisation, person: User) -> None:
    posts: dict[str, dict[str, Any]] = {
        "返された": {"state": PostState.RETURNED},
        "下書き": {"state": PostState.DRAFT},
        "もうすぐ": {"expires_at": timezone.now() + timedelta(days=3)},
        "まだまだ": {},
        "確認中": {"state": PostState.SUBMITTED},
        "おしまい": {"state": PostState.CLOSED},
    }
    for title, fields in posts.items():
        PostFactory(organisation=organisation, title=title, **fields)
    assert titles(person) == [
        "「返された」に直しのお願いがあります",
        "「もうすぐ」の掲載が、まもなく終わります",
        "書きかけの下書き：「下書き」",
    ]


def test_what_staff_suggest_waits_for_the_owner(organisation: Organisation, person: User) -> None:
    post = PostFactory(organisation=organisation)
    PostRevisionFactory(post=post, author=StaffFactory())
    PostRevisionFactory(post=PostFactory(organisation=organisation), author=person)
    (item,) = waiting_in_matching(person)
    assert (item.url, "直し方のご提案" in item.title) == (post.get_absolute_url(), True)


def test_three_of_each_cost_as_many_queries_as_one(organisation: Organisation, person: User) -> None:
    def add() -> None:
        for state in (IntroductionState.ASKED, IntroductionState.UNDER_WAY):
            introduction = IntroductionFactory(post=PostFactory(organisation=organisation), state=state)
        other = introduction.participants.exclude(organisation=organisation).get()
        write_message(
            Conversation.objects.about(introduction).get().pk,
            body="こんにちは",
            actor=somebody_of(other.organisation),
            on_behalf_key=str(other.pk),
        )
        PostFactory(organisation=organisation, state=PostState.DRAFT)
        PostRevisionFactory(post=PostFactory(organisation=organisation), author=StaffFactory())

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            rows = list(waiting_in_matching(person))
        return len(rows), len(captured)

    add()
    one = queries()
    add()
    add()
    three = queries()
    assert (one[0] * 3, one[1]) == three
    assert one[1] <= 12

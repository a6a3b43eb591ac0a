"""Where an introduction stands, and whose turn it is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.enums import Answer, IntroductionState
from matching.models import Introduction, Participant
from matching.progress import Progress, progress_of
from members.enums import AffiliationRole
from members.models import User
from tests.factories.matching import IntroductionFactory, OfferFactory, OutcomeFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of

pytestmark = pytest.mark.django_db


def make(state: IntroductionState, **more: object) -> Introduction:
    return IntroductionFactory(
        state=state,
        post=PostFactory(organisation=OrganisationFactory(name="ひなたの庭")),
        offer=OfferFactory(organisation=OrganisationFactory(name="ここち住宅")),
        respond_by=None if state == IntroductionState.PROPOSED else date(2027, 12, 3),
        **more,
    )


def seen(introduction: Introduction, viewer: User) -> Progress:
    return progress_of(Introduction.objects.with_participants().get(pk=introduction.pk), viewer)


def people(introduction: Introduction) -> tuple[User, User]:
    need, offer = introduction.participants.order_by("pk")
    return somebody_of(need.organisation), somebody_of(offer.organisation)


def say_yes(introduction: Introduction, number: int) -> None:
    side = introduction.participants.order_by("pk")[number]
    Participant.objects.filter(pk=side.pk).update(answer=Answer.YES, answered_at=introduction.asked_at)


def test_prepared_is_for_staff_to_send() -> None:
    progress = seen(make(IntroductionState.PROPOSED), StaffFactory())
    assert (progress.step, progress.stopped, "両方にたずねる" in progress.sentence) == (1, False, True)


def test_asked_says_whose_turn_it_is() -> None:
    introduction = make(IntroductionState.ASKED)
    needing, giving = people(introduction)
    assert seen(introduction, needing) == Progress(
        2, "次はあなたのお返事です。12月3日（金）までにお返事ください。", my_turn=True
    )
    say_yes(introduction, 1)
    assert seen(introduction, needing).sentence == (
        "ここち住宅さんは「ぜひ」。次はあなたのお返事です。12月3日（金）までにお返事ください。"
    )
    assert seen(introduction, giving) == Progress(
        2, "ひなたの庭さんのお返事を待っています（12月3日（金）まで）。お返事が届いたら、お知らせします。"
    )
    assert seen(introduction, StaffFactory()).sentence == "ひなたの庭さんのお返事を待っています（12月3日（金）まで）。"


def test_whoever_may_only_read_is_told_whose_turn_it_is() -> None:
    introduction = make(IntroductionState.ASKED)
    reader = member_of(introduction.post.organisation, role=AffiliationRole.VIEWER)
    progress = seen(introduction, reader)
    assert not progress.my_turn
    assert progress.sentence.startswith("ひなたの庭さん、ここち住宅さんのお返事を待っています")


def test_agreed_and_under_way_say_what_comes_next() -> None:
    agreed = make(IntroductionState.AGREED)
    assert seen(agreed, people(agreed)[0]) == Progress(
        3, "ここち住宅さんと結ばれました。やりとりで、日にちや中身を打ち合わせてください。"
    )
    under_way = make(IntroductionState.UNDER_WAY)
    needing, giving = people(under_way)
    assert (seen(under_way, needing).step, seen(under_way, needing).my_turn) == (4, True)
    OutcomeFactory(introduction=under_way)
    assert seen(under_way, giving) == Progress(
        5, "ひなたの庭さんの報告が届きました。次はあなたの報告です。", my_turn=True
    )
    assert seen(under_way, needing) == Progress(5, "報告をありがとうございました。ここち住宅さんの報告を待っています。")
    assert seen(under_way, StaffFactory()).sentence == "ここち住宅さんの報告を待っています。"


def test_at_the_end_all_steps_are_done() -> None:
    introduction = make(IntroductionState.COMPLETED)
    OutcomeFactory(introduction=introduction)
    needing, giving = people(introduction)
    assert seen(introduction, needing) == Progress(6, "終わりました。ありがとうございました。")
    assert "今からでも" in seen(introduction, giving).sentence


def test_a_no_is_told_politely_and_to_its_own_side_plainly() -> None:
    introduction = make(IntroductionState.DECLINED)
    needing, giving = people(introduction)
    assert seen(introduction, giving) == Progress(
        2, "今回は見送りとなりました。ほかの相手を、いっしょにさがします。", stopped=True
    )
    assert "見送るとお返事しました" in seen(introduction, needing).sentence


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (IntroductionState.LAPSED, 2),
        (IntroductionState.WITHDRAWN, 2),
        (IntroductionState.NOT_NEEDED, 2),
        (IntroductionState.ENDED_EARLY, 3),
    ],
)
def test_what_stopped_stands_where_it_stopped(state: IntroductionState, step: int) -> None:
    introduction = make(state)
    progress = seen(introduction, people(introduction)[0])
    assert (progress.step, progress.stopped, progress.my_turn) == (step, True, False)


def test_a_list_costs_one_query_for_the_viewer() -> None:
    introduction = make(IntroductionState.UNDER_WAY)
    viewer = User.objects.get(pk=people(introduction)[0].pk)
    rows = list(Introduction.objects.with_participants())
    with CaptureQueriesContext(connection) as captured:
        for row in rows * 3:
            progress_of(row, viewer)
    assert len(captured) == 1

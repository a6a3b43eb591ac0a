"""What tests of desks share: a desk with a group, a need of that group, and a company that answers it."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState
from matching.models import Introduction, Participant, Post
from members.models import RelayedGroup, User
from tests.factories.matching import PostFactory, somebody_of
from tests.factories.members import OrganisationFactory
from tests.factories.relay import RelayedGroupFactory


def group_of(name: str = "海風町内会", **more: Any) -> RelayedGroup:
    made: RelayedGroup = RelayedGroupFactory(name=name, name_kana="ウミカゼチョウナイカイ", **more)
    somebody_of(made.desk)
    return made


def need_of(group: RelayedGroup, **more: Any) -> Post:
    values = {"group_named": True, "title": "夏祭りのやぐらを組む人手", **more}
    made: Post = PostFactory(
        organisation=group.desk,
        on_behalf_of=group,
        group_agreed_by="phone",
        group_agreed_on=date(2026, 4, 1),
        **values,
    )
    return made


def answered(post: Post, **more: Any) -> Introduction:
    """A company raised its hand."""
    helper = OrganisationFactory(name="見本工務店")
    return transitions.respond_to_post(
        post.pk, on_behalf=helper, message="10人でうかがえます。", actor=somebody_of(helper), **more
    )


def side_of(introduction: Introduction, group: RelayedGroup) -> Participant:
    return introduction.participants.get(group=group)


def clerk_of(group: RelayedGroup) -> User:
    return somebody_of(group.desk)


def told_yes(introduction: Introduction, group: RelayedGroup, **more: Any) -> Introduction:
    return transitions.record_offline_answer(
        introduction.pk,
        **{
            "participant": side_of(introduction, group).pk,
            "answer": "yes",
            "channel": "phone",
            "received_on": timezone.localdate(),
            "actor": clerk_of(group),
            **more,
        },
    )


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


AGREED = IntroductionState.AGREED

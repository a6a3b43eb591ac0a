"""What the participants are told about reporting, and when all is done."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.enums import Direction
from matching.models import Introduction, Participant
from matching.models.welcome import receives
from matching.notices.introductions import IntroductionNotice
from matching.notices.people import named
from members.models import User
from tomoiki.notifications.enums import Topic, Urgency


class OutcomeNotice(IntroductionNotice):
    """To those who have not reported yet."""

    topic = Topic.OUTCOME
    action_label = "報告する"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.together() if not side.has_reported]

    def link(self, recipient: User) -> str:
        return reverse("matching:report", args=[self.introduction.pk])


class OutcomeWanted(OutcomeNotice):
    """Some time has passed: how did it go?"""

    code = "matching_outcome_wanted"
    line = "かんたんな質問に答えるだけです。2分ほどで終わります。"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」は、どうでしたか"


class OtherSideReported(OutcomeNotice):
    """The other side told what came of it."""

    code = "matching_other_side_reported"
    urgency = Urgency.NORMAL
    line = "次は、あなたの報告です。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.by = by

    def told(self) -> Iterable[Participant]:
        # Those whom the giver helped are asked whether it was welcome instead, which leads on to the report.
        if self.by.side != Direction.OFFER:
            return super().told()
        return [side for side in super().told() if not receives(side)]

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}"

    def subject(self, recipient: User) -> str:
        return f"{named([self.by], 22)}が報告しました：「{self.title}」"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": named([self.by])}


class IntroductionCompleted(IntroductionNotice):
    """To everybody: thanks."""

    code = "matching_introduction_completed"
    topic = Topic.OUTCOME
    urgency = Urgency.NORMAL
    action_label = "報告を見る"
    line = "報告をありがとうございました。"

    def told(self) -> Iterable[Participant]:
        return self.introduction.together()

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎが終わりました"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "has_reported": self.side_of(recipient).has_reported}

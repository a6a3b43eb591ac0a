"""What the staff's bell says about introductions: where they may have to help, and what worked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.models import Introduction, Participant
from matching.notices.people import short, staff_people
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class IntroductionNews(Notice):
    """To staff, on the bell only: they look after many."""

    topic = Topic.STAFF
    urgency = Urgency.BELL

    def __init__(self, introduction: Introduction, *, actor: Actor | None = None) -> None:
        self.introduction = introduction
        self.actor = actor

    @property
    def title(self) -> str:
        return short(self.introduction.post, 30)

    @property
    def names(self) -> str:
        return " × ".join(side.own_label for side in self.introduction.sides())

    def about(self) -> Introduction:
        return self.introduction

    def audience(self) -> Iterable[User]:
        return staff_people(but=self.actor)

    def digest_text(self, recipient: User) -> str:
        return self.names

    def reason(self, recipient: User) -> str:
        return "事務局でおつなぎを見守る方のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:matching_introduction_change", args=[self.introduction.pk])

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"introduction": self.introduction, "names": self.names}


class StaffIntroductionAgreed(IntroductionNews):
    code = "matching_staff_introduction_agreed"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎが結ばれました"


class StaffIntroductionDeclined(IntroductionNews):
    """With the reason, which only staff read."""

    code = "matching_staff_introduction_declined"

    def __init__(
        self, introduction: Introduction, *, by: Participant, reason_label: str, actor: Actor | None = None
    ) -> None:
        super().__init__(introduction, actor=actor)
        self.by = by
        self.reason_label = reason_label

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは見送りになりました"

    def digest_text(self, recipient: User) -> str:
        return f"{self.by.own_label}：{self.reason_label}"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by, "reason_label": self.reason_label}


class StaffIntroductionLapsed(IntroductionNews):
    code = "matching_staff_introduction_lapsed"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは、お返事がありませんでした"


class StaffIntroductionEndedEarly(IntroductionNews):
    code = "matching_staff_introduction_ended_early"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎが途中で終わりました"


class StaffIntroductionCompleted(IntroductionNews):
    code = "matching_staff_introduction_completed"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎが終わりました"


class StaffParticipantLeft(IntroductionNews):
    """One of several went its own way."""

    code = "matching_staff_participant_left"

    def __init__(self, introduction: Introduction, *, by: Participant, reason_label: str, actor: Actor) -> None:
        super().__init__(introduction, actor=actor)
        self.by = by
        self.reason_label = reason_label

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}:{self.by.left_at:%Y%m%d%H%M%S}"

    def subject(self, recipient: User) -> str:
        return f"{short(self.by.own_label, 24)}が「{self.title}」から抜けました"

    def digest_text(self, recipient: User) -> str:
        return f"理由：{self.reason_label}"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by, "reason_label": self.reason_label}


class StaffLateYes(IntroductionNews):
    """Somebody would have liked to, when others had been found already."""

    code = "matching_staff_late_yes"

    def __init__(self, introduction: Introduction, *, by: Participant, actor: Actor) -> None:
        super().__init__(introduction, actor=actor)
        self.by = by

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}"

    def subject(self, recipient: User) -> str:
        return f"{short(self.by.own_label, 24)}から、遅れて「ぜひ」が届きました"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.title}」は、ほかの相手に決まっています。次のご紹介に役立ててください。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by}

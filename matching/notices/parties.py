"""What is told when somebody is asked along, joins, does not, or leaves."""

from collections.abc import Iterable, Mapping
from typing import Any

from matching.models import Introduction, Participant
from matching.notices.introductions import IntroductionNotice
from matching.notices.people import named
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Urgency


class _AboutOne(IntroductionNotice):
    """About one side; a number in its key tells one asking from the next."""

    one: Participant

    def key(self) -> str:
        moment = self.one.asked_at or self.one.answered_at or self.introduction.created_at
        return f"{self.code}:{self.one.pk}:{moment:%Y%m%d%H%M%S%f}"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "one": named([self.one]), "one_side": self.one}


class _ToOne(_AboutOne):
    """To the one that it is about."""

    def told(self) -> Iterable[Participant]:
        return [self.one]


class _ToTheOthers(_AboutOne):
    """To everybody else who is concerned."""

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.concerned() if side.pk != self.one.pk]


class InvitedAlong(_ToOne):
    """To somebody who is asked to take part as well."""

    code = "matching_invited_along"
    action_label = "内容を見て返事をする"

    def __init__(self, introduction: Introduction, *, newcomer: Participant) -> None:
        super().__init__(introduction)
        self.one = newcomer

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」に、いっしょに取り組みませんか"

    def digest_text(self, recipient: User) -> str:
        return self.one.invitation or "すすんでいるおつなぎに、加わっていただきたいとのことです。"


class InvitationReminder(InvitedAlong):
    """To somebody who was asked along and has not answered."""

    code = "matching_invitation_reminder"
    action_label = "返事をする"

    def subject(self, recipient: User) -> str:
        return f"お返事をお待ちしています：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return "「ぜひ」か「今回は見送る」を選ぶだけで終わります。"


class Joining(_ToTheOthers):
    """To the others' bell: one more was asked."""

    code = "matching_joining"
    urgency = Urgency.BELL

    def __init__(self, introduction: Introduction, *, newcomer: Participant, actor: Actor) -> None:
        super().__init__(introduction)
        self.one = newcomer
        self.actor = actor

    def audience(self) -> Iterable[User]:
        return [person for person in super().audience() if person != self.actor]

    def subject(self, recipient: User) -> str:
        return f"{named([self.one], 24)}にも、参加をお願いしました"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎです。お返事が届いたら、お知らせします。"


class Joined(_ToTheOthers):
    """To the others: somebody came along."""

    code = "matching_joined"
    action_label = "やりとりを見る"
    line = "これまでのやりとりも読んでもらえます。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.one = by

    def subject(self, recipient: User) -> str:
        return f"{named([self.one], 22)}が「{self.title}」に加わりました"


class WithoutOne(_ToTheOthers):
    """To the others' bell: one whom they can do without will not take part."""

    code = "matching_without_one"
    urgency = Urgency.BELL
    line = "ほかの団体で、このまま進めます。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.one = by

    def subject(self, recipient: User) -> str:
        return f"{named([self.one], 24)}は、今回は加わらないとのことです"


class Released(_ToOne):
    """To somebody who was asked along: it need not answer any more."""

    code = "matching_released"
    action_label = ""
    line = "お返事はいりません。お気持ちに感謝します。"

    def __init__(self, introduction: Introduction, *, released: Participant) -> None:
        super().__init__(introduction)
        self.one = released

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」への参加のお願いを、取り下げました"


class InvitationLapsed(_AboutOne):
    """To everybody: somebody who was asked along did not answer in time."""

    code = "matching_invitation_lapsed"
    line = "ほかの団体で、このまま進めます。"

    def __init__(self, introduction: Introduction, *, released: Participant) -> None:
        super().__init__(introduction)
        self.one = released

    def told(self) -> Iterable[Participant]:
        return [*self.introduction.together(), self.one]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」に加わるかどうかの、お返事の期限が過ぎました"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "was_waited_for": self.side_of(recipient).pk == self.one.pk}


class ParticipantLeft(_ToTheOthers):
    """To those who go on: one of them went its own way."""

    code = "matching_participant_left"
    action_label = "やりとりを見る"

    def __init__(self, introduction: Introduction, *, by: Participant, reason_label: str) -> None:
        super().__init__(introduction)
        self.one = by
        self.reason_label = reason_label

    def key(self) -> str:
        return f"{self.code}:{self.one.pk}:{self.one.left_at:%Y%m%d%H%M%S%f}"

    def subject(self, recipient: User) -> str:
        return f"{named([self.one], 20)}が「{self.title}」から抜けました"

    def digest_text(self, recipient: User) -> str:
        return f"理由：{self.reason_label}。ほかの団体で続けます。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "reason_label": self.reason_label, "note": self.one.left_note}

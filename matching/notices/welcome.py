"""What is told about whether something was welcome."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from matching.enums import Direction
from matching.models import Introduction, Participant, WelcomeConfirmation
from matching.models.welcome import receives
from matching.notices.introductions import IntroductionNotice
from matching.notices.people import named
from matching.notices.staff import IntroductionNews
from matching.welcome_keys import link_for
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Topic, Urgency


class WelcomeWanted(IntroductionNotice):
    """To those who were helped, once the giver has reported: was it truly welcome?"""

    code = "matching_welcome_wanted"
    topic = Topic.OUTCOME
    action_label = "ひとつ押して伝える"
    line = "ボタンをひとつ押すだけです。お礼のことばも書けます。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.by = by

    def key(self) -> str:
        return f"{self.code}:{self.introduction.pk}"

    def told(self) -> Iterable[Participant]:
        return awaited(self.introduction)

    def subject(self, recipient: User) -> str:
        return f"{named([self.by], 22)}の「{self.title}」は、喜ばれましたか"

    def link(self, recipient: User) -> str:
        side = self.side_of(recipient)
        if side.group_id is not None:
            # The desk asks the group, and writes down what it says.
            return f"{reverse('matching:welcome_record', args=[self.introduction.pk])}?side={side.pk}"
        return link_for(side, recipient.pk)

    def context(self, recipient: User) -> Mapping[str, Any]:
        side = self.side_of(recipient)
        return {**super().context(recipient), "by": named([self.by]), "group": side.group, "side": side}


def awaited(introduction: Introduction) -> list[Participant]:
    """The sides that were helped and have told neither here nor in their report whether it was welcome."""
    confirmed = set(WelcomeConfirmation.objects.filter(introduction=introduction).values_list("participant", flat=True))
    return [
        side for side in introduction.sides() if receives(side) and not side.has_reported and side.pk not in confirmed
    ]


class ThanksReceived(IntroductionNotice):
    """To those who gave: the words of those whom it reached."""

    code = "matching_thanks_received"
    topic = Topic.OUTCOME
    action_label = "ことばを読む"

    def __init__(self, confirmation: WelcomeConfirmation) -> None:
        super().__init__(confirmation.introduction)
        self.confirmation = confirmation

    def key(self) -> str:
        return f"{self.code}:{self.confirmation.pk}"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.together() if side.side == Direction.OFFER]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」は、{self.confirmation.get_welcome_display()}そうです"

    def digest_text(self, recipient: User) -> str:
        return self.confirmation.words[:120]

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#thanks"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            **super().context(recipient),
            "confirmation": self.confirmation,
            "by": self.confirmation.participant.honoured,
        }


class WordsInUse(ThanksReceived):
    """To those who gave: the words may be used now, or no longer."""

    code = "matching_words_in_use"
    urgency = Urgency.NORMAL

    def __init__(self, confirmation: WelcomeConfirmation) -> None:
        super().__init__(confirmation)
        # Allowed, ended and allowed again: each is told.
        self.moment = timezone.now()

    def key(self) -> str:
        return f"{self.code}:{self.confirmation.pk}:{self.moment:%Y%m%d%H%M%S%f}"

    def subject(self, recipient: User) -> str:
        if self.confirmation.may_be_used:
            return f"「{self.title}」へのお礼のことばを、紹介してよいそうです"
        return f"「{self.title}」へのお礼のことばを、紹介できなくなりました"


class StaffNotWelcome(IntroductionNews):
    """To the office alone: what was given was not what was wanted."""

    code = "matching_staff_not_welcome"

    def __init__(self, confirmation: WelcomeConfirmation, *, actor: Actor | None = None) -> None:
        super().__init__(confirmation.introduction, actor=actor)
        self.confirmation = confirmation

    def key(self) -> str:
        return f"{self.code}:{self.confirmation.pk}"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」は「{self.confirmation.get_welcome_display()}」という声が届きました"

    def digest_text(self, recipient: User) -> str:
        return self.confirmation.words[:120] or self.names

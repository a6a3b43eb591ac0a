"""Answers that did not come by the portal itself: how and on what day they reached us, and who speaks for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from matching.enums import TOLD_CHANNELS, AnswerChannel
from matching.models import Introduction
from members.models import Organisation, RelayedGroup


@dataclass(frozen=True)
class Told:
    """``received_on`` is None only for what somebody entered for themselves."""

    channel: str
    received_on: date | None = None

    @property
    def day(self) -> date:
        """When it came, of what did not come by the portal."""
        if self.received_on is None:
            raise ValueError("entered online")
        return self.received_on

    @property
    def online(self) -> bool:
        return self.channel == AnswerChannel.ONLINE

    @property
    def codes(self) -> dict[str, str]:
        """For the trail."""
        return {} if self.online else {"channel": str(self.channel)}


ONLINE = Told(AnswerChannel.ONLINE)


def told(channel: str, received_on: date | None, *, since: date | None = None) -> Told:
    """What was told by ``channel``; raise ``ValidationError`` by field where that cannot be."""
    if channel not in dict(TOLD_CHANNELS):
        raise ValidationError({"channel": "どのように届いたかを選んでください。"})
    if received_on is None:
        raise ValidationError({"received_on": "届いた日を入力してください。"})
    if received_on > timezone.localdate():
        raise ValidationError({"received_on": "これからの日は入れられません。届いた日を入力してください。"})
    if since is not None and received_on < since:
        raise ValidationError({"received_on": f"おたずねした日（{since.month}月{since.day}日）より前の日です。"})
    return Told(channel, received_on)


def asked_on(introduction: Introduction) -> date | None:
    """From when on an answer may have come."""
    return timezone.localdate(introduction.asked_at) if introduction.asked_at else None


def spoken_for(organisation: Organisation, group: RelayedGroup | None) -> dict[str, Any]:
    """The columns of a side that say for whom ``organisation`` speaks, if not for itself."""
    return {} if group is None else {"desk": organisation, "group": group}

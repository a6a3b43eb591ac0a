"""What those are told whose answer somebody else took down."""

from collections.abc import Iterable, Mapping
from typing import Any

from matching.enums import Answer
from matching.models import Introduction, Participant
from matching.notices.introductions import IntroductionNotice
from members.models import User
from tomoiki.audit.actors import Actor


class AnswerTaken(IntroductionNotice):
    """To the side whose answer came by telephone or on paper: this is what was written down."""

    code = "matching_answer_taken"
    action_label = "記録された内容を見る"

    def __init__(self, introduction: Introduction, *, by: Participant, actor: Actor) -> None:
        super().__init__(introduction)
        self.by = by
        self.actor = actor

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.sides if side.pk == self.by.pk]

    @property
    def answer(self) -> str:
        return "「今回は見送る」" if self.by.answer == Answer.NO else "「ぜひ」"

    @property
    def taker(self) -> str:
        return "事務局" if getattr(self.actor, "is_staff", True) else "掲載した団体の窓口"

    def subject(self, recipient: User) -> str:
        return f"うかがったお返事を記録しました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"{self.by.get_answer_channel_display()}でうかがった{self.answer}というお返事です。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": self.by, "answer": self.answer, "taker": self.taker}

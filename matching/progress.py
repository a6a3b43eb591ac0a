"""Where an introduction stands, for whoever looks at it: the step, and a sentence on whose turn it is."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.enums import Answer, InquiryEnd, IntroductionState
from matching.models import Introduction, Participant
from members.models import Affiliation, Organisation
from tomoiki.web.templatetags.ui import ja_short_date

STEPS = ("紹介", "お返事", "打ち合わせ", "実施", "報告")


@dataclass(frozen=True)
class Progress:
    """``step`` counts from 1 and is one more than there are steps once all is done (see ``{% stepper %}``).

    ``my_turn``: something waits for the viewer.
    """

    step: int
    sentence: str
    stopped: bool = False
    my_turn: bool = False


@dataclass(frozen=True)
class _View:
    """An introduction as one viewer sees it."""

    introduction: Introduction
    own: Sequence[Participant]
    others: Sequence[Participant]

    @property
    def answered_yes(self) -> list[Participant]:
        return [side for side in self.others if side.is_in]

    @property
    def unanswered(self) -> list[Participant]:
        """Whose answer is needed: of all, where the viewer speaks for every side."""
        return [side for side in (self.others or self.own) if side.required and side.is_awaited]

    @property
    def invited(self) -> list[Participant]:
        """Others who may still come along."""
        return [side for side in self.others if side.is_awaited and not side.required]

    @property
    def reported(self) -> list[Participant]:
        return [side for side in self.others if side.is_in and side.has_reported]

    @property
    def unreported(self) -> list[Participant]:
        return [side for side in (self.others or self.own) if side.is_in and side.required and not side.has_reported]

    @property
    def partners(self) -> list[Participant]:
        """Those who are in it with the viewer; a desk may speak for all of them."""
        return [side for side in self.others if side.is_in] or [side for side in self.own if side.is_in]

    @property
    def owner_waits(self) -> bool:
        """Whether the viewer's post is what several are being asked for, and nobody has said yes here yet."""
        return self.my(lambda side: not side.asked)

    @property
    def is_out(self) -> bool:
        """Whether the viewer had a side, and has none any more."""
        return bool(self.own) and not any(side.is_concerned or not side.asked for side in self.own)

    def my(self, question: Callable[[Participant], bool]) -> bool:
        return any(question(side) for side in self.own)


def progress_of(introduction: Introduction, viewer: Any) -> Progress:
    """How far ``introduction`` is, in the words of ``viewer``.

    ``viewer`` is a person, or the numbers of the organisations on whose side the sentence is to stand. From an
    introduction ``with_participants()`` no query is needed but the one for a person's organisations, once a request.
    """
    # A request's user is a lazy object, which passes for a collection.
    acts_for = _organisations_acted_for(viewer) if hasattr(viewer, "is_authenticated") else viewer
    sides = introduction.sides()
    own = [side for side in sides if side.organisation_id in acts_for or side.desk_id in acts_for]
    others = [side for side in sides if side not in own]
    return _TOLD[IntroductionState(introduction.state)](_View(introduction, own, others))


def _organisations_acted_for(user: Any) -> Collection[int]:
    """The numbers of the organisations ``user`` may answer for, asked once for each user object.

    Whoever may only read is told whose turn it is, not that it is theirs.
    """
    known: Collection[int] | None = user.__dict__.get("_acts_for")
    if known is None:
        known = user.__dict__["_acts_for"] = frozenset(
            Organisation.objects.able_to_act(user).values_list("pk", flat=True)
        )
    return known


def organisations_of(user: Any) -> Collection[int]:
    """The numbers of the organisations ``user`` belongs to, asked once for each user object (that is, a request)."""
    known: Collection[int] | None = user.__dict__.get("_belongs_to")
    if known is None:
        rows = Affiliation.objects.current().filter(user_id=user.pk).values_list("organisation", flat=True)
        known = user.__dict__["_belongs_to"] = frozenset(rows)
    return known


def names(sides: Sequence[Participant]) -> str:
    """ここち住宅さん、海風町内会さん（窓口：しおさい市社会福祉協議会）"""
    return "、".join(side.honoured for side in sides)


def _until(day: date | None) -> str:
    return f"{ja_short_date(day)}まで" if day else ""


def _proposed(view: _View) -> Progress:
    return Progress(1, "まだどちらにも知らせていません。「両方にたずねる」を押すと、お返事のお願いが届きます。")


def _asked(view: _View) -> Progress:
    until = _until(view.introduction.respond_by)
    if view.is_out:
        return _gone(view, 2)
    if view.my(lambda side: side.is_awaited):
        yes = f"{names(view.answered_yes)}は「ぜひ」。" if view.answered_yes else ""
        return Progress(2, f"{yes}次はあなたのお返事です。{until}にお返事ください。", my_turn=True)
    waiting = names(view.unanswered)
    if view.owner_waits:
        return Progress(2, f"事務局が{waiting}にたずねています（{until}）。「ぜひ」が届いたら、お知らせします。")
    if view.own:
        return Progress(2, f"{waiting}のお返事を待っています（{until}）。お返事が届いたら、お知らせします。")
    return Progress(2, f"{waiting}のお返事を待っています（{until}）。")


def _gone(view: _View, step: int) -> Progress:
    """For a side that is not, or no longer, part of what the others go on with."""
    if view.my(lambda side: side.answer == Answer.NO):
        said = "今回は見送るとお返事しました。お返事をありがとうございました。"
        return Progress(step, f"{said}ほかの団体で進めています。", stopped=True)
    if view.my(lambda side: side.answer == Answer.YES):
        return Progress(step, "このおつなぎから抜けました。ほかの団体で続けています。", stopped=True)
    return Progress(step, "参加のお願いは、取り下げられました。お返事はいりません。", stopped=True)


def _invited(view: _View, step: int) -> Progress:
    """For somebody who is asked to join those who have agreed already."""
    with_whom = names(view.answered_yes)
    sentence = f"{with_whom}と、いっしょに取り組みませんか。「ぜひ」か「今回は見送る」でお返事ください。"
    return Progress(step, sentence, my_turn=True)


def _and_invited(view: _View) -> str:
    return f"{names(view.invited)}にも、参加をお願いしています。" if view.invited else ""


def _agreed(view: _View) -> Progress:
    if view.is_out:
        return _gone(view, 3)
    if view.my(lambda side: side.is_awaited) and not view.my(lambda side: side.is_in):
        return _invited(view, 3)
    if view.own:
        told = f"{names(view.partners)}と結ばれました。やりとりで、日にちや中身を打ち合わせてください。"
        return Progress(3, f"{told}{_and_invited(view)}")
    return Progress(3, "結ばれました。参加している団体が、やりとりで打ち合わせています。")


def _under_way(view: _View) -> Progress:
    if view.is_out:
        return _gone(view, 4)
    if view.my(lambda side: side.is_awaited) and not view.my(lambda side: side.is_in):
        return _invited(view, 4)
    mine_open = view.my(lambda side: side.is_in and not side.has_reported)
    if view.reported and mine_open:
        return Progress(5, f"{names(view.reported)}の報告が届きました。次はあなたの報告です。", my_turn=True)
    if mine_open:
        return Progress(4, "実施に入りました。終わったら、どうなったかを報告してください。", my_turn=True)
    if view.own and view.unreported:
        return Progress(5, f"報告をありがとうございました。{names(view.unreported)}の報告を待っています。")
    if view.reported:
        return Progress(5, f"{names(view.unreported)}の報告を待っています。")
    return Progress(4, "実施に入りました。参加している団体の報告を待っています。")


def _completed(view: _View) -> Progress:
    if view.my(lambda side: side.is_in and not side.has_reported):
        return Progress(6, "終わりました。ありがとうございました。報告は、今からでもお送りいただけます。")
    return Progress(6, "終わりました。ありがとうございました。")


def _declined(view: _View) -> Progress:
    if view.my(lambda side: side.answer == Answer.NO):
        return Progress(2, "今回は見送るとお返事しました。お返事をありがとうございました。", stopped=True)
    return Progress(2, "今回は見送りとなりました。ほかの相手を、いっしょにさがします。", stopped=True)


def _lapsed(view: _View) -> Progress:
    if view.my(lambda side: side.is_awaited):
        told = "お返事の期限が過ぎたため、終わりました。あらためて進めたいときは、事務局へご連絡ください。"
        return Progress(2, told, stopped=True)
    return Progress(2, "お返事の期限が過ぎたため、終わりました。ほかの相手を、いっしょにさがします。", stopped=True)


def _withdrawn(view: _View) -> Progress:
    return Progress(2 if view.introduction.asked_at else 1, "取りやめになりました。", stopped=True)


#: To a candidate of an inquiry: others were quicker, or staff stopped asking.
_WHY_NOT_NEEDED: dict[str, str] = {
    InquiryEnd.ENOUGH: "先にお返事のあった団体と進めることになりました。お返事はいりません。",
    InquiryEnd.CLOSED: "お返事をいただかなくてよいことになりました。",
}


def _not_needed(view: _View) -> Progress:
    inquiry = view.introduction.inquiry
    why = _WHY_NOT_NEEDED.get(inquiry.closed_because) if inquiry is not None else None
    if why is not None and view.my(lambda side: side.is_awaited):
        return Progress(2, f"{why}ご検討をありがとうございました。", stopped=True)
    return Progress(2, "ほかの相手に決まりました。お返事はいりません。お気持ちをありがとうございました。", stopped=True)


def _ended_early(view: _View) -> Progress:
    return Progress(4 if view.introduction.started_at else 3, "途中で終わりました。", stopped=True)


_TOLD: dict[IntroductionState, Callable[[_View], Progress]] = {
    IntroductionState.PROPOSED: _proposed,
    IntroductionState.ASKED: _asked,
    IntroductionState.AGREED: _agreed,
    IntroductionState.UNDER_WAY: _under_way,
    IntroductionState.COMPLETED: _completed,
    IntroductionState.DECLINED: _declined,
    IntroductionState.LAPSED: _lapsed,
    IntroductionState.WITHDRAWN: _withdrawn,
    IntroductionState.NOT_NEEDED: _not_needed,
    IntroductionState.ENDED_EARLY: _ended_early,
}

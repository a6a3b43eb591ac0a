"""What a desk tells its group about an introduction, in short sentences to be read out on the telephone."""

from collections.abc import Sequence

from matching.enums import Answer, IntroductionState
from matching.models import Introduction, Participant
from tomoiki.web.templatetags.ui import ja_date


def news_for(introduction: Introduction, side: Participant) -> Sequence[str]:
    """The sentences for the group of ``side``: who the other is, what happened, and what comes next."""
    others = "、".join(f"{other.name}さん" for other in introduction.sides() if other.pk != side.pk)
    return [f"「{introduction.post}」のことで、お知らせします。", *_happened(introduction, side, others)]


def _happened(introduction: Introduction, side: Participant, others: str) -> Sequence[str]:
    state = IntroductionState(introduction.state)
    if state == IntroductionState.ASKED:
        return _asked(introduction, side, others)
    if state in {IntroductionState.AGREED, IntroductionState.UNDER_WAY}:
        going = (
            "今、実施しています。" if state == IntroductionState.UNDER_WAY else "日にちや中身は、これから相談します。"
        )
        return [
            f"{others}と、いっしょにすすめることになりました。",
            going,
            "相手との連絡は、わたしたち窓口がします。ご希望や心配なことがあれば、窓口へ言ってください。",
        ]
    if state == IntroductionState.COMPLETED:
        return [
            f"{others}とのことは、ぶじに終わりました。",
            "どうだったか、感想があれば聞かせてください。相手にも伝えます。",
            "ありがとうございました。",
        ]
    if state == IntroductionState.ENDED_EARLY:
        return [
            f"{others}とのことは、途中で終わりになりました。",
            "ほかに力になってくれるところを、いっしょにさがします。",
        ]
    return [_came_to_nothing(state, others), "ほかに力になってくれるところを、いっしょにさがします。"]


def _asked(introduction: Introduction, side: Participant, others: str) -> Sequence[str]:
    if side.answer != Answer.WAITING:
        return [f"{others}のお返事を待っています。お返事が来たら、またお知らせします。"]
    sentences = [
        f"{others}が、力になれるかもしれません。" if side.side == "need" else f"{others}が、お願いしたいそうです。"
    ]
    if introduction.message:
        sentences.append(f"こう言っています。「{introduction.message}」")
    until = f"{ja_date(introduction.respond_by)}までに、" if introduction.respond_by else ""
    return [*sentences, f"すすめてよいかどうか、{until}窓口に教えてください。ことわってもかまいません。"]


def _came_to_nothing(state: IntroductionState, others: str) -> str:
    return {
        IntroductionState.DECLINED: f"{others}は、今回は都合が合いませんでした。",
        IntroductionState.LAPSED: f"{others}とのことは、お返事がそろわないまま終わりました。",
        IntroductionState.WITHDRAWN: f"{others}とのことは、取りやめになりました。",
        IntroductionState.NOT_NEEDED: "ほかのところに決まりました。",
    }.get(state, f"{others}とのことは、終わりました。")

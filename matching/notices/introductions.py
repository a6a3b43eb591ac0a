"""What the participants of an introduction are told about it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from matching.enums import Answer
from matching.enums.doors import Purpose
from matching.models import Introduction, Participant, Post
from matching.notices.people import named, people_by_side, short
from members.enums import OrganisationState
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class IntroductionNotice(Notice):
    """To the people who act for those of its participants that ``told`` names."""

    topic = Topic.INTRODUCTION
    #: The sentence for the bell, where it is the same for everybody.
    line: ClassVar[str] = ""

    def __init__(self, introduction: Introduction) -> None:
        self.introduction = introduction
        self.sides = introduction.sides()

    def told(self) -> Iterable[Participant]:
        """Whose people hear of it; all who are concerned, unless a notice says otherwise."""
        return self.introduction.concerned()

    @cached_property
    def people(self) -> dict[User, list[Participant]]:
        return people_by_side(self.told())

    def side_of(self, recipient: User) -> Participant:
        """In whose name this person hears of it."""
        return self.people[recipient][0]

    def others(self, recipient: User) -> list[Participant]:
        """The sides on which this person does not stand; all, where a desk speaks for all of them."""
        own = {side.pk for side in self.people[recipient]}
        agreed = self.introduction.agreed_at is not None
        there = [side for side in self.sides if (side.is_in if agreed else side.left_at is None)]
        return [side for side in there if side.pk not in own] or there

    @property
    def title(self) -> str:
        return short(self.introduction.post, 24)

    def about(self) -> Introduction:
        return self.introduction

    def audience(self) -> Iterable[User]:
        return self.people

    def digest_text(self, recipient: User) -> str:
        return self.line

    def reason(self, recipient: User) -> str:
        return f"このおつなぎに参加している{self.side_of(recipient).speaks}の担当者のため"

    def link(self, recipient: User) -> str:
        return self.introduction.get_absolute_url()

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "introduction": self.introduction,
            "post": self.introduction.post,
            "side": self.side_of(recipient),
            "others": named(self.others(recipient)),
        }


class IntroductionAsked(IntroductionNotice):
    """To both sides: staff think they would go well together."""

    code = "matching_introduction_asked"
    action_label = "内容を見て返事をする"

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.sides if side.is_awaited]

    def subject(self, recipient: User) -> str:
        return f"{short(named(self.others(recipient), 33), 34)}をご紹介します。お返事をください"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.introduction.post}」のおつなぎです。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        other_posts = [side.post for side in self.others(recipient) if side.post]
        return {**super().context(recipient), "own_post": self.side_of(recipient).post, "other_posts": other_posts}


class HandRaised(IntroductionNotice):
    """To the owner of a post: somebody answered it."""

    code = "matching_hand_raised"
    action_label = "内容を見て返事をする"

    def __init__(self, introduction: Introduction, *, responder: Participant) -> None:
        super().__init__(introduction)
        self.responder = responder

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.sides if side.is_awaited]

    def subject(self, recipient: User) -> str:
        words = {
            Purpose.HELP: f"「{self.title}」に手を挙げました",
            Purpose.RESEARCH: f"「{self.title}」を研究に生かしたいそうです",
            Purpose.INTERVIEW: f"「{self.title}」の取材を希望しています",
        }
        return f"{named([self.responder], 18)}が{words[Purpose(self.introduction.purpose)]}"

    def digest_text(self, recipient: User) -> str:
        return short(self.introduction.message, 120)

    def reason(self, recipient: User) -> str:
        return f"掲載した{self.side_of(recipient).speaks}の担当者のため"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "responder": self.responder}


class SaidYes(IntroductionNotice):
    """To the other sides' bell: one of them said yes, and not everybody has answered yet."""

    code = "matching_said_yes"
    urgency = Urgency.BELL

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.by = by

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.concerned() if side.pk != self.by.pk]

    def subject(self, recipient: User) -> str:
        return f"{named([self.by], 30)}は「ぜひ」とのことです"

    def digest_text(self, recipient: User) -> str:
        if self.side_of(recipient).answer == Answer.WAITING:
            return "次は、あなたのお返事です。"
        return "ほかの団体のお返事を待っています。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": named([self.by])}


class IntroductionAgreed(IntroductionNotice):
    """To everybody: all said yes, and the conversation is open."""

    code = "matching_introduction_agreed"
    action_label = "やりとりを始める"
    line = "やりとりで、日にちや中身を打ち合わせてください。"

    def told(self) -> Iterable[Participant]:
        return self.introduction.together()

    def subject(self, recipient: User) -> str:
        return f"{short(named(self.others(recipient), 33), 34)}と結ばれました"


class IntroductionDeclined(IntroductionNotice):
    """To those who did not decline: it is not to be this time. The reason stays with staff."""

    code = "matching_introduction_declined"
    line = "ほかの相手を、いっしょにさがします。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.by = by

    def told(self) -> Iterable[Participant]:
        # Of a candidate's no in an inquiry the owner hears once, when all have answered.
        return [side for side in self.introduction.concerned() if side.pk != self.by.pk]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは、今回は見送りとなりました"

    def context(self, recipient: User) -> Mapping[str, Any]:
        # Its own words; the reason stays with staff.
        return {**super().context(recipient), "by": self.by.name, "words": self.by.decline_words}


class IntroductionLapsed(IntroductionNotice):
    """To everybody: the time to answer ran out."""

    code = "matching_introduction_lapsed"
    line = "お返事の期限が過ぎたため、終わりにしました。"

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは、お返事の期限が過ぎました"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "was_waited_for": self.side_of(recipient).answer == Answer.WAITING}


class IntroductionWithdrawn(IntroductionNotice):
    """To everybody but the side of the person who withdrew it."""

    code = "matching_introduction_withdrawn"
    line = "ほかの相手を、いっしょにさがします。"

    def __init__(self, introduction: Introduction, *, by: Actor) -> None:
        super().__init__(introduction)
        self.by = by

    def told(self) -> Iterable[Participant]:
        concerned = self.introduction.concerned()
        if not isinstance(self.by, User):
            return concerned
        own = {side.pk for side in people_by_side(concerned).get(self.by, ())}
        return [side for side in concerned if side.pk not in own]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは、取りやめになりました"


class IntroductionNotNeeded(IntroductionNotice):
    """To the sides that do not own ``settled``, the post that has found enough."""

    code = "matching_introduction_not_needed"
    action_label = "ほかの掲載を見る"
    line = "お気持ちに感謝します。ほかの困りごと・できることもご覧ください。"

    def __init__(self, introduction: Introduction, *, settled: Post) -> None:
        super().__init__(introduction)
        self.settled = settled

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.concerned() if side.post_id != self.settled.pk]

    def subject(self, recipient: User) -> str:
        return f"「{short(self.settled, 24)}」は、ほかの相手に決まりました"

    def link(self, recipient: User) -> str:
        return reverse("matching:board")

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "settled": self.settled}


class AnswerReminder(IntroductionNotice):
    """To those who have not answered yet, and could: a suspended organisation cannot."""

    code = "matching_answer_reminder"
    action_label = "返事をする"

    def key(self) -> str:
        return f"{self.code}:{self.introduction.pk}:{self.introduction.reminded_at:%Y%m%d%H%M%S}"

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def told(self) -> Iterable[Participant]:
        return [side for side in self.sides if side.is_awaited and side.speaks.state == OrganisationState.APPROVED]

    def subject(self, recipient: User) -> str:
        return f"お返事をお待ちしています：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return "「ぜひ」か「今回は見送る」を選ぶだけで終わります。"


class IntroductionStarted(IntroductionNotice):
    """To the other sides: it has begun."""

    code = "matching_introduction_started"
    urgency = Urgency.BELL
    line = "終わったら、どうなったかを報告してください。"

    def __init__(self, introduction: Introduction, *, by: Participant) -> None:
        super().__init__(introduction)
        self.by = by

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.together() if side.pk != self.by.pk]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」が実施に入りました"


class IntroductionEndedEarly(IntroductionNotice):
    """To the sides that did not end it."""

    code = "matching_introduction_ended_early"

    def __init__(self, introduction: Introduction, *, by: Participant | None, reason_label: str) -> None:
        super().__init__(introduction)
        self.by = by
        self.reason_label = reason_label

    def told(self) -> Iterable[Participant]:
        return [side for side in self.introduction.concerned() if self.by is None or side.pk != self.by.pk]

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎは、途中で終わりました"

    def digest_text(self, recipient: User) -> str:
        return "気がかりなことがあれば、事務局へご相談ください。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            **super().context(recipient),
            "by": named([self.by]) if self.by else "事務局",
            "reason_label": self.reason_label,
            "note": self.introduction.end_note,
        }


class AskedAgain(IntroductionNotice):
    """To a side that staff let think once more, and to the others that it does."""

    code = "matching_asked_again"
    action_label = "内容を見る"

    def __init__(self, introduction: Introduction, *, asked: Participant) -> None:
        super().__init__(introduction)
        self.asked = asked

    def key(self) -> str:
        return f"{self.code}:{self.asked.pk}:{self.asked.asked_at:%Y%m%d%H%M%S}"

    def subject(self, recipient: User) -> str:
        if self.side_of(recipient).pk == self.asked.pk:
            return f"「{self.title}」に、もう一度お返事いただけます"
        return f"{named([self.asked], 22)}が、もう一度考えています：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"お返事の期限は、{self.introduction.respond_by:%-m月%-d日}です。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            **super().context(recipient),
            "asked": named([self.asked]),
            "is_asked": self.side_of(recipient).pk == self.asked.pk,
        }

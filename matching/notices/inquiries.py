"""What people are told when several candidates are asked together for one post."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.urls import reverse

from matching.enums import InquiryEnd
from matching.models import Inquiry, Introduction, Participant, Post
from matching.models.inquiries import candidates_in
from matching.notices.introductions import IntroductionNotice
from matching.notices.people import named, short, staff_people
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class CandidateAsked(IntroductionNotice):
    """To one of several candidates: staff think that it could help."""

    code = "matching_candidate_asked"
    action_label = "内容を見て返事をする"

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def told(self) -> Iterable[Participant]:
        return candidates_in(self.introduction)

    def subject(self, recipient: User) -> str:
        return f"「{self.title}」に、力を貸していただけませんか" if self.wants_help else f"「{self.title}」のご案内です"

    @property
    def wants_help(self) -> bool:
        return bool(self.introduction.post.direction == "need")

    def digest_text(self, recipient: User) -> str:
        return "事務局から、合いそうな団体へのおたずねです。「ぜひ」か「今回は見送る」を選ぶだけで終わります。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            **super().context(recipient),
            "owner": named(side for side in self.sides if side.post_id == self.introduction.post_id),
            "own_post": self.side_of(recipient).post,
        }


class CandidateInterested(IntroductionNotice):
    """To the owner of the post: one of those who were asked would like to."""

    code = "matching_candidate_interested"
    action_label = "内容を見て返事をする"

    def __init__(self, introduction: Introduction, *, by: Participant, owner: Participant) -> None:
        super().__init__(introduction)
        self.by = by
        self.owner = owner

    def key(self) -> str:
        return f"{self.code}:{self.by.pk}:{self.by.answered_at:%Y%m%d%H%M%S%f}"

    def link(self, recipient: User) -> str:
        return f"{self.introduction.get_absolute_url()}#answer"

    def told(self) -> Iterable[Participant]:
        return [self.owner]

    def subject(self, recipient: User) -> str:
        return f"{named([self.by], 18)}が「{self.title}」に「ぜひ」とのことです"

    def digest_text(self, recipient: User) -> str:
        return "次は、あなたのお返事です。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "by": named([self.by]), "by_side": self.by}


class InquiryNotNeeded(IntroductionNotice):
    """To a candidate who has not answered, and to who was asked along: others were quicker, or staff stopped asking."""

    code = "matching_inquiry_not_needed"
    action_label = "ほかの掲載を見る"
    line = "お返事はいりません。ほかの困りごと・できることもご覧ください。"

    def __init__(self, introduction: Introduction, *, because: InquiryEnd) -> None:
        super().__init__(introduction)
        self.because = because

    def link(self, recipient: User) -> str:
        return reverse("matching:board")

    def subject(self, recipient: User) -> str:
        if self.because == InquiryEnd.ENOUGH:
            return f"「{self.title}」は、先にお返事のあった団体と進めます"
        return f"「{self.title}」へのお返事は、もういりません"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "enough": self.because == InquiryEnd.ENOUGH}


class InquiryNotice(Notice):
    """To the people of the post's organisation."""

    topic = Topic.INTRODUCTION
    action_label = "掲載を見る"
    line: ClassVar[str] = ""

    def __init__(self, inquiry: Inquiry, *, post: Post | None = None, candidates: int = 0) -> None:
        self.inquiry = inquiry
        self.post = post or inquiry.post
        self.candidates = candidates

    def about(self) -> Inquiry:
        return self.inquiry

    def audience(self) -> Iterable[User]:
        return self.post.organisation.acting_people()

    def reason(self, recipient: User) -> str:
        return f"掲載した{self.post.organisation}の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("matching:introductions")

    def digest_text(self, recipient: User) -> str:
        return self.line

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"inquiry": self.inquiry, "post": self.post, "candidates": self.candidates}


class InquiryBegun(InquiryNotice):
    """Staff ask several organisations for its post: nothing to do yet."""

    code = "matching_inquiry_begun"
    action_label = "ようすを見る"

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 24)}」について、{self.candidates}団体にたずねています"

    def digest_text(self, recipient: User) -> str:
        return "「ぜひ」とのお返事が届いたら、お知らせします。それまで、することはありません。"


class NobodyInterested(InquiryNotice):
    """All were asked, and nobody could: the search goes on."""

    code = "matching_nobody_interested"
    line = "事務局が、ひきつづき相手をさがします。"

    def key(self) -> str:
        return f"{self.code}:{self.inquiry.pk}:{self.inquiry.closed_at:%Y%m%d%H%M%S%f}"

    def link(self, recipient: User) -> str:
        return self.post.get_absolute_url()

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 24)}」の相手は、まだ見つかっていません"


class StaffInquiryClosed(Notice):
    """To staff, on the bell: enough were found, or all have answered."""

    code = "matching_staff_inquiry_closed"
    topic = Topic.STAFF
    urgency = Urgency.BELL

    def __init__(self, inquiry: Inquiry, *, actor: Actor) -> None:
        self.inquiry = inquiry
        self.actor = actor

    def about(self) -> Inquiry:
        return self.inquiry

    def key(self) -> str:
        return f"{self.code}:{self.inquiry.pk}:{self.inquiry.closed_at:%Y%m%d%H%M%S%f}"

    def audience(self) -> Iterable[User]:
        return staff_people(but=self.actor)

    def subject(self, recipient: User) -> str:
        return f"「{short(self.inquiry, 30)}」の打診が終わりました"

    def digest_text(self, recipient: User) -> str:
        number = len(self.inquiry.interested())
        return f"{self.inquiry.get_closed_because_display()}（関心を示した団体：{number}）"

    def reason(self, recipient: User) -> str:
        return "事務局でおつなぎを見守る方のため"

    def link(self, recipient: User) -> str:
        return self.inquiry.get_absolute_url()

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"inquiry": self.inquiry, "interested": len(self.inquiry.interested())}

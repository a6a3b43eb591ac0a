"""What universities, banks and media bring, told to those concerned."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.enums.doors import ApproachKind
from matching.models import Approach
from matching.notices.people import short, staff_people
from members.models import Organisation, User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class ApproachNotice(Notice):
    topic = Topic.INTRODUCTION
    urgency = Urgency.NORMAL

    def __init__(self, approach: Approach) -> None:
        self.approach = approach

    @property
    def title(self) -> str:
        """Of the post or story that it is about."""
        return short(self.approach.post or self.approach.story or "コンソーシアム", 28)

    def about(self) -> Approach:
        return self.approach

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "approach": self.approach,
            "organisation": self.approach.organisation,
            "post": self.approach.post,
            "story": self.approach.story,
        }


class ApproachWaiting(ApproachNotice):
    """To staff: something new on their desk."""

    code = "matching_approach_waiting"
    topic = Topic.STAFF
    action_label = "内容を見る"

    def audience(self) -> Iterable[User]:
        return staff_people()

    def subject(self, recipient: User) -> str:
        return f"{short(self.approach.organisation, 20)}から：{self.approach.get_kind_display()}"

    def digest_text(self, recipient: User) -> str:
        return short(self.approach.message, 120)

    def reason(self, recipient: User) -> str:
        return "事務局で申し出を受ける方のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:matching_approach_change", args=[self.approach.pk])


class ApproachToStory(ApproachNotice):
    """To those whose story it is."""

    code = "matching_approach_to_story"
    action_label = "事例を開く"

    def audience(self) -> Iterable[User]:
        story = self.approach.story
        if story is None:
            return ()
        partners = Organisation.objects.filter(pk__in=story.partners.values("organisation"))
        return [person for organisation in partners for person in organisation.acting_people()]

    def subject(self, recipient: User) -> str:
        if self.approach.kind == ApproachKind.PASSED_ON:
            return f"{short(self.approach.organisation, 20)}が「{self.title}」を取引先に紹介しました"
        return f"{short(self.approach.organisation, 20)}が、「{self.title}」に関心をお持ちです"

    def digest_text(self, recipient: User) -> str:
        if self.approach.kind == ApproachKind.PASSED_ON:
            return "どなたに紹介したかは、お伝えしていません。"
        return f"{self.approach.organisation}から「{self.approach.get_kind_display()}」と申し出がありました。"

    def reason(self, recipient: User) -> str:
        return f"共創事例「{self.title}」に参加している団体の担当者のため"

    def link(self, recipient: User) -> str:
        return self.approach.story.get_absolute_url() if self.approach.story else ""


class NeedPassedOn(ApproachNotice):
    """To the need's owner: a bank showed it to a client, whom it does not name."""

    code = "matching_need_passed_on"
    action_label = "掲載を見る"

    def audience(self) -> Iterable[User]:
        return self.approach.post.organisation.acting_people() if self.approach.post else ()

    def subject(self, recipient: User) -> str:
        return f"{short(self.approach.organisation, 20)}が「{self.title}」を取引先に紹介しました"

    def digest_text(self, recipient: User) -> str:
        return "取引先の方が力になれそうなときは、手が挙がります。"

    def reason(self, recipient: User) -> str:
        return f"掲載した{self.approach.post.organisation if self.approach.post else '団体'}の担当者のため"

    def link(self, recipient: User) -> str:
        return self.approach.post.get_absolute_url() if self.approach.post else ""


class NeedPassedOnToClient(ApproachNotice):
    """To the client, a member: its bank thought of it."""

    code = "matching_need_for_client"
    action_label = "紹介されたページを読む"

    def audience(self) -> Iterable[User]:
        return self.approach.client.acting_people() if self.approach.client else ()

    def subject(self, recipient: User) -> str:
        what = "困りごと" if self.approach.post else "共創事例"
        return f"{short(self.approach.organisation, 20)}から、{what}のご紹介：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return short(self.approach.message, 120)

    def reason(self, recipient: User) -> str:
        return f"{self.approach.organisation}がご紹介の承諾をいただいた{self.approach.client}の担当者のため"

    def link(self, recipient: User) -> str:
        about = self.approach.post or self.approach.story
        return about.get_absolute_url() if about else ""


class ApproachAnswered(ApproachNotice):
    """To the organisation that came: the office has seen to it."""

    code = "matching_approach_answered"
    action_label = "お返事を見る"

    def audience(self) -> Iterable[User]:
        return self.approach.organisation.acting_people()

    def subject(self, recipient: User) -> str:
        return f"事務局からのお返事：{self.approach.get_kind_display()}（{self.approach.get_result_display()}）"

    def digest_text(self, recipient: User) -> str:
        return short(self.approach.answer, 120)

    def reason(self, recipient: User) -> str:
        return f"申し出をされた{self.approach.organisation}の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("matching:approaches")

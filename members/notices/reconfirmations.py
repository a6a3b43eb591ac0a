"""What people are told when every organisation is asked whether it goes on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model
from django.urls import reverse

from members.enums import AffiliationRole, ReconfirmationAnswer
from members.models import Reconfirmation, ReconfirmationReply, User
from members.notices.applications import staff
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice

#: What each answer means, in the words of the page and of the mails.
MEANINGS = {
    ReconfirmationAnswer.CONTINUE: "これからも続けて参加します。",
    ReconfirmationAnswer.LEAVE: "次へは続けません。このお返事だけでは、退会の手続きにはなりません。",
    ReconfirmationAnswer.HOLD: (
        "まだ決められません。期限までに「継続する」とされないときは、続けないものとして扱います。"
    ),
}


class ReconfirmationNotice(Notice):
    """Something about one organisation's answer, told to its owners: they alone can give it."""

    topic = Topic.MEMBERSHIP
    action_label = "お返事をする"

    def __init__(self, reply: ReconfirmationReply) -> None:
        self.reply = reply
        self.campaign = reply.reconfirmation
        self.organisation = reply.organisation

    def about(self) -> Model:
        return self.reply

    def audience(self) -> Iterable[User]:
        return self.organisation.people(AffiliationRole.OWNER)

    def reason(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の代表担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:reconfirm", args=[self.reply.organisation_id, self.reply.reconfirmation_id])

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "reply": self.reply,
            "campaign": self.campaign,
            "organisation": self.organisation,
            "deadline": day_in_words(self.campaign.deadline),
            "meanings": [(answer.label, text) for answer, text in MEANINGS.items()],
        }


class ReconfirmationAsked(ReconfirmationNotice):
    code = "members_reconfirmation_asked"

    def subject(self, recipient: User) -> str:
        return f"続けて参加されるか、おたずねします（{day_in_words(self.campaign.deadline)}まで）"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.organisation.name}」のお返事を、3つから選んでください。"


class ReconfirmationReminder(ReconfirmationNotice):
    """Once for each threshold of days before the deadline."""

    code = "members_reconfirmation_reminder"

    def __init__(self, reply: ReconfirmationReply, *, days: int) -> None:
        super().__init__(reply)
        self.days = days

    def key(self) -> str:
        return f"{self.code}:{self.reply.pk}:{self.days}"

    def subject(self, recipient: User) -> str:
        return f"お返事をお待ちしています（{day_in_words(self.campaign.deadline)}まで）"

    def digest_text(self, recipient: User) -> str:
        return f"お返事がないと、「{self.organisation.name}」は続けないものとして扱います。"


class ReconfirmationAnswered(ReconfirmationNotice):
    """The receipt, to all owners: colleagues see what was said, also what the office wrote down for them."""

    code = "members_reconfirmation_answered"
    action_label = "お返事を見る"
    urgency = Urgency.NORMAL

    def __init__(self, reply: ReconfirmationReply, *, change: int) -> None:
        super().__init__(reply)
        # The trail's number: an answer may change more than once.
        self.change = change

    def key(self) -> str:
        return f"{self.code}:{self.reply.pk}:{self.change}"

    def subject(self, recipient: User) -> str:
        return f"お返事を受け付けました：{self.reply.get_answer_display()}"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.organisation.name}」のお返事です。期限までは変えられます。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {**super().context(recipient), "meaning": MEANINGS[ReconfirmationAnswer(self.reply.answer)]}


class ReconfirmationClosed(Notice):
    """To the office: no more answers come."""

    code = "members_reconfirmation_closed"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "結果を見る"

    def __init__(self, campaign: Reconfirmation) -> None:
        self.campaign = campaign

    def about(self) -> Reconfirmation:
        return self.campaign

    def audience(self) -> Iterable[User]:
        return staff()

    def subject(self, recipient: User) -> str:
        return f"継続の確認を締め切りました：{self.campaign.title}"

    def reason(self, recipient: User) -> str:
        return "事務局の職員のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:members_reconfirmation_change", args=[self.campaign.pk])

    def digest_text(self, recipient: User) -> str:
        return "お返事のない団体は、同意していないものとして扱います。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"campaign": self.campaign}


def day_in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

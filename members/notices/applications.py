"""What people are told about registration and approval."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from members.models import Organisation, User
from members.review import review_due
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


def staff() -> Iterable[User]:
    """Everybody of the office."""
    return User.objects.of_the_office()


class OrganisationNotice(Notice):
    """Something about one organisation, told to those who act for it."""

    topic = Topic.MEMBERSHIP
    action_label = "マイページを開く"

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def about(self) -> Organisation:
        return self.organisation

    def audience(self) -> Iterable[User]:
        return self.organisation.acting_people()

    def reason(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("pages:me")

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"organisation": self.organisation}


class ApplicationReceived(OrganisationNotice):
    """To the applicant: the application is with the office now."""

    code = "members_application_received"

    def key(self) -> str:
        return f"{self.code}:{self.organisation.pk}:{_moment(self.organisation.applied_at)}"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の申込みを受け付けました"

    def digest_text(self, recipient: User) -> str:
        return "事務局が内容を確認します。結果はメールでお知らせします。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"organisation": self.organisation, "due": _due(self.organisation)}


class ApplicationWaiting(OrganisationNotice):
    """To the office: an application waits for a decision."""

    code = "members_application_waiting"
    topic = Topic.STAFF
    action_label = "申込みを確認する"

    def __init__(self, organisation: Organisation, *, again: bool = False) -> None:
        super().__init__(organisation)
        self.again = again

    def key(self) -> str:
        return f"{self.code}:{self.organisation.pk}:{_moment(self.organisation.applied_at)}"

    def audience(self) -> Iterable[User]:
        return staff()

    def subject(self, recipient: User) -> str:
        what = "直した申込みが届きました" if self.again else "新しい申込みが届きました"
        return f"{what}：{self.organisation.name}"

    def reason(self, recipient: User) -> str:
        return "事務局の職員のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:members_organisation_change", args=[self.organisation.pk])

    def digest_text(self, recipient: User) -> str:
        return f"{self.organisation.kind_label}。内容を確認してください。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "organisation": self.organisation,
            "again": self.again,
            "due": _due(self.organisation),
        }


class ApplicationApproved(OrganisationNotice):
    """To the applicant: welcome."""

    code = "members_application_approved"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の登録が終わりました"

    def digest_text(self, recipient: User) -> str:
        return "困りごとや、できることを書けるようになりました。"


class ApplicationReturned(OrganisationNotice):
    """To the applicant: what to mend, and where."""

    code = "members_application_returned"
    action_label = "内容を直す"

    def key(self) -> str:
        return f"{self.code}:{self.organisation.pk}:{_moment(self.organisation.applied_at)}"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の申込みについて、直しのお願い"

    def link(self, recipient: User) -> str:
        return reverse("members:resubmit", args=[self.organisation.pk])

    def digest_text(self, recipient: User) -> str:
        return "事務局からのメッセージを読んで、内容を直してください。"


class ApplicationRejected(OrganisationNotice):
    """To the applicant: no, and why."""

    code = "members_application_rejected"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の申込みの結果"

    def digest_text(self, recipient: User) -> str:
        return "今回は登録を見送りました。理由をご覧ください。"


class OrganisationSuspended(OrganisationNotice):
    code = "members_organisation_suspended"

    def key(self) -> str:
        return f"{self.code}:{self.organisation.pk}:{_moment(self.organisation.updated_at)}"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の利用を一時停止しました"

    def digest_text(self, recipient: User) -> str:
        return "掲載中のものは、いったん見えなくなっています。"


class OrganisationReinstated(OrganisationNotice):
    code = "members_organisation_reinstated"

    def key(self) -> str:
        return f"{self.code}:{self.organisation.pk}:{_moment(self.organisation.updated_at)}"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の利用を再開しました"

    def digest_text(self, recipient: User) -> str:
        return "止まっていた掲載も、元に戻りました。"


class OrganisationWithdrawn(OrganisationNotice):
    code = "members_organisation_withdrawn"

    def subject(self, recipient: User) -> str:
        return f"「{self.organisation.name}」の退会の手続きが終わりました"

    def digest_text(self, recipient: User) -> str:
        return "これまでのご参加、ありがとうございました。"


class OrganisationLeft(OrganisationWithdrawn):
    """To the office: an organisation left."""

    code = "members_organisation_left"
    topic = Topic.STAFF
    urgency = Urgency.NORMAL
    action_label = "団体を開く"

    def audience(self) -> Iterable[User]:
        return staff()

    def subject(self, recipient: User) -> str:
        return f"退会しました：{self.organisation.name}"

    def reason(self, recipient: User) -> str:
        return "事務局の職員のため"

    def link(self, recipient: User) -> str:
        return reverse("admin:members_organisation_change", args=[self.organisation.pk])

    def digest_text(self, recipient: User) -> str:
        return f"{self.organisation.kind_label}。"


def _due(organisation: Organisation) -> date:
    return review_due(organisation.applied_at or timezone.now())


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else "-"

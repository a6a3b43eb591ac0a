"""What people are told about registration, approval and who belongs to an organisation."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from members.enums import AffiliationRole
from members.models import Affiliation, JoinRequest, Organisation, User
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


# --- who belongs ---


class JoinNotice(Notice):
    """Something about one request to join."""

    topic = Topic.MEMBERSHIP

    def __init__(self, request: JoinRequest) -> None:
        self.request = request

    def about(self) -> JoinRequest:
        return self.request

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"request": self.request, "organisation": self.request.organisation, "person": self.request.user}


class JoinRequested(JoinNotice):
    """To those who answer for the organisation, or to the office where nobody does."""

    code = "members_join_requested"
    action_label = "返事をする"

    def audience(self) -> Iterable[User]:
        owners = self.request.organisation.people(AffiliationRole.OWNER)
        return owners if owners.exists() else staff()

    def subject(self, recipient: User) -> str:
        return f"{self.request.user}さんが「{self.request.organisation.name}」に加わりたいと言っています"

    def reason(self, recipient: User) -> str:
        if recipient.is_staff:
            return "事務局の職員のため"
        return f"「{self.request.organisation.name}」の代表担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:people", args=[self.request.organisation_id])

    def digest_text(self, recipient: User) -> str:
        return "迎えるかどうか、お返事をお願いします。"


class JoinSent(JoinNotice):
    """To the person: the request is under way, and who answers."""

    code = "members_join_sent"
    action_label = "登録の内容を開く"

    def audience(self) -> Iterable[User]:
        return [self.request.user]

    def subject(self, recipient: User) -> str:
        return f"「{self.request.organisation.name}」に加わる申し込みを送りました"

    def reason(self, recipient: User) -> str:
        return "参加の申し込みをいただいたため"

    def link(self, recipient: User) -> str:
        return reverse("members:account")

    def digest_text(self, recipient: User) -> str:
        return "代表担当者のお返事をお待ちください。"


class JoinAccepted(JoinSent):
    code = "members_join_accepted"
    action_label = "マイページを開く"

    def subject(self, recipient: User) -> str:
        return f"「{self.request.organisation.name}」の担当者になりました"

    def link(self, recipient: User) -> str:
        return reverse("pages:me")

    def digest_text(self, recipient: User) -> str:
        return "この団体として、困りごとや、できることを書けます。"


class JoinRefused(JoinSent):
    code = "members_join_refused"
    action_label = "登録の内容を開く"

    def subject(self, recipient: User) -> str:
        return f"「{self.request.organisation.name}」に加わる申し込みの結果"

    def digest_text(self, recipient: User) -> str:
        return "今回は加われませんでした。"


class AffiliationNotice(Notice):
    """Something about a person's own place in an organisation."""

    topic = Topic.MEMBERSHIP
    urgency = Urgency.NORMAL
    action_label = "登録の内容を開く"

    def __init__(self, affiliation: Affiliation) -> None:
        self.affiliation = affiliation

    def about(self) -> Affiliation:
        return self.affiliation

    def audience(self) -> Iterable[User]:
        return [self.affiliation.user]

    def reason(self, recipient: User) -> str:
        return f"「{self.affiliation.organisation.name}」の担当者のため"

    def link(self, recipient: User) -> str:
        return reverse("members:account")

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"affiliation": self.affiliation, "organisation": self.affiliation.organisation}


class RoleChanged(AffiliationNotice):
    code = "members_role_changed"

    def __init__(self, affiliation: Affiliation, *, change: int) -> None:
        super().__init__(affiliation)
        # The trail's number of the change: a person's role may change more than once.
        self.change = change

    def key(self) -> str:
        return f"{self.code}:{self.affiliation.pk}:{self.change}"

    def subject(self, recipient: User) -> str:
        return (
            f"「{self.affiliation.organisation.name}」での役割が「{self.affiliation.get_role_display()}」になりました"
        )

    def digest_text(self, recipient: User) -> str:
        return "できることが変わりました。"


class AffiliationEnded(AffiliationNotice):
    code = "members_affiliation_ended"

    def subject(self, recipient: User) -> str:
        return f"「{self.affiliation.organisation.name}」の担当者から外れました"

    def digest_text(self, recipient: User) -> str:
        return "この団体として書いたり返事をしたりすることは、できなくなりました。"


def _due(organisation: Organisation) -> date:
    return review_due(organisation.applied_at or timezone.now())


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else "-"

"""What people are told about who belongs to an organisation."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from members.enums import AffiliationRole
from members.models import Affiliation, JoinRequest, User
from members.notices.applications import staff
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


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

"""What people are told about new versions of the texts they agree to."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from members.models import Consent, ConsentDocument, User
from tomoiki.notifications.enums import Topic
from tomoiki.notifications.models import Notification
from tomoiki.notifications.notice import Notice

#: For how long after its day people are still told, who were not reached before.
TOLD_FOR = timedelta(days=30)


class DocumentPublished(Notice):
    """To everybody: a new version of the terms or the privacy notice, and from when it holds."""

    code = "members_document_published"
    topic = Topic.MEMBERSHIP
    action_label = "変わるところを読む"

    def __init__(self, document: ConsentDocument, people: Iterable[User]) -> None:
        self.document = document
        self.people = people

    def about(self) -> ConsentDocument:
        return self.document

    def audience(self) -> Iterable[User]:
        return self.people

    @classmethod
    def untold(cls, document: ConsentDocument) -> QuerySet[User]:
        """Those who have not been told of ``document``. Who never confirmed an address is nobody's reader yet."""
        told = Notification.objects.filter(key=f"{cls.code}:{document.pk}", recipient=OuterRef("pk"))
        agreed = Consent.objects.filter(document=document, user=OuterRef("pk"))
        return (
            User.objects.filter(is_active=True, anonymised_at=None, emailaddress__verified=True)
            .filter(~Exists(told), ~Exists(agreed))
            .order_by("pk")
            .distinct()
        )

    def subject(self, recipient: User) -> str:
        return f"{self.document.get_kind_display()}が新しくなります（{_day(self.document)}から）"

    def reason(self, recipient: User) -> str:
        return "このサイトに登録されているため"

    def link(self, recipient: User) -> str:
        if self.document.previous() is None:
            return reverse("members:document", args=[self.document.kind, self.document.pk])
        return reverse("members:document_changes", args=[self.document.kind, self.document.pk])

    def digest_text(self, recipient: User) -> str:
        return "いま、していただくことはありません。その日のあとにログインされたとき、同意をおたずねします。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"document": self.document, "day": _day(self.document)}


def _day(document: ConsentDocument) -> str:
    day = timezone.localdate(document.in_force_from)
    return f"{day.year}年{day.month}月{day.day}日"

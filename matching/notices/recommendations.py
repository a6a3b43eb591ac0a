"""What an organisation is told, once a week at most, of what was found to fit its posts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from matching.notices.people import short
from members.models import Organisation, User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice

if TYPE_CHECKING:
    from matching.suggesting.reading import Shown  # which asks much of what notices are asked by


class NewRecommendations(Notice):
    """To the people who act for the organisation: the best of what is new since last week."""

    code = "matching_new_recommendations"
    topic = Topic.POST
    urgency = Urgency.NORMAL
    action_label = "おすすめを見る"

    def __init__(self, organisation: Organisation, items: "Sequence[Shown]", *, day: date) -> None:
        self.organisation = organisation
        self.items = items
        self.day = day

    def about(self) -> Organisation:
        return self.organisation

    def key(self) -> str:
        year, week, _ = self.day.isocalendar()
        return f"{self.code}:{self.organisation.pk}:{year}-{week:02}"

    def audience(self) -> Iterable[User]:
        return self.organisation.acting_people()

    def subject(self, recipient: User) -> str:
        return f"「{short(self.items[0].post, 30)}」など、合いそうな相手が見つかりました"

    def digest_text(self, recipient: User) -> str:
        return f"{self.organisation}の掲載に、新しく合いそうな相手が{len(self.items)}件あります。"

    def reason(self, recipient: User) -> str:
        return f"掲載した{self.organisation}の担当者のため"

    def link(self, recipient: User) -> str:
        first = self.items[0].own
        return reverse("matching:post_recommendations", args=[first.pk]) if first else reverse("pages:me")

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"organisation": self.organisation, "items": self.items}

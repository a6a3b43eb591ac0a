"""What is told to those who put a post among their favourites."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.urls import reverse

from matching.enums import Visibility
from matching.models import Introduction, Post
from matching.notices.people import short
from members.models import Organisation, User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice
from tomoiki.web.templatetags.ui import ja_date


class News(StrEnum):
    """What happened to a favourite."""

    CHANGED = "changed"
    REOPENED = "reopened"
    ENDS_SOON = "ends_soon"
    OVER = "over"


_SUBJECTS = {
    News.CHANGED: "お気に入りの「{title}」の内容が変わりました",
    News.REOPENED: "お気に入りの「{title}」は、いま受け付けています",
    News.ENDS_SOON: "お気に入りの「{title}」は、まもなく終わります",
    News.OVER: "お気に入りの「{title}」は、受付を終えました",
}


class FavouriteNews(Notice):
    """To everybody whose favourite it is, its own people apart, as long as they may read it."""

    code = "matching_favourite_news"
    topic = Topic.FAVOURITE
    urgency = Urgency.NORMAL
    action_label = "掲載を見る"

    def __init__(self, post: Post, news: News, *, event: str) -> None:
        """``event`` tells one change from the next, so that each is told once."""
        self.post = post
        self.news = news
        self.event = event

    def about(self) -> Post:
        return self.post

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.news}:{self.event}"

    def audience(self) -> Iterable[User]:
        own = self.post.organisation.acting_people().values("pk")
        people = User.objects.filter(favourites__post=self.post).exclude(pk__in=own).order_by("pk")
        if self.post.visibility == Visibility.MEMBERS:
            # Whoever left the consortium since reads members' posts no more.
            active = Organisation.objects.active().values("pk")
            people = people.filter(
                Q(is_staff=True) | Q(affiliations__ended_at=None, affiliations__organisation__in=active)
            ).distinct()
        return people

    def subject(self, recipient: User) -> str:
        return _SUBJECTS[self.news].format(title=short(self.post, 28))

    def digest_text(self, recipient: User) -> str:
        if self.news is News.REOPENED:
            return "手を挙げることができます。"
        if self.news is News.ENDS_SOON and self.post.last_day:
            return f"掲載は{ja_date(self.post.last_day)}までです。"
        if self.news is News.CHANGED:
            return "新しい内容を、掲載のページでご覧ください。"
        return "似た掲載を、さがせます。"

    def reason(self, recipient: User) -> str:
        return "お気に入りに入れている方のため"

    def link(self, recipient: User) -> str:
        # Its own page may be gone.
        return reverse("matching:board") if self.news is News.OVER else self.post.get_absolute_url()

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"post": self.post, "news": self.news.value}


def about_room(introduction: Introduction) -> str:
    """The event of a place that became free: the introduction that ended."""
    return f"room:{introduction.pk}"

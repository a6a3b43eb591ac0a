"""What is told to whoever looks after a post."""

from collections.abc import Iterable, Mapping
from typing import Any

from matching.models import Post
from matching.notices.people import short
from members.models import User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class PostContactChanged(Notice):
    """To a colleague: this post is theirs to look after from now on."""

    code = "matching_post_contact_changed"
    topic = Topic.POST
    urgency = Urgency.NORMAL
    action_label = "掲載を見る"

    def __init__(self, post: Post, *, change: int) -> None:
        self.post = post
        # The trail's number of the change: it may come back to the same person.
        self.change = change

    def about(self) -> Post:
        return self.post

    def key(self) -> str:
        return f"{self.code}:{self.post.pk}:{self.change}"

    def audience(self) -> Iterable[User]:
        return [self.post.contact] if self.post.contact is not None else []

    def subject(self, recipient: User) -> str:
        return f"「{short(self.post, 40)}」の担当になりました"

    def reason(self, recipient: User) -> str:
        return f"「{self.post.organisation}」の担当者のため"

    def link(self, recipient: User) -> str:
        return self.post.get_absolute_url()

    def digest_text(self, recipient: User) -> str:
        return "お返事や掲載の期限など、これからのことをお願いします。"

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"post": self.post}

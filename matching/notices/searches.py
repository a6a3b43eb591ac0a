"""What a person is told of a search they keep."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matching.models import Post, SavedSearch
from matching.notices.people import short
from members.models import User
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice

#: So many posts stand in the mail itself; the page has all of them.
IN_THE_MAIL = 5


class NewForSearch(Notice):
    """To whoever keeps the search: what was published since they were last told."""

    code = "matching_new_for_search"
    topic = Topic.POST
    action_label = "新しく見つかったものを見る"

    def __init__(self, search: SavedSearch, posts: Sequence[Post], *, at_once: bool) -> None:
        self.search = search
        self.posts = posts
        self.urgency = Urgency.IMMEDIATE if at_once else Urgency.NORMAL  # type: ignore[misc]

    def about(self) -> SavedSearch:
        return self.search

    def key(self) -> str:
        # A search is told of a post once, so no two of its notices have the same newest one.
        return f"{self.code}:{self.search.pk}:{max(post.pk for post in self.posts)}"

    def audience(self) -> Iterable[User]:
        return [self.search.person]

    def subject(self, recipient: User) -> str:
        return f"「{short(self.search, 24)}」に合う掲載が{len(self.posts):,}件あります"

    def digest_text(self, recipient: User) -> str:
        first = short(self.posts[0], 40)
        return f"「{first}」ほか{len(self.posts) - 1:,}件" if len(self.posts) > 1 else f"「{first}」"

    def reason(self, recipient: User) -> str:
        return f"条件「{short(self.search, 24)}」を保存した方のため"

    def link(self, recipient: User) -> str:
        return self.search.found_url

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {
            "search": self.search,
            "posts": self.posts[:IN_THE_MAIL],
            "more": max(0, len(self.posts) - IN_THE_MAIL),
        }

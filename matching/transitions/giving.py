"""No more at once than the owner can take, and telling those who wait for a post."""

from django.utils import timezone

from matching.enums.doors import Purpose
from matching.giving import quota_of
from matching.models import Introduction, Post
from matching.notices.favourites import FavouriteNews, News, about_room
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError


def require_quota(post: Post, *, but: Introduction | None = None) -> None:
    """Under the post's lock: one more introduction of it may begin. ``but`` is the one that is to begin.

    Raises ``TransitionError('quota_full')``.
    """
    quota = quota_of(post, but=but.pk if but else None)
    if quota is not None and quota.full:
        raise TransitionError(
            "quota_full",
            f"「{post}」は、{quota.words}いまの話が終わると、また受け付けます。お気に入りに入れておくと、お知らせが届きます。",
        )


def tell_favourites(post: Post, news: News, *, event: str = "") -> None:
    """Tell those who have ``post`` among their favourites; ``event`` tells this change from the next of its kind."""
    outbox.put(FavouriteNews(post, news, event=event or f"{timezone.now():%Y%m%d%H%M%S%f}"))


def tell_of_room(introduction: Introduction) -> None:
    """``introduction`` is over: tell those who wait for a post of it that was full until now."""
    if introduction.purpose != Purpose.HELP:
        return
    for side in introduction.sides():
        post = side.post
        if post is None or not post.is_open:
            continue
        quota = quota_of(post)
        if quota is not None and quota.open == quota.limit - 1:
            tell_favourites(post, News.REOPENED, event=about_room(introduction))

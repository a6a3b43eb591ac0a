"""Which posts' recommendations are to be computed again: transitions mark them, workers do it after the commit.

Marking is all that a transition does. What is computed stands in ``matching.suggesting``; when no worker runs, or
one is killed half way, the mark stays and the clock sends the next.
"""

from collections.abc import Iterable

from django.utils import timezone

from matching.enums import PostState
from matching.models import Introduction, Post
from members.models import Organisation
from tomoiki.web.background import wake_after_commit

#: First what posts mean, by the worker that has the model; it wakes the other when it is done.
EMBED = "matching.recommendation_tasks.embed_stale_posts"
REFRESH = "matching.recommendation_tasks.refresh_stale_posts"

#: What leaves no trace in anybody's recommendations.
_NEVER_SHOWN = (PostState.DRAFT, PostState.SUBMITTED, PostState.RETURNED)


def mark_stale(post: Post) -> None:
    """``post``, locked by the caller, changed in a way that matters for whom it fits, or left the board."""
    if post.state in _NEVER_SHOWN:
        return
    post.stale_at = timezone.now()
    Post.objects.filter(pk=post.pk).update(stale_at=post.stale_at)
    wake_worker()


def mark_stale_in(introduction: Introduction) -> None:
    """``introduction``, locked with its posts, ended: its posts may or may not be recommended to each other now."""
    for side in introduction.participants.all():
        if side.post is not None:
            mark_stale(side.post)


def mark_stale_of(*organisations: Organisation) -> None:
    """Something about the organisations changed that their posts are judged by."""
    keys = [organisation.pk for organisation in organisations]
    _mark(Post.objects.filter(organisation__in=keys, state=PostState.PUBLISHED).values_list("pk", flat=True))


def mark_stale_by_number(posts: Iterable[int]) -> None:
    """Several posts that the caller has not locked."""
    _mark(posts)


def _mark(pks: Iterable[int]) -> None:
    # In one order with everybody else who locks several posts.
    found = Post.objects.filter(pk__in=list(pks)).order_by("pk").select_for_update(of=("self",), no_key=True)
    keys = list(found.values_list("pk", flat=True))
    if keys:
        Post.objects.filter(pk__in=keys).update(stale_at=timezone.now())
        wake_worker()


def wake_worker() -> None:
    """Have the marked posts looked at once this transaction has committed."""
    wake_after_commit(EMBED if embeds() else REFRESH)


def embeds() -> bool:
    """Whether anybody makes vectors here."""
    from django.conf import settings  # read when asked for: tests and operators change them

    return bool(settings.EMBEDDINGS != "none")

"""What happens to a post from its publication to its end."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from matching import search_text
from matching.enums import PausedBy, PostState
from matching.freshness import mark_stale
from matching.models import Post
from matching.notices.favourites import News
from matching.notices.posts import (
    PostExpired,
    PostExpiringSoon,
    PostPublished,
    PostReturned,
    PostTakenDown,
)
from matching.transitions.bystanders import settle_elsewhere, withdraw_open_introductions
from matching.transitions.checks import require_dates_ahead, require_standing, required_message
from matching.transitions.giving import tell_favourites
from matching.transitions.locks import lock_post
from matching.workflow import POSTS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: How long a post stands on the board unless its dates end sooner.
LIFETIME = timedelta(days=180)
#: How long before its end the owner is told.
WARNING = timedelta(days=14)


@transaction.atomic
def publish_post(pk: int, *, actor: Actor) -> Post:
    """Staff put it on the board, for half a year or until its dates end."""
    post = lock_post(pk)
    require(actor, "matching.publish_post", post)
    before = POSTS.check(post, "publish")
    require_standing(post)
    require_dates_ahead(post)
    post.state = PostState.PUBLISHED
    post.published_at = timezone.now()
    post.expires_at = end_of_life(post, since=post.published_at)
    post.ended_at = None
    post.staff_message = ""
    search_text.build(post)
    post.save(
        update_fields=[
            "state",
            "published_at",
            "expires_at",
            "ended_at",
            "staff_message",
            *search_text.COLUMNS,
            "updated_at",
        ]
    )
    mark_stale(post)
    audit.record(post, "post.published", actor=actor, before=before)
    outbox.put(PostPublished(post))
    return post


@transaction.atomic
def return_post(pk: int, *, message: str, actor: Actor) -> Post:
    """Staff ask the owner to mend it, and say what."""
    post = lock_post(pk)
    require(actor, "matching.return_post", post)
    before = POSTS.check(post, "return")
    post.state = PostState.RETURNED
    post.staff_message = required_message(message)
    post.save(update_fields=["state", "staff_message", "updated_at"])
    audit.record(post, "post.returned", actor=actor, before=before)
    outbox.put(PostReturned(post))
    return post


@transaction.atomic
def pause_post(pk: int, *, actor: Actor) -> Post:
    """The owner takes it off the board for a while."""
    post = lock_post(pk)
    require(actor, "matching.pause_post", post)
    if post.state == PostState.PAUSED and post.paused_by == PausedBy.OWNER:
        return post
    before = POSTS.check(post, "pause")
    return pause(post, PausedBy.OWNER, before=before, actor=actor)


def pause(post: Post, by: PausedBy, *, before: str, actor: Actor) -> Post:
    """Pause a locked post; the caller has asked for permission."""
    post.state = PostState.PAUSED
    post.paused_by = by
    post.save(update_fields=["state", "paused_by", "updated_at"])
    mark_stale(post)
    audit.record(post, "post.paused", actor=actor, before=before, codes={"by": by.value})
    return post


@transaction.atomic
def resume_post(pk: int, *, actor: Actor) -> Post:
    """The owner puts it on the board again."""
    post = lock_post(pk)
    require(actor, "matching.resume_post", post)
    if post.state == PostState.PUBLISHED:
        return post
    before = POSTS.check(post, "resume")
    require_standing(post)
    if post.expires_at is not None and post.expires_at <= timezone.now():
        raise TransitionError("expired", "掲載の期限が過ぎています。「掲載を延ばす」で、もう一度掲載できます。")
    return resume(post, before=before, actor=actor)


def resume(post: Post, *, before: str, actor: Actor) -> Post:
    """Put a locked, paused post on the board; the caller has asked for permission and looked at its time."""
    post.state = PostState.PUBLISHED
    post.paused_by = ""
    post.save(update_fields=["state", "paused_by", "updated_at"])
    mark_stale(post)
    audit.record(post, "post.resumed", actor=actor, before=before)
    tell_favourites(post, News.REOPENED)
    return post


@transaction.atomic
def close_post(pk: int, *, actor: Actor) -> Post:
    """The owner takes it back for good; who was asked about it is told."""
    post = lock_post(pk)
    require(actor, "matching.close_post", post)
    if post.state == PostState.CLOSED:
        return post
    before = POSTS.check(post, "close")
    end(post, PostState.CLOSED, "post.closed", before=before, actor=actor)
    withdraw_open_introductions(post, actor=actor)
    return post


@transaction.atomic
def fulfil_post(pk: int, *, actor: Actor) -> Post:
    """The owner has what was needed, or has given all; others who were asked are told politely."""
    post = lock_post(pk)
    require(actor, "matching.fulfil_post", post)
    if post.state == PostState.FULFILLED:
        return post
    before = POSTS.check(post, "fulfil")
    end(post, PostState.FULFILLED, "post.fulfilled", before=before, actor=actor)
    settle_elsewhere(post, actor=actor)
    return post


def end(post: Post, state: PostState, action: str, *, before: str, actor: Actor) -> Post:
    """Bring a locked post to an end; the caller has asked for permission and tells those concerned."""
    post.state = state
    post.paused_by = ""
    post.ended_at = timezone.now()
    post.save(update_fields=["state", "paused_by", "ended_at", "updated_at"])
    mark_stale(post)
    audit.record(post, action, actor=actor, before=before)
    # Of what was never published nobody knows.
    if post.published_at is not None:
        tell_favourites(post, News.OVER)
    return post


@transaction.atomic
def renew_post(pk: int, *, actor: Actor) -> Post:
    """The owner keeps it on the board for another while, also after it expired."""
    post = lock_post(pk)
    require(actor, "matching.renew_post", post)
    before = POSTS.check(post, "renew")
    require_standing(post)
    require_dates_ahead(post)
    if post.quantity_left == 0:
        raise TransitionError("nothing_left", "すべて決まっているため、延ばせません。数を直してからお試しください。")
    post.state = PostState.PUBLISHED
    post.expires_at = end_of_life(post, since=timezone.now())
    post.ended_at = None
    post.save(update_fields=["state", "expires_at", "ended_at", "updated_at"])
    mark_stale(post)
    audit.record(post, "post.renewed", actor=actor, before=before)
    if before == PostState.EXPIRED:
        tell_favourites(post, News.REOPENED)
    return post


@transaction.atomic
def take_down_post(pk: int, *, message: str, actor: Actor) -> Post:
    """Staff remove what must not stand there, and tell its owner why."""
    post = lock_post(pk)
    require(actor, "matching.take_down_post", post)
    before = POSTS.check(post, "take_down")
    post.state = PostState.TAKEN_DOWN
    post.paused_by = ""
    post.staff_message = required_message(message)
    post.ended_at = timezone.now()
    post.save(update_fields=["state", "paused_by", "staff_message", "ended_at", "updated_at"])
    mark_stale(post)
    audit.record(post, "post.taken_down", actor=actor, before=before)
    outbox.put(PostTakenDown(post))
    withdraw_open_introductions(post, actor=actor)
    return post


@transaction.atomic
def expire_post(pk: int, *, actor: Actor) -> Post:
    """Its time is over. Answers already asked for may still come."""
    post = lock_post(pk)
    require(actor, "matching.expire_post", post)
    before = POSTS.check(post, "expire")
    if post.expires_at is None or post.expires_at > timezone.now():
        raise TransitionError("not_due", "掲載の期限は、まだ過ぎていません。")
    end(post, PostState.EXPIRED, "post.expired", before=before, actor=actor)
    outbox.put(PostExpired(post))
    return post


@transaction.atomic
def warn_of_expiry(pk: int, *, actor: Actor) -> Post:
    """Tell the owner, once for each end date, that the post leaves the board soon."""
    post = lock_post(pk)
    require(actor, "matching.expire_post", post)
    if post.state == PostState.PUBLISHED and post.expires_at and post.expires_at <= timezone.now() + WARNING:
        outbox.put(PostExpiringSoon(post))
        tell_favourites(post, News.ENDS_SOON, event=f"{post.expires_at:%Y%m%d}")
    return post


def end_of_life(post: Post, *, since: datetime) -> datetime:
    """When a post published or renewed at ``since`` leaves the board: at the end of its last day at the latest."""
    regular = since + LIFETIME
    if post.available_until is None:
        return regular
    after_last_day = datetime.combine(post.available_until + timedelta(days=1), time.min)
    return min(regular, timezone.make_aware(after_last_day))

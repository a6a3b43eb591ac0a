"""What happens to a post, from the first draft to its end."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching import search_text
from matching.enums import PausedBy, PostState
from matching.models import Post
from matching.notices.posts import (
    PostExpired,
    PostExpiringSoon,
    PostPublished,
    PostReturned,
    PostTakenDown,
    PostWaiting,
)
from matching.transitions.bystanders import settle_elsewhere, withdraw_open_introductions
from matching.transitions.checks import MAX_BODY, limited
from matching.transitions.locks import lock_organisations, lock_post
from matching.workflow import POSTS
from members.enums import OrganisationState
from members.models import Organisation, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: How long a post stands on the board unless its dates end sooner.
LIFETIME = timedelta(days=180)
#: How long before its end the owner is told.
WARNING = timedelta(days=14)

#: What people write themselves; everything else of a post is written by transitions.
WRITABLE = frozenset(
    {
        "direction",
        "resource",
        "title",
        "body",
        "themes",
        "areas",
        "area_note",
        "online",
        "available_from",
        "available_until",
        "weekdays",
        "time_from",
        "time_until",
        "when_note",
        "quantity",
        "unit",
        "quantity_note",
        "details",
        "photo",
        "photo_alt",
        "visibility",
    }
)
#: Without these nobody could answer; a draft may lack them.
NEEDED = {"resource": "種類を選んでください。", "title": "見出しを書いてください。"}


def person(actor: Actor) -> User:
    """``actor``, who must be a person here: what is written bears somebody's name."""
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person does this")
    return actor


def apply_values(post: Post, data: Mapping[str, Any], *, by: Actor) -> list[str]:
    """Set what differs in ``data`` and check it; return the names of what changed.

    Raises ``ValidationError`` by field, and ``PermissionDenied`` for a photo that somebody else uploaded: a post
    opens its photo to all who see it.
    """
    unknown = set(data) - WRITABLE
    if unknown:
        raise ValueError(f"not for people to write: {sorted(unknown)}")
    changed = [name for name, value in data.items() if getattr(post, name) != value]
    photo = data.get("photo")
    if "photo" in changed and photo is not None and getattr(by, "pk", None) != photo.uploaded_by_id:
        raise PermissionDenied("somebody else's photo")
    for name in changed:
        setattr(post, name, data[name])
    # Text columns have no limit of their own.
    limited("body", post.body, MAX_BODY)
    empty = {name for name in NEEDED if not getattr(post, name)}
    post.clean_fields(exclude=(_field_names() - WRITABLE) | empty)
    if post.quantity is None and post.quantity_taken:
        raise ValidationError({"quantity": "決まった数があるため、空けておくことはできません。"})
    post.validate_constraints(exclude=_field_names() - WRITABLE - {"quantity_taken"})
    return changed


def require_complete(post: Post) -> None:
    """Raise ``ValidationError`` for what a post needs before others read it."""
    missing = {name: message for name, message in NEEDED.items() if not getattr(post, name)}
    if missing:
        raise ValidationError(missing)


def _field_names() -> set[str]:
    return {field.name for field in Post._meta.concrete_fields}


@transaction.atomic
def save_draft(
    pk: int | None,
    *,
    data: Mapping[str, Any],
    on_behalf: Organisation,
    actor: Actor,
    idempotency_key: str | None = None,
) -> Post:
    """Begin a draft, or go on with one (``pk``): also with a post that staff returned.

    ``data`` holds model fields by name. The form's ``idempotency_key`` makes a double click one draft: the second
    goes on with what the first began. A published post is changed by ``propose_revision``.
    """
    author = person(actor)
    require(actor, "matching.act_for_organisation", on_behalf)
    created = False
    if pk is None:
        post, created = _begin(on_behalf, author, idempotency_key)
        pk = post.pk
    post = lock_post(pk)
    require(actor, "matching.edit_post", post)
    if post.organisation_id != on_behalf.pk:
        raise TransitionError(
            "other_organisation",
            f"この下書きは{post.organisation}のものです。団体を切り替えて、もう一度お試しください。",
        )
    before = post.state
    changed = apply_values(post, data, by=actor)
    if not changed and not created:
        return post
    POSTS.check(post, "save")
    post.search_text = search_text.build(post)
    post.save(update_fields=[*changed, "search_text", "updated_at"])
    audit.record(post, "post.drafted" if created else "post.edited", actor=actor, before=before, fields=changed)
    return post


def _begin(on_behalf: Organisation, author: User, key: str | None) -> tuple[Post, bool]:
    """An empty draft, or the one that this form began a moment ago; of two at once one waits for the other."""
    if key:
        return Post.objects.get_or_create(idempotency_key=key, defaults={"organisation": on_behalf, "author": author})
    return Post.objects.create(organisation=on_behalf, author=author), True


@transaction.atomic
def submit_post(pk: int, *, actor: Actor) -> Post:
    """The owner hands it in for staff to check. Handed in twice (a double click), it stays handed in."""
    post = lock_post(pk)
    require(actor, "matching.submit_post", post)
    if post.state == PostState.SUBMITTED:
        return post
    before = POSTS.check(post, "submit")
    require_complete(post)
    _require_dates_ahead(post)
    post.state = PostState.SUBMITTED
    post.submitted_at = timezone.now()
    post.save(update_fields=["state", "submitted_at", "updated_at"])
    audit.record(post, "post.submitted", actor=actor, before=before)
    outbox.put(PostWaiting(post))
    return post


@transaction.atomic
def publish_post(pk: int, *, actor: Actor) -> Post:
    """Staff put it on the board, for half a year or until its dates end."""
    post = lock_post(pk)
    require(actor, "matching.publish_post", post)
    before = POSTS.check(post, "publish")
    _require_standing(post)
    _require_dates_ahead(post)
    post.state = PostState.PUBLISHED
    post.published_at = timezone.now()
    post.expires_at = end_of_life(post, since=post.published_at)
    post.ended_at = None
    post.staff_message = ""
    post.search_text = search_text.build(post)
    post.save(
        update_fields=[
            "state",
            "published_at",
            "expires_at",
            "ended_at",
            "staff_message",
            "search_text",
            "updated_at",
        ]
    )
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
    _require_standing(post)
    if post.expires_at is not None and post.expires_at <= timezone.now():
        raise TransitionError("expired", "掲載の期限が過ぎています。「掲載を延ばす」で、もう一度掲載できます。")
    return resume(post, before=before, actor=actor)


def resume(post: Post, *, before: str, actor: Actor) -> Post:
    """Put a locked, paused post on the board; the caller has asked for permission and looked at its time."""
    post.state = PostState.PUBLISHED
    post.paused_by = ""
    post.save(update_fields=["state", "paused_by", "updated_at"])
    audit.record(post, "post.resumed", actor=actor, before=before)
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
    audit.record(post, action, actor=actor, before=before)
    return post


@transaction.atomic
def renew_post(pk: int, *, actor: Actor) -> Post:
    """The owner keeps it on the board for another while, also after it expired."""
    post = lock_post(pk)
    require(actor, "matching.renew_post", post)
    before = POSTS.check(post, "renew")
    _require_standing(post)
    _require_dates_ahead(post)
    if post.quantity_left == 0:
        raise TransitionError("nothing_left", "すべて決まっているため、延ばせません。数を直してからお試しください。")
    post.state = PostState.PUBLISHED
    post.expires_at = end_of_life(post, since=timezone.now())
    post.ended_at = None
    post.save(update_fields=["state", "expires_at", "ended_at", "updated_at"])
    audit.record(post, "post.renewed", actor=actor, before=before)
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
    return post


def end_of_life(post: Post, *, since: datetime) -> datetime:
    """When a post published or renewed at ``since`` leaves the board: at the end of its last day at the latest."""
    regular = since + LIFETIME
    if post.available_until is None:
        return regular
    after_last_day = datetime.combine(post.available_until + timedelta(days=1), time.min)
    return min(regular, timezone.make_aware(after_last_day))


def required_message(message: str) -> str:
    """What staff tell the owner, which must not be empty."""
    text = limited("message", message, MAX_BODY)
    if not text:
        raise ValidationError({"message": "団体へのメッセージを書いてください。"})
    return text


def _require_standing(post: Post) -> None:
    if post.organisation.state != OrganisationState.APPROVED:
        raise TransitionError(
            "organisation_not_active", f"{post.organisation}は今、登録済みの状態ではないため、掲載できません。"
        )


def _require_dates_ahead(post: Post) -> None:
    if post.available_until is not None and post.available_until < timezone.localdate():
        raise TransitionError("dates_past", "「いつまで」の日が過ぎています。日付を直してください。")


@transaction.atomic
def pause_for_suspension(organisation: Organisation, *, actor: Actor) -> None:
    """Everything a suspended organisation has on the board rests."""
    for post in _posts_of(organisation, PostState.PUBLISHED):
        pause(post, PausedBy.SUSPENSION, before=post.state, actor=actor)


@transaction.atomic
def resume_after_suspension(organisation: Organisation, *, actor: Actor) -> None:
    """What rested because of the suspension comes back, unless its time is over; what the owner paused does not."""
    for post in _posts_of(organisation, PostState.PAUSED):
        if post.paused_by != PausedBy.SUSPENSION:
            continue
        if post.expires_at is not None and post.expires_at <= timezone.now():
            end(post, PostState.EXPIRED, "post.expired", before=post.state, actor=actor)
            outbox.put(PostExpired(post))
        else:
            resume(post, before=post.state, actor=actor)


@transaction.atomic
def close_for_withdrawal(organisation: Organisation, *, actor: Actor) -> None:
    """An organisation that left is no longer looked for nor offered: all its posts close, done ones too."""
    open_states = POSTS.transitions["close"].sources | {PostState.FULFILLED, PostState.EXPIRED}
    for post in _posts_of(organisation, *open_states):
        end(post, PostState.CLOSED, "post.closed", before=post.state, actor=actor)
        withdraw_open_introductions(post, actor=actor)


def _posts_of(organisation: Organisation, *states: str) -> list[Post]:
    lock_organisations([organisation.pk])
    return list(
        Post.objects.filter(organisation=organisation, state__in=states)
        .select_related("organisation")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )

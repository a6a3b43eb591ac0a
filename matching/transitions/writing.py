"""Writing a post: drafts, and handing them in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from matching import search_text
from matching.enums import PostState
from matching.models import Post
from matching.notices.posts import PostWaiting
from matching.transitions.checks import (
    MAX_BODY,
    NEEDED,
    confirmed_codes,
    limited,
    person,
    require_complete,
    require_dates_ahead,
    require_looked_through,
)
from matching.transitions.details import require_answers, tidy_details
from matching.transitions.locks import lock_post
from matching.transitions.relay import RELAY, check_group, require_agreement, tidy_agreement
from matching.workflow import POSTS
from members.models import Organisation, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

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
        "skills",
        "carrying",
        "season",
        "quota",
        "details",
        "photo",
        "photo_alt",
        "visibility",
        *RELAY,
    }
)


def apply_values(post: Post, data: Mapping[str, Any], *, by: Actor, checked: bool = False) -> list[str]:
    """Set what differs in ``data`` and check it; return the names of what changed.

    Raises ``ValidationError`` by field, and ``PermissionDenied`` for a photo that somebody else uploaded: a post
    opens its photo to all who see it. ``checked`` is what was checked once already: what its lists lost meanwhile
    stays.
    """
    unknown = set(data) - WRITABLE
    if unknown:
        raise ValueError(f"not for people to write: {sorted(unknown)}")
    data = tidy_details(post, tidy_agreement(post, data), checked=checked)
    changed = [name for name, value in data.items() if getattr(post, name) != value]
    photo = data.get("photo")
    if "photo" in changed and photo is not None and getattr(by, "pk", None) != photo.uploaded_by_id:
        raise PermissionDenied("somebody else's photo")
    for name in changed:
        setattr(post, name, data[name])
    check_group(post, changed)
    # Text columns have no limit of their own.
    limited("body", post.body, MAX_BODY)
    empty = {name for name in NEEDED if not getattr(post, name)}
    post.clean_fields(exclude=(_field_names() - WRITABLE) | empty)
    if post.quantity is None and post.quantity_taken:
        raise ValidationError({"quantity": "決まった数があるため、空けておくことはできません。"})
    post.validate_constraints(exclude=_field_names() - WRITABLE - {"quantity_taken"})
    return changed


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
    version: datetime | None = None,
) -> Post:
    """Begin a draft, or go on with one (``pk``): also with a post that staff returned.

    ``data`` holds model fields by name. The form's ``idempotency_key`` makes a double click one draft: the second
    goes on with what the first began. ``version`` is the ``updated_at`` that the writer saw; when it is another now,
    nothing is stored (``TransitionError('changed_meanwhile')``). A published post is changed by ``propose_revision``.
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
    if version is not None and version != post.updated_at:
        raise TransitionError(
            "changed_meanwhile",
            "この掲載は、別の画面で先に保存されています。まだ保存していません。もう一度押してください。",
        )
    before = post.state
    changed = apply_values(post, data, by=actor)
    if not changed and not created:
        return post
    POSTS.check(post, "save")
    search_text.build(post)
    post.save(update_fields=[*changed, *search_text.COLUMNS, "updated_at"])
    audit.record(post, "post.drafted" if created else "post.edited", actor=actor, before=before, fields=changed)
    return post


def _begin(on_behalf: Organisation, author: User, key: str | None) -> tuple[Post, bool]:
    """An empty draft, or the one that this form began a moment ago; of two at once one waits for the other."""
    # Whoever writes it looks after it, until they or a handover say otherwise.
    begun = {"organisation": on_behalf, "author": author, "contact": author}
    if key:
        return Post.objects.get_or_create(idempotency_key=key, defaults=begun)
    return Post.objects.create(**begun), True


@transaction.atomic
def submit_post(pk: int, *, actor: Actor, may_be_public: bool = False) -> Post:
    """The owner hands it in for staff to check. Handed in twice (a double click), it stays handed in.

    ``may_be_public``: what looks like somebody's own in its words was pointed out, and may be published.
    """
    post = lock_post(pk)
    require(actor, "matching.submit_post", post)
    if post.state == PostState.SUBMITTED:
        return post
    before = POSTS.check(post, "submit")
    require_complete(post)
    require_answers(post)
    require_agreement(post)
    require_dates_ahead(post)
    post.pointed_out = require_looked_through(post, may_be_public=may_be_public)
    post.state = PostState.SUBMITTED
    post.submitted_at = timezone.now()
    post.save(update_fields=["state", "submitted_at", "pointed_out", "updated_at"])
    audit.record(post, "post.submitted", actor=actor, before=before, codes=confirmed_codes(post.pointed_out))
    outbox.put(PostWaiting(post))
    return post


@transaction.atomic
def discard_draft(pk: int, *, actor: Actor) -> None:
    """The owner throws away what was only begun; nobody else ever read it, so nothing of it stays but the trail."""
    post = lock_post(pk)
    require(actor, "matching.discard_post", post)
    before = POSTS.check(post, "discard")
    audit.record(post, "post.discarded", actor=actor, before=before, after="")
    post.delete()

"""Changes to a published post: proposed by one party, accepted or refused by the other."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching import search_text
from matching.enums import PostState, RevisionState
from matching.freshness import mark_stale
from matching.models import PostRevision
from matching.notices.favourites import News
from matching.notices.posts import (
    RevisionAccepted,
    RevisionRefused,
    RevisionSuggested,
    RevisionWaiting,
    SuggestionRefused,
)
from matching.revisions import from_stored, to_stored
from matching.transitions.bystanders import settle_elsewhere
from matching.transitions.checks import (
    confirmed_codes,
    person,
    require_complete,
    require_looked_through,
    required_message,
)
from matching.transitions.details import require_answers
from matching.transitions.giving import tell_favourites
from matching.transitions.locks import lock_post, lock_revision
from matching.transitions.posts import end, end_of_life
from matching.transitions.writing import apply_values
from matching.workflow import POSTS, REVISIONS
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def propose_revision(
    pk: int, *, changes: Mapping[str, Any], actor: Actor, note: str = "", may_be_public: bool = False
) -> PostRevision:
    """Propose ``changes`` (model fields by name) to what was published, which stays up meanwhile.

    What the owner proposes staff decide, and the other way round. The same proposal again is the same one.
    ``may_be_public``: what looks like somebody's own in the new words was pointed out, and may be published.
    """
    author = person(actor)
    post = lock_post(pk)
    require(actor, "matching.propose_revision", post)
    POSTS.check(post, "revise")
    # Checked on the post itself, which is not saved.
    changed = apply_values(post, changes, by=actor)
    require_complete(post)
    if "resource" in changed or "carrying" in changed:
        # What was published before it was asked for may be mended elsewhere without it.
        require_answers(post)
    if not changed:
        raise ValidationError("変わったところがありません。")
    # Staff know what they write.
    kinds = require_looked_through(post, may_be_public=may_be_public or author.is_staff, names=changed)
    stored = to_stored({name: getattr(post, name) for name in changed})
    waiting = post.revisions.waiting().first()
    if waiting is not None:
        if waiting.author_id == author.pk and waiting.changes == stored:
            return waiting
        raise TransitionError(
            "revision_waiting", "確認待ちの修正案が、すでにあります。確認が終わるまでお待ちください。"
        )
    revision = PostRevision.objects.create(
        post=post,
        author=author,
        changes=stored,
        photo=changes["photo"] if "photo" in changed else None,
        note=note.strip(),
        pointed_out=kinds,
    )
    audit.record(revision, "post_revision.proposed", actor=actor, fields=changed, codes=confirmed_codes(kinds))
    # The notices name the post as it stands.
    post.refresh_from_db(fields=changed)
    outbox.put(RevisionSuggested(revision) if author.is_staff else RevisionWaiting(revision))
    return revision


@transaction.atomic
def accept_revision(pk: int, *, actor: Actor) -> PostRevision:
    """Put the change into the post."""
    revision, post = lock_revision(pk)
    require(actor, "matching.accept_revision", revision)
    before = REVISIONS.check(revision, "accept")
    POSTS.check(post, "revise")
    changed = apply_values(post, from_stored(revision.changes), by=revision.author, checked=True)
    fields = [*changed, *search_text.COLUMNS, "updated_at"]
    if post.state != PostState.EXPIRED and "available_until" in changed:
        post.expires_at = end_of_life(post, since=timezone.now())
        fields.append("expires_at")
    search_text.build(post)
    post.save(update_fields=fields)
    mark_stale(post)
    _decide(revision, RevisionState.ACCEPTED)
    audit.record(revision, "post_revision.accepted", actor=actor, before=before)
    audit.record(post, "post.revised", actor=actor, before=post.state, fields=changed)
    outbox.put(RevisionAccepted(revision))
    tell_favourites(post, News.CHANGED, event=str(revision.pk))
    if post.quantity_left == 0 and POSTS.allows(post, "fulfil"):
        # No more is wanted than is promised already: nobody could raise a hand.
        end(post, PostState.FULFILLED, "post.fulfilled", before=post.state, actor=actor)
        settle_elsewhere(post, actor=actor)
    return revision


@transaction.atomic
def refuse_revision(pk: int, *, message: str, actor: Actor) -> PostRevision:
    """Leave the post as it is, and say why."""
    revision, _ = lock_revision(pk)
    require(actor, "matching.refuse_revision", revision)
    before = REVISIONS.check(revision, "refuse")
    revision.staff_message = required_message(message)
    _decide(revision, RevisionState.REFUSED)
    audit.record(revision, "post_revision.refused", actor=actor, before=before)
    outbox.put(SuggestionRefused(revision) if revision.author.is_staff else RevisionRefused(revision))
    return revision


def _decide(revision: PostRevision, state: RevisionState) -> None:
    revision.state = state
    revision.decided_at = timezone.now()
    revision.save(update_fields=["state", "decided_at", "staff_message"])

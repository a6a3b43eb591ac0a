"""Who of an organisation's people looks after a post."""

from django.core.exceptions import ValidationError
from django.db import transaction

from matching.models import Post
from matching.notices.contact import PostContactChanged
from matching.transitions.locks import lock_post
from matching.workflow import POSTS
from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import require


@transaction.atomic
def change_contact(pk: int, *, contact: User, actor: Actor) -> Post:
    """Let a colleague look after the post from now on. The same person again changes nothing."""
    post = lock_post(pk)
    require(actor, "matching.edit_post", post)
    before = POSTS.check(post, "entrust")
    if not post.organisation.acting_people().filter(pk=contact.pk).exists():
        raise ValidationError({"contact": "いまこの団体の担当者である方から選んでください。"})
    if post.contact_id == contact.pk:
        return post
    post.contact = contact
    post.save(update_fields=["contact", "updated_at"])
    entry = audit.record(post, "post.contact_changed", actor=actor, before=before, fields=["contact"])
    if contact != actor:
        outbox.put(PostContactChanged(post, change=entry.pk))
    return post

"""Writing to the append-only trail."""

from collections.abc import Iterable, Mapping

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.audit.models import Entry


class NotInTransaction(RuntimeError):
    """A record would outlive the change it tells of if that were rolled back."""


def record(
    obj: models.Model,
    action: str,
    *,
    actor: Actor,
    before: str = "",
    after: str | None = None,
    fields: Iterable[str] = (),
    codes: Mapping[str, str | int | bool | None] | None = None,
) -> Entry:
    """Append one entry about ``obj`` in the transaction of the change itself.

    ``action`` is ``noun.verb_in_past`` (``post.published``); ``after`` defaults to the object's state;
    ``fields`` are names of changed fields; ``codes`` hold reason codes and the like, never personal values.
    Raises ``NotInTransaction`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    if after is None:
        after = str(getattr(obj, "state", "") or "")
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return Entry.objects.create(
        actor=None if isinstance(actor, SystemActor) else actor,
        system_actor=actor.name if isinstance(actor, SystemActor) else "",
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        action=action,
        before=before,
        after=after,
        fields=sorted(fields),
        codes=dict(codes or {}),
        request_id=str(request_id)[:64],
    )

"""The texts that people agree to: a new version is announced, its day comes, and everybody is asked once."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from members.models import Consent, ConsentDocument, User
from members.notices.consents import DocumentPublished
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require


@transaction.atomic
def publish_consent_document(pk: int, *, actor: Actor) -> ConsentDocument:
    """Put a prepared version up for everybody to read; it is in force from its own day.

    People are told by ``announce_document``, which a task calls until everybody has been. Raises
    ``TransitionError``: 'published' the second time, 'too_soon' when its day has come already, 'out_of_order' when
    another published version of its kind begins later.
    """
    document = ConsentDocument.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.publish_consentdocument", document)
    if document.published_at is not None:
        raise TransitionError("published", "この版は、もう公表されています。")
    now = timezone.now()
    if document.in_force_from <= now:
        raise TransitionError(
            "too_soon", "効力が始まる日時を過ぎています。前もって知らせられるよう、これからの日時に直してください。"
        )
    others = ConsentDocument.objects.published().filter(kind=document.kind)
    if others.filter(in_force_from__gte=document.in_force_from).exists():
        raise TransitionError(
            "out_of_order", "これより後に効力が始まる版が、もう公表されています。日時を確かめてください。"
        )
    document.published_at = now
    document.save(update_fields=["published_at"])
    audit.record(document, "consentdocument.published", actor=actor, codes={"version": document.version})
    return document


@transaction.atomic
def announce_document(pk: int, *, actor: Actor, limit: int) -> int:
    """Tell up to ``limit`` people who have not been told yet of a published version; how many these were."""
    document = ConsentDocument.objects.published().get(pk=pk)
    require(actor, "members.publish_consentdocument", document)
    people = list(DocumentPublished.untold(document)[:limit])
    outbox.put(DocumentPublished(document, people))
    return len(people)


@transaction.atomic
def agree_to_documents(user: User, *, documents: Collection[int], actor: Actor) -> list[Consent]:
    """Store that ``user`` agrees to those texts in force that they have seen, by number; again has no effect.

    A version that came into force after the page was opened was not read, and stays to be asked.
    """
    require(actor, "members.give_consent", user)
    given = []
    for document in ConsentDocument.objects.missing_for(user):
        if document.pk not in documents:
            continue
        consent, created = Consent.objects.get_or_create(user=user, document=document)
        if created:
            audit.record(
                user, "user.consented", actor=actor, codes={"kind": document.kind, "version": document.version}
            )
            given.append(consent)
    return given

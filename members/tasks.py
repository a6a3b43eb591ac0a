"""What the portal does by itself with registrations."""

from datetime import timedelta

import structlog
from allauth.account.models import EmailAddress
from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from members.enums import OrganisationState
from members.models import RegistrationDraft, RosterContact, RosterImport, User
from members.models.registration import DRAFT_KEPT_FOR
from members.profile_tasks import refresh_search_texts
from members.reconfirmation_tasks import announce_documents, carry_reconfirmations
from members.retention_tasks import apply_retention
from members.transitions import forget_roster_contact, imports, remove_unconfirmed_person, settle_registration
from tomoiki.audit.actors import REGISTRATION
from tomoiki.web import background
from tomoiki.workflow.sweeps import each_in_turn

#: What a worker finds here; texts and questions have a module of their own.
__all__ = ["announce_documents", "apply_retention", "carry_reconfirmations", "refresh_search_texts"]

log = structlog.get_logger(__name__)

#: How long an account whose address was never confirmed is kept.
UNCONFIRMED_KEPT_FOR = timedelta(days=30)


@shared_task
def settle_registrations() -> int:
    """Submit what should have been submitted when its owner's address was confirmed; how many people that was."""
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    left = User.objects.filter(pk__in=confirmed).filter(
        Q(affiliations__organisation__state=OrganisationState.DRAFT, affiliations__ended_at=None)
        | Q(registration_draft__data__waits_for_confirmation=True)
    )
    people = {user.pk: user for user in left.distinct()}
    return len(
        each_in_turn("settle_registrations", people, lambda pk: settle_registration(people[pk], actor=REGISTRATION))
    )


@shared_task
def forget_old_registrations() -> int:
    """Remove what was typed and never sent, and accounts whose address was never confirmed; how many rows."""
    now = timezone.now()
    drafts, _ = RegistrationDraft.objects.filter(updated_at__lt=now - DRAFT_KEPT_FOR).delete()
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    unconfirmed = User.objects.filter(
        date_joined__lt=now - UNCONFIRMED_KEPT_FOR, last_login=None, is_staff=False, anonymised_at=None
    ).exclude(pk__in=confirmed)
    gone = sum(
        each_in_turn(
            "forget_old_registrations",
            unconfirmed.values_list("pk", flat=True),
            lambda pk: remove_unconfirmed_person(pk, actor=REGISTRATION),
        )
    )
    log.info("registrations.forgotten", drafts=drafts, people=gone)
    return drafts + gone


@shared_task
def work_on_roster_imports() -> None:
    """Carry out one import of the roster that waits, and wake a worker for the next; after commit and by beat."""
    # Reads spreadsheets: most workers never need it.
    from members.roster.engine import work_once

    if work_once() is not None and RosterImport.objects.due().exists():
        background.wake(imports.TASK)


@shared_task
def forget_roster_contacts() -> int:
    """Forget whom the roster named for organisations that have people of their own by now; how many."""
    needless = RosterContact.objects.needless().values_list("pk", flat=True)
    return sum(
        each_in_turn("forget_roster_contacts", needless, lambda pk: forget_roster_contact(pk, actor=imports.ROSTER))
    )

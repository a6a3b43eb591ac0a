"""What time alone brings about with texts and questions. Each may run twice or late: it looks for what is due and
not yet done, so that a day without workers loses nothing."""

from datetime import datetime, time, timedelta

from celery import shared_task
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from members.enums import AffiliationRole, ReconfirmationState
from members.models import Affiliation, ConsentDocument, Reconfirmation, ReconfirmationReply
from members.notices.consents import TOLD_FOR
from members.notices.reconfirmations import ReconfirmationAsked, ReconfirmationReminder
from members.transitions.consents import announce_document
from members.transitions.reconfirmations import (
    ASKED_STATES,
    add_missing_organisations,
    ask_for_reconfirmation,
    close_reconfirmation,
    remind_of_reconfirmation,
)
from tomoiki.audit.actors import SCHEDULER
from tomoiki.notifications.models import Notification
from tomoiki.workflow.sweeps import each_in_turn

#: People told in one transaction, and at most in one run.
PEOPLE_AT_ONCE = 500
PEOPLE_A_RUN = 10_000
#: Organisations written to in one run; the next one goes on.
ORGANISATIONS_A_RUN = 2_000


@shared_task
def announce_documents() -> int:
    """Tell everybody of newly published texts who has not been told; how many people these were."""
    told = 0
    recent = ConsentDocument.objects.published().filter(in_force_from__gt=timezone.now() - TOLD_FOR)
    # The first versions of all announce themselves to whoever registers.
    for document in [each for each in recent.order_by("pk") if each.previous() is not None]:
        while told < PEOPLE_A_RUN:
            found = announce_document(document.pk, actor=SCHEDULER, limit=PEOPLE_AT_ONCE)
            told += found
            if found < PEOPLE_AT_ONCE:
                break
    return told


@shared_task
def carry_reconfirmations() -> int:
    """Close what is over; ask those who became members meanwhile; write to whom nobody wrote, and to the silent.

    Returns how many organisations were written to.
    """
    today = timezone.localdate()
    running = Reconfirmation.objects.filter(state=ReconfirmationState.OPEN)
    over = running.filter(deadline__lt=today).order_by("pk").values_list("pk", flat=True)
    each_in_turn("close_reconfirmations", list(over), lambda pk: close_reconfirmation(pk, actor=SCHEDULER))
    written = 0
    for campaign in running.filter(deadline__gte=today).order_by("pk"):
        add_missing_organisations(campaign.pk, actor=SCHEDULER)
        written += _ask(campaign)
        written += _remind(campaign)
    return written


def _ask(campaign: Reconfirmation) -> int:
    due = _silent(campaign).filter(~_told(ReconfirmationAsked.code, ""))
    pks = list(due.order_by("pk").values_list("pk", flat=True)[:ORGANISATIONS_A_RUN])
    return sum(each_in_turn("ask_for_reconfirmations", pks, lambda pk: ask_for_reconfirmation(pk, actor=SCHEDULER)))


def _remind(campaign: Reconfirmation) -> int:
    """Only the newest threshold that was reached: whoever was missed on an earlier one is not written to twice."""
    days = current_threshold(campaign)
    if days is None:
        return 0
    due = _silent(campaign).filter(
        ~_told(ReconfirmationReminder.code, f":{days}"),
        # Whoever was asked after that day has just been asked.
        asked_at__lt=_start_of_day(campaign, days),
    )
    pks = list(due.order_by("pk").values_list("pk", flat=True)[:ORGANISATIONS_A_RUN])
    return sum(
        each_in_turn(
            "remind_of_reconfirmations", pks, lambda pk: remind_of_reconfirmation(pk, days=days, actor=SCHEDULER)
        )
    )


def current_threshold(campaign: Reconfirmation) -> int | None:
    """How many days before the deadline the newest reminder stands that is due by now; None before the first."""
    left = (campaign.deadline - timezone.localdate()).days
    return min((days for days in campaign.remind_days_before if days >= left), default=None)


def _start_of_day(campaign: Reconfirmation, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(campaign.deadline - timedelta(days=days), time.min))


def _silent(campaign: Reconfirmation) -> QuerySet[ReconfirmationReply]:
    """Silent organisations that somebody can answer for."""
    owner = Affiliation.objects.current().filter(
        organisation=OuterRef("organisation"), role=AffiliationRole.OWNER, user__is_active=True
    )
    return ReconfirmationReply.objects.silent().filter(
        Exists(owner), reconfirmation=campaign, organisation__state__in=ASKED_STATES
    )


def _told(code: str, ending: str) -> Exists:
    """Whether a notice of this kind about the outer reply went out."""
    key = Concat(Value(f"{code}:"), Cast(OuterRef("pk"), CharField()), Value(ending), output_field=CharField())
    return Exists(Notification.objects.filter(key=key))

"""What time alone brings about. Each task may run twice or late: it looks for what is due and not yet done."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from celery import shared_task
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from matching import transitions
from matching.enums import AppointmentState, IntroductionState, PostState
from matching.models import Appointment, Introduction, Participant, Post
from matching.notices.outcomes import OutcomeWanted
from matching.notices.posts import PostExpiringSoon
from matching.pro_bono_tasks import follow_up_pro_bono
from matching.recommendation_tasks import (
    catch_up_embeddings,
    embed_stale_posts,
    refresh_all_posts,
    refresh_stale_posts,
    tell_of_recommendations,
)
from matching.search_tasks import rebuild_search, tell_saved_searches
from matching.transitions.introductions import REMIND_AFTER
from matching.transitions.outcomes import ASK_AFTER_AGREEMENT, ASK_AFTER_START, COMPLETE_AFTER
from matching.transitions.parties import invitation_due
from matching.transitions.posts import WARNING
from matching.workflow import TOGETHER_STATES
from tomoiki.audit.actors import SCHEDULER
from tomoiki.notifications.models import Notification
from tomoiki.web.working_days import add_working_days
from tomoiki.workflow.sweeps import each_in_turn

#: What a worker finds here; colleagues who help and recommendations have modules of their own.
__all__ = [
    "catch_up_embeddings",
    "embed_stale_posts",
    "follow_up_pro_bono",
    "rebuild_search",
    "refresh_all_posts",
    "refresh_stale_posts",
    "tell_of_recommendations",
    "tell_saved_searches",
]


def _each(name: str, pks: Iterable[int], verb: Callable[..., Any]) -> int:
    """Let the portal do ``verb`` to each object; how many it was done to."""
    return len(each_in_turn(name, pks, lambda pk: verb(pk, actor=SCHEDULER)))


def _told(code: str, model: type[models.Model], **more: Any) -> Exists:
    """Whether a notice of this kind about the outer object went out."""
    kind = ContentType.objects.get_for_model(model)
    return Exists(Notification.objects.filter(code=code, content_type=kind, object_id=OuterRef("pk"), **more))


def _pks(rows: models.QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@shared_task
def expire_posts() -> int:
    """Take posts off the board whose time is over, and warn of those whose time is soon over.

    Returns how many expired.
    """
    now = timezone.now()
    expired = _each("expire_posts", _pks(Post.objects.past_their_time(now)), transitions.expire_post)
    # A renewed post has a new end, of which no notice can have told before.
    told_of_this_end = _told(
        PostExpiringSoon.code, Post, created_at__gte=OuterRef("expires_at") - WARNING - timedelta(days=1)
    )
    ending = Post.objects.filter(
        state=PostState.PUBLISHED,
        expires_at__gt=now,
        expires_at__lte=now + WARNING,
        # Whoever puts something up for a few days knows that it ends soon.
        published_at__lt=F("expires_at") - WARNING,
    )
    _each("warn_of_expiry", _pks(ending.exclude(told_of_this_end)), transitions.warn_of_expiry)
    return expired


@shared_task
def remind_and_lapse() -> int:
    """Ask again those who have not answered, and end what nobody answered in time. Returns how many lapsed."""
    today = timezone.localdate()
    lapsed = _each(
        "lapse_introductions", _pks(Introduction.objects.answered_no_more(today)), transitions.lapse_introduction
    )
    quiet = Introduction.objects.filter(state=IntroductionState.ASKED, reminded_at=None, respond_by__gte=today)
    # Whoever was asked last has as long as everybody.
    asked = quiet.annotate(last=Greatest("asked_at", Max("participants__asked_at")))
    due = [
        pk
        for pk, last in asked.order_by("pk").values_list("pk", "last")
        if add_working_days(timezone.localdate(last), REMIND_AFTER) <= today
    ]
    _each("remind_introductions", due, transitions.remind_introduction)
    _look_after_invitations()
    return lapsed


def _look_after_invitations() -> None:
    """Those asked along by others who had agreed: ask them again, and in the end let the others go on."""
    today = timezone.localdate()
    waiting = Participant.objects.awaited().filter(introduction__state__in=TOGETHER_STATES, invited_by__isnull=False)
    rows = waiting.select_related("introduction").order_by("pk")
    late = {side.pk: side.introduction_id for side in rows if invitation_due(side, side.introduction) < today}
    each_in_turn(
        "lapse_invitation",
        late,
        lambda pk: transitions.lapse_invitation(late[pk], participant=pk, actor=SCHEDULER),
    )
    silent = {side.pk: side.introduction_id for side in rows if _may_be_reminded(side, today)}
    each_in_turn(
        "remind_of_invitation",
        silent,
        lambda pk: transitions.remind_of_invitation(silent[pk], participant=pk, actor=SCHEDULER),
    )


def _may_be_reminded(side: Participant, today: date) -> bool:
    # Whoever was asked along before anybody was asked has heard of it with the others.
    asked = side.asked_at or side.introduction.asked_at
    if asked is None or invitation_due(side, side.introduction) < today:
        return False
    return add_working_days(timezone.localdate(asked), REMIND_AFTER) <= today


@shared_task
def remind_of_appointments() -> int:
    """On the day before an appointment, tell everybody who takes part. Returns how many were looked at."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    # By the clock of Japan, whatever the database's is.
    begins = timezone.make_aware(datetime.combine(tomorrow, time.min))
    coming = Appointment.objects.filter(
        state=AppointmentState.FIXED, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
    )
    return _each("remind_of_appointments", _pks(coming), transitions.remind_of_appointment)


@shared_task
def follow_up_outcomes() -> int:
    """Ask how it went, and complete what one side reported long ago. Returns how many were completed."""
    now = timezone.now()
    half_told = Introduction.objects.filter(
        state=IntroductionState.UNDER_WAY, first_reported_at__lte=now - COMPLETE_AFTER
    )
    completed = _each("complete_overdue", _pks(half_told), transitions.complete_overdue)
    silent = Introduction.objects.filter(
        Q(state=IntroductionState.UNDER_WAY, started_at__lte=now - ASK_AFTER_START)
        | Q(state=IntroductionState.AGREED, agreed_at__lte=now - ASK_AFTER_AGREEMENT)
    ).exclude(_told(OutcomeWanted.code, Introduction))
    _each("ask_for_outcomes", _pks(silent), transitions.ask_for_outcome)
    return completed

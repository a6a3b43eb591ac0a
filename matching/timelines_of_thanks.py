"""What matching tells on an organisation's timeline of thanks and of its ibasho."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from matching.models import IbashoChange, Participant, WelcomeConfirmation
from matching.models.welcome import FOR_STAFF_ALONE
from tomoiki.web.timeline import TimelineEntry, TimelineSource, newest_of, timeline_sources


def thanks_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """What was given or received and welcome; nothing that could hurt."""
    together = Participant.objects.together().filter(organisation=organisation).values("introduction")
    rows = WelcomeConfirmation.objects.filter(introduction__in=together).exclude(welcome__in=FOR_STAFF_ALONE)
    rows = rows.select_related("introduction__post")
    for each, _, moment in newest_of(rows, ("confirmed_at",), until, limit):
        yield TimelineEntry(
            moment,
            f"thanks:{each.pk}",
            "heart",
            "offer",
            f"「{each.introduction.post}」は、{each.get_welcome_display()}と届きました",
            url=each.introduction.get_absolute_url(),
        )


def ibasho_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """How its own ibasho opened and grew."""
    rows = IbashoChange.objects.filter(ibasho__organisation=organisation).select_related("ibasho", "outcome")
    for change, _, moment in newest_of(rows, ("outcome__reported_at",), until, limit):
        yield TimelineEntry(
            moment,
            f"ibasho:{change.pk}",
            "home",
            "learn",
            f"居場所「{change.ibasho}」：{change.get_kind_display()}",
            url=change.ibasho.get_absolute_url(),
        )


timeline_sources.register(TimelineSource("thanks", thanks_of))
timeline_sources.register(TimelineSource("ibasho", ibasho_of))

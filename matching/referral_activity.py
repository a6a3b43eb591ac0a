"""What matching counts for those who invited an organisation: posts, introductions, outcomes. Never which ones."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet

from matching.models import Outcome, Participant, Post
from members.referral_activity import ActivityFigure, referral_activity


def _numbers(rows: QuerySet[Any], organisation: str, counted: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(organisation).annotate(n=Count(counted, distinct=True)))


def posts(organisations: Collection[int]) -> dict[int, int]:
    """Needs and offers that were ever published."""
    shown = Post.objects.filter(organisation__in=organisations, published_at__isnull=False)
    return _numbers(shown, "organisation", "pk")


def introductions(organisations: Collection[int]) -> dict[int, int]:
    """Introductions to which all sides said yes."""
    agreed = Participant.objects.filter(organisation__in=organisations, introduction__agreed_at__isnull=False)
    return _numbers(agreed, "organisation", "introduction")


def outcomes(organisations: Collection[int]) -> dict[int, int]:
    """Introductions of which the organisation reported what came of them."""
    reported = Outcome.objects.filter(participant__organisation__in=organisations)
    return _numbers(reported, "participant__organisation", "introduction")


def register_referral_activity() -> None:
    """Called once, when apps are ready."""
    for each in (
        ActivityFigure("posts", "困りごと・できること", posts, order=10),
        ActivityFigure("introductions", "おつなぎ", introductions, order=20),
        ActivityFigure("outcomes", "成果の報告", outcomes, order=30),
    ):
        referral_activity.register(each)

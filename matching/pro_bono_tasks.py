"""What time alone brings about for colleagues who help. Each task may run twice or late."""

from celery import shared_task
from django.utils import timezone

from matching import transitions
from matching.enums import IntroductionState
from matching.enums.pro_bono import ProBonoState
from matching.models import ProBonoApplication
from matching.transitions.pro_bono.giving import CAME_TO_NOTHING, CONFIRM_WITHIN
from tomoiki.audit.actors import SCHEDULER
from tomoiki.workflow.sweeps import each_in_turn


@shared_task
def follow_up_pro_bono() -> int:
    """Tell those whose introduction came to nothing, and drop what nobody confirmed. Returns how many were dropped."""
    over = ProBonoApplication.objects.filter(
        state=ProBonoState.PUT_FORWARD,
        introduction__state__in=[*CAME_TO_NOTHING, IntroductionState.ENDED_EARLY],
        # Whoever goes on in their own name does so whatever became of their employer's introduction.
        own_name_since=None,
    )
    each_in_turn(
        "follow_pro_bono",
        over.order_by("pk").values_list("pk", flat=True),
        lambda pk: transitions.follow_introduction(pk, actor=SCHEDULER),
    )
    stale = ProBonoApplication.objects.filter(
        state=ProBonoState.UNCONFIRMED, created_at__lt=timezone.now() - CONFIRM_WITHIN
    )
    dropped = each_in_turn(
        "drop_unconfirmed",
        stale.order_by("pk").values_list("pk", flat=True),
        lambda pk: transitions.drop_unconfirmed(pk, actor=SCHEDULER),
    )
    return len(dropped)

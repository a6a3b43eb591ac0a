"""What the pages of desks are opened with: those of the 社会福祉協議会 that the demo lets visitors log in to."""

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction, IntroductionState
from matching.models import Participant, Post
from members.models import RelayedGroup
from tests.browser.picks.people import demo, organisation_of


def ids() -> dict[str, str | int]:
    """Its groups, and introductions of theirs that wait for an answer and that are settled."""
    desk, clerk = organisation_of("shakyo"), demo("shakyo")
    own = RelayedGroup.objects.filter(desk=desk).active().order_by("pk")
    post = Post.objects.filter(organisation=desk, on_behalf_of__isnull=False).on_board().latest("pk")
    transitions.record_offline_response(
        post.pk,
        who="山道 歩",
        contact="046-000-0000",
        words="日曜なら、お手伝いできます。",
        channel="paper",
        received_on=timezone.localdate(),
        actor=clerk,
    )
    sides = Participant.objects.filter(desk=desk, group__isnull=False)
    asked = sides.filter(answer=Answer.WAITING, introduction__state=IntroductionState.ASKED)
    settled = sides.filter(introduction__state__in=[IntroductionState.AGREED, IntroductionState.COMPLETED])
    return {
        "desk": desk.pk,
        "relayed_group": own[0].pk,
        "relayed_post": post.pk,
        "relayed_asked": asked.latest("pk").introduction_id,
        "relayed_settled": settled.latest("pk").introduction_id,
        "offer_for_groups": _offer(desk.pk),
    }


def _offer(desk: int) -> int:
    """Something for which neither the desk nor a group of its has raised a hand."""
    raised = Participant.objects.filter(organisation=desk).values("introduction__post")
    offers = Post.objects.on_board().filter(direction=Direction.OFFER).exclude(organisation=desk)
    return offers.exclude(pk__in=raised).latest("pk").pk

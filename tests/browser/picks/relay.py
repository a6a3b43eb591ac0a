"""What the pages of desks are opened with: needs of a group of the 社協 that visitors of the demo log in to."""

from django.utils import timezone

from matching import transitions
from matching.enums import Answer, Direction
from matching.models import Introduction, Participant, Post
from members.models import RelayedGroup
from tests.browser.picks.people import demo, office, organisation_of


def ids() -> dict[str, str | int]:
    """A group with a published need, one that somebody answered, and one that is settled and not told yet."""
    desk, clerk = organisation_of("shakyo"), demo("shakyo")
    group = RelayedGroup.objects.filter(desk=desk).active().order_by("pk")[0]
    asked = _answered(_need(group, "お祭りの、みこしをかつぐ人"))
    settled = _answered(_need(group, "会館の、網戸のはりかえ"))
    transitions.record_offline_answer(
        settled.pk,
        participant=settled.participants.get(group=group).pk,
        answer=Answer.YES,
        channel="phone",
        received_on=timezone.localdate(),
        actor=clerk,
    )
    transitions.record_offline_response(
        asked.post_id,
        who="山道 歩",
        contact="046-000-0000",
        words="日曜なら、お手伝いできます。",
        channel="paper",
        received_on=timezone.localdate(),
        actor=clerk,
    )
    return {
        "desk": desk.pk,
        "relayed_group": group.pk,
        "relayed_post": asked.post_id,
        "relayed_asked": asked.pk,
        "relayed_settled": settled.pk,
        "offer_for_groups": _offer(desk.pk),
    }


def _need(group: RelayedGroup, title: str) -> Post:
    clerk = demo("shakyo")
    post = transitions.save_draft(
        None,
        data={
            "direction": Direction.NEED,
            "on_behalf_of": group,
            "group_agreed_by": "phone",
            "group_agreed_on": timezone.localdate(),
            "group_named": False,
            "resource": "hands",
            "title": title,
            "body": "力を貸してくださる方をさがしています。",
        },
        on_behalf=group.desk,
        actor=clerk,
    )
    transitions.submit_post(post.pk, actor=clerk)
    return transitions.publish_post(post.pk, actor=office())


def _answered(post: Post) -> Introduction:
    return transitions.respond_to_post(
        post.pk, on_behalf=organisation_of("kigyo"), message="お力になれると思います。", actor=demo("kigyo")
    )


def _offer(desk: int) -> int:
    """Something for which neither the desk nor a group of its has raised a hand."""
    raised = Participant.objects.filter(organisation=desk).values("introduction__post")
    offers = Post.objects.on_board().filter(direction=Direction.OFFER).exclude(organisation=desk)
    return offers.exclude(pk__in=raised).latest("pk").pk

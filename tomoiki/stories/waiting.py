"""What of stories waits for a member, and for staff."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from members.models import Organisation
from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.models import Story, StoryPartner
from tomoiki.web.waiting import QueueSummary, StaffQueue, StaffTask, WaitingItem, summarise

MOST = 20
PUBLISH_DAYS = 5


def waiting_in_stories(user: Any) -> Iterator[WaitingItem]:
    """Consents to give, and what partners want changed; two queries, none for who acts for nobody."""
    own = list(Organisation.objects.able_to_act(user).values_list("pk", flat=True))
    if not own:
        return
    parts = (
        StoryPartner.objects.filter(
            organisation__in=own, consent=Consent.WAITING, story__state=StoryState.ASKING_CONSENT
        )
        .select_related("story")
        .order_by("story__asked_at", "pk")[:MOST]
    )
    for part in parts:
        yield WaitingItem(
            icon="book",
            tone="learn",
            title=f"共創事例「{part.story}」に、{part.name}のことが書かれています",
            detail="読んで、公開に同意するか、直してほしいところをお答えください",
            url=reverse("stories:consent", args=[part.story_id]),
            button="読んで答える",
            since=part.story.asked_at,
        )
    refused = StoryPartner.objects.filter(
        consent__in=[Consent.NO, Consent.WITHDRAWN], story__state=StoryState.ASKING_CONSENT, story__organisation__in=own
    )
    for part in refused.select_related("story", "organisation").order_by("decided_at", "pk")[:MOST]:
        yield WaitingItem(
            icon="pencil",
            tone="warning",
            title=f"{part.name}が、事例「{part.story}」に直してほしいところがあると言っています",
            detail=part.note,
            url=reverse("stories:preview", args=[part.story_id]),
            button="内容を見て直す",
            since=part.decided_at,
        )


def _summary(user: Any) -> QueueSummary:
    return summarise(Story.objects.waiting_for_publication(), "asked_at", PUBLISH_DAYS)


def _first(user: Any, limit: int) -> Iterable[StaffTask]:
    for each in Story.objects.waiting_for_publication().select_related("organisation")[:limit]:
        if each.asked_at is not None:
            yield StaffTask(
                subject=each.title,
                url=reverse("admin:stories_story_change", args=[each.pk]),
                since=each.asked_at,
                kind="共創事例",
                note=each.organisation.name if each.organisation else "事務局",
            )


QUEUE = StaffQueue(
    name="stories",
    label="公開を待つ共創事例",
    task="事例の公開",
    tone="state",
    target_days=PUBLISH_DAYS,
    url=lambda: reverse("admin:stories_story_changelist") + "?ready=yes",
    summary=_summary,
    first=_first,
    allows=lambda user: bool(user.has_perm("stories.view_story")),
    order=60,
)

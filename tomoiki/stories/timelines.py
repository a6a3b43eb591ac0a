"""What stories tell on an organisation's timeline."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tomoiki.stories.models import Story
from tomoiki.web.timeline import TimelineEntry, TimelineSource, newest_of, timeline_sources


def stories_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """When stories with it were published, and when they were taken down."""
    rows = Story.objects.filter(partners__organisation=organisation, published_at__isnull=False).distinct()
    for story, name, moment in newest_of(rows, ("published_at", "withdrawn_at"), until, limit):
        public = name == "published_at"
        yield TimelineEntry(
            moment,
            f"story:{story.pk}:{name}",
            "book",
            "learn" if public else "state",
            f"共創事例「{story}」{'を公開しました' if public else 'の公開をやめました'}",
            url=story.get_absolute_url() if story.state == "published" else "",
        )


timeline_sources.register(TimelineSource("stories", stories_of))

"""What stories tell lower apps: who may see a story's photos, what waits, and what becomes of them in a life."""

from typing import Any

from django.urls import reverse

from members.models import Organisation
from tomoiki.conversations.reportable import Reportable, reportables
from tomoiki.files.access import FileAccess, file_access
from tomoiki.files.models import StoredFile
from tomoiki.stories import links, timelines, transitions  # noqa: F401 - the first two register themselves
from tomoiki.stories.models import Story
from tomoiki.stories.waiting import QUEUE, waiting_in_stories
from tomoiki.stories.workflow import STORIES
from tomoiki.web.waiting import WaitingSource, member_waiting, staff_waiting


def can_read_photo(user: Any, file: StoredFile) -> bool:
    """Whoever may see one of the stories that show it; it is shown to nobody else once consent is taken back."""
    return Story.objects.visible_to(user).filter(photos__file=file).exists()


file_access.register(FileAccess("story photos", "stories.StoryPhoto", can_read_photo))
member_waiting.register(WaitingSource("stories", waiting_in_stories))
staff_waiting.register(QUEUE)


def _reportable_story(user: Any, pk: int) -> Story | None:
    """A public story in which one's own organisations do not stand: those have buttons of their own."""
    stories = Story.objects.public().filter(pk=pk)
    return stories.exclude(partners__organisation__in=Organisation.objects.of(user)).first()


def _told_in(story: Story) -> str:
    texts = [story.title, story.lead, *(text for _, text in story.sections)]
    texts += [each.text for each in story.quotes.all()]
    for photo in story.photos.all():
        texts += [photo.alt, photo.caption]
    return "\n".join(filter(None, texts))


reportables.register(
    Reportable(
        kind="story",
        model="stories.Story",
        noun="事例",
        find=_reportable_story,
        title=str,
        text=_told_in,
        url=lambda story: story.get_absolute_url(),
        staff_url=lambda story: reverse("admin:stories_story_change", args=[story.pk]),
        remove=lambda subject, message, actor: transitions.withdraw_story(subject.pk, message=message, actor=actor),
        removable=lambda story: STORIES.allows(story, "withdraw"),
    )
)

"""What stories tell lower apps: who may see a story's photos, what waits, and what becomes of them in a life."""

from typing import Any

from tomoiki.files.access import FileAccess, file_access
from tomoiki.files.models import StoredFile
from tomoiki.stories import links, timelines  # noqa: F401 - they register themselves
from tomoiki.stories.models import Story
from tomoiki.stories.waiting import QUEUE, waiting_in_stories
from tomoiki.web.waiting import WaitingSource, member_waiting, staff_waiting


def can_read_photo(user: Any, file: StoredFile) -> bool:
    """Whoever may see one of the stories that show it; it is shown to nobody else once consent is taken back."""
    return Story.objects.visible_to(user).filter(photos__file=file).exists()


file_access.register(FileAccess("story photos", "stories.StoryPhoto", can_read_photo))
member_waiting.register(WaitingSource("stories", waiting_in_stories))
staff_waiting.register(QUEUE)

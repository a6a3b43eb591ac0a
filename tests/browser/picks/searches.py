"""Two searches that the NPO keeps: one that has told of something, and one that has not."""

from django.utils import timezone

from matching.enums.searches import SearchRhythm
from matching.models import Post, SavedSearchHit
from matching.transitions.searches import keep_search
from tests.browser.picks.people import demo


def ids() -> dict[str, str | int]:
    person = demo("npo")
    conditions = {"direction": ["offer"], "area": ["14205"], "nearby": ["on"]}
    kept = keep_search(name="近くのできること", conditions=conditions, rhythm=SearchRhythm.DAILY, actor=person)
    other = keep_search(name="手話", conditions={"q": ["手話"]}, rhythm=SearchRhythm.AT_ONCE, actor=person)
    newest = Post.objects.on_board().filter(direction="offer").order_by("-published_at")[:3]
    SavedSearchHit.objects.bulk_create(
        SavedSearchHit(search=kept, post=post, told_at=timezone.now()) for post in newest
    )
    return {"saved_search": kept.pk, "saved_search_new": other.pk}

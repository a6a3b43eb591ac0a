"""What the portal does by itself about searching: telling of what is new, and building columns anew."""

from celery import shared_task
from django.utils import timezone

from matching import search_text
from matching.models import Post, SavedSearch
from matching.saved_searches import newly_published
from matching.transitions.searches import LATE, tell_of_new_posts
from tomoiki.audit.actors import SCHEDULER
from tomoiki.web import background
from tomoiki.workflow.sweeps import each_in_turn

#: A run tells so many people; the next one goes on.
AT_A_TIME = 1_000


@shared_task
def tell_saved_searches() -> int:
    """Tell people of new posts that fit the searches they keep; how many were told.

    Looks at nothing while nothing was published. Twice at once or killed half way, it tells nobody twice.
    """
    newest = Post.objects.on_board().order_by("-published_at", "-pk").values_list("published_at", flat=True).first()
    if newest is None:
        return 0
    # For a while after a publication another one of the same moment may still come to light.
    due = SavedSearch.objects.due(timezone.now(), newest + LATE).values_list("pk", flat=True)[:AT_A_TIME]
    told = each_in_turn(
        "tell_saved_searches",
        list(due),
        lambda pk: tell_of_new_posts(pk, finding=newly_published, actor=SCHEDULER),
    )
    return sum(1 for number in told if number)


@shared_task
def rebuild_search() -> int:
    """Build the next posts' search columns anew where words, synonyms or the engine changed; how many differed.

    One small batch; wakes a worker for the next. A killed worker's batch is done again by whoever comes next.
    """
    differing = search_text.rebuild_some()
    if differing is None:
        return 0
    background.wake("matching.search_tasks.rebuild_search")
    return differing

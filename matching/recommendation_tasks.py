"""Recommendations follow what changed: vectors first, by the worker that has the model, then the lists.

Each task may run twice, late, or be killed half way: it looks for what is marked and takes the mark away only with the
result. What nobody woke, because the broker was away, the clock does.
"""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from celery import shared_task
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from matching.freshness import REFRESH, embeds, mark_stale_by_number
from matching.models import Post, Recommendation
from matching.models.post import PostQuerySet
from matching.notices.recommendations import NewRecommendations
from matching.suggesting import meaning, storing
from matching.suggesting.pool import recommendable
from matching.suggesting.reading import recommended_for_posts_of
from members.models import Organisation
from tomoiki.notifications import outbox
from tomoiki.text.embeddings import Unavailable, embedder
from tomoiki.web.background import wake
from tomoiki.workflow.sweeps import each_in_turn

log = structlog.get_logger(__name__)

#: How long one run goes on, in seconds; well below the time after which Celery ends a task.
BUDGET = 120
#: How long a changed post waits for its vector before its list is made without.
PATIENCE = timedelta(minutes=2)
#: Posts without a vector that are marked at a time.
CATCH_UP = 500
#: How many the weekly mail names.
IN_A_MAIL = 3
#: Posts of the nightly pass that one task looks at.
NIGHTLY = 500


@shared_task
def embed_stale_posts() -> int:
    """Make the vectors of changed posts, then wake whoever makes the lists; how many were looked at.

    A server that does not answer costs nothing but the vectors: the lists are made from words.
    """
    until = monotonic() + BUDGET
    done = 0
    try:
        while monotonic() < until and (some := meaning.embed_some(embedder())):
            done += some
    except Unavailable as error:
        log.warning("embeddings.unavailable", error=str(error))
    if done:
        log.info("embeddings.made", posts=done)
    wake(REFRESH)
    return done


@shared_task
def catch_up_embeddings() -> int:
    """Mark posts that have no vector, or one of another model; how many."""
    if not embeds():
        return 0
    missing = list(meaning.without_meaning(embedder().name).values_list("pk", flat=True)[:CATCH_UP])
    with transaction.atomic():
        mark_stale_by_number(missing)
    return len(missing)


@shared_task
def refresh_stale_posts() -> int:
    """Make the lists of changed posts anew, the latest change first; how many."""
    until = monotonic() + BUDGET
    done = 0
    tried: set[int] = set()
    while monotonic() < until:
        pk = _ready().exclude(pk__in=tried).values_list("pk", flat=True).first()
        if pk is None:
            break
        # Changed while it was looked at: the change wakes the next run, and this one goes on with others.
        tried.add(pk)
        done += _refresh(pk)
    if done:
        log.info("recommendations.refreshed", posts=done)
    return done


def _refresh(pk: int) -> bool:
    """One post; its trouble, whatever it is, must not keep the others waiting."""
    try:
        return storing.refresh(pk)
    except Exception:
        log.exception("recommendations.failed", post=pk)
        return False


def _ready() -> PostQuerySet:
    """Marked posts whose vector is as new as their mark, or that need none, or have waited for one long enough."""
    marked = Post.objects.filter(stale_at__isnull=False).order_by("-stale_at", "pk")
    if not embeds():
        return marked
    patient = Q(stale_at__lt=timezone.now() - PATIENCE)
    return marked.filter(patient | ~Q(state="published") | Q(embedding__computed_at__gte=F("stale_at")))


@shared_task
def refresh_all_posts(after: int = 0) -> int:
    """The night's look at everything: time alone changes what fits. One task for some hundred posts, then the next.

    Looking again changes nothing where nothing has changed. Returns how many posts this part looked at.
    """
    if after == 0:
        storing.sweep_closed()
    pks = list(recommendable().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:NIGHTLY])
    until = monotonic() + BUDGET
    last = after
    done = 0
    for pk in pks:
        if monotonic() > until:
            break
        _refresh(pk)
        last, done = pk, done + 1
    if done < len(pks) or len(pks) == NIGHTLY:
        refresh_all_posts.delay(after=last)
    return done


@shared_task
def tell_of_recommendations() -> int:
    """Once a week: tell organisations what was found for their posts since; how many were told.

    Run twice in a week, nobody is told twice.
    """
    since = timezone.now() - timedelta(days=7)
    new = Recommendation.objects.filter(found_at__gte=since)
    posts = new.values("need").union(new.values("offer"))
    owners = Organisation.objects.filter(posts__in=Post.objects.on_board().filter(pk__in=posts)).distinct()
    pks = list(owners.order_by("pk").values_list("pk", flat=True))
    return sum(each_in_turn("tell_of_recommendations", pks, lambda pk: _tell(pk, since)))


@transaction.atomic
def _tell(pk: int, since: datetime) -> bool:
    organisation = Organisation.objects.get(pk=pk)
    reader = organisation.acting_people().order_by("pk").first()
    if reader is None:
        return False
    items = recommended_for_posts_of({pk}, reader, IN_A_MAIL, since=since)
    return bool(items and outbox.put(NewRecommendations(organisation, items, day=timezone.localdate())))

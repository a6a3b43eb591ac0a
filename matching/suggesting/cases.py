"""Posts as what ``matching.recommendation`` compares: plain values, without a query for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from django.utils import timezone

from matching.enums import Direction
from matching.models import Post
from matching.recommendation import Case, Corpus
from matching.resources import kind_of
from matching.suggesting.standing import helped_organisations

if TYPE_CHECKING:
    from tomoiki.text.embeddings import Vectors

#: From how many of the newest posts of each direction it is learned how much a word tells.
SAMPLE = 150
#: For how long one process goes on with what it learned, in seconds: from many posts, and from few.
LEARNED_FOR, LEARNED_FROM_FEW_FOR = 3_600, 30


def case_of(post: Post, *, helped: Collection[int] | None = None) -> Case:
    """One post; ``helped`` are the organisations that were helped before, where fairness matters."""
    asks = post.direction == Direction.NEED
    return Case(
        id=str(post.pk),
        direction=post.direction,
        title=post.title,
        body=post.body,
        resource=post.resource,
        municipalities=tuple(post.areas),
        anywhere=not post.areas,
        online=post.online,
        themes=tuple(post.themes),
        organisation_kind=post.organisation.kind,
        available_from=post.available_from,
        available_until=post.available_until,
        weekdays=tuple(post.weekdays),
        time_from=post.time_from,
        time_until=post.time_until,
        season=tuple(post.season),
        quantity=post.quantity_left,
        unit=post.unit,
        skills=tuple(post.skills),
        carrying=post.carrying,
        requirements=kind_of(post.resource).requirements(post),
        vector=vector_of(post),
        vector_model=_model_of(post),
        waiting_days=_days(post) if asks else 0,
        helped_before=post.organisation_id in helped if asks and helped is not None else None,
    )


def cases_of(posts: Sequence[Post]) -> list[Case]:
    """Posts that were taken with ``organisation`` and ``embedding``; one query for all of them."""
    needs = {post.organisation_id for post in posts if post.direction == Direction.NEED}
    helped = helped_organisations(needs) if needs else set()
    return [case_of(post, helped=helped) for post in posts]


def _model_of(post: Post) -> str:
    held = getattr(post, "embedding", None)
    return held.model if held is not None else ""


def vector_of(post: Post) -> "Vectors | None":
    """The meaning that is kept of a post, if any."""
    held = getattr(post, "embedding", None)
    if held is None:
        return None
    import numpy as np  # large; only where vectors are compared

    vector: Vectors = np.asarray(held.vector, dtype=np.float32)
    return vector


def _days(post: Post) -> int:
    return max(0, (timezone.now() - post.published_at).days) if post.published_at else 0


@dataclass
class _Learned:
    """What this process knows, and until when that is good enough."""

    until: float = 0
    corpus: Corpus | None = None


_learned = _Learned()


def corpus() -> Corpus:
    """How much words tell on this board; learned from its newest posts and kept for a while in this process."""
    if _learned.corpus is None or monotonic() > _learned.until:
        _learned.corpus = found = _learn()
        enough = found.size >= 2 * SAMPLE and found.centres
        _learned.until = monotonic() + (LEARNED_FOR if enough else LEARNED_FROM_FEW_FOR)
    return _learned.corpus


def _learn() -> Corpus:
    newest = Post.objects.on_board().select_related("organisation", "embedding").order_by("-published_at", "-pk")
    rows = [post for direction in Direction for post in newest.filter(direction=direction)[:SAMPLE]]
    return Corpus.of(case_of(post) for post in rows)


def forget_corpus() -> None:
    """Learn anew next time: for tests, and where the board was filled at once."""
    _learned.corpus = None

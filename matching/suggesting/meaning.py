"""What posts mean, as vectors: made where the model is, kept beside the post, and gone with it from the board."""

from collections.abc import Sequence
from hashlib import sha256

import structlog
from django.db.models import F, Q
from django.utils import timezone

from matching.models import Post, PostEmbedding
from matching.models.post import PostQuerySet
from matching.recommendation import meaning_of, text_of
from tomoiki.text.embeddings import Embedder, Refused, Unavailable

log = structlog.get_logger(__name__)
#: Posts at a time: about half a second on one thread.
BATCH = 16


def waiting_for_meaning(model: str) -> PostQuerySet:
    """Posts on the board that changed since their vector was made, the latest change first."""
    old = Q(embedding=None) | Q(embedding__computed_at__lt=F("stale_at")) | ~Q(embedding__model=model)
    return Post.objects.on_board().filter(old, stale_at__isnull=False).order_by("-stale_at", "pk")


def without_meaning(model: str) -> PostQuerySet:
    """Posts on the board that have no vector of this model, and are not marked: the server was away, or is another."""
    missing = Q(embedding=None) | ~Q(embedding__model=model)
    return Post.objects.on_board().filter(missing, stale_at=None).order_by("-published_at", "-pk")


def embed_some(maker: Embedder, number: int = BATCH) -> int:
    """Make the vectors of the next posts; how many were looked at. Raises ``Unavailable``."""
    rows = list(waiting_for_meaning(maker.name).select_related("organisation", "embedding")[:number])
    if not rows:
        return 0
    try:
        embed(rows, maker)
    except Refused:
        # One text that is not taken must not keep the others from theirs.
        for row in rows:
            _embed_alone(row, maker)
    return len(rows)


def _embed_alone(post: Post, maker: Embedder) -> None:
    """As ``embed`` does; a post whose text is not taken is compared by its words."""
    try:
        embed([post], maker)
    except Refused as error:
        log.warning("embeddings.refused", post=post.pk, why=str(error))


def embed(posts: Sequence[Post], maker: Embedder) -> None:
    """Keep the vectors of ``posts``; whose words are the same as before keeps its vector. Raises ``Unavailable``."""
    # Before the texts are made: what changes while the model thinks is newer than this.
    now = timezone.now()
    texts = {post.pk: text_of(post.title, post.body) for post in posts}
    prints = {pk: sha256(text.encode()).hexdigest() for pk, text in texts.items()}
    anew = [post for post in posts if not _is_same(post, prints[post.pk], maker.name)]
    vectors = list(meaning_of([texts[post.pk] for post in anew], maker)) if anew else []
    changed = {post.pk for post in anew}
    PostEmbedding.objects.filter(pk__in=[post.pk for post in posts if post.pk not in changed]).update(computed_at=now)
    PostEmbedding.objects.bulk_create(
        [
            PostEmbedding(
                post=post,
                direction=post.direction,
                vector=vector,
                model=maker.name,
                text_hash=prints[post.pk],
                computed_at=now,
            )
            for post, vector in zip(anew, vectors, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["direction", "vector", "model", "text_hash", "computed_at"],
    )


def _is_same(post: Post, text_hash: str, model: str) -> bool:
    held: PostEmbedding | None = getattr(post, "embedding", None)
    return held is not None and (held.text_hash, held.model) == (text_hash, model)


__all__ = ["BATCH", "Unavailable", "embed", "embed_some", "waiting_for_meaning", "without_meaning"]

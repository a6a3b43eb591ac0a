from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from pgvector.django import HnswIndex, VectorField

from matching.enums import Direction
from matching.models.post import Post
from members.models import Organisation
from tomoiki.text.embeddings.base import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable


class PostEmbedding(models.Model):
    """What a post on the board means, as a vector; gone when the post leaves the board, and made anew afterwards."""

    post = models.OneToOneField(
        Post, verbose_name="掲載", on_delete=models.CASCADE, primary_key=True, related_name="embedding"
    )
    # The post's own, so that each direction has an index of its own: needs look among offers only, and back.
    direction = models.CharField("困りごと・できること", max_length=5, choices=Direction)
    vector = VectorField("ベクトル", dimensions=DIMENSIONS)
    # Vectors of two models cannot be compared.
    model = models.CharField("モデル", max_length=100)
    text_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField("計算した日時", default=timezone.now)

    class Meta:
        verbose_name = "掲載の意味"
        verbose_name_plural = "掲載の意味"
        indexes = [
            HnswIndex(
                name="post_embedding_needs",
                fields=["vector"],
                opclasses=["vector_cosine_ops"],
                condition=Q(direction="need"),
            ),
            HnswIndex(
                name="post_embedding_offers",
                fields=["vector"],
                opclasses=["vector_cosine_ops"],
                condition=Q(direction="offer"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}（{self.model}）"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def about(self, post: Post) -> "RecommendationQuerySet":
        """Those of which ``post`` is one side, the best first."""
        side = "need" if post.direction == Direction.NEED else "offer"
        return self.filter(**{side: post.pk}).order_by("-score", "pk")

    def about_any(self, posts: "Iterable[int]") -> "RecommendationQuerySet":
        """Those of which one of ``posts`` is a side."""
        keys = list(posts)
        return self.filter(Q(need__in=keys) | Q(offer__in=keys))


class Recommendation(models.Model):
    """A need and an offer that seem to fit, and why; never a commitment, and never told to anybody as a number.

    The table may be older than the world: whoever reads it asks once more who may be shown what
    (``matching.suggesting.reading``).
    """

    need = models.ForeignKey(Post, verbose_name="困りごと", on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Post, verbose_name="できること", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField("合う度合い")
    # What fits and what does not, in the words that people read.
    reasons = models.JSONField("合うところ", default=list)
    misfits = models.JSONField("合わないところ", default=list)
    # When the pair was found first; what is new is told once a week.
    found_at = models.DateTimeField("見つけた日時", default=timezone.now)
    computed_at = models.DateTimeField("計算した日時", default=timezone.now)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = "おすすめ"
        verbose_name_plural = "おすすめ"
        indexes = [
            models.Index(fields=["need", "-score", "id"], name="recommendation_of_need"),
            models.Index(fields=["offer", "-score", "id"], name="recommendation_of_offer"),
            models.Index(fields=["found_at"], name="recommendation_found"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["need", "offer"], name="recommendation_once"),
            models.CheckConstraint(condition=~Q(need=F("offer")), name="recommendation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}と{self.offer_id}"


class RecommendationDismissal(models.Model):
    """An organisation said that something does not fit it: to one of its own posts, or at all. It never comes back."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="団体", on_delete=models.CASCADE, related_name="recommendation_dismissals"
    )
    post = models.ForeignKey(Post, verbose_name="合わない掲載", on_delete=models.CASCADE, related_name="+")
    # To which of its own posts it does not fit; none: it was proposed to the organisation as such.
    own_post = models.ForeignKey(
        Post, verbose_name="自分の掲載", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="合わないとした人", on_delete=models.PROTECT, related_name="+"
    )
    # Vocabulary "not_relevant_reason"; optional.
    reason = models.SlugField("合わない理由", max_length=60, blank=True)
    created_at = models.DateTimeField("合わないとした日時", default=timezone.now)

    class Meta:
        verbose_name = "合わないとしたおすすめ"
        verbose_name_plural = "合わないとしたおすすめ"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-created_at", "-id"], name="dismissal_of_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "post", "own_post"], name="dismissal_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}：{self.post_id}"

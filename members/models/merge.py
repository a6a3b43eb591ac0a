from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models.organisation import Organisation

if TYPE_CHECKING:
    from datetime import datetime

UNDO_FOR = timedelta(days=30)


def undo_end() -> "datetime":
    return timezone.now() + UNDO_FOR


class MergeQuerySet(models.QuerySet["Merge"]):
    def undoable(self) -> "MergeQuerySet":
        """Those that may still be taken back."""
        return self.filter(undone_at__isnull=True, undo_until__gt=timezone.now())


class Merge(models.Model):
    """Two organisations turned out to be one: ``loser`` went up in ``winner``. May be undone until ``undo_until``."""

    winner = models.ForeignKey(
        Organisation, verbose_name="残る団体", on_delete=models.PROTECT, related_name="merges_won"
    )
    loser = models.ForeignKey(
        Organisation, verbose_name="まとめられた団体", on_delete=models.PROTECT, related_name="merges_lost"
    )
    # The loser's state before, to which it goes back.
    loser_state = models.CharField(max_length=12)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="まとめた人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("まとめた日時", default=timezone.now)
    note = models.CharField("理由", max_length=300)
    undo_until = models.DateTimeField("元に戻せる期限", default=undo_end)
    undone_at = models.DateTimeField("元に戻した日時", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What had changed since and so stayed: [{"what": ..., "count": ...}].
    kept_back = models.JSONField("元に戻せなかったもの", default=list, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "団体の統合"
        verbose_name_plural = "団体の統合"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="merge_of_two"),
            models.UniqueConstraint(fields=["loser"], condition=Q(undone_at__isnull=True), name="merge_loser_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loser} → {self.winner}"


class MergeMove(models.Model):
    """One change that a merge made to one row, so that undoing it puts just that back."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    # Column -> value before and after, as JSON can hold them.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = "統合で変えたところ"
        verbose_name_plural = "統合で変えたところ"
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="merge_move_object")]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"

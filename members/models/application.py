from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models.organisation import Organisation


class ApplicationRound(models.Model):
    """One time that an organisation applied: what it said then, and what the office answered.

    A returned application is mended and comes again; what stood in it before stays here.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rounds", verbose_name="団体")
    number = models.PositiveSmallIntegerField("何回目")
    # Field -> value as it was handed in; labels are made when it is shown.
    data = models.JSONField("申込みの内容", default=dict)
    submitted_at = models.DateTimeField("申し込んだ日時", default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The organisation's state after the office's answer: approved, returned or rejected; empty while it waits.
    decision = models.CharField("結果", max_length=12, blank=True)
    message = models.TextField("事務局からのメッセージ", max_length=2000, blank=True)
    decided_at = models.DateTimeField("結果が出た日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "申込みの記録"
        verbose_name_plural = "申込みの記録"
        ordering = ["organisation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="application_round_number"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="application_round_decision_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}（{self.number}回目）"

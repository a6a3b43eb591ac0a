from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.enums import Again, OutcomeResult, Unit, Welcome
from matching.models.introduction import Introduction, Participant


class Outcome(models.Model):
    """What came of an introduction, as one side tells it."""

    introduction = models.ForeignKey(
        Introduction, verbose_name="おつなぎ", on_delete=models.CASCADE, related_name="outcomes"
    )
    participant = models.OneToOneField(
        Participant, verbose_name="参加者", on_delete=models.CASCADE, related_name="outcome"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="報告した人", on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField("報告した日時", default=timezone.now)
    result = models.CharField("どうなりましたか", max_length=8, choices=OutcomeResult)
    story = models.TextField("できごと", max_length=2000, blank=True)
    quantity = models.PositiveIntegerField("実際の数", null=True, blank=True)
    unit = models.CharField("単位", max_length=12, choices=Unit, blank=True)
    people_reached = models.PositiveIntegerField("届いた人数", null=True, blank=True)
    again = models.CharField("またやりたいですか", max_length=5, choices=Again)
    welcome = models.CharField("喜ばれましたか", max_length=8, choices=Welcome)

    class Meta:
        verbose_name = "成果報告"
        verbose_name_plural = "成果報告"
        ordering = ["-reported_at", "-pk"]
        indexes = [models.Index(fields=["-reported_at", "-id"], name="outcome_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                name="outcome_quantity_has_unit",
                violation_error_message="単位を選んでください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.introduction} {self.get_result_display()}"

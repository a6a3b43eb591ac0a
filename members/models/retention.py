from django.db import models


class RetentionPeriod(models.Model):
    """For how long one sort of data is kept after it is no longer needed; set by staff.

    Rows come from the registered rules after each migration and are never overwritten by it.
    """

    rule = models.SlugField("対象", max_length=60, unique=True)
    months = models.PositiveSmallIntegerField("保存する期間（か月）")
    updated_at = models.DateTimeField("変えた日時", auto_now=True)

    class Meta:
        verbose_name = "保存期間"
        verbose_name_plural = "保存期間"
        ordering = ["rule"]
        constraints = [models.CheckConstraint(condition=models.Q(months__lte=240), name="retention_within_20_years")]

    def __str__(self) -> str:
        return self.rule

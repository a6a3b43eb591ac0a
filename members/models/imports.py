from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import ImportState


class RosterImport(models.Model):
    """One file of the prefecture's roster: checked by a worker, looked over by staff, then saved by a worker.

    A job row: a worker picks it up after commit, and another takes it over when that one dies.
    """

    file = models.ForeignKey("files.StoredFile", verbose_name="ファイル", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="始めた人", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=10, choices=ImportState, default=ImportState.WAITING)
    rows_total = models.PositiveIntegerField("行数", default=0)
    rows_done = models.PositiveIntegerField("済んだ行数", default=0)
    # How many rows would be, then were: created, updated, unchanged, rejected.
    counts = models.JSONField("内訳", default=dict, blank=True)
    # A list of objects with sheet, row, column, value, message, remedy.
    problems = models.JSONField("直すところ", default=list, blank=True)
    # The first rows as they would be saved, to look over.
    preview = models.JSONField("取り込みの見本", default=list, blank=True)
    failure = models.CharField("取り込めなかった理由", max_length=300, blank=True)
    created_at = models.DateTimeField("始めた日時", default=timezone.now)
    confirmed_at = models.DateTimeField("取り込みを決めた日時", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField("終わった日時", null=True, blank=True)
    # The worker that has it says from time to time that it lives.
    alive_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "名簿の取り込み"
        verbose_name_plural = "名簿の取り込み"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["alive_at"],
                name="roster_import_running",
                condition=Q(state__in=["waiting", "checking", "queued", "saving"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "saving", "done"]) | Q(confirmed_at__isnull=False),
                name="roster_import_saved_after_confirmation",
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import ImportState
from members.models.organisation import Organisation

#: A worker that has said nothing for so long is dead; longer than it ever takes between two signs of life.
SILENT_FOR = timedelta(seconds=90)
AT_WORK = (ImportState.CHECKING, ImportState.SAVING)
#: Neither done nor given up.
OPEN_STATES = (ImportState.WAITING, ImportState.CHECKING, ImportState.CHECKED, ImportState.QUEUED, ImportState.SAVING)


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def due(self) -> "RosterImportQuerySet":
        """Those that a worker should take: nobody has them, or whoever had them is silent. The oldest first."""
        silent = Q(alive_at=None) | Q(alive_at__lt=timezone.now() - SILENT_FOR)
        return self.filter(
            Q(state__in=[ImportState.WAITING, ImportState.QUEUED]) | Q(state__in=AT_WORK) & silent
        ).order_by("created_at", "pk")

    def being_saved(self) -> "RosterImportQuerySet":
        """Those that a worker which lives is saving now."""
        return self.filter(state=ImportState.SAVING, alive_at__gte=timezone.now() - SILENT_FOR)

    def open(self) -> "RosterImportQuerySet":
        """Those that are neither done nor given up."""
        return self.filter(state__in=OPEN_STATES)

    def to_look_over(self) -> "RosterImportQuerySet":
        """Checked, and waiting for somebody of the office to decide."""
        return self.filter(state=ImportState.CHECKED).order_by("checked_at", "pk")


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
    # How many rows would be, then were: created, updated, unchanged, kept (the organisation's own words), rejected.
    counts = models.JSONField("内訳", default=dict, blank=True)
    # A list of objects with sheet, row, column, value, message, remedy.
    problems = models.JSONField("直すところ", default=list, blank=True)
    # The first rows as they would be saved, to look over.
    preview = models.JSONField("取り込みの見本", default=list, blank=True)
    # What was left out of the file: sheets, columns.
    notes = models.JSONField("読まなかったもの", default=list, blank=True)
    # The rows to correct, with what is wrong in each.
    rejected_file = models.ForeignKey(
        "files.StoredFile",
        verbose_name="直す行のファイル",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # What the check found, row by row: nothing else is saved than what was looked over.
    fingerprint = models.CharField(max_length=64, blank=True)
    # How often a worker has taken it; whoever has taken it last may save.
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField("取り込めなかった理由", max_length=300, blank=True)
    created_at = models.DateTimeField("始めた日時", default=timezone.now)
    checked_at = models.DateTimeField("確認が終わった日時", null=True, blank=True)
    confirmed_at = models.DateTimeField("取り込みを決めた日時", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField("終わった日時", null=True, blank=True)
    # The worker that has it says from time to time that it lives.
    alive_at = models.DateTimeField(null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "名簿の取り込み"
        verbose_name_plural = "名簿の取り込み"
        ordering = ["-created_at", "-pk"]
        permissions = [("export_people", "担当者の一覧を書き出せる")]
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
        moment = timezone.localtime(self.created_at)
        return f"{moment.month}月{moment.day}日 {moment:%H:%M} の名簿"

    @property
    def goes_on(self) -> bool:
        """Whether a worker has it, or will take it by itself."""
        return self.state in (ImportState.WAITING, ImportState.CHECKING, ImportState.QUEUED, ImportState.SAVING)

    def count(self, outcome: str) -> int:
        """How many rows came out so."""
        return int(self.counts.get(outcome, 0))


class RosterContactQuerySet(models.QuerySet["RosterContact"]):
    def to_invite(self) -> "RosterContactQuerySet":
        """Addresses of organisations that nobody answers for yet and that were not asked to be claimed."""
        return self.filter(invited_at=None, organisation__state="approved").exclude(
            organisation__affiliations__isnull=False
        )

    def needless(self) -> "RosterContactQuerySet":
        """Those whose organisation has people of its own by now."""
        return self.filter(organisation__affiliations__isnull=False).distinct()


class RosterContact(models.Model):
    """Whom the roster names for an organisation that nobody has claimed yet; read by the office alone.

    It serves one purpose, the invitation to claim, and goes once the organisation has people of its own.
    """

    organisation = models.OneToOneField(
        Organisation, verbose_name="団体", on_delete=models.CASCADE, related_name="roster_contact"
    )
    name = models.CharField("担当者", max_length=60, blank=True)
    email = models.EmailField("メールアドレス", max_length=254, blank=True)
    created_at = models.DateTimeField("取り込んだ日時", default=timezone.now)
    invited_at = models.DateTimeField("招待した日時", null=True, blank=True)

    objects = RosterContactQuerySet.as_manager()

    class Meta:
        verbose_name = "名簿の連絡先"
        verbose_name_plural = "名簿の連絡先"
        indexes = [models.Index(fields=["created_at"], name="roster_contact_to_invite", condition=Q(invited_at=None))]

    def __str__(self) -> str:
        return str(self.organisation)

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.enums import Again, IbashoChangeKind, OutcomeResult, Unit, Welcome
from matching.models.introduction import Introduction, Participant
from members.models import Organisation


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


class Ibasho(models.Model):
    """A place where people belong: the consortium's own measure of success (居場所の質・量)."""

    name = models.CharField("居場所の名前", max_length=80)
    organisation = models.ForeignKey(
        Organisation, verbose_name="開いている団体", on_delete=models.PROTECT, related_name="ibasho"
    )
    municipality = models.ForeignKey(
        "places.Municipality",
        verbose_name="市区町村",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    who_comes = models.CharField("だれが来る場所か", max_length=100, blank=True)
    open_days_a_month = models.PositiveSmallIntegerField("月に開く日数", null=True, blank=True)
    people_a_time = models.PositiveIntegerField("1回に来る人数", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "居場所"
        verbose_name_plural = "居場所"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="ibasho_name_once"),
            models.CheckConstraint(
                condition=Q(open_days_a_month__isnull=True) | Q(open_days_a_month__lte=31),
                name="ibasho_days_of_a_month",
                violation_error_message="月に開く日数は31日までです。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IbashoChange(models.Model):
    """An ibasho opened, enlarged or opened more often through an introduction, with before and after."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="ibasho_changes")
    ibasho = models.ForeignKey(Ibasho, on_delete=models.PROTECT, related_name="changes", verbose_name="居場所")
    kind = models.CharField("何が変わりましたか", max_length=10, choices=IbashoChangeKind)
    days_before = models.PositiveSmallIntegerField("これまでの月の日数", null=True, blank=True)
    days_after = models.PositiveSmallIntegerField("これからの月の日数", null=True, blank=True)
    people_before = models.PositiveIntegerField("これまでの1回の人数", null=True, blank=True)
    people_after = models.PositiveIntegerField("これからの1回の人数", null=True, blank=True)

    class Meta:
        verbose_name = "居場所の変化"
        verbose_name_plural = "居場所の変化"
        constraints = [
            models.UniqueConstraint(fields=["outcome", "ibasho"], name="ibasho_change_once_per_outcome"),
            models.CheckConstraint(
                condition=(Q(days_before__isnull=True) | Q(days_before__lte=31))
                & (Q(days_after__isnull=True) | Q(days_after__lte=31)),
                name="ibasho_change_days_of_a_month",
                violation_error_message="月に開く日数は31日までです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ibasho} {self.get_kind_display()}"

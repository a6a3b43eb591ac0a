from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from matching.enums import AppointmentState, Suits
from matching.models.introduction import Introduction, Participant

if TYPE_CHECKING:
    from members.models import User


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        """Those of introductions in which the person's organisations talk; all for staff."""
        return self.filter(introduction__in=Introduction.objects.talking_with(user))

    def for_page(self) -> "AppointmentQuerySet":
        """With its dates and what each side ticked, in a fixed number of queries."""
        dates = AppointmentDate.objects.order_by("starts_at", "pk").prefetch_related("replies")
        return self.prefetch_related(models.Prefetch("dates", queryset=dates)).select_related(
            "proposed_by_side__organisation", "proposed_by_side__desk"
        )

    def current(self) -> "AppointmentQuerySet":
        """Being arranged, or fixed and not over for long."""
        lately = timezone.now() - timedelta(days=1)
        return self.filter(
            Q(state=AppointmentState.PROPOSED) | Q(state=AppointmentState.FIXED, starts_at__gte=lately)
        ).order_by("created_at", "pk")


class Appointment(models.Model):
    """A date on which the partners of an introduction meet: proposed, ticked, fixed."""

    introduction = models.ForeignKey(
        Introduction, verbose_name="おつなぎ", on_delete=models.PROTECT, related_name="appointments"
    )
    # The side that proposed it; none where staff did.
    proposed_by_side = models.ForeignKey(
        Participant, verbose_name="提案した団体", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提案した人", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=9, choices=AppointmentState, default=AppointmentState.PROPOSED)
    minutes = models.PositiveSmallIntegerField("時間の長さ（分）", default=60)
    place = models.CharField("場所", max_length=200, blank=True)
    online_url = models.URLField(
        "オンラインの入口", max_length=400, blank=True, validators=[URLValidator(["https", "http"])]
    )
    note = models.TextField("ひとこと", max_length=500, blank=True)
    starts_at = models.DateTimeField("始まる日時", null=True, blank=True)
    # Counts what calendars have to take over again.
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("提案した日時", default=timezone.now)
    fixed_at = models.DateTimeField("決まった日時", null=True, blank=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="決めた人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField("取りやめた日時", null=True, blank=True)
    end_note = models.CharField("取りやめたわけ", max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    # The form's own key: a double click proposes once.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "打ち合わせ"
        verbose_name_plural = "打ち合わせ"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["introduction", "-created_at"], name="appointment_of_introduction"),
            models.Index(fields=["starts_at"], name="appointment_coming", condition=Q(state="fixed")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"],
                condition=Q(state="proposed"),
                name="appointment_one_being_arranged",
                violation_error_message="候補日を相談している打ち合わせが、すでにあります。",
            ),
            models.CheckConstraint(
                condition=~Q(state="fixed") | Q(starts_at__isnull=False, fixed_at__isnull=False),
                name="appointment_fixed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "replaced"]) | Q(ended_at__isnull=False),
                name="appointment_over_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction}の打ち合わせ"

    def get_absolute_url(self) -> str:
        return reverse("matching:appointment", args=[self.pk])

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def where(self) -> str:
        """藤沢駅前の会議室・オンライン, or either."""
        return "・".join(part for part in (self.place, "オンライン" if self.online_url else "") if part)

    @property
    def is_proposed(self) -> bool:
        return self.state == AppointmentState.PROPOSED

    @property
    def is_fixed(self) -> bool:
        return self.state == AppointmentState.FIXED

    @property
    def is_past(self) -> bool:
        return self.starts_at is not None and self.starts_at <= timezone.now()


class AppointmentDate(models.Model):
    """One of the dates to choose from."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField("候補の日時")

    class Meta:
        verbose_name = "候補日"
        verbose_name_plural = "候補日"
        constraints = [
            models.UniqueConstraint(fields=["appointment", "starts_at"], name="appointment_date_once"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"


class AppointmentReply(models.Model):
    """Whether one date suits one side; the newest word counts."""

    date = models.ForeignKey(AppointmentDate, on_delete=models.CASCADE, related_name="replies")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    suits = models.CharField("都合", max_length=5, choices=Suits)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答えた人", on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField("答えた日時", default=timezone.now)

    class Meta:
        verbose_name = "候補日へのお返事"
        verbose_name_plural = "候補日へのお返事"
        constraints = [
            models.UniqueConstraint(fields=["date", "participant"], name="appointment_reply_once"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} {Suits(self.suits).mark}"

from datetime import date
from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from matching.enums import AnswerChannel, IbashoChangeKind
from matching.enums.ibasho import Score
from matching.models.outcome import Outcome
from members.models import Organisation

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class IbashoQuerySet(models.QuerySet["Ibasho"]):
    def visible_to(self, user: Visitor) -> "IbashoQuerySet":
        """Those of one's own organisations, and all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(organisation__in=Organisation.objects.of(user))

    def of_able(self, user: Visitor) -> "IbashoQuerySet":
        """Those that the person may change."""
        return self.filter(organisation__in=Organisation.objects.able_to_act(user))

    def open(self) -> "IbashoQuerySet":
        return self.filter(closed_on__isnull=True)


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
    # For the organisation and the office alone: some places must not be found by everybody.
    address = models.CharField("住所", max_length=200, blank=True)
    # Vocabulary "ibasho_who".
    who = ArrayField(models.SlugField(max_length=60), verbose_name="来る人", default=list, blank=True)
    who_comes = models.CharField("だれが来る場所か", max_length=100, blank=True)
    # What the newest measure says; the history stands in IbashoMeasure.
    open_days_a_month = models.PositiveSmallIntegerField("月に開く日数", null=True, blank=True)
    people_a_time = models.PositiveIntegerField("1回に来る人数", null=True, blank=True)
    opened_on = models.DateField("開いた日", null=True, blank=True)
    closed_on = models.DateField("閉じた日", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IbashoQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("matching:ibasho", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


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


class MeasureQuerySet(models.QuerySet["IbashoMeasure"]):
    def standing_on(self, day: date) -> "MeasureQuerySet":
        """Of each ibasho what was true at the end of ``day``: its newest measure until then."""
        newest = self.model.objects.filter(ibasho=OuterRef("ibasho"), on__lte=day).order_by("-on")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))


class IbashoMeasure(models.Model):
    """How often an ibasho was open and how many came, from a day on until the next measure."""

    ibasho = models.ForeignKey(Ibasho, on_delete=models.CASCADE, related_name="measures", verbose_name="居場所")
    on = models.DateField("いつから")
    is_open = models.BooleanField("開いている", default=True)
    open_days_a_month = models.PositiveSmallIntegerField("月に開く日数", null=True, blank=True)
    people_a_time = models.PositiveIntegerField("1回に来る人数", null=True, blank=True)
    # The report that told so, if it was one.
    outcome = models.ForeignKey(
        Outcome, verbose_name="もとの報告", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField("記録した日時", default=timezone.now)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "居場所の記録"
        verbose_name_plural = "居場所の記録"
        ordering = ["-on", "-pk"]
        constraints = [
            # Also the index by which a day's figures are found.
            models.UniqueConstraint(fields=["ibasho", "on"], name="ibasho_measure_once_a_day"),
            models.CheckConstraint(
                condition=Q(open_days_a_month__isnull=True) | Q(open_days_a_month__lte=31),
                name="ibasho_measure_days_of_a_month",
                violation_error_message="月に開く日数は31日までです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ibasho} {self.on}"

    @property
    def people_a_month(self) -> int | None:
        """How many came in a month, counted each time; unknown where either number is."""
        if not self.is_open or self.open_days_a_month is None or self.people_a_time is None:
            return None
        return self.open_days_a_month * self.people_a_time


class SurveyQuerySet(models.QuerySet["IbashoSurvey"]):
    def visible_to(self, user: Visitor) -> "SurveyQuerySet":
        return self.filter(ibasho__in=Ibasho.objects.visible_to(user))

    def running(self, today: date) -> "SurveyQuerySet":
        """Those that may be answered today."""
        return self.filter(opens_on__lte=today, closes_on__gte=today, ibasho__closed_on__isnull=True)


class IbashoSurvey(models.Model):
    """One round of the three questions at one ibasho."""

    ibasho = models.ForeignKey(Ibasho, on_delete=models.CASCADE, related_name="surveys", verbose_name="居場所")
    # Stands in the address that is given to those who come, so it must not be guessed.
    token = models.CharField(max_length=32, unique=True, editable=False)
    opens_on = models.DateField("いつから")
    closes_on = models.DateField("いつまで")
    created_at = models.DateTimeField("作った日時", default=timezone.now)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "居場所のアンケート"
        verbose_name_plural = "居場所のアンケート"
        ordering = ["-opens_on", "-pk"]
        indexes = [models.Index(fields=["closes_on"], name="ibasho_survey_closes")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="ibasho_survey_ends_after_begin",
                violation_error_message="終わりの日は、始まりの日よりあとにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ibasho} {self.opens_on}から"

    def get_absolute_url(self) -> str:
        return reverse("matching:ibasho_survey", args=[self.pk])

    def is_running(self, today: date) -> bool:
        return self.opens_on <= today <= self.closes_on


def _score(label: str) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(label, choices=Score, null=True, blank=True)


class IbashoAnswer(models.Model):
    """What somebody who comes answered; ``count`` is more than one where sheets of paper were counted by question.

    Nothing in it tells who it was. A question may be left out.
    """

    survey = models.ForeignKey(IbashoSurvey, on_delete=models.CASCADE, related_name="answers")
    as_i_am = _score("ありのままでいられる")
    my_role = _score("役割がある")
    come_again = _score("また来たい")
    words = models.CharField("ひとこと", max_length=300, blank=True)
    count = models.PositiveIntegerField("枚数", default=1)
    channel = models.CharField("届いた方法", max_length=8, choices=AnswerChannel, default=AnswerChannel.ONLINE)
    # The form it was written on: sent twice, it is one answer.
    form_key = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    # The day alone: the minute might tell who it was.
    received_on = models.DateField("届いた日", default=timezone.localdate)
    # Who typed in what came on paper or by telephone.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = "居場所のアンケートの回答"
        verbose_name_plural = "居場所のアンケートの回答"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(as_i_am__isnull=False) | Q(my_role__isnull=False) | Q(come_again__isnull=False),
                name="ibasho_answer_says_something",
                violation_error_message="どれかひとつは選んでください。",
            ),
            models.CheckConstraint(
                condition=(Q(as_i_am__isnull=True) | Q(as_i_am__range=(1, 4)))
                & (Q(my_role__isnull=True) | Q(my_role__range=(1, 4)))
                & (Q(come_again__isnull=True) | Q(come_again__range=(1, 4))),
                name="ibasho_answer_on_the_scale",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="ibasho_answer_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} #{self.pk}"

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import AgreedBy, OrganisationKind, ReconfirmationAnswer, ReconfirmationState
from members.models.organisation import Organisation, Visitor

if TYPE_CHECKING:
    from datetime import date


def remind_days() -> list[int]:
    return [14, 7, 2]


class Reconfirmation(models.Model):
    """Every organisation is asked whether it goes on; who stays silent has not consented."""

    title = models.CharField("題名", max_length=80)
    body = models.TextField("お願いの文", max_length=4000)
    # What the organisations would agree to, where there is such a text.
    document = models.ForeignKey(
        "members.ConsentDocument",
        verbose_name="同意する規約",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Empty: every kind.
    kinds = ArrayField(
        models.CharField(max_length=20, choices=OrganisationKind), verbose_name="対象の種類", default=list, blank=True
    )
    deadline = models.DateField("お返事の期限")
    remind_days_before = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="催促する日（期限の何日前）", default=remind_days, blank=True
    )
    state = models.CharField("状態", max_length=8, choices=ReconfirmationState, default=ReconfirmationState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="作った人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("作った日時", default=timezone.now)
    opened_at = models.DateTimeField("始めた日時", null=True, blank=True)
    closed_at = models.DateTimeField("締め切った日時", null=True, blank=True)

    class Meta:
        verbose_name = "継続の確認"
        verbose_name_plural = "継続の確認"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_at__isnull=False), name="reconfirmation_open_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="reconfirmation_closed_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReconfirmationReplyQuerySet(models.QuerySet["ReconfirmationReply"]):
    def silent(self) -> "ReconfirmationReplyQuerySet":
        """Without an answer."""
        return self.filter(answer="")

    def consenting(self) -> "ReconfirmationReplyQuerySet":
        """Those that said yes in so many words."""
        return self.filter(answer=ReconfirmationAnswer.CONTINUE)

    def visible_to(self, user: Visitor) -> "ReconfirmationReplyQuerySet":
        """Those of one's own organisations, all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(organisation__in=Organisation.objects.of(user))

    def due_for_reminder(self, today: "date") -> "ReconfirmationReplyQuerySet":
        """Silent ones of running campaigns whose deadline has not passed."""
        return self.silent().filter(reconfirmation__state=ReconfirmationState.OPEN, reconfirmation__deadline__gte=today)


class ReconfirmationReply(models.Model):
    """That one organisation was asked, and what it answered; the row stands from the day it was asked."""

    reconfirmation = models.ForeignKey(
        Reconfirmation, verbose_name="継続の確認", on_delete=models.PROTECT, related_name="replies"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="団体", on_delete=models.PROTECT, related_name="reconfirmations"
    )
    answer = models.CharField("お返事", max_length=10, choices=ReconfirmationAnswer, blank=True)
    note = models.CharField("ひとこと", max_length=300, blank=True)
    answered_at = models.DateTimeField("お返事の日時", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="お返事した人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # How it reached the office, where the organisation did not answer in the portal itself.
    channel = models.CharField("届き方", max_length=10, choices=AgreedBy, blank=True)
    said_by = models.CharField("答えた方", max_length=60, blank=True)
    said_on = models.DateField("お返事を受けた日", null=True, blank=True)
    asked_at = models.DateTimeField("お願いした日時", default=timezone.now)

    objects = ReconfirmationReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "継続の確認のお返事"
        verbose_name_plural = "継続の確認のお返事"
        ordering = ["reconfirmation", "organisation"]
        indexes = [models.Index(fields=["organisation"], name="reconfirmation_silent", condition=Q(answer=""))]
        constraints = [
            models.UniqueConstraint(fields=["reconfirmation", "organisation"], name="reconfirmation_reply_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="reconfirmation_answer_has_time",
            ),
            models.CheckConstraint(
                condition=Q(channel="") | (~Q(said_by="") & Q(said_on__isnull=False) & ~Q(answer="")),
                name="reconfirmation_entry_says_who_and_when",
                violation_error_message="どなたから、いつ、どのようにお返事をもらったかを書いてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.get_answer_display() or '返事なし'}"

    @property
    def is_newcomer(self) -> bool:
        """Whether the organisation became a member only after everybody was asked."""
        opened, approved = self.reconfirmation.opened_at, self.organisation.approved_at
        return opened is not None and approved is not None and approved > opened

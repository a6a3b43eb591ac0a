from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.enums import AnswerChannel, Direction, Welcome
from matching.enums.ibasho import NamedAs
from matching.models.introduction import Introduction, Participant

if TYPE_CHECKING:
    from members.models import User

#: Read by the office and by whoever wrote it; the giver hears nothing that could hurt.
FOR_STAFF_ALONE = (Welcome.LITTLE, Welcome.NOT)


class ConfirmationQuerySet(models.QuerySet["WelcomeConfirmation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ConfirmationQuerySet":
        """Those of the introductions that one may see."""
        return self.filter(introduction__in=Introduction.objects.visible_to(user).values("pk"))

    def told_to_givers(self) -> "ConfirmationQuerySet":
        """Without what only the office reads."""
        return self.exclude(welcome__in=FOR_STAFF_ALONE)


class WelcomeConfirmation(models.Model):
    """Whether what was given was truly welcome, as the side that received it says, and its words of thanks."""

    introduction = models.ForeignKey(
        Introduction, verbose_name="おつなぎ", on_delete=models.CASCADE, related_name="confirmations"
    )
    participant = models.OneToOneField(
        Participant, verbose_name="受けとった側", on_delete=models.CASCADE, related_name="confirmation"
    )
    welcome = models.CharField("喜ばれましたか", max_length=8, choices=Welcome)
    words = models.TextField("お礼のことば", max_length=600, blank=True)
    # Asked apart from the words, and may be taken back at any time.
    may_be_used = models.BooleanField("ことばを紹介してよい", default=False)
    named_as = models.CharField("名前の出し方", max_length=6, choices=NamedAs, default=NamedAs.NAME)
    use_ended_at = models.DateTimeField("紹介の許可を取り消した日時", null=True, blank=True)
    channel = models.CharField("届いた方法", max_length=8, choices=AnswerChannel, default=AnswerChannel.ONLINE)
    received_on = models.DateField("届いた日", null=True, blank=True)
    confirmed_at = models.DateTimeField("確認した日時", default=timezone.now)
    # Nobody where a group answered by the code on its printed slip.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="確認した人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "お礼と確認"
        verbose_name_plural = "お礼と確認"
        ordering = ["-confirmed_at", "-pk"]
        indexes = [models.Index(fields=["-confirmed_at", "-id"], name="welcome_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="online") | Q(received_on__isnull=False),
                name="welcome_told_has_day",
                violation_error_message="届いた日を入力してください。",
            ),
            models.CheckConstraint(condition=Q(may_be_used=False) | ~Q(words=""), name="welcome_use_has_words"),
            models.CheckConstraint(
                condition=Q(may_be_used=False) | Q(use_ended_at__isnull=True), name="welcome_use_not_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction} {self.get_welcome_display()}"

    @property
    def is_for_givers(self) -> bool:
        return self.welcome not in FOR_STAFF_ALONE

    @property
    def source(self) -> str:
        """How the words are signed where they are used; needs the participant with its group and municipality."""
        side = self.participant
        if self.named_as == NamedAs.NAME:
            return side.own_name
        if self.named_as == NamedAs.NOBODY:
            return ""
        if side.group is not None:
            return f"{side.group.municipality}の{side.group.kind_label}"
        place = side.organisation.municipality
        return f"{place}の{side.organisation.kind_label}" if place else side.organisation.kind_label

    @property
    def quote(self) -> str:
        """「ありがとうございました。」（藤沢市の自治会）; empty where the words may not be used."""
        if not self.may_be_used:
            return ""
        return f"「{self.words}」（{self.source}）" if self.source else f"「{self.words}」"


def receives(side: Participant) -> bool:
    """Whether this side was helped, and so is asked."""
    return side.side == Direction.NEED and side.is_in

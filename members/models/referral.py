import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import AgreedBy, ReferralSharing, ReferralState
from members.models.organisation import Organisation, Visitor

if TYPE_CHECKING:
    from datetime import datetime

REFERRAL_VALID_FOR = timedelta(days=90)


def referral_token() -> str:
    return secrets.token_urlsafe(24)


def referral_end() -> "datetime":
    return timezone.now() + REFERRAL_VALID_FOR


class ReferralQuerySet(models.QuerySet["Referral"]):
    def usable(self) -> "ReferralQuerySet":
        """Those whose link still leads to an invitation. Whether it was answered makes no difference here: whoever
        holds the link, the referrer among them, must not be able to tell."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def visible_to(self, user: Visitor) -> "ReferralQuerySet":
        """Those of one's own organisations, all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(referrer__in=Organisation.objects.of(user))


class Referral(models.Model):
    """A member invites an organisation by a personal link, and sees what came of it as far as that one allows."""

    referrer = models.ForeignKey(
        Organisation, verbose_name="紹介する団体", on_delete=models.PROTECT, related_name="referrals"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="紹介した人", on_delete=models.PROTECT, related_name="+"
    )
    # It only fills in where somebody comes from, so it may be shown again.
    token = models.CharField(max_length=64, unique=True, default=referral_token, editable=False)
    organisation_name = models.CharField("紹介したい団体", max_length=120)
    contact_name = models.CharField("ご担当の方", max_length=60, blank=True)
    # Mail is sent only to somebody who agreed to get it.
    email = models.EmailField("メールアドレス", blank=True)
    agreed_by = models.CharField("ご本人の承諾", max_length=10, choices=AgreedBy, blank=True)
    agreed_on = models.DateField("承諾をもらった日", null=True, blank=True)
    message = models.CharField("ひとこと", max_length=500, blank=True)
    state = models.CharField("状態", max_length=10, choices=ReferralState, default=ReferralState.ISSUED)
    invited = models.ForeignKey(
        Organisation,
        verbose_name="登録した団体",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="referred_by",
    )
    # The invited party's own decision.
    sharing = models.CharField(
        "紹介した団体に伝えること", max_length=12, choices=ReferralSharing, default=ReferralSharing.NOTHING
    )
    consented_at = models.DateTimeField("伝えてよいとした日時", null=True, blank=True)
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("紹介した日時", default=timezone.now)
    expires_at = models.DateTimeField("期限", default=referral_end)
    answered_at = models.DateTimeField("返事の日時", null=True, blank=True)
    # Apart from the state: the referrer may take a link back whose answer it must not see.
    revoked_at = models.DateTimeField("取り消した日時", null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "団体の紹介"
        verbose_name_plural = "団体の紹介"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["referrer", "-created_at"], name="referral_of_organisation"),
            models.Index(fields=["email", "created_at"], name="referral_by_email", condition=~Q(email="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(email="") | (~Q(agreed_by="") & Q(agreed_on__isnull=False)),
                name="referral_mail_needs_agreement",
                violation_error_message="メールを送るには、ご本人の承諾が必要です。いつ、どのように承諾をもらったかを書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(sharing="nothing") | Q(consented_at__isnull=False), name="referral_sharing_has_consent"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(invited__isnull=False), name="referral_accepted_has_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="referral_revoked_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referrer} → {self.organisation_name}"

    @property
    def is_usable(self) -> bool:
        """Whether its link still leads to an invitation."""
        return self.revoked_at is None and self.expires_at > timezone.now()

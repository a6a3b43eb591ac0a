import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import AffiliationRole, HandoverState, InvitationKind, InvitationState
from members.models.organisation import Affiliation, Organisation, Visitor

if TYPE_CHECKING:
    from datetime import datetime

    from members.models.people import User

INVITATION_VALID_FOR = timedelta(days=14)


def invitation_end() -> "datetime":
    return timezone.now() + INVITATION_VALID_FOR


def new_invitation_token() -> str:
    """What stands in a link; it is known to the mail alone."""
    return secrets.token_urlsafe(32)


def invitation_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, not enough to make a link of it."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def by_token(self, token: str) -> "InvitationQuerySet":
        """The one whose newest link holds ``token``, if there is one."""
        return self.filter(token_hash=invitation_hash(token))

    def open(self) -> "InvitationQuerySet":
        """Those that may still be accepted."""
        return self.filter(state=InvitationState.SENT, expires_at__gt=timezone.now())

    def unanswered(self) -> "InvitationQuerySet":
        """Sent and without an answer, also those whose time is over: they may be sent again."""
        return self.filter(state=InvitationState.SENT)

    def to(self, user: "User") -> "InvitationQuerySet":
        """Those that were sent to an address which the person has confirmed."""
        confirmed = EmailAddress.objects.filter(user_id=user.pk, verified=True)
        return self.filter(email__in=confirmed.values("email"))

    def visible_to(self, user: Visitor) -> "InvitationQuerySet":
        """Those of organisations one answers for, all for staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        answered_for = Affiliation.objects.filter(
            user_id=user.pk, ended_at__isnull=True, role=AffiliationRole.OWNER
        ).values("organisation")
        return self.filter(organisation__in=answered_for)


class Invitation(models.Model):
    """Somebody is asked by e-mail to act for an organisation. The link is known to the mail alone: a hash is kept."""

    kind = models.CharField("種類", max_length=10, choices=InvitationKind, default=InvitationKind.COLLEAGUE)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name="団体"
    )
    email = models.EmailField("メールアドレス", max_length=254)
    name = models.CharField("お名前", max_length=60, blank=True)
    role = models.CharField("役割", max_length=10, choices=AffiliationRole, default=AffiliationRole.EDITOR)
    message = models.CharField("ひとこと", max_length=300, blank=True)
    state = models.CharField("状態", max_length=10, choices=InvitationState, default=InvitationState.SENT)
    # SHA-256 of the token in the newest link; older links stop working when it is sent again.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="招いた人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("招いた日時", default=timezone.now)
    sent_at = models.DateTimeField("最後に送った日時", default=timezone.now)
    times_sent = models.PositiveSmallIntegerField("送った回数", default=1)
    expires_at = models.DateTimeField("期限", default=invitation_end)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("返事の日時", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "招待"
        verbose_name_plural = "招待"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(state="sent"),
                name="invitation_once",
                violation_error_message="このメールアドレスには、もう招待を送っています。",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_by__isnull=False), name="invitation_accepted_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["email"], name="invitation_by_email", condition=Q(state="sent"))]

    def __str__(self) -> str:
        return f"{self.organisation} ← {self.email}"

    @property
    def is_over(self) -> bool:
        """Whether its time has run out without an answer."""
        return self.state == InvitationState.SENT and self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it may still be accepted."""
        return self.state == InvitationState.SENT and not self.is_over

    @property
    def as_what(self) -> str:
        """As what somebody joins, as one says it in a sentence."""
        return "見るだけの担当者" if self.role == AffiliationRole.VIEWER else self.get_role_display()

    @property
    def is_claim(self) -> bool:
        """Whether it hands a whole organisation of the roster over."""
        return self.kind == InvitationKind.CLAIM


class HandoverQuerySet(models.QuerySet["Handover"]):
    def planned(self) -> "HandoverQuerySet":
        return self.filter(state=HandoverState.PLANNED)

    def visible_to(self, user: Visitor) -> "HandoverQuerySet":
        """Staff see all; of one's own organisations an owner all, others those that concern them.

        Whoever has left the organisation sees nothing of it any more, their own brief included.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        owned = Affiliation.objects.filter(user_id=user.pk, ended_at__isnull=True, role=AffiliationRole.OWNER).values(
            "organisation"
        )
        concerned = Q(leaver_id=user.pk) | Q(successor_id=user.pk) | Q(requested_by_id=user.pk)
        return self.filter(organisation__in=Organisation.objects.of(user)).filter(Q(organisation__in=owned) | concerned)


class Handover(models.Model):
    """Somebody passes what they look after in one organisation to a successor and leaves it.

    ``planned`` while the successor has not joined yet, who was invited for it; ``done`` when everything passed.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="handovers", verbose_name="団体"
    )
    leaver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="離れる人", on_delete=models.PROTECT, related_name="+"
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="後任",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    invitation = models.OneToOneField(
        Invitation,
        verbose_name="後任への招待",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handover",
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="手続きした人", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=10, choices=HandoverState, default=HandoverState.PLANNED)
    # The leaver's own words to whoever follows.
    note = models.TextField("申し送り", max_length=2000, blank=True)
    # The brief as it was written at that moment: [{"title", "lines": [{"text", "url", "due"}]}].
    brief = models.JSONField("引き継ぎ書", default=list, blank=True)
    created_at = models.DateTimeField("手続きした日時", default=timezone.now)
    done_at = models.DateTimeField("引き継いだ日時", null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "引き継ぎ"
        verbose_name_plural = "引き継ぎ"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "leaver"],
                condition=Q(state="planned"),
                name="handover_one_at_a_time",
                violation_error_message="この方の引き継ぎは、もう始まっています。",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False, successor__isnull=False),
                name="handover_done_has_successor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.leaver}"

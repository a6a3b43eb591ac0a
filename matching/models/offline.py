from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.enums import TOLD_CHANNELS, OfflineResult
from matching.models.post import Post
from members.models import Organisation

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class OfflineResponseQuerySet(models.QuerySet["OfflineResponse"]):
    def visible_to(self, user: Visitor) -> "OfflineResponseQuerySet":
        """Those to posts of one's own organisations; all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(post__organisation__in=Organisation.objects.of(user))

    def waiting(self) -> "OfflineResponseQuerySet":
        """To be followed up, the longest waiting first."""
        return self.filter(settled_at=None).order_by("created_at", "pk")


class OfflineResponse(models.Model):
    """Somebody without an account answered a post by telephone, fax or on the 回覧板's strip.

    Kept for as long as the post's organisation has to call back: who it was goes the moment it is settled.
    """

    post = models.ForeignKey(Post, verbose_name="掲載", on_delete=models.PROTECT, related_name="offline_responses")
    who = models.CharField("お名前・団体名", max_length=80, blank=True)
    contact = models.CharField("折り返しの連絡先", max_length=80, blank=True)
    words = models.TextField("お話の内容", max_length=500, blank=True)
    channel = models.CharField("届いた方法", max_length=8, choices=TOLD_CHANNELS)
    received_on = models.DateField("届いた日")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("記録した日時", default=timezone.now, editable=False)
    settled_at = models.DateTimeField("済んだ日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="済みにした人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    result = models.CharField("どうなったか", max_length=10, choices=OfflineResult, blank=True)
    # The form's own key: a double click makes one row.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = OfflineResponseQuerySet.as_manager()

    class Meta:
        verbose_name = "電話や紙で届いたお申し出"
        verbose_name_plural = "電話や紙で届いたお申し出"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_at"], name="offline_response_waiting", condition=Q(settled_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, result="")
                | (Q(settled_at__isnull=False, who="", contact="", words="") & ~Q(result="")),
                name="offline_response_forgets_who",
            ),
        ]

    def __str__(self) -> str:
        day = self.received_on
        return f"{self.get_channel_display()}（{day.year}年{day.month}月{day.day}日）"

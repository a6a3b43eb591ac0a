import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from members.models.people import User

DRAFT_KEPT_FOR = timedelta(days=14)


def new_token() -> str:
    return secrets.token_urlsafe(32)


class RegistrationDraft(models.Model):
    """What somebody has filled in so far of the registration's three screens.

    Known by the token in the visitor's session, so that nothing is lost between screens or on a closed tab.
    The password is never kept here. Removed when the application is made or after ``DRAFT_KEPT_FOR``.
    """

    token = models.CharField(max_length=64, unique=True, default=new_token)
    data = models.JSONField(default=dict)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="registration_draft"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "入力中の登録"
        verbose_name_plural = "入力中の登録"
        indexes = [models.Index(fields=["updated_at"], name="registration_draft_age")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"

    def expires_at(self) -> datetime:
        return self.updated_at + DRAFT_KEPT_FOR

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tomoiki.pages.enums import ContactState, ContactTopic


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    def waiting_for_staff(self) -> "ContactMessageQuerySet":
        """Not answered yet, the longest waiting first."""
        return self.filter(state=ContactState.RECEIVED).order_by("received_at", "pk")


class ContactMessage(models.Model):
    """What somebody wrote to the office through the contact form, and what the office answered."""

    topic = models.CharField("ご用件", max_length=20, choices=ContactTopic)
    name = models.CharField("お名前", max_length=60)
    email = models.EmailField("メールアドレス", max_length=254)
    organisation = models.CharField("団体名", max_length=120, blank=True)
    body = models.TextField("内容", max_length=2000)
    # Known when the form was sent by somebody who was logged in.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登録のある方",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField("状態", max_length=10, choices=ContactState, default=ContactState.RECEIVED)
    answer = models.TextField("お返事", max_length=4000, blank=True)
    # The form's own key: a double click sends one message.
    idempotency_key = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField("届いた日時", default=timezone.now)
    handled_at = models.DateTimeField("片づいた日時", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="担当した職員",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "お問い合わせ"
        verbose_name_plural = "お問い合わせ"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="contact_message_newest"),
            models.Index(fields=["received_at"], name="contact_message_waiting", condition=Q(state="received")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", handled_at__isnull=True)
                | (~Q(state="received") & Q(handled_at__isnull=False)),
                name="contact_message_handled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""),
                name="contact_message_answered_has_answer",
                violation_error_message="お返事の文章を書いてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}（{self.name}）"

    @property
    def number(self) -> str:
        """What the sender and the office call this message by."""
        return f"{timezone.localtime(self.received_at):%y%m}-{self.pk:04}"

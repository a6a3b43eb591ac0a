from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tomoiki.notifications.enums import MessageState, Topic, Urgency

#: A message on its way: whatever is to reach the same person later waits for it.
UNDER_WAY = [MessageState.QUEUED, MessageState.CLAIMED, MessageState.IN_FLIGHT]

#: Where an address was: nothing is ever sent to that domain.
NOBODY = "nobody@erased.invalid"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        """Queued, and its time has come."""
        return self.filter(state=MessageState.QUEUED, next_attempt_at__lte=now)

    def sendable(self, now: datetime) -> "MessageQuerySet":
        """Due, and not overtaking an earlier message to the same address.

        Mail that is merely planned for later holds nothing up. Account mails neither wait nor hold up.
        """
        ahead = Message.objects.filter(
            Q(state__in=[MessageState.CLAIMED, MessageState.IN_FLIGHT])
            | Q(next_attempt_at__lte=now)
            | Q(attempts__gt=0),
            to_address=OuterRef("to_address"),
            pk__lt=OuterRef("pk"),
            secret=False,
            state__in=UNDER_WAY,
        )
        return self.due(now).filter(Q(secret=True) | ~Exists(ahead))

    def needing_a_look(self) -> "MessageQuerySet":
        """Mail that staff must decide about: it failed for good, or nobody knows whether it left."""
        return self.filter(state__in=[MessageState.FAILED, MessageState.UNCERTAIN])


class Message(models.Model):
    """One e-mail in the outbox, written in the transaction of the change it tells of."""

    key = models.CharField("重複防止キー", max_length=200, unique=True)
    code = models.CharField("お知らせの種類", max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="受け取る人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    to_address = models.EmailField("宛先", max_length=254)
    subject = models.CharField("件名", max_length=200)
    text_body = models.TextField("本文", blank=True)
    html_body = models.TextField("本文（HTML）", blank=True)
    secret = models.BooleanField("本文を見せない", default=False)
    # Of somebody who deleted their account: the address goes as soon as the mail has.
    forget_address = models.BooleanField("送ったら宛先も消す", default=False)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    state = models.CharField("状態", max_length=12, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    next_attempt_at = models.DateTimeField("次に送る日時", default=timezone.now)
    claimed_at = models.DateTimeField("準備を始めた日時", null=True, blank=True)
    claimed_by = models.CharField("準備した担当", max_length=100, blank=True)
    in_flight_at = models.DateTimeField("送信を始めた日時", null=True, blank=True)
    sent_at = models.DateTimeField("送った日時", null=True, blank=True)
    last_error = models.CharField("最後のエラー", max_length=500, blank=True)
    request_id = models.CharField("リクエスト番号", max_length=64, blank=True)
    created_at = models.DateTimeField("作られた日時", default=timezone.now)
    cleared_at = models.DateTimeField("本文を消した日時", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "送信メール"
        verbose_name_plural = "送信メール"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], name="message_due", condition=Q(state=MessageState.QUEUED)),
            models.Index(
                fields=["claimed_at"],
                name="message_under_way",
                condition=Q(state__in=[MessageState.CLAIMED, MessageState.IN_FLIGHT]),
            ),
            models.Index(
                fields=["-created_at"],
                name="message_needs_a_look",
                condition=Q(state__in=[MessageState.FAILED, MessageState.UNCERTAIN]),
            ),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="message_due_secret",
                condition=Q(state=MessageState.QUEUED, secret=True),
            ),
            models.Index(fields=["to_address", "id"], name="message_order", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["created_at"], name="message_with_body", condition=Q(cleared_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="message_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.IN_FLIGHT) | Q(in_flight_at__isnull=False),
                name="message_in_flight_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(secret=True, state=MessageState.SENT) | Q(text_body="", html_body=""),
                name="message_secret_wiped_once_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


#: A path of this site: one slash first, so that no other host can be meant.
LOCAL_PATH = r"^/([^/\\[:cntrl:]][^\\[:cntrl:]]*)?$"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, user: object) -> "NotificationQuerySet":
        return self.filter(recipient=user)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One notice to one person, as the bell shows it; its mail, if any, is a Message."""

    key = models.CharField("重複防止キー", max_length=200)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="受け取る人", on_delete=models.CASCADE, related_name="notifications"
    )
    code = models.CharField("種類", max_length=80)
    topic = models.CharField("話題", max_length=20, choices=Topic)
    urgency = models.CharField("急ぎ", max_length=12, choices=Urgency)
    subject = models.CharField("件名", max_length=200)
    digest_text = models.CharField("ひとこと", max_length=300, blank=True)
    reason = models.CharField("届いた理由", max_length=200)
    link = models.CharField("開く先", max_length=300, blank=True)
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT)
    object_id = models.BigIntegerField(null=True, blank=True)
    # A digest is one Message for many of these.
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="notifications")
    created_at = models.DateTimeField("日時", default=timezone.now)
    read_at = models.DateTimeField("読んだ日時", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_of_person"),
            models.Index(fields=["recipient"], name="notification_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["content_type", "object_id"], name="notification_about"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "recipient"], name="notification_once_per_person"),
            models.CheckConstraint(condition=Q(link="") | Q(link__regex=LOCAL_PATH), name="notification_link_is_local"),
        ]

    def __str__(self) -> str:
        return self.subject


class Preference(models.Model):
    """A person's choice for one topic; no row means the default: by e-mail as well."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    topic = models.CharField("話題", max_length=20, choices=Topic)
    by_mail = models.BooleanField("メールでも受け取る", default=True)

    class Meta:
        verbose_name = "お知らせの受け取り方"
        verbose_name_plural = "お知らせの受け取り方"
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="preference_once_per_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}"

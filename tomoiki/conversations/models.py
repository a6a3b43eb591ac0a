from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from tomoiki.conversations.enums import ReportReason, ReportState


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def about(self, subject: models.Model) -> "ConversationQuerySet":
        """The one about ``subject``, if it is open or was."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def about_any(self, model: type[models.Model], pks: Iterable[int] | models.QuerySet[Any]) -> "ConversationQuerySet":
        """Those about the objects of ``model`` among ``pks``."""
        return self.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=pks)

    def with_unread_for(
        self,
        user: Any,
        *,
        own_sides: Iterable[str] | models.QuerySet[Any, Any] = (),
        since: models.Subquery | None = None,
    ) -> "ConversationQuerySet":
        """With ``unread``: how many messages of others this person has not seen; the portal's own lines not counted.

        What ``own_sides`` (the keys of whom the person speaks for) wrote is nothing new to them either. ``since``
        gives, of a message, from when on its conversation is the person's business: what was written before they
        came is no news to them, unless they took it over with somebody's read mark.
        """
        read_up_to = ReadMark.objects.filter(conversation=OuterRef("conversation"), user=user).values("read_up_to")
        unread = (
            ConversationMessage.objects.shown()
            .filter(conversation=OuterRef("pk"), author__isnull=False)
            .exclude(author=user)
            .exclude(side__in=own_sides)
            .annotate(seen=Coalesce(Subquery(read_up_to), since) if since is not None else Subquery(read_up_to))
            .filter(Q(seen=None) | Q(created_at__gt=models.F("seen")))
            .order_by()
            .values("conversation")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return self.annotate(unread=Coalesce(Subquery(unread), 0, output_field=models.IntegerField()))

    def unread_by(
        self,
        user: Any,
        *,
        own_sides: Iterable[str] | models.QuerySet[Any, Any] = (),
        since: models.Subquery | None = None,
    ) -> "ConversationQuerySet":
        """Those with something new for this person, the newest first."""
        return (
            self.with_unread_for(user, own_sides=own_sides, since=since)
            .filter(Q(unread__gt=0))
            .order_by("-last_message_at", "-pk")
        )


class Conversation(models.Model):
    """The messages about one thing: an introduction now, later a course run or a cohort.

    Who may read and write is told by the access that the subject's app registered.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    opened_at = models.DateTimeField("始まった日時", default=timezone.now)
    closed_at = models.DateTimeField("閉じた日時", null=True, blank=True)
    last_message_at = models.DateTimeField("最後のメッセージ", null=True, blank=True)

    if TYPE_CHECKING:
        #: Of ``with_unread_for``.
        unread: int

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = "やりとり"
        verbose_name_plural = "やりとり"
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="conversation_one_per_subject"),
        ]

    def __str__(self) -> str:
        return f"やりとり {self.pk}"


class ConversationMessageQuerySet(models.QuerySet["ConversationMessage"]):
    def shown(self) -> "ConversationMessageQuerySet":
        """Without those that staff took out of sight."""
        return self.filter(hidden_at__isnull=True)

    def for_page(self) -> "ConversationMessageQuerySet":
        """With what a page of a conversation shows, in a fixed number of queries."""
        return self.select_related("author").prefetch_related(
            models.Prefetch("attachments", queryset=Attachment.objects.select_related("file").order_by("pk"))
        )


class ConversationMessage(models.Model):
    """What somebody wrote, in the name of their organisation or of the secretariat."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The organisation as it was named then: this app knows no members.
    speaker = models.CharField("発言者の所属", max_length=120)
    # Which side speaks: a key that the subject's access gives out; empty for the secretariat.
    side = models.CharField(max_length=40, blank=True)
    body = models.TextField("本文", blank=True)
    created_at = models.DateTimeField("日時", default=timezone.now)
    # The form's own key: a double click writes one message.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    hidden_at = models.DateTimeField("見えなくした日時", null=True, blank=True)
    hidden_reason = models.CharField("見えなくした理由", max_length=60, blank=True)

    objects = ConversationMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "メッセージ"
        verbose_name_plural = "メッセージ"
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["conversation", "created_at", "id"], name="conversation_messages")]
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="conversation_hidden_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.speaker} {self.created_at:%Y-%m-%d}"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_portals(self) -> bool:
        """A line in which the portal notes what happened."""
        return self.author_id is None

    @property
    def is_secretariats(self) -> bool:
        return self.author_id is not None and not self.side

    @property
    def readable_body(self) -> str:
        """What members read: a hidden message keeps its place, without its words."""
        return "このメッセージは、事務局が見えなくしました。" if self.is_hidden else self.body


class Attachment(models.Model):
    """A file that came with a message."""

    message = models.ForeignKey(ConversationMessage, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "添付"
        verbose_name_plural = "添付"

    def __str__(self) -> str:
        return str(self.file)


class ReadMark(models.Model):
    """How far one person has read one conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    read_up_to = models.DateTimeField("ここまで読んだ")

    class Meta:
        verbose_name = "既読"
        verbose_name_plural = "既読"
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.read_up_to:%Y-%m-%d %H:%M}"


class ReportQuerySet(models.QuerySet["Report"]):
    def about(self, subject: models.Model) -> "ReportQuerySet":
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def waiting_for_staff(self) -> "ReportQuerySet":
        """Not looked at yet, the longest waiting first."""
        return self.filter(state=ReportState.OPEN).order_by("created_at", "pk")


class Report(models.Model):
    """Something that people say should not stand there (通報): one case, however many say so.

    What may be reported is told by the apps that register a ``Reportable``.
    """

    # Of the registered ``Reportable``: post, message, story.
    kind = models.SlugField("種類", max_length=20)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    title = models.CharField("対象", max_length=120)
    # As it was when the first report came: its writer may change it before staff look.
    text = models.TextField("そのときの内容")
    # How many say so; of a flood only the first are kept word by word.
    count = models.PositiveIntegerField("件数", default=0)
    state = models.CharField("状態", max_length=8, choices=ReportState, default=ReportState.OPEN)
    created_at = models.DateTimeField("最初に届いた日時", default=timezone.now)
    settled_at = models.DateTimeField("決めた日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="決めた職員",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # For the office's own file.
    note = models.TextField("事務局の控え", max_length=1000, blank=True)
    # What those who reported it are told.
    answer = models.TextField("知らせた人へのお返事", max_length=1000, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "通報"
        verbose_name_plural = "通報"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="report_about"),
            models.Index(fields=["created_at"], name="report_waiting", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], condition=Q(state="open"), name="report_one_open_case"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="report_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReportVoice(models.Model):
    """What one person said about it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="voices")
    reason = models.CharField("何が問題か", max_length=16, choices=ReportReason)
    words = models.TextField("くわしく", max_length=1000, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="知らせた人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Of a visitor who would like an answer.
    address = models.EmailField("返信先", blank=True)
    # Who it is without saying so: the same person reports one thing once.
    key = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField("届いた日時", default=timezone.now)

    class Meta:
        verbose_name = "通報のことば"
        verbose_name_plural = "通報のことば"
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_voice_once")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

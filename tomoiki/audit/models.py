from typing import NoReturn

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, obj: models.Model) -> "EntryQuerySet":
        """The trail of one object, oldest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk).order_by("at", "pk")


class Entry(models.Model):
    """One thing that happened: who did what to which object, when, from what state to what.

    Field names, codes and states only, never personal values. A database trigger refuses UPDATE and DELETE.
    """

    at = models.DateTimeField("日時", default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="行った人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    system_actor = models.CharField("自動処理", max_length=50, blank=True)
    content_type = models.ForeignKey(ContentType, verbose_name="対象の種類", on_delete=models.PROTECT)
    object_id = models.BigIntegerField("対象の番号")
    subject = GenericForeignKey("content_type", "object_id")
    action = models.CharField("操作", max_length=80)
    before = models.CharField("前の状態", max_length=40, blank=True)
    after = models.CharField("後の状態", max_length=40, blank=True)
    fields = ArrayField(models.CharField(max_length=80), verbose_name="変わった項目", default=list, blank=True)
    codes = models.JSONField("理由などのコード", default=dict, blank=True)
    request_id = models.CharField("リクエスト番号", max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "操作の記録"
        verbose_name_plural = "操作の記録"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "at"], name="audit_entry_subject"),
            models.Index(fields=["-at", "-id"], name="audit_entry_newest"),
            models.Index(fields=["actor", "-at"], name="audit_entry_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False, system_actor="")
                | (models.Q(actor__isnull=True) & ~models.Q(system_actor="")),
                name="audit_entry_has_one_actor",
                violation_error_message="記録には、行った人か自動処理のどちらか一方が必要です。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.object_id}"

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("the audit trail is append-only")

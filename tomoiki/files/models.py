from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from tomoiki.files.enums import FileKind


class StoredFile(models.Model):
    """An uploaded file after it was checked; made by ``uploads.store_upload`` only, and never changed.

    It has no owner: upper apps refer to it by foreign key and register in ``access.file_access`` who may read it.
    What nothing refers to any more is removed by ``tasks.remove_orphans``.
    """

    # Stands in addresses, so it must not be guessed.
    token = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField("種類", max_length=10, choices=FileKind)
    name = models.CharField("ファイル名", max_length=120)
    content = models.FileField("内容", upload_to="uploads", max_length=200)
    content_type = models.CharField("形式", max_length=100)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField("幅（px）", null=True, blank=True)
    height = models.PositiveIntegerField("高さ（px）", null=True, blank=True)
    # Smaller copies of a picture: variant -> [width, height] in px.
    variants = models.JSONField(default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="送った人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField("送った日時", default=timezone.now)

    class Meta:
        verbose_name = "ファイル"
        verbose_name_plural = "ファイル"
        indexes: ClassVar = [models.Index(fields=["created_at"], name="stored_file_age")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(kind="image") | models.Q(width__gt=0, height__gt=0),
                name="stored_file_picture_has_size",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind == FileKind.IMAGE

    @property
    def url(self) -> str:
        """Where it is served, to those who may read it."""
        return reverse("files:serve", args=[self.token])

    def variant_url(self, variant: str) -> str:
        """The address of a smaller copy; of the picture itself where it is no bigger than that."""
        if variant not in self.variants:
            return self.url
        return reverse("files:serve", args=[self.token, variant])

    def variant_path(self, variant: str) -> str:
        """The storage name of a smaller copy."""
        stem, _, _ = str(self.content.name).rpartition(".")
        return f"{stem}-{variant}.webp"

    def storage_names(self) -> list[str]:
        """Every name under which bytes of this file are stored."""
        return [
            str(self.content.name),
            *(self.variant_path(variant) for variant in self.variants),
        ]

    @property
    def small_url(self) -> str:
        """For cards and lists: 480 px wide at most."""
        return self.variant_url("480")

    @property
    def large_url(self) -> str:
        """For a page of its own: 1200 px wide at most."""
        return self.variant_url("1200")

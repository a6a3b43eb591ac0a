from django.db import models


class FileKind(models.TextChoices):
    """What a file was found to be by its content."""

    IMAGE = "image", "写真・画像"
    PDF = "pdf", "PDF"
    OFFICE = "office", "Word・Excel・PowerPoint"
    TABLE = "table", "表（CSV）"

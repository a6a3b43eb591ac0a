"""How often a kept search tells of what is new."""

from django.db import models


class SearchRhythm(models.TextChoices):
    DAILY = "daily", "1日1回、朝にまとめて知らせる"
    AT_ONCE = "at_once", "載ったら、すぐに知らせる"
    NEVER = "never", "知らせない（条件だけ残す）"

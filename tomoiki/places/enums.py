from django.db import models


class Region(models.TextChoices):
    """The prefecture's planning areas (かながわグランドデザイン 地域政策圏), in the order the prefecture lists them."""

    YOKOHAMA = "yokohama", "横浜"
    KAWASAKI = "kawasaki", "川崎"
    SAGAMIHARA = "sagamihara", "相模原"
    YOKOSUKA_MIURA = "yokosuka_miura", "横須賀三浦"
    KENO = "keno", "県央"
    SHONAN = "shonan", "湘南"
    KENSEI = "kensei", "県西"

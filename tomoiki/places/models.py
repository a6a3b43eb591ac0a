from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from tomoiki.places.enums import Region


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def selectable(self) -> "MunicipalityQuerySet":
        """Those in use, in the order of the lists."""
        return self.filter(active=True).order_by("order", "code")

    def whole(self) -> "MunicipalityQuerySet":
        """The 33 cities, towns and the village, without the wards."""
        return self.filter(parent__isnull=True)

    def with_wards(self, codes: Iterable[str]) -> "MunicipalityQuerySet":
        """Those with one of ``codes``, and the wards of the cities among them."""
        wanted = list(codes)
        return self.filter(models.Q(code__in=wanted) | models.Q(parent__code__in=wanted))


class Municipality(models.Model):
    """A city, town or village of the prefecture, or a ward of one of its three designated cities.

    Rows come from ``data/municipalities.csv`` after each migration; what staff edited is never overwritten.
    """

    # 全国地方公共団体コード without its check digit (JIS X 0402), as postal data carry it.
    code = models.CharField("市区町村コード", max_length=5, unique=True)
    # Wards with the city before them: 緑区 stands in Yokohama and in Sagamihara.
    name = models.CharField("名前", max_length=20)
    name_kana = models.CharField("フリガナ", max_length=40)
    # 三浦郡, 足柄上郡, ...: part of a town's postal address only.
    district = models.CharField("郡", max_length=10, blank=True)
    region = models.CharField("地域", max_length=20, choices=Region)
    parent = models.ForeignKey(
        "self",
        verbose_name="市",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wards",
    )
    neighbours = models.ManyToManyField("self", verbose_name="となりの市区町村", blank=True)
    order = models.PositiveIntegerField("並び順", default=0)
    active = models.BooleanField("使う", default=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = "市区町村"
        verbose_name_plural = "市区町村"
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\d{5}$"),
                name="municipality_code_five_digits",
                violation_error_message="市区町村コードは5けたの数字です。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """A ward without its city, for places where the city stands already: 鶴見区."""
        return self.name.partition("市")[2] if self.parent_id else self.name

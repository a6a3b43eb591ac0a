from typing import TYPE_CHECKING

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from members.models.organisation import Organisation, Visitor
from tomoiki.text.lookups import in_any_spelling
from tomoiki.text.normalisation import to_katakana
from tomoiki.text.searching import split_words
from tomoiki.vocabulary.lists import labels
from tomoiki.vocabulary.models import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The vocabulary of its kinds; ``OTHER_GROUP`` is the one that says nothing.
GROUP_KIND = "group_kind"
OTHER_GROUP = "other"


class RelayedGroupQuerySet(models.QuerySet["RelayedGroup"]):
    def active(self) -> "RelayedGroupQuerySet":
        return self.filter(active=True)

    def visible_to(self, user: Visitor) -> "RelayedGroupQuerySet":
        """Those of one's own desks, all for staff: who is who in a neighbourhood is nobody else's business."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(desk__in=Organisation.objects.of(user))

    def of_desks(self, desks: "Iterable[Organisation]") -> "RelayedGroupQuerySet":
        """Those that one of ``desks`` may speak for now, in the order in which a list of choices is read."""
        return self.active().filter(desk__in=[each.pk for each in desks]).order_by("name_kana", "name", "pk")

    def for_showing(self) -> "RelayedGroupQuerySet":
        """With the words for its kind and its place, in the same query."""
        kind = Term.objects.filter(vocabulary=GROUP_KIND, code=OuterRef("kind")).values("label")[:1]
        return self.select_related("municipality").annotate(kind_words=Subquery(kind))

    def with_words(self, query: str) -> "RelayedGroupQuerySet":
        """Those in whose name, reading or district every word of ``query`` stands."""
        found = self
        for word in split_words(query):
            # Readings are kept in katakana; people type what is at hand.
            found = found.filter(
                in_any_spelling("name__icontains", word)
                | Q(name_kana__icontains=to_katakana(word))
                | in_any_spelling("district__icontains", word)
            )
        return found


class RelayedGroup(models.Model):
    """A 自治会・町内会 or the like without an account, spoken for by the desk of a municipality or 社協."""

    desk = models.ForeignKey(Organisation, verbose_name="窓口", on_delete=models.PROTECT, related_name="relayed_groups")
    # Vocabulary "group_kind".
    kind = models.SlugField("種類", max_length=60)
    name = models.CharField("名前", max_length=120)
    name_kana = models.CharField("フリガナ", max_length=160, blank=True)
    municipality = models.ForeignKey(
        "places.Municipality", verbose_name="市区町村", on_delete=models.PROTECT, related_name="+"
    )
    district = models.CharField("地区", max_length=80, blank=True)
    # For the desk and staff only.
    contact_name = models.CharField("連絡先のお名前", max_length=60, blank=True)
    contact_phone = models.CharField("連絡先の電話", max_length=20, blank=True)
    note = models.TextField("メモ", max_length=1000, blank=True)
    active = models.BooleanField("使う", default=True)
    created_at = models.DateTimeField("加えた日時", default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RelayedGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "地域の団体"
        verbose_name_plural = "地域の団体"
        ordering = ["name_kana", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                condition=Q(active=True),
                name="relayed_group_once",
                violation_error_message="この名前の団体は、もう一覧にあります。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """自治会; taken ``for_showing()`` without a query of its own."""
        if self.kind == OTHER_GROUP:
            return "地域の団体"
        return self.__dict__.get("kind_words") or labels(GROUP_KIND).get(self.kind) or "地域の団体"

    @property
    def without_name(self) -> str:
        """藤沢市内の自治会: what may be said of a group whose name is not to be read by everybody."""
        return f"{self.municipality.name}内の{self.kind_label}"

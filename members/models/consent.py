from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.enums import ConsentKind
from members.models.people import User


class ConsentDocumentQuerySet(models.QuerySet["ConsentDocument"]):
    def in_force(self) -> "ConsentDocumentQuerySet":
        """Those that apply already, the newest of each kind first."""
        return self.published().filter(in_force_from__lte=timezone.now()).order_by("kind", "-in_force_from", "-pk")

    def published(self) -> "ConsentDocumentQuerySet":
        """Those that everybody may read: announced, in force or in force once."""
        return self.filter(published_at__isnull=False)

    def current(self) -> "ConsentDocumentQuerySet":
        """The one of each kind that people agree to today."""
        return self.in_force().distinct("kind")

    def missing_for(self, user: User) -> "ConsentDocumentQuerySet":
        """The current ones that ``user`` has not agreed to."""
        return self.filter(pk__in=self.model.objects.current().values("pk")).exclude(
            pk__in=Consent.objects.filter(user=user).values("document")
        )


class ConsentDocument(models.Model):
    """One version of the terms or the privacy notice; the newest in force is the one to agree to."""

    kind = models.CharField("種類", max_length=10, choices=ConsentKind)
    version = models.CharField("版", max_length=20)
    body = models.TextField("本文")
    # What is new in it, in plain words: stands above the differences, and in the mail that announces it.
    summary = models.TextField("変わるところ", max_length=2000, blank=True)
    in_force_from = models.DateTimeField("効力が始まる日時", default=timezone.now)
    # Staff prepare a version at leisure; only a published one is announced, and only then does its day count.
    published_at = models.DateTimeField("公表した日時", null=True, blank=True)

    objects = ConsentDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "規約・通知"
        verbose_name_plural = "規約・通知"
        ordering = ["kind", "-in_force_from"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="consent_document_version")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.version}）"

    @property
    def is_in_force(self) -> bool:
        """Whether its day has come; a newer one may have taken its place since."""
        return self.published_at is not None and self.in_force_from <= timezone.now()

    def previous(self) -> "ConsentDocument | None":
        """The published version of its kind that it takes the place of."""
        before = Q(in_force_from__lt=self.in_force_from) | Q(in_force_from=self.in_force_from, pk__lt=self.pk)
        earlier = ConsentDocument.objects.published().filter(before, kind=self.kind).exclude(pk=self.pk)
        return earlier.order_by("-in_force_from", "-pk").first()


class Consent(models.Model):
    """That a person agreed to one version, and when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents", verbose_name="人")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT, verbose_name="規約・通知")
    given_at = models.DateTimeField("同意した日時", default=timezone.now)

    class Meta:
        verbose_name = "同意"
        verbose_name_plural = "同意"
        constraints = [models.UniqueConstraint(fields=["user", "document"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.document}"

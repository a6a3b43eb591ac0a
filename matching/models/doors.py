from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.enums.doors import ApproachKind, ApproachResult, ApproachState
from matching.models.post import Post
from members.enums import AgreedBy
from members.models import Organisation, Referral

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class ApproachQuerySet(models.QuerySet["Approach"]):
    def visible_to(self, user: Visitor) -> "ApproachQuerySet":
        """Those of one's own organisations; all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(organisation__in=Organisation.objects.of(user))

    def waiting(self) -> "ApproachQuerySet":
        """What the office has to see to, the longest waiting first; what was passed on goes its way without it."""
        return self.filter(state=ApproachState.WAITING).order_by("created_at", "pk")


class Approach(models.Model):
    """A bank passes a need on to a client; a university or the media come to a story, or to the consortium.

    What a university or the media bring to a need becomes an introduction at once and is not kept here.
    """

    kind = models.CharField("申し出", max_length=11, choices=ApproachKind)
    # What is passed on to a client goes its way without the office.
    state = models.CharField("状態", max_length=7, choices=ApproachState, default=ApproachState.WAITING)
    organisation = models.ForeignKey(
        Organisation, verbose_name="団体", on_delete=models.PROTECT, related_name="approaches"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申し出た人", on_delete=models.PROTECT, related_name="+"
    )
    post = models.ForeignKey(
        Post,
        verbose_name="困りごと・できること",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approaches",
    )
    story = models.ForeignKey(
        "stories.Story",
        verbose_name="共創事例",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approaches",
    )
    message = models.TextField("内容", max_length=1000)
    # By when a medium goes to press, in its own words.
    deadline = models.CharField("締め切り", max_length=60, blank=True)
    # A client that is a member, or the personal link for one that is not.
    client = models.ForeignKey(
        Organisation, verbose_name="紹介した取引先", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    referral = models.ForeignKey(
        Referral, verbose_name="紹介のリンク", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A bank tells nobody of a client without that one's consent.
    agreed_by = models.CharField("取引先の承諾", max_length=10, choices=AgreedBy, blank=True)
    agreed_on = models.DateField("承諾をもらった日", null=True, blank=True)
    created_at = models.DateTimeField("申し出た日時", default=timezone.now, editable=False)
    settled_at = models.DateTimeField("済んだ日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="済みにした人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    result = models.CharField("どうなったか", max_length=10, choices=ApproachResult, blank=True)
    # What the office answers; the organisation that came reads it.
    answer = models.TextField("事務局からのお返事", max_length=1000, blank=True)
    # The form's own key: a double click makes one.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ApproachQuerySet.as_manager()

    class Meta:
        verbose_name = "大学・金融機関・報道からの申し出"
        verbose_name_plural = "大学・金融機関・報道からの申し出"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="approach_of_organisation"),
            models.Index(fields=["created_at"], name="approach_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="passed_on")
                | (
                    (Q(post__isnull=False) | Q(story__isnull=False))
                    & Q(agreed_on__isnull=False)
                    & ~Q(agreed_by="")
                    & (Q(client__isnull=False) | Q(referral__isnull=False))
                ),
                name="approach_client_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | (Q(settled_at__isnull=False) & ~Q(result="")),
                name="approach_settled_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.get_kind_display()}"

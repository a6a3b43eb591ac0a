import secrets
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from matching.enums.pro_bono import ProBonoState
from matching.models.introduction import Introduction
from matching.models.post import Post
from members.models import Organisation

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


def call_token() -> str:
    return secrets.token_urlsafe(24)


class ProBonoCallQuerySet(models.QuerySet["ProBonoCall"]):
    def visible_to(self, user: Visitor) -> "ProBonoCallQuerySet":
        """Those of one's own organisations: the names in them are an employer's and its colleagues' matter."""
        return self.filter(organisation__in=Organisation.objects.of(user)) if user.is_authenticated else self.none()


class ProBonoCall(models.Model):
    """Chosen needs that an organisation's coordinator shows to colleagues by a link (社内募集)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="団体", on_delete=models.PROTECT, related_name="pro_bono_calls"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="取りまとめる人", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("見出し", max_length=60)
    message = models.TextField("社内の方へのことば", max_length=1000, blank=True)
    posts = models.ManyToManyField(Post, verbose_name="紹介する困りごと", related_name="pro_bono_calls")
    # It opens nothing but public needs and a form, so it may be shown again; a new one makes the old one useless.
    token = models.CharField(max_length=64, unique=True, default=call_token, editable=False)
    closes_on = models.DateField("受け付ける最後の日")
    closed_at = models.DateTimeField("締め切った日時", null=True, blank=True)
    created_at = models.DateTimeField("作った日時", default=timezone.now, editable=False)
    # The form's own key: a double click makes one call.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ProBonoCallQuerySet.as_manager()

    class Meta:
        verbose_name = "社内募集"
        verbose_name_plural = "社内募集"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-created_at", "-id"], name="pro_bono_call_of")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("matching:pro_bono_call", args=[self.pk])

    def is_open_on(self, day: date) -> bool:
        """Whether colleagues may apply on ``day``."""
        return self.closed_at is None and day <= self.closes_on

    @property
    def is_open(self) -> bool:
        return self.is_open_on(timezone.localdate())


class ProBonoApplicationQuerySet(models.QuerySet["ProBonoApplication"]):
    def seen_by_coordinator(self) -> "ProBonoApplicationQuerySet":
        """Whoever confirmed their address; of the others the coordinator knows nothing."""
        return self.exclude(state=ProBonoState.UNCONFIRMED)

    def shown_in(self, introduction: Introduction) -> "ProBonoApplicationQuerySet":
        """Whom the employer put forward in ``introduction``: its participants may read their names."""
        return self.filter(
            introduction=introduction, state__in=[ProBonoState.PUT_FORWARD, ProBonoState.ENDED]
        ).order_by("put_forward_at", "pk")

    def of_calls_visible_to(self, user: Visitor) -> "ProBonoApplicationQuerySet":
        return self.filter(call__in=ProBonoCall.objects.visible_to(user)).seen_by_coordinator()

    def with_hours(self) -> "ProBonoApplicationQuerySet":
        """With what was worked in the employer's name, and altogether."""
        employed = Q(hours__in_own_name=False)
        return self.annotate(hours_employed=Sum("hours__hours", filter=employed), hours_all=Sum("hours__hours"))


class ProBonoApplication(models.Model):
    """A colleague who would like to help, without an account: a name and an address, until they are settled.

    Only the coordinator reads who it is, until they put the person forward.
    """

    call = models.ForeignKey(
        ProBonoCall, verbose_name="社内募集", on_delete=models.PROTECT, related_name="applications"
    )
    post = models.ForeignKey(
        Post, verbose_name="困りごと", on_delete=models.PROTECT, related_name="pro_bono_applications"
    )
    state = models.CharField("状態", max_length=12, choices=ProBonoState, default=ProBonoState.UNCONFIRMED)
    name = models.CharField("お名前", max_length=60, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    department = models.CharField("所属", max_length=60, blank=True)
    words = models.TextField("できること", max_length=500, blank=True)
    skills = ArrayField(models.SlugField(max_length=60), verbose_name="スキル", default=list, blank=True)
    hours_a_month = models.PositiveSmallIntegerField("月に使える時間", null=True, blank=True)
    # In which the person was put forward.
    introduction = models.ForeignKey(
        Introduction,
        verbose_name="おつなぎ",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pro_bono_applications",
    )
    put_forward_at = models.DateTimeField("推薦した日時", null=True, blank=True)
    # From then on the person goes on in their own name: after retirement, or after changing work.
    own_name_since = models.DateTimeField("個人として続けている日時", null=True, blank=True)
    # Whether the helped organisation may have the person's own address.
    address_shared = models.BooleanField("連絡先を伝える", default=False)
    thanks = models.TextField("お礼のことば", max_length=500, blank=True)
    thanks_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="お礼を書いた人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    thanked_at = models.DateTimeField("お礼の日時", null=True, blank=True)
    # Part of the personal link: one more makes all earlier links useless.
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("申し込んだ日時", default=timezone.now, editable=False)
    settled_at = models.DateTimeField("終わった日時", null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ProBonoApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "社内からの申し込み"
        verbose_name_plural = "社内からの申し込み"
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["call", "post", "state"], name="pro_bono_application_of"),
            models.Index(fields=["settled_at"], name="pro_bono_settled", condition=~Q(email="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "post", "email"],
                condition=Q(state__in=["unconfirmed", "applied", "put_forward"]) & ~Q(email=""),
                name="pro_bono_one_application_each",
                violation_error_message="このメールアドレスでは、もう申し込まれています。",
            ),
            models.CheckConstraint(
                condition=~Q(state="put_forward") | Q(introduction__isnull=False, put_forward_at__isnull=False),
                name="pro_bono_put_forward_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(own_name_since=None) | Q(introduction__isnull=False), name="pro_bono_own_name_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_chosen", "withdrawn", "ended"]) | Q(settled_at__isnull=False),
                name="pro_bono_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        # Without the name: this stands in the trail, in lists of staff and in logs.
        return f"{self.post}への申し込み（{self.get_state_display()}）"

    @property
    def is_on_its_own(self) -> bool:
        """Whether the person goes on in their own name."""
        return self.own_name_since is not None

    @property
    def is_active(self) -> bool:
        return self.state == ProBonoState.PUT_FORWARD

    def helped(self) -> set[int]:
        """The numbers of the organisations that speak for the sides which the person helps, or may help.

        The one whose need it is reads who would come before it answers; who is only asked along does not.
        """
        if self.introduction is None:
            return set()
        sides = [side for side in self.introduction.concerned() if side.is_in or side.post_id == self.post_id]
        return {side.speaks.pk for side in sides} - {self.call.organisation_id}


class ProBonoHoursQuerySet(models.QuerySet["ProBonoHours"]):
    def total(self) -> Decimal:
        """All hours together."""
        return self.aggregate(total=Sum("hours"))["total"] or Decimal(0)


class ProBonoHours(models.Model):
    """Hours that somebody gave on one day; written by themselves or by their coordinator."""

    application = models.ForeignKey(
        ProBonoApplication, verbose_name="申し込み", on_delete=models.CASCADE, related_name="hours"
    )
    worked_on = models.DateField("活動した日")
    hours = models.DecimalField("時間", max_digits=4, decimal_places=1)
    what = models.CharField("したこと", max_length=100, blank=True)
    # Nobody: the person themselves, who has no account.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="記録した人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Given after the person went on in their own name: no longer the employer's to see.
    in_own_name = models.BooleanField("個人として", default=False)
    created_at = models.DateTimeField("記録した日時", default=timezone.now, editable=False)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ProBonoHoursQuerySet.as_manager()

    class Meta:
        verbose_name = "プロボノの時間"
        verbose_name_plural = "プロボノの時間"
        ordering = ["-worked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24),
                name="pro_bono_hours_of_a_day",
                violation_error_message="1日の時間は、0.5から24までで入力してください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.worked_on} {self.hours}時間"

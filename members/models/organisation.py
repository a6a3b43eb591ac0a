from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.enums import DESK_KINDS, AffiliationRole, JoinRequestState, OrganisationKind, OrganisationState, Stage
from members.models.lookups import digits_of, host_of, kana_order, office_order
from members.models.people import User
from tomoiki.text.lookups import grams_of

if TYPE_CHECKING:
    from collections.abc import Iterable

Visitor = User | AnonymousUser

ONGOING_STATES = (
    OrganisationState.APPLIED,
    OrganisationState.RETURNED,
    OrganisationState.APPROVED,
    OrganisationState.SUSPENDED,
)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: Visitor) -> "OrganisationQuerySet":
        """Those the person belongs to now, in whatever role and state."""
        return self.filter(
            pk__in=Affiliation.objects.filter(user_id=user.pk or 0, ended_at__isnull=True).values("organisation")
        )

    def active(self) -> "OrganisationQuerySet":
        """Members of the consortium in good standing."""
        return self.filter(state=OrganisationState.APPROVED)

    def able_to_act(self, user: Visitor) -> "OrganisationQuerySet":
        """Approved organisations in whose name the person may post, answer and write."""
        return self.active().filter(
            pk__in=Affiliation.objects.filter(
                user_id=user.pk or 0,
                ended_at__isnull=True,
                role__in=[AffiliationRole.OWNER, AffiliationRole.EDITOR],
            ).values("organisation")
        )

    def listed(self) -> "OrganisationQuerySet":
        """Those the public directory shows."""
        return self.active().filter(listed_publicly=True)

    def visible_to(self, user: Visitor) -> "OrganisationQuerySet":
        """Public ones for everybody, all approved ones for members, one's own always, all for staff."""
        if not user.is_authenticated:
            return self.listed()
        if user.is_staff:
            return self.all()
        own = Q(pk__in=Affiliation.objects.filter(user_id=user.pk or 0, ended_at__isnull=True).values("organisation"))
        if self.model.objects.active().of(user).exists():
            return self.filter(own | Q(state=OrganisationState.APPROVED))
        return self.filter(own | Q(state=OrganisationState.APPROVED, listed_publicly=True))

    def ongoing(self) -> "OrganisationQuerySet":
        """Members and those on their way to become one: whom a second registration would double."""
        return self.filter(state__in=ONGOING_STATES)

    def waiting_for_staff(self) -> "OrganisationQuerySet":
        """Applications to decide on, the longest waiting first."""
        return self.filter(state=OrganisationState.APPLIED).order_by("applied_at", "pk")


class Organisation(models.Model):
    """A member of the consortium, or one that asked to become one."""

    kind = models.CharField("団体の種類", max_length=20, choices=OrganisationKind)
    kind_other = models.CharField("種類の説明", max_length=60, blank=True)
    name = models.CharField("団体名", max_length=120)
    name_kana = models.CharField("フリガナ", max_length=160, blank=True)
    # Without legal forms, spaces and width, to find a second registration of the same body.
    name_normalised = models.CharField(max_length=160, editable=False, db_index=True)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    postal_code = models.CharField("郵便番号", max_length=7, blank=True)
    municipality = models.ForeignKey(
        "places.Municipality",
        verbose_name="市区町村",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.CharField("住所", max_length=200, blank=True)
    phone = models.CharField("代表電話", max_length=20, blank=True)
    website = models.URLField("ウェブサイト", blank=True)
    description = models.TextField("活動の紹介", max_length=2000, blank=True)
    stage = models.CharField("参加ステージ", max_length=12, choices=Stage, default=Stage.SYMPATHISER)
    # Vocabulary "theme"; codes, so that a list needs no join.
    themes = ArrayField(models.SlugField(max_length=60), verbose_name="テーマ", default=list, blank=True)
    # Codes of places.Municipality where it is active; empty means not said.
    areas = ArrayField(models.CharField(max_length=5), verbose_name="活動する地域", default=list, blank=True)
    logo = models.ForeignKey(
        "files.StoredFile", verbose_name="ロゴ", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # [{"label": ..., "url": ...}]: other pages of its own, a blog, a social network.
    links = models.JSONField("リンク", default=list, blank=True)
    # What its kind tells of itself; one class of members.profiles a kind says what may stand here.
    details = models.JSONField("種類ごとの内容", default=dict, blank=True)
    # Field -> FieldAudience, where the organisation chose another audience than the default.
    audiences = models.JSONField("項目ごとの公開範囲", default=dict, blank=True)
    listed_publicly = models.BooleanField("団体の一覧に載せる", default=True)
    # Normalised words: of what everybody may read, and of what members may read too.
    search_text = models.TextField(editable=False, default="", blank=True)
    search_text_members = models.TextField(editable=False, default="", blank=True)
    # The line of the prefecture's roster that it came from: importing again finds it.
    roster_key = models.CharField("名簿の番号", max_length=60, blank=True)
    imported_at = models.DateTimeField("名簿から取り込んだ日時", null=True, blank=True)
    state = models.CharField("状態", max_length=12, choices=OrganisationState, default=OrganisationState.DRAFT)
    # What staff wrote when they returned or rejected; shown to the applicant.
    staff_message = models.TextField("事務局からのメッセージ", max_length=2000, blank=True)
    applied_at = models.DateTimeField("申し込んだ日時", null=True, blank=True)
    approved_at = models.DateTimeField("承認した日時", null=True, blank=True)
    withdrawn_at = models.DateTimeField("退会した日時", null=True, blank=True)
    # What told who it was is wiped; the row stays, so that figures stay true.
    erased_at = models.DateTimeField("消去した日時", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="統合先", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    members = models.ManyToManyField(User, through="Affiliation", related_name="+")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "団体"
        verbose_name_plural = "団体"
        ordering = ["-approved_at", "-pk"]
        indexes = [
            models.Index(fields=["-approved_at", "-id"], name="organisation_directory", condition=Q(state="approved")),
            models.Index(fields=["applied_at"], name="organisation_waiting", condition=Q(state="applied")),
            models.Index(
                fields=["kind", "-approved_at", "-id"], name="organisation_by_kind", condition=Q(state="approved")
            ),
            models.Index(
                fields=["stage", "-approved_at", "-id"], name="organisation_by_stage", condition=Q(state="approved")
            ),
            models.Index(
                fields=["municipality", "-approved_at", "-id"],
                name="organisation_by_place",
                condition=Q(state="approved"),
            ),
            models.Index(digits_of("phone"), name="organisation_phone_digits", condition=~Q(phone="")),
            models.Index(host_of("website"), name="organisation_website_host", condition=~Q(website="")),
            models.Index(
                fields=["withdrawn_at"], name="organisation_to_erase", condition=Q(state="withdrawn", erased_at=None)
            ),
            GinIndex(fields=["name"], name="organisation_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["name_normalised"], name="organisation_core_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["themes"], name="organisation_themes"),
            GinIndex(fields=["areas"], name="organisation_areas"),
            # By pairs of letters: trigrams find no word of one or two characters.
            GinIndex(grams_of("search_text"), name="organisation_search"),
            GinIndex(grams_of("search_text_members"), name="organisation_members_search"),
            # Whatever their state: a merged or withdrawn one of the same number is a double too.
            models.Index(fields=["corporate_number"], name="organisation_number", condition=~Q(corporate_number="")),
            models.Index(*office_order(), name="organisation_office", condition=~Q(state="draft")),
            models.Index(kana_order(), F("id"), name="organisation_by_kana", condition=Q(state="approved")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["corporate_number"],
                condition=~Q(corporate_number="") & ~Q(state__in=["rejected", "withdrawn", "merged", "draft"]),
                name="organisation_corporate_number_unique",
                violation_error_message="この法人番号の団体は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False), name="organisation_approved_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="organisation_applied_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "rejected"]) | ~Q(staff_message=""),
                name="organisation_refusal_has_message",
                violation_error_message="理由を書いてください。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(kind_other=""),
                name="organisation_other_kind_explained",
                violation_error_message="「その他」の場合は、どのような団体かを書いてください。",
            ),
            models.UniqueConstraint(
                fields=["roster_key"],
                condition=~Q(roster_key="") & ~Q(state__in=["rejected", "withdrawn", "merged"]),
                name="organisation_roster_key_unique",
                violation_error_message="この名簿の番号の団体は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="organisation_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False), name="organisation_withdrawn_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        from tomoiki.text.normalisation import normalise_name  # keeps model loading light

        self.name_normalised = normalise_name(self.name)[:160]
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in set(fields):  # type: ignore[call-overload]
            kwargs["update_fields"] = {*fields, "name_normalised"}  # type: ignore[misc]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("pages:organisation", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return self.kind_other if self.kind == OrganisationKind.OTHER else self.get_kind_display()

    @property
    def is_desk(self) -> bool:
        """Whether it may speak for groups without an account: a municipality's desk or a 社会福祉協議会."""
        return self.kind in DESK_KINDS

    @property
    def whole_address(self) -> str:
        """The address with its municipality, which may stand in it already; empty when none was given."""
        place = self.municipality.name if self.municipality else ""
        return f"{'' if place in self.address else place}{self.address}" if self.address else ""

    def people(self, *roles: AffiliationRole) -> "models.QuerySet[User]":
        """The active people of this organisation now, those in ``roles`` only if any are named."""
        affiliations = Affiliation.objects.filter(organisation=self, ended_at__isnull=True)
        if roles:
            affiliations = affiliations.filter(role__in=roles)
        return User.objects.filter(pk__in=affiliations.values("user"), is_active=True, anonymised_at__isnull=True)

    def acting_people(self) -> "models.QuerySet[User]":
        """Those who may act for it, and so are told what waits for it."""
        return self.people(AffiliationRole.OWNER, AffiliationRole.EDITOR)


class Branch(models.Model):
    """A place where an organisation also is: a shop, a branch, an office, a campus."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="branches", verbose_name="団体"
    )
    name = models.CharField("名前", max_length=80)
    municipality = models.ForeignKey(
        "places.Municipality", verbose_name="市区町村", on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("ひとこと", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        verbose_name = "店舗・支店・拠点"
        verbose_name_plural = "店舗・支店・拠点"
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["municipality", "organisation"], name="branch_by_place")]

    def __str__(self) -> str:
        return self.name


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def current(self) -> "AffiliationQuerySet":
        return self.filter(ended_at__isnull=True)

    def of_roles(self, roles: "Iterable[AffiliationRole]") -> "AffiliationQuerySet":
        return self.filter(role__in=list(roles))


class Affiliation(models.Model):
    """A person's place in an organisation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="affiliations", verbose_name="団体"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="affiliations", verbose_name="人")
    role = models.CharField("役割", max_length=10, choices=AffiliationRole, default=AffiliationRole.EDITOR)
    title = models.CharField("部署・役職", max_length=80, blank=True)
    started_at = models.DateTimeField("加わった日時", default=timezone.now)
    ended_at = models.DateTimeField("離れた日時", null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = "担当者"
        verbose_name_plural = "担当者"
        indexes = [models.Index(fields=["user"], name="affiliation_current", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ended_at__isnull=True),
                name="affiliation_once_at_a_time",
                violation_error_message="この方は、すでにこの団体の担当者です。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.user}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting(self) -> "JoinRequestQuerySet":
        """Not answered yet, the longest waiting first."""
        return self.filter(state=JoinRequestState.WAITING).order_by("created_at", "pk")

    def visible_to(self, user: Visitor) -> "JoinRequestQuerySet":
        """One's own, those to an organisation one answers for, all for staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        answered_for = Affiliation.objects.filter(
            user_id=user.pk, ended_at__isnull=True, role=AffiliationRole.OWNER
        ).values("organisation")
        return self.filter(Q(user_id=user.pk) | Q(organisation__in=answered_for))


class JoinRequest(models.Model):
    """A person asks to join an organisation that is registered already."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests", verbose_name="団体"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests", verbose_name="人")
    message = models.TextField("ひとこと", max_length=500, blank=True)
    state = models.CharField("状態", max_length=10, choices=JoinRequestState, default=JoinRequestState.WAITING)
    created_at = models.DateTimeField("申し込んだ日時", default=timezone.now)
    answered_at = models.DateTimeField("返事をした日時", null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "担当者になるための申し込み"
        verbose_name_plural = "担当者になりたい方"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(state="waiting"),
                name="join_request_once",
                violation_error_message="すでに申し込んでいます。返事をお待ちください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"

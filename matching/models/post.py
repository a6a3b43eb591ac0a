from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from matching.enums import (
    REVISABLE_STATES,
    Carrying,
    Direction,
    PausedBy,
    PostState,
    Resource,
    RevisionState,
    Unit,
    Visibility,
)
from members.enums import AgreedBy, OrganisationState
from members.models import Organisation, RelayedGroup

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


def moment_in_utc(moment: Any) -> models.Func:
    """A moment as the index of the search has it: in a form of its own, so that no other index is taken for it."""
    return models.Func(moment, template="(%(expressions)s AT TIME ZONE 'UTC')", output_field=models.DateTimeField())


class PostQuerySet(models.QuerySet["Post"]):
    def owned_by(self, user: Visitor) -> "PostQuerySet":
        """Those of the organisations the person belongs to now."""
        return self.filter(organisation__in=Organisation.objects.of(user))

    def on_board(self) -> "PostQuerySet":
        """Open to answers now."""
        return self.filter(state=PostState.PUBLISHED)

    def on_board_for(self, user: Visitor) -> "PostQuerySet":
        """``on_board().visible_to(user)``, asked without a join: for lists that may go through a million."""
        shown = self.on_board()
        if user.is_authenticated:
            own = Organisation.objects.of(user)
            if user.is_staff or own.active().exists():
                return shown
            return shown.filter(Q(visibility=Visibility.PUBLIC) | Q(organisation__in=own))
        return shown.filter(visibility=Visibility.PUBLIC)

    def visible_to(self, user: Visitor) -> "PostQuerySet":
        """Published ones (members' ones for members only), one's own organisations' in any state, all for staff."""
        # What was done stays readable, marked as over; not while its organisation is suspended.
        done = Q(state=PostState.FULFILLED, organisation__state=OrganisationState.APPROVED)
        shown = Q(state=PostState.PUBLISHED) | done
        if not user.is_authenticated:
            return self.filter(shown, visibility=Visibility.PUBLIC)
        if user.is_staff:
            # A draft is its writers' own until they hand it in.
            return self.exclude(state=PostState.DRAFT)
        own_organisations = Organisation.objects.of(user)
        if not own_organisations.active().exists():
            shown &= Q(visibility=Visibility.PUBLIC)
        return self.filter(shown | Q(organisation__in=own_organisations))

    def readable_by(self, user: Visitor) -> "PostQuerySet":
        """Visible ones, and those that an introduction brought to the person, also when they rest or are over.

        Partners go on needing what was agreed on; what staff took down nobody else reads any more.
        """
        from matching.models.introduction import Introduction, Participant  # the two modules name each other

        introduced = Participant.objects.filter(introduction__in=Introduction.objects.of(user), post__isnull=False)
        return self.visible_to(user) | self.filter(pk__in=introduced.values("post")).exclude(state=PostState.TAKEN_DOWN)

    def waiting_for_staff(self) -> "PostQuerySet":
        """To be checked and published, the longest waiting first."""
        return self.filter(state=PostState.SUBMITTED).order_by("submitted_at", "pk")

    def past_their_time(self, now: Any) -> "PostQuerySet":
        return self.filter(state__in=[PostState.PUBLISHED, PostState.PAUSED], expires_at__lte=now)

    def for_cards(self) -> "PostQuerySet":
        """With what a card shows."""
        return self.select_related("organisation", "photo").with_groups()

    def with_groups(self) -> "PostQuerySet":
        """With the groups they are for; no query where none is."""
        return self.prefetch_related(models.Prefetch("on_behalf_of", queryset=RelayedGroup.objects.for_showing()))


class Post(models.Model):
    """A need or an offer of an organisation. What matching uses are columns; the rest stands in ``details``."""

    direction = models.CharField("困りごと・できること", max_length=5, choices=Direction)
    organisation = models.ForeignKey(Organisation, verbose_name="団体", on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+"
    )
    # Who looks after it now; at first whoever wrote it, later perhaps a successor.
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="担当の方",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Posted by a desk for a group without an account, which said yes to it.
    on_behalf_of = models.ForeignKey(
        "members.RelayedGroup",
        verbose_name="代わりに出す団体",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
    )
    group_agreed_by = models.CharField("承諾の方法", max_length=10, choices=AgreedBy, blank=True)
    group_agreed_on = models.DateField("承諾をもらった日", null=True, blank=True)
    # Whether the group agreed that everybody reads its name; partners learn it once all said yes.
    group_named = models.BooleanField("団体の名前を出す", default=False)
    resource = models.CharField("種類", max_length=12, choices=Resource)
    title = models.CharField("見出し", max_length=60)
    body = models.TextField("くわしい内容", max_length=2000, blank=True)
    # Vocabulary "theme"; codes, so that a card needs no join.
    themes = ArrayField(models.SlugField(max_length=60), verbose_name="テーマ", default=list, blank=True)
    # Codes of places.Municipality; empty means anywhere in the prefecture.
    areas = ArrayField(models.CharField(max_length=5), verbose_name="市区町村", default=list, blank=True)
    area_note = models.CharField("場所についてひとこと", max_length=60, blank=True)
    online = models.BooleanField("オンラインでもできる", default=False)
    available_from = models.DateField("いつから", null=True, blank=True)
    available_until = models.DateField("いつまで", null=True, blank=True)
    # 0 is Monday, as in Python.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="曜日", default=list, blank=True)
    time_from = models.TimeField("何時から", null=True, blank=True)
    time_until = models.TimeField("何時まで", null=True, blank=True)
    when_note = models.CharField("日時についてひとこと", max_length=60, blank=True)
    quantity = models.PositiveIntegerField("どれくらい", null=True, blank=True)
    quantity_taken = models.PositiveIntegerField("決まった数", default=0)
    unit = models.CharField("単位", max_length=12, choices=Unit, blank=True)
    quantity_note = models.CharField("量についてひとこと", max_length=60, blank=True)
    # Vocabulary "skill": what a need for skills asks, and an offer brings.
    skills = ArrayField(models.SlugField(max_length=60), verbose_name="スキル", default=list, blank=True)
    # Of food and goods; whoever has no means may be helped by an offer of transport.
    carrying = models.CharField("運び方", max_length=10, choices=Carrying, blank=True)
    # How many introductions may be under way at once; no number, no limit.
    quota = models.PositiveSmallIntegerField("同時に受けられる数", null=True, blank=True)
    # In which months it can be used; empty means all year round.
    season = ArrayField(models.PositiveSmallIntegerField(), verbose_name="使える月", default=list, blank=True)
    # Kinds of personal data (tomoiki.text.personal_data) in its words, which its writer said may be published.
    pointed_out = ArrayField(
        models.SlugField(max_length=10),
        verbose_name="公開してよいと確かめた個人情報",
        default=list,
        blank=True,
        editable=False,
    )
    # Per resource, validated by one class each.
    details = models.JSONField("種類ごとの内容", default=dict, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", verbose_name="写真", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    photo_alt = models.CharField("写真の説明", max_length=100, blank=True)
    visibility = models.CharField("見られる人", max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    state = models.CharField("状態", max_length=12, choices=PostState, default=PostState.DRAFT)
    paused_by = models.CharField("止めたのは", max_length=10, choices=PausedBy, blank=True)
    # What staff wrote when they returned it or took it down.
    staff_message = models.TextField("事務局からのメッセージ", max_length=2000, blank=True)
    submitted_at = models.DateTimeField("提出した日時", null=True, blank=True)
    published_at = models.DateTimeField("掲載した日時", null=True, blank=True)
    expires_at = models.DateTimeField("掲載の期限", null=True, blank=True)
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    # Made by matching.search_text: normalised words of everything a visitor may see.
    search_text = models.TextField(editable=False, default="", blank=True)
    # Made by matching.search_text too: the words, their normalised forms and pairs of letters, as the index has them.
    search_terms = ArrayField(models.TextField(), editable=False, default=list, blank=True)
    # The kind of its organisation, kept by matching.search_text: a million posts are narrowed by it without a join.
    organisation_kind = models.CharField(max_length=20, editable=False, default="", db_default="", blank=True)
    # Since when its recommendations wait to be computed again; empty when they are up to date.
    stale_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The form's own key: a double click makes one draft.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField("書き始めた日時", default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "困りごと・できること"
        verbose_name_plural = "困りごと・できること"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="post_board", condition=Q(state="published")),
            models.Index(
                fields=["direction", "-published_at", "-id"],
                name="post_board_direction",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["resource", "-published_at", "-id"], name="post_board_resource", condition=Q(state="published")
            ),
            models.Index(fields=["organisation", "-created_at", "-id"], name="post_of_organisation"),
            models.Index(fields=["submitted_at"], name="post_waiting", condition=Q(state="submitted")),
            models.Index(fields=["expires_at"], name="post_expiring", condition=Q(state__in=["published", "paused"])),
            models.Index(
                fields=["on_behalf_of", "-created_at"], name="post_for_group", condition=Q(on_behalf_of__isnull=False)
            ),
            models.Index(fields=["stale_at"], name="post_stale", condition=Q(stale_at__isnull=False)),
            GinIndex(fields=["areas"], name="post_areas"),
            GinIndex(fields=["themes"], name="post_themes"),
            # Whatever the board is narrowed by, together with the date: see matching.post_search. Written at once
            # (no fastupdate), since a list of what is not yet sorted in would be read by every search.
            GinIndex(
                "search_terms",
                "areas",
                "themes",
                "resource",
                "direction",
                "organisation_kind",
                "visibility",
                moment_in_utc("published_at"),
                name="post_words",
                condition=Q(state="published"),
                fastupdate=False,
            ),
            GinIndex(
                fields=["search_terms"],
                name="post_search_off_board",
                condition=~Q(state="published"),
                fastupdate=False,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "paused", "fulfilled", "expired"])
                | Q(published_at__isnull=False, expires_at__isnull=False),
                name="post_published_has_times",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False), name="post_submitted_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_by__in=["owner", "suspension"])
                | (~Q(state="paused") & Q(paused_by="")),
                name="post_paused_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "taken_down"]) | ~Q(staff_message=""),
                name="post_refusal_has_message",
                violation_error_message="理由を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | (Q(quantity__gt=0) & Q(quantity_taken__lte=F("quantity"))),
                name="post_quantity_covers_taken",
                violation_error_message="決まった数より少なくはできません。",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                name="post_quantity_has_unit",
                violation_error_message="単位を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True)
                | Q(available_until__isnull=True)
                | Q(available_until__gte=F("available_from")),
                name="post_dates_in_order",
                violation_error_message="「いつまで」は「いつから」より後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(photo__isnull=True) | ~Q(photo_alt=""),
                name="post_photo_has_description",
                violation_error_message="写真を見られない人のために、写真の説明を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True)
                | Q(state="draft")
                | (~Q(group_agreed_by="") & Q(group_agreed_on__isnull=False)),
                name="post_for_group_has_agreement",
                violation_error_message="地域の団体から、いつ、どのように承諾をもらったかを入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "（見出しはまだありません）"

    def get_absolute_url(self) -> str:
        return reverse("matching:post", args=[self.pk])

    @property
    def named(self) -> str:
        """Whose it is, as far as everybody may read: the organisation, or the group that its desk speaks for."""
        if self.on_behalf_of is None:
            return self.organisation.name
        return self.on_behalf_of.name if self.group_named else self.on_behalf_of.without_name

    @property
    def who(self) -> str:
        """海風町内会（窓口：しおさい市社会福祉協議会）, or the organisation's name."""
        return f"{self.named}（窓口：{self.organisation.name}）" if self.on_behalf_of else self.organisation.name

    @property
    def own_who(self) -> str:
        """``who`` for its own desk and for staff, who know the group by its name."""
        return f"{self.on_behalf_of.name}（窓口：{self.organisation.name}）" if self.on_behalf_of else self.who

    @property
    def is_open(self) -> bool:
        """Whether somebody may raise a hand now."""
        return self.state == PostState.PUBLISHED

    @property
    def last_day(self) -> date | None:
        """The last day on the board; what ends at midnight ends on the day before."""
        return None if self.expires_at is None else timezone.localdate(self.expires_at - timedelta(microseconds=1))

    @property
    def quantity_left(self) -> int | None:
        """What is still open of ``quantity``; None when no quantity was given."""
        return None if self.quantity is None else self.quantity - self.quantity_taken


class PostRevisionQuerySet(models.QuerySet["PostRevision"]):
    def waiting(self) -> "PostRevisionQuerySet":
        """To be decided on, the longest waiting first; that of a post which is over rests with it."""
        return self.filter(state=RevisionState.PROPOSED, post__state__in=REVISABLE_STATES).order_by("created_at", "pk")


class PostRevision(models.Model):
    """A change of substance to a published post: the published text stays up while it waits."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions", verbose_name="掲載")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+"
    )
    # Field name -> new value, as the post's form serialises it; only what changed.
    changes = models.JSONField("変えるところ", default=dict)
    # The new photo stands in ``changes`` by its number; this keeps the file, and opens it to whoever decides.
    photo = models.ForeignKey(
        "files.StoredFile",
        verbose_name="新しい写真",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField("変える理由", max_length=200, blank=True)
    # As of a post: what stands in the new words and may be published.
    pointed_out = ArrayField(
        models.SlugField(max_length=10),
        verbose_name="公開してよいと確かめた個人情報",
        default=list,
        blank=True,
        editable=False,
    )
    state = models.CharField("状態", max_length=10, choices=RevisionState, default=RevisionState.PROPOSED)
    staff_message = models.TextField("事務局からのメッセージ", max_length=2000, blank=True)
    created_at = models.DateTimeField("書いた日時", default=timezone.now)
    decided_at = models.DateTimeField("決まった日時", null=True, blank=True)

    objects = PostRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "修正案"
        verbose_name_plural = "修正案"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state="proposed"),
                name="post_revision_one_at_a_time",
                violation_error_message="確認待ちの修正案が、すでにあります。",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(staff_message=""), name="post_revision_refusal_has_message"
            ),
        ]

    def __str__(self) -> str:
        day = timezone.localdate(self.created_at)
        return f"{self.post}（{day.year}年{day.month}月{day.day}日）"

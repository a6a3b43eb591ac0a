"""Searches that people keep, what they were told of, and how far the search columns are built."""

from datetime import datetime
from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from matching.enums.searches import SearchRhythm
from matching.models.post import Post

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user: Visitor) -> "SavedSearchQuerySet":
        return self.filter(person=user.pk) if user.is_authenticated else self.none()

    def due(self, now: datetime, newest: datetime) -> "SavedSearchQuerySet":
        """Those whose turn it is and that last looked before ``newest``."""
        turn = self.filter(due_at__lte=now, looked_until__lt=newest, person__is_active=True)
        return turn.exclude(rhythm=SearchRhythm.NEVER).order_by("due_at", "pk")


class SavedSearch(models.Model):
    """Conditions of the board that a person keeps under a name; they may be told of what newly fits."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="保存した人", on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField("名前", max_length=40)
    # The address of the board as parameter -> values, of what the filter knows.
    conditions = models.JSONField("条件", default=dict)
    rhythm = models.CharField("お知らせ", max_length=8, choices=SearchRhythm, default=SearchRhythm.DAILY)
    # Posts published until then were looked at, but for those that came late; see ``transitions.searches``.
    looked_until = models.DateTimeField("ここまで見た日時", default=timezone.now, editable=False)
    # Since when these conditions are asked: what stood on the board before is no news.
    asked_since = models.DateTimeField("この条件にした日時", default=timezone.now, editable=False)
    due_at = models.DateTimeField("次に見る日時", default=timezone.now, editable=False)
    # The form's own key: a double click keeps one search.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField("保存した日時", default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "保存した条件"
        verbose_name_plural = "保存した条件"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="saved_search_due", condition=~Q(rhythm="never")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> QueryDict:
        """The conditions as the board's filter takes them."""
        found = QueryDict(mutable=True)
        for name, values in self.conditions.items():
            found.setlist(name, list(values))
        return found

    def get_absolute_url(self) -> str:
        """The board with these conditions."""
        return f"{reverse('matching:board')}?{self.query.urlencode()}"

    @property
    def found_url(self) -> str:
        """What it told of."""
        return reverse("matching:saved_search", args=[self.pk])


class SavedSearchHit(models.Model):
    """That a person was told of a post by one of their searches: never a second time."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "知らせた掲載"
        verbose_name_plural = "知らせた掲載"
        constraints = [models.UniqueConstraint(fields=["search", "post"], name="saved_search_hit_once")]

    def __str__(self) -> str:
        return f"{self.search}: {self.post}"


class SearchBuild(models.Model):
    """How far what posts are found by is built with the present engine, dictionary and synonyms; one row."""

    ONLY = 1

    # What is being built now, and up to which post.
    version = models.CharField(max_length=100, blank=True)
    built_until = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "検索用の語の作りなおし"
        verbose_name_plural = "検索用の語の作りなおし"

    def __str__(self) -> str:
        return self.version

    @classmethod
    def locked(cls) -> "SearchBuild | None":
        """The row for whoever builds now; None while another worker does."""
        cls.objects.get_or_create(pk=cls.ONLY)
        return cls.objects.select_for_update(skip_locked=True).filter(pk=cls.ONLY).first()

    def goes_on(self, version: str) -> bool:
        """Whether there is something to build for ``version``; begins anew when it is another than before."""
        if self.version != version:
            self.version, self.built_until, self.finished_at = version, 0, None
        return self.finished_at is None

from typing import TYPE_CHECKING, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from matching.models.post import Post

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    def of(self, user: Visitor) -> "FavouriteQuerySet":
        """One's own: nobody else learns of them."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()


class Favourite(models.Model):
    """A post that somebody wants to find again, and to hear about when it changes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人", on_delete=models.CASCADE, related_name="favourites"
    )
    post = models.ForeignKey(Post, verbose_name="掲載", on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField("入れた日時", default=timezone.now)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = "お気に入り"
        verbose_name_plural = "お気に入り"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="favourite_of")]
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="favourite_once")]

    def __str__(self) -> str:
        return str(self.post)

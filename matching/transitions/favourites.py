"""A person's own list of posts to find again. It is private: the trail, which staff read, says nothing of it."""

from django.db import transaction

from matching.models import Favourite, Post
from matching.transitions.checks import person
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require

#: So many posts nobody looks through any more; and no list should become an archive of the board.
MOST_FAVOURITES = 300


@transaction.atomic
def keep_favourite(pk: int, *, actor: Actor) -> Favourite:
    """Put a post that one may read on one's list; put there twice, it stands there once."""
    who = person(actor)
    post = Post.objects.get(pk=pk)
    require(actor, "matching.keep_favourite", post)
    kept = Favourite.objects.filter(user=who, post=post).first()
    if kept is not None:
        return kept
    if Favourite.objects.filter(user=who).count() >= MOST_FAVOURITES:
        raise TransitionError(
            "too_many_favourites", f"お気に入りは{MOST_FAVOURITES}件までです。使わなくなったものをはずしてください。"
        )
    favourite, _ = Favourite.objects.get_or_create(user=who, post=post)
    return favourite


@transaction.atomic
def drop_favourite(pk: int, *, actor: Actor) -> None:
    """Take a post off one's list, also one that may be read no more."""
    Favourite.objects.filter(user=person(actor), post=pk).delete()

"""What makes two introductions the same pair, and one organisation both sides of it."""

from matching.enums import Direction
from matching.enums.doors import Purpose
from matching.models import Post
from members.models import Organisation, RelayedGroup


def pair_key(
    post: Post,
    organisation: Organisation,
    other: Post | None,
    group: RelayedGroup | None = None,
    *,
    purpose: Purpose = Purpose.HELP,
) -> str:
    """What makes two introductions the same pair, whichever side began."""
    if purpose != Purpose.HELP:
        return f"post:{post.pk}:organisation:{organisation.pk}:{purpose.value}"
    if other is None and group is not None:
        return f"post:{post.pk}:group:{group.pk}"
    if other is None:
        return f"post:{post.pk}:organisation:{organisation.pk}"
    first, second = (post, other) if post.direction == Direction.NEED else (other, post)
    return f"post:{first.pk}:post:{second.pk}"


def is_same_side(post: Post, organisation: int, group: int | None) -> bool:
    """Whether who posted ``post`` is the other side, too; two groups of one desk are two."""
    return post.organisation_id == organisation and post.on_behalf_of_id == group

"""Who may put what among their favourites."""

from typing import Any

import rules

from matching.models import Post


@rules.predicate
def can_keep_favourite(user: Any, post: Post | None) -> bool:
    """Whoever is logged in and may read it."""
    return bool(
        post is not None and user.is_authenticated and Post.objects.readable_by(user).filter(pk=post.pk).exists()
    )


rules.add_perm("matching.keep_favourite", can_keep_favourite)

"""What a post's page says besides its words: how much is left, when it can be used, what a reader may do with it."""

from typing import Any

from django.http import HttpRequest

from matching.calendars import has_dates
from matching.giving import next_season, quota_of, season_words, share_of
from matching.models import Favourite, Post
from matching.views.sharing import may_be_shared


def giving_context(request: HttpRequest, shown: Post) -> dict[str, Any]:
    """For ``matching/_giving.html`` and the row of tools; three queries at most."""
    return {
        "share": share_of(shown),
        "season": season_words(shown.season),
        "next_season": next_season(shown),
        "quota": quota_of(shown) if shown.is_open else None,
        "is_favourite": Favourite.objects.of(request.user).filter(post=shown).exists(),
        "shareable": may_be_shared(shown),
        "dated": has_dates(shown),
    }

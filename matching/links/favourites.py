"""What becomes of favourites when a person moves on."""

from matching.models import Favourite  # noqa: F401 - named by its key below
from tomoiki.web.lifecycle import Delete, Nothing, PersonLink, Rows, person_links

person_links.register(
    PersonLink(
        "matching.Favourite.user",
        hand_over=Nothing("What somebody wants to find again is their own matter, not their organisation's."),
        export=Rows(
            "お気に入りに入れた掲載",
            {
                "created_at": ("入れた日時", "created_at"),
                "post": ("掲載", lambda favourite: str(favourite.post)),
                "url": ("ページ", lambda favourite: favourite.post.get_absolute_url()),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=Delete(),
    )
)

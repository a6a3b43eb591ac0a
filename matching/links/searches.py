"""What becomes of the searches a person keeps."""

from matching.models import SavedSearch
from tomoiki.web.lifecycle import Delete, Nothing, PersonLink, Rows, person_links


def _conditions(search: SavedSearch) -> str:
    return search.query.urlencode()


person_links.register(
    PersonLink(
        "matching.SavedSearch.person",
        hand_over=Nothing("What somebody looks for is their own; a successor keeps searches of their own."),
        export=Rows(
            "保存した条件",
            {
                "name": ("名前", "name"),
                "conditions": ("条件", _conditions),
                "rhythm": ("お知らせ", "get_rhythm_display"),
                "created_at": ("保存した日時", "created_at"),
            },
        ),
        erase=Delete(),
    )
)

"""Doors for universities, banks and media, for the catalogue."""

from tests.browser.entries import Entry, page

PAGES: list[Entry] = [
    page("matching:need_door", "daigaku", "research", pk="@call_need", door="research"),
    page("matching:need_door", "media", "interview", pk="@call_need", door="interview"),
    page("matching:need_door", "kinyu", "passing on", pk="@call_need", door="pass-on"),
    page("matching:need_door", "npo", "not theirs", pk="@call_need", door="research", status=404),
    page("matching:story_door", "media", "interview", pk="@story_public", door="interview"),
    page("matching:approaches", "media"),
    page("matching:approaches", "npo", "none"),
    page("matching:inform", "media"),
]

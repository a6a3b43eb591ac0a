"""Kept searches are a person's own: not a colleague's, not the office's."""

from tests.access.rows import SIGNED_IN, get, post

PERSONAL = "login 404 200 404"

ROUTES = [
    get("matching:saved_searches", SIGNED_IN),
    # Without conditions there is nothing to keep: back to the board.
    get("matching:saved_search_new", "login 302 302 302"),
    post("matching:saved_search_new", "login 302 302 302"),
    get("matching:saved_search", PERSONAL, pk="@saved_search"),
    get("matching:saved_search_edit", PERSONAL, pk="@saved_search"),
    post("matching:saved_search_edit", PERSONAL, pk="@saved_search"),
    get("matching:saved_search_forget", PERSONAL, pk="@saved_search"),
    # Once its person let it go, it is nobody's.
    post("matching:saved_search_forget", "login 404 302 302", pk="@saved_search"),
]

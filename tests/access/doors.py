"""Doors are for universities, banks and media: none of the four visitors is one (test_doors.py tries those who are)."""

from tests.access.rows import SIGNED_IN, get, post

CLOSED = "login 404 404 404"

ROUTES = [
    get("matching:need_door", CLOSED, pk="@published", door="research"),
    post("matching:need_door", CLOSED, pk="@published", door="pass-on"),
    get("matching:story_door", CLOSED, pk="@published", door="interview"),
    post("matching:story_door", CLOSED, pk="@published", door="interview"),
    get("matching:approaches", SIGNED_IN),
    get("matching:inform", CLOSED),
    post("matching:inform", CLOSED),
]

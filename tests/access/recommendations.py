"""What is recommended is one's own; the buttons without their fields name nobody (test_recommendation_pages.py)."""

from tests.access.rows import OWN, get, post

NOTHING_NAMED = "login 404 404 404"

ROUTES = [
    get("matching:post_recommendations", OWN, pk="@published"),
    get("matching:organisation_recommendations", OWN, pk="@organisation"),
    post("matching:recommendation_dismiss", NOTHING_NAMED, pk="@foreign_post"),
    get("matching:recommendation_dismissed", NOTHING_NAMED, pk="@foreign_post"),
    post("matching:recommendation_restore", NOTHING_NAMED, pk="@foreign_post"),
]

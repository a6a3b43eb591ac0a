"""What is recommended, and what was found not to fit, for the catalogue."""

from tests.browser.entries import Entry, page

PAGES: list[Entry] = [
    page("matching:post", "kigyo", "own, with what fits it", pk="@fitting_offer"),
    page("matching:post_recommendations", "kigyo", pk="@fitting_offer"),
    page("matching:post_recommendations", "npo", "not on the board", pk="@post_draft"),
    page("matching:organisation_recommendations", "kigyo", pk="@kigyo"),
    page("matching:organisation_recommendations", "npo", pk="@npo"),
    page("matching:recommendation_dismissed", "kigyo", pk="@dismissed_need", query="@dismissed_query"),
    page("matching:respond", "kigyo", "from a recommendation", pk="@fitting_need", query="with=@fitting_offer"),
    page("admin:matching_proposal", "jimukyoku"),
]
NO_PAGES = {
    "matching:recommendation_dismiss": "POST only",
    "matching:recommendation_restore": "POST only",
    "admin:matching_proposal_again": "POST only",
    "admin:matching_proposal_accept": "POST only",
}

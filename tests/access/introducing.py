"""Who meets what where several take part, and where they arrange to meet."""

from tests.access.rows import OWN_AND_STAFF, get, post

ROUTES = [
    # Whoever called for partners, and staff, ask others along; others are told that there is no such page.
    get("matching:participant_invite", "login 404 404 200", pk="@agreed"),
    post("matching:participant_invite", "login 404 404 422", pk="@agreed"),
    get("matching:participant_release", "login 404 404 404", pk="@agreed"),
    post("matching:participant_release", "login 404 404 404", pk="@agreed"),
    get("matching:participant_again", "login 404 404 404", pk="@agreed"),
    post("matching:participant_again", "login 404 404 404", pk="@agreed"),
    get("matching:participant_leave", "login 404 404 404", pk="@agreed"),
    post("matching:participant_leave", "login 404 404 404", pk="@agreed"),
    get("matching:appointment_propose", OWN_AND_STAFF, pk="@agreed"),
    post("matching:appointment_propose", "login 404 422 422", pk="@agreed"),
    get("matching:appointment", OWN_AND_STAFF, pk="@appointment"),
    get("matching:appointment_answer", "login 404 302 302", pk="@appointment"),
    post("matching:appointment_answer", "login 404 404 404", pk="@appointment"),
    get("matching:appointment_fix", "login 404 302 302", pk="@appointment"),
    post("matching:appointment_fix", "login 404 422 422", pk="@appointment"),
    get("matching:appointment_move", OWN_AND_STAFF, pk="@appointment_fixed"),
    post("matching:appointment_move", "login 404 422 422", pk="@appointment_fixed"),
    get("matching:appointment_cancel", OWN_AND_STAFF, pk="@appointment_fixed"),
    post("matching:appointment_cancel", "login 404 302 302", pk="@appointment_fixed"),
    get("matching:appointment_calendar", OWN_AND_STAFF, pk="@appointment_fixed"),
    get("members:timeline", OWN_AND_STAFF, pk="@organisation"),
]

"""Inquiries, several participants, appointments and the timeline: one entry for each page and state."""

from tests.browser.entries import page

PAGES = [
    page("matching:introduction", "shakyo", "candidate, to answer", pk="@candidate_to_answer"),
    page("matching:introduction", "npo", "owner of an inquiry, nobody yet", pk="@candidate_to_answer"),
    page("matching:introduction", "npo", "owner of an inquiry, one is interested", pk="@candidate_interested"),
    page("matching:introduction", "kigyo", "candidate, not needed", pk="@candidate_not_needed"),
    page("matching:introduction", "jimukyoku", "of an inquiry", pk="@candidate_interested"),
    page("matching:introduction", "shakyo", "asked along", pk="@three"),
    page("matching:introduction", "npo", "one asked along", pk="@three"),
    page("matching:introduction", "shakyo", "joined three", pk="@three_joined"),
    page("matching:introduction", "npo", "with dates proposed", pk="@appointment_talk"),
    page("matching:participant_invite", "npo", "own call for partners", pk="@partnership"),
    page("matching:participant_invite", "jimukyoku", "after the agreement", pk="@three"),
    page("matching:participant_release", "jimukyoku", query="side=@newcomer", pk="@three"),
    page("matching:participant_again", "jimukyoku", query="side=@declined_side", pk="@declined_again"),
    page("matching:participant_leave", "shakyo", query="side=@joined", pk="@three_joined"),
    page("matching:appointment_propose", "npo", pk="@three_joined"),
    page("matching:appointment_propose", "jimukyoku", "for the secretariat", pk="@appointment_talk"),
    page("matching:appointment", "kigyo", "to tick", pk="@appointment"),
    page("matching:appointment", "npo", "none suits", pk="@appointment_none_suits"),
    page("matching:appointment", "npo", "fixed", pk="@appointment_fixed"),
    page("matching:appointment_move", "npo", pk="@appointment_fixed"),
    page("matching:appointment_cancel", "npo", pk="@appointment_fixed"),
    page("members:timeline", "npo", pk="@npo"),
    page("admin:matching_inquiry_start", "jimukyoku", query="post=@inquiry_post&candidate=@inquiry_offer"),
    page("admin:matching_inquiry_change", "jimukyoku", "enough", object_id="@inquiry_enough"),
]

NO_PAGES = {
    "matching:appointment_answer": "GET leads to the appointment",
    "matching:appointment_fix": "GET leads to the appointment",
    "matching:appointment_calendar": "a file",
}

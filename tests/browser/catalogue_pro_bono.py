"""Pages of pro bono by the employer, for the catalogue."""

from tests.browser.entries import Entry, page

PAGES: list[Entry] = [
    page("matching:pro_bono", "kigyo"),
    page("matching:pro_bono", "npo", "none yet"),
    page("matching:pro_bono_new", "kigyo", query="post=@call_need"),
    page("matching:pro_bono_call", "kigyo", pk="@call"),
    page("matching:pro_bono_call", "kigyo", "over", pk="@call_over"),
    page("matching:pro_bono_edit", "kigyo", pk="@call"),
    page("matching:pro_bono_put_forward", "kigyo", pk="@call", post="@call_need"),
    page("matching:pro_bono_hours", "kigyo", pk="@helping"),
    page("matching:pro_bono_thanks", "npo", pk="@helping"),
    page("matching:pro_bono_end", "npo", pk="@helping"),
    page("matching:introduction", "npo", "with somebody put forward", pk="@helped_introduction"),
    page("matching:pro_bono_open", token="@call_token"),
    page("matching:pro_bono_open", state="over", token="@call_token_over"),
    page("matching:pro_bono_apply", token="@call_token", post="@call_need"),
    page("matching:pro_bono_sent", token="@call_token"),
    page("matching:volunteer", state="helping", key="@helping_key"),
    page("matching:volunteer", state="to confirm", key="@unconfirmed_key"),
    page("matching:volunteer", state="unknown", key="nobody-knows", status=404),
    page("matching:volunteer_own_name", key="@helping_key", proof="@helping_proof"),
]
NO_PAGES = {
    "matching:pro_bono_close": "POST only",
    "matching:pro_bono_link": "POST only",
    "matching:pro_bono_not_chosen": "POST only",
    "matching:volunteer_act": "POST only",
}

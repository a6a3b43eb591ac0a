"""Pro bono: the names of colleagues are their employer's matter, not the staff's."""

from tests.access.rows import EVERYBODY, OWN, SIGNED_IN, get, post

POST_ONLY = "login 405 405 405"

ROUTES = [
    get("matching:pro_bono", SIGNED_IN),
    get("matching:pro_bono_new", "login 200 200 302"),
    post("matching:pro_bono_new", "login 200 200 302"),
    get("matching:pro_bono_call", OWN, pk="@call"),
    get("matching:pro_bono_edit", OWN, pk="@call"),
    post("matching:pro_bono_edit", OWN, pk="@call"),
    get("matching:pro_bono_close", POST_ONLY, pk="@call"),
    post("matching:pro_bono_close", "login 404 302 404", pk="@call_to_close"),
    get("matching:pro_bono_link", POST_ONLY, pk="@call"),
    post("matching:pro_bono_link", "login 404 302 404", pk="@call_to_close"),
    get("matching:pro_bono_put_forward", OWN, pk="@call", post="@call_need"),
    post("matching:pro_bono_put_forward", OWN, pk="@call", post="@call_need"),
    get("matching:pro_bono_not_chosen", POST_ONLY, pk="@applied"),
    post("matching:pro_bono_not_chosen", "login 404 302 404", pk="@applied"),
    get("matching:pro_bono_hours", OWN, pk="@helping"),
    post("matching:pro_bono_hours", OWN, pk="@helping"),
    # Whom it helps is the partner, whom none of the four belongs to.
    get("matching:pro_bono_thanks", "login 404 404 404", pk="@helping"),
    post("matching:pro_bono_thanks", "login 404 404 404", pk="@helping"),
    get("matching:pro_bono_end", "login 404 200 404", pk="@helping"),
    post("matching:pro_bono_end", "login 404 302 404", pk="@helping"),
    get("matching:pro_bono_open", EVERYBODY, token="@call_token"),
    get("matching:pro_bono_sent", EVERYBODY, token="@call_token"),
    get("matching:pro_bono_apply", EVERYBODY, token="@call_token", post="@call_need"),
    post("matching:pro_bono_apply", EVERYBODY, token="@call_token", post="@call_need"),
    get("matching:volunteer", EVERYBODY, key="@volunteer_key"),
    get("matching:volunteer_act", "405 405 405 405", key="@volunteer_key", action="confirm"),
    post("matching:volunteer_act", "302 302 302 302", key="@volunteer_key", action="confirm"),
    get("matching:volunteer_own_name", "404 404 404 404", key="@volunteer_key", proof="made-up"),
    post("matching:volunteer_own_name", "404 404 404 404", key="@volunteer_key", proof="made-up"),
]

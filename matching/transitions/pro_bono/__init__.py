"""Pro bono by the employer: needs shown to colleagues, who apply, are put forward, and give their hours.

A colleague has no account. Who it is stays between them and their employer's coordinator until they are put forward;
they act by their personal link, as ``VOLUNTEER``.
"""

from matching.transitions.pro_bono.calls import (
    close_pro_bono_call,
    make_pro_bono_call,
    not_choose_application,
    put_forward,
    renew_call_link,
    update_pro_bono_call,
)
from matching.transitions.pro_bono.colleagues import (
    apply_for_pro_bono,
    ask_for_own_name,
    confirm_application,
    go_on_in_own_name,
    withdraw_application,
)
from matching.transitions.pro_bono.common import VOLUNTEER
from matching.transitions.pro_bono.giving import (
    drop_unconfirmed,
    end_pro_bono,
    follow_introduction,
    forget_application,
    record_hours,
    remove_hours,
    thank_volunteer,
)

__all__ = [
    "VOLUNTEER",
    "apply_for_pro_bono",
    "ask_for_own_name",
    "close_pro_bono_call",
    "confirm_application",
    "drop_unconfirmed",
    "end_pro_bono",
    "follow_introduction",
    "forget_application",
    "go_on_in_own_name",
    "make_pro_bono_call",
    "not_choose_application",
    "put_forward",
    "record_hours",
    "remove_hours",
    "renew_call_link",
    "thank_volunteer",
    "update_pro_bono_call",
    "withdraw_application",
]

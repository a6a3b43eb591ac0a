"""Every change of state in matching, one function each."""

from matching.transitions.contact import change_contact
from matching.transitions.introductions import (
    answer_introduction,
    ask_participants,
    lapse_introduction,
    propose_introduction,
    remind_introduction,
    respond_to_post,
    withdraw_introduction,
)
from matching.transitions.offline import (
    forget_offline_response,
    record_offline_answer,
    record_offline_response,
    respond_for_group,
    respond_for_organisation,
    settle_offline_response,
    tell_group,
)
from matching.transitions.outcomes import (
    ask_for_outcome,
    complete_overdue,
    end_introduction_early,
    report_outcome,
    start_introduction,
)
from matching.transitions.posts import (
    close_post,
    expire_post,
    fulfil_post,
    pause_post,
    publish_post,
    renew_post,
    resume_post,
    return_post,
    take_down_post,
    warn_of_expiry,
)
from matching.transitions.revisions import accept_revision, propose_revision, refuse_revision
from matching.transitions.standing import (
    close_for_withdrawal,
    end_for_withdrawal,
    pause_for_suspension,
    resume_after_suspension,
)
from matching.transitions.writing import save_draft, submit_post

__all__ = [
    "accept_revision",
    "answer_introduction",
    "ask_for_outcome",
    "ask_participants",
    "change_contact",
    "close_for_withdrawal",
    "close_post",
    "complete_overdue",
    "end_for_withdrawal",
    "end_introduction_early",
    "expire_post",
    "forget_offline_response",
    "fulfil_post",
    "lapse_introduction",
    "pause_for_suspension",
    "pause_post",
    "propose_introduction",
    "propose_revision",
    "publish_post",
    "record_offline_answer",
    "record_offline_response",
    "refuse_revision",
    "remind_introduction",
    "renew_post",
    "report_outcome",
    "respond_for_group",
    "respond_for_organisation",
    "respond_to_post",
    "resume_after_suspension",
    "resume_post",
    "return_post",
    "save_draft",
    "settle_offline_response",
    "start_introduction",
    "submit_post",
    "take_down_post",
    "tell_group",
    "warn_of_expiry",
    "withdraw_introduction",
]

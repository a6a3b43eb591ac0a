"""From which state to which an organisation and what concerns its people may go."""

from members.enums import (
    HandoverState,
    ImportState,
    InvitationState,
    JoinRequestState,
    OrganisationState,
    ReconfirmationState,
)
from tomoiki.workflow import Workflow, step

#: Within how many working days staff mean to decide on an application.
REVIEW_WORKING_DAYS = 5

WORKFLOW = Workflow(
    "団体",
    OrganisationState,
    [
        step("submit", [OrganisationState.DRAFT], OrganisationState.APPLIED, "申し込む"),
        step("approve", [OrganisationState.APPLIED], OrganisationState.APPROVED, "登録を承認する"),
        step("return", [OrganisationState.APPLIED], OrganisationState.RETURNED, "直しをお願いする"),
        step("reject", [OrganisationState.APPLIED], OrganisationState.REJECTED, "登録を見送る"),
        step("resubmit", [OrganisationState.RETURNED], OrganisationState.APPLIED, "直して申し込む"),
        step("suspend", [OrganisationState.APPROVED], OrganisationState.SUSPENDED, "一時停止する"),
        step("reinstate", [OrganisationState.SUSPENDED], OrganisationState.APPROVED, "再開する"),
        step(
            "withdraw",
            [OrganisationState.APPROVED, OrganisationState.SUSPENDED],
            OrganisationState.WITHDRAWN,
            "退会する",
        ),
        step("update", [OrganisationState.APPROVED, OrganisationState.SUSPENDED], None, "内容を変える"),
        # The row stays in its state: only what told who it was goes.
        step(
            "erase",
            [OrganisationState.WITHDRAWN, OrganisationState.REJECTED, OrganisationState.MERGED],
            None,
            "情報を消去する",
        ),
    ],
)

JOIN_REQUESTS = Workflow(
    "申し込み",
    JoinRequestState,
    [
        step("accept", [JoinRequestState.WAITING], JoinRequestState.ACCEPTED, "迎える"),
        step("refuse", [JoinRequestState.WAITING], JoinRequestState.REFUSED, "お断りする"),
        step("withdraw", [JoinRequestState.WAITING], JoinRequestState.WITHDRAWN, "取り下げる"),
    ],
)

INVITATIONS = Workflow(
    "招待",
    InvitationState,
    [
        step("accept", [InvitationState.SENT], InvitationState.ACCEPTED, "加わる"),
        step("decline", [InvitationState.SENT], InvitationState.DECLINED, "お断りする"),
        step("resend", [InvitationState.SENT], None, "もう一度送る"),
        step("revoke", [InvitationState.SENT], InvitationState.REVOKED, "取り消す"),
    ],
)

HANDOVERS = Workflow(
    "引き継ぎ",
    HandoverState,
    [
        step("complete", [HandoverState.PLANNED], HandoverState.DONE, "引き継ぐ"),
        step("cancel", [HandoverState.PLANNED], HandoverState.CANCELLED, "取りやめる"),
    ],
)

RECONFIRMATIONS = Workflow(
    "確認",
    ReconfirmationState,
    [
        step("open", [ReconfirmationState.DRAFT], ReconfirmationState.OPEN, "確認を始める"),
        step("answer", [ReconfirmationState.OPEN], None, "お返事をする"),
        step("record", [ReconfirmationState.OPEN, ReconfirmationState.CLOSED], None, "お返事を代わりに記録する"),
        step("close", [ReconfirmationState.OPEN], ReconfirmationState.CLOSED, "締め切る"),
    ],
)

IMPORTS = Workflow(
    "取り込み",
    ImportState,
    [
        # From its own state as well: another worker takes over what a dead one had.
        step("check", [ImportState.WAITING, ImportState.CHECKING], ImportState.CHECKING, "確かめる"),
        step("checked", [ImportState.CHECKING], ImportState.CHECKED, "確認の結果を出す"),
        step("confirm", [ImportState.CHECKED], ImportState.QUEUED, "取り込む"),
        step("save", [ImportState.QUEUED, ImportState.SAVING], ImportState.SAVING, "保存する"),
        step("recheck", [ImportState.SAVING], ImportState.CHECKED, "確認し直す"),
        step("finish", [ImportState.SAVING], ImportState.DONE, "終える"),
        step(
            "fail",
            [ImportState.WAITING, ImportState.CHECKING, ImportState.QUEUED, ImportState.SAVING],
            ImportState.FAILED,
            "中止する",
        ),
        step(
            "cancel",
            [ImportState.WAITING, ImportState.CHECKING, ImportState.CHECKED, ImportState.QUEUED],
            ImportState.CANCELLED,
            "取り込まずに終える",
        ),
    ],
)

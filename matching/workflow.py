"""From which state to which a post, a change to one and an introduction may go; what the buttons say."""

from matching.enums import REVISABLE_STATES, AppointmentState, InquiryState, IntroductionState, PostState, RevisionState
from matching.enums.doors import ApproachState
from matching.enums.pro_bono import ProBonoState
from tomoiki.workflow import Workflow, step

POSTS = Workflow(
    "掲載",
    PostState,
    [
        step("save", [PostState.DRAFT, PostState.RETURNED], None, "保存する"),
        # What was never handed in leaves nothing behind.
        step("discard", [PostState.DRAFT], None, "消す"),
        step("submit", [PostState.DRAFT, PostState.RETURNED], PostState.SUBMITTED, "確認に出す"),
        step("publish", [PostState.SUBMITTED], PostState.PUBLISHED, "掲載する"),
        step("return", [PostState.SUBMITTED], PostState.RETURNED, "直しをお願いする"),
        step("revise", REVISABLE_STATES, None, "直す"),
        step("pause", [PostState.PUBLISHED], PostState.PAUSED, "一時停止する"),
        step("resume", [PostState.PAUSED], PostState.PUBLISHED, "再開する"),
        step("fulfil", [PostState.PUBLISHED, PostState.PAUSED], PostState.FULFILLED, "そろったことにする"),
        step("renew", [PostState.PUBLISHED, PostState.EXPIRED], PostState.PUBLISHED, "掲載を延ばす"),
        step("expire", [PostState.PUBLISHED, PostState.PAUSED], PostState.EXPIRED, "期限で終える"),
        # Somebody looks after what is not over yet.
        step(
            "entrust",
            [PostState.DRAFT, PostState.RETURNED, PostState.SUBMITTED, PostState.PUBLISHED, PostState.PAUSED],
            None,
            "担当の方を変える",
        ),
        # What was never published may be put away as well.
        step(
            "close",
            [PostState.DRAFT, PostState.RETURNED, PostState.SUBMITTED, PostState.PUBLISHED, PostState.PAUSED],
            PostState.CLOSED,
            "取り下げる",
        ),
        # What is over stays readable on its own page, so staff may have to take that down too.
        step(
            "take_down",
            [PostState.PUBLISHED, PostState.PAUSED, PostState.FULFILLED],
            PostState.TAKEN_DOWN,
            "掲載を取りやめる",
        ),
    ],
)

REVISIONS = Workflow(
    "修正案",
    RevisionState,
    [
        step("accept", [RevisionState.PROPOSED], RevisionState.ACCEPTED, "反映する"),
        step("refuse", [RevisionState.PROPOSED], RevisionState.REFUSED, "見送る"),
    ],
)

_BEFORE_AGREED = [IntroductionState.PROPOSED, IntroductionState.ASKED]
_TOGETHER = [IntroductionState.AGREED, IntroductionState.UNDER_WAY]
#: Agreed and not over: others may still come along, and somebody may leave.
TOGETHER_STATES = frozenset(_TOGETHER)

INTRODUCTIONS = Workflow(
    "おつなぎ",
    IntroductionState,
    [
        step("ask", [IntroductionState.PROPOSED], IntroductionState.ASKED, "両方にたずねる"),
        step("answer", [IntroductionState.ASKED], None, "返事をする"),
        step("remind", [IntroductionState.ASKED], None, "もう一度たずねる"),
        step("lapse", [IntroductionState.ASKED], IntroductionState.LAPSED, "お返事なしで終える"),
        step("withdraw", _BEFORE_AGREED, IntroductionState.WITHDRAWN, "取りやめる"),
        step("settle_elsewhere", _BEFORE_AGREED, IntroductionState.NOT_NEEDED, "ほかの相手に決まったことを伝える"),
        # Somebody may think better of it, or answer late: the office asks once more.
        step(
            "ask_again",
            [IntroductionState.ASKED, IntroductionState.DECLINED, IntroductionState.LAPSED],
            IntroductionState.ASKED,
            "もう一度考えてもらう",
        ),
        # Several in one co-creation: others come along, before or after the agreement, and may leave it again.
        step("invite", [*_BEFORE_AGREED, *_TOGETHER], None, "ほかの団体も誘う"),
        step("release", [*_BEFORE_AGREED, *_TOGETHER], None, "誘いを取り下げる"),
        step("join", _TOGETHER, None, "返事をする"),
        step("leave", _TOGETHER, None, "抜ける"),
        step("meet", _TOGETHER, None, "打ち合わせの日を決める"),
        step("start", [IntroductionState.AGREED], IntroductionState.UNDER_WAY, "実施に入る"),
        step("end_early", _TOGETHER, IntroductionState.ENDED_EARLY, "途中で終える"),
        # A late report is welcome.
        step("report", [*_TOGETHER, IntroductionState.COMPLETED], None, "報告する"),
        step("complete", [IntroductionState.UNDER_WAY], IntroductionState.COMPLETED, "終わったことにする"),
    ],
)

_NOT_SETTLED = [ProBonoState.UNCONFIRMED, ProBonoState.APPLIED, ProBonoState.PUT_FORWARD]

PRO_BONO = Workflow(
    "申し込み",
    ProBonoState,
    [
        step("confirm", [ProBonoState.UNCONFIRMED], ProBonoState.APPLIED, "申し込む"),
        step("put_forward", [ProBonoState.APPLIED], ProBonoState.PUT_FORWARD, "推薦する"),
        step("not_choose", [ProBonoState.APPLIED, ProBonoState.PUT_FORWARD], ProBonoState.NOT_CHOSEN, "今回は見送る"),
        step("withdraw", _NOT_SETTLED, ProBonoState.WITHDRAWN, "取り下げる"),
        step("record_hours", [ProBonoState.PUT_FORWARD], None, "時間を記録する"),
        step("thank", [ProBonoState.PUT_FORWARD, ProBonoState.ENDED], None, "お礼を書く"),
        step("go_on", [ProBonoState.PUT_FORWARD], None, "個人として続ける"),
        step("end", [ProBonoState.PUT_FORWARD], ProBonoState.ENDED, "活動を終える"),
    ],
)

INQUIRIES = Workflow(
    "打診",
    InquiryState,
    [step("close", [InquiryState.OPEN], InquiryState.CLOSED, "締め切る")],
)

APPOINTMENTS = Workflow(
    "打ち合わせ",
    AppointmentState,
    [
        step("answer", [AppointmentState.PROPOSED], None, "都合を答える"),
        step("fix", [AppointmentState.PROPOSED], AppointmentState.FIXED, "この日に決める"),
        step("replace", [AppointmentState.PROPOSED], AppointmentState.REPLACED, "候補日を出し直す"),
        step("move", [AppointmentState.FIXED], None, "日時や場所を変える"),
        step("cancel", [AppointmentState.PROPOSED, AppointmentState.FIXED], AppointmentState.CANCELLED, "取りやめる"),
    ],
)

APPROACHES = Workflow(
    "申し出", ApproachState, [step("settle", [ApproachState.WAITING], ApproachState.SETTLED, "済みにする")]
)

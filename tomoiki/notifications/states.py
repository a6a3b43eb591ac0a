"""The states of a message, from the outbox to the mail server: the engine and the staff's verbs consult it."""

from tomoiki.notifications.enums import MessageState as S
from tomoiki.workflow.table import Workflow, step

WORKFLOW = Workflow(
    "メール",
    S,
    [
        # By the engine.
        step("claim", [S.QUEUED], S.CLAIMED, "送信の準備をする"),
        step("take_back", [S.CLAIMED], S.QUEUED, "送信待ちに戻す"),
        step("depart", [S.CLAIMED], S.IN_FLIGHT, "送信を始める"),
        # The worker that was given up may still say that the server took the message.
        step("arrive", [S.IN_FLIGHT, S.UNCERTAIN], S.SENT, "送信を終える"),
        step("retry", [S.CLAIMED, S.IN_FLIGHT], S.QUEUED, "あとでもう一度送る"),
        step("give_up", [S.CLAIMED, S.IN_FLIGHT], S.FAILED, "送信をあきらめる"),
        step("bounce", [S.CLAIMED, S.IN_FLIGHT], S.BOUNCED, "宛先不明とする"),
        step("lose_sight", [S.IN_FLIGHT], S.UNCERTAIN, "届いたか分からないとする"),
        # By staff.
        step("send_again", [S.FAILED, S.BOUNCED, S.UNCERTAIN], S.QUEUED, "もう一度送る"),
        step("mark_as_arrived", [S.UNCERTAIN], S.SENT, "届いたことにする"),
        step("cancel", [S.QUEUED, S.CLAIMED, S.FAILED, S.BOUNCED, S.UNCERTAIN], S.CANCELLED, "取りやめる"),
    ],
)

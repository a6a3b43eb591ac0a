"""The states of a message to the office."""

from tomoiki.pages.enums import ContactState
from tomoiki.workflow.table import Workflow, step

CONTACT = Workflow(
    "お問い合わせ",
    ContactState,
    [
        step("answer", [ContactState.RECEIVED], ContactState.ANSWERED, "お返事を送る"),
        step("close", [ContactState.RECEIVED], ContactState.CLOSED, "お返事なしで終える"),
    ],
)

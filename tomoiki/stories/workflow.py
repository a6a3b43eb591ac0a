"""From which state to which a story may go; what the buttons say."""

from tomoiki.stories.enums import StoryState
from tomoiki.workflow import Workflow, step

STORIES = Workflow(
    "事例",
    StoryState,
    [
        # A change of substance after consent leads back to the draft, and asks again.
        step("save", list(StoryState), None, "保存する"),
        step("ask_consent", [StoryState.DRAFT], StoryState.ASKING_CONSENT, "みなさんに同意をうかがう"),
        step("decide_consent", [StoryState.ASKING_CONSENT], None, "同意について答える"),
        step("publish", [StoryState.ASKING_CONSENT], StoryState.PUBLISHED, "公開する"),
        step("withdraw_consent", [StoryState.ASKING_CONSENT, StoryState.PUBLISHED], None, "同意を取り消す"),
        step(
            "withdraw",
            [StoryState.DRAFT, StoryState.ASKING_CONSENT, StoryState.PUBLISHED],
            StoryState.WITHDRAWN,
            "公開をやめる",
        ),
    ],
)

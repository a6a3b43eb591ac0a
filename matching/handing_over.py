"""What of matching passes with a handover and hangs on no foreign key of its own."""

from django.db.models import Q

from matching.models import Introduction, Participant
from members.handing_over import HandoverStep, handover_steps
from members.models import Organisation, User
from tomoiki.conversations.models import Conversation
from tomoiki.conversations.transitions import copy_read_marks


def _copy_what_was_read(organisation: Organisation, leaver: User, successor: User) -> None:
    """What the leaver had not read stays unread for whoever follows, and nothing that was read comes back as new."""
    sides = Participant.objects.filter(Q(organisation=organisation) | Q(desk=organisation))
    conversations = Conversation.objects.about_any(Introduction, sides.values("introduction"))
    copy_read_marks(conversations, from_reader=leaver, to_reader=successor)


handover_steps.register(HandoverStep("matching conversations", _copy_what_was_read))

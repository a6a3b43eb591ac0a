"""What the tests of invitations and handovers share."""

import re

from members.models import Invitation
from tomoiki.notifications.models import Message


def link_to(email: str) -> str:
    """The path of the link in the newest mail of an invitation to this address."""
    mail = Message.objects.filter(code="members_invitation", to_address=email).latest("pk")
    found = re.search(r"https?://[^/\s]+(/invitations/[^\s/]+/)", mail.text_body)
    assert found is not None
    return found[1]


def token_to(email: str) -> str:
    return link_to(email).split("/")[2]


def reload(invitation: Invitation) -> Invitation:
    return Invitation.objects.get(pk=invitation.pk)

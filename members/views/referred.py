"""The link by which somebody came to register: carried in the draft through the three screens."""

from typing import Any

from members.enums import ReferralSharing
from members.models import Organisation, Referral, RegistrationDraft, User
from members.transitions import accept_referral
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError


def referral_of(draft: RegistrationDraft) -> dict[str, Any] | None:
    """Who invited, and what they may be told, for a last look; None without a link that still holds."""
    held = draft.data.get("referral")
    if not held:
        return None
    found = Referral.objects.usable().select_related("referrer").filter(token=held["token"]).first()
    return {"referrer": found.referrer, "sharing": ReferralSharing(held["sharing"]).label} if found else None


def take_referral(draft: RegistrationDraft, organisation: Organisation, user: User, *, actor: Actor) -> None:
    """Link what was registered to whom invited it, as ``user`` wished. A link that is over stops nobody."""
    held = draft.data.get("referral")
    if not held:
        return
    try:
        accept_referral(
            held["token"],
            organisation=organisation,
            sharing=ReferralSharing(held["sharing"]),
            actor=actor,
            owner=user,
        )
    except TransitionError:
        # Over, taken, or one's own: it does not matter to whoever registers.
        return

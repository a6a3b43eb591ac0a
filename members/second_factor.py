"""Whether a person has more than a password to show."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


def has_second_factor(user: "User | AnonymousUser") -> bool:
    """Whether ``user`` has set up an authenticator app or a passkey. One query.

    Who has one is asked for it at every login, so a session of such a person has shown it. Spare codes alone do
    not count: they only stand in for a factor.
    """
    # allauth's own models are not there yet while apps are being loaded.
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user, types=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))

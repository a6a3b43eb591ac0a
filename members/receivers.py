"""What happens elsewhere and matters here."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from members.models import User
from members.transitions import settle_registration
from tomoiki.audit.actors import REGISTRATION


@receiver(email_confirmed, dispatch_uid="members-settle-registration")
def go_on_once_confirmed(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """The address is the person's own: now their application goes to the office.

    Should this fail, ``tasks.settle_registrations`` does it within the hour.
    """
    settle_registration(cast(User, email_address.user), actor=REGISTRATION)

"""From a row of the outbox to what travels over the wire."""

from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.utils import timezone

from tomoiki.notifications.models import Message

# Seven bits in headers and bodies, so that Japanese passes every server on the way. Django's own classes fold a long
# Japanese subject so that its first line is empty, which mail filters hold against the sender.
_POLICY = policy.SMTP.clone(cte_type="7bit")


class Unsendable(Exception):
    """No server will ever be able to take this message."""


class BadAddress(Unsendable):
    """What stands as the address is none."""


@dataclass(frozen=True)
class Envelope:
    """Sender and recipient as the server is told them, and the message itself."""

    sender: str
    recipient: str
    content: bytes


def compose(message: Message) -> Envelope:
    """Write ``message`` as MIME: text and HTML, signed and dated, marked as sent by a machine.

    The Message-ID is the row's own and stays the same through all attempts. Raises ``Unsendable``.
    """
    try:
        validate_email(message.to_address)
    except ValidationError as error:
        raise BadAddress("not an e-mail address") from error
    try:
        sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
        sender = sanitize_address(sender, "utf-8")
        recipient = sanitize_address(message.to_address, "utf-8")
        mail = EmailMessage(policy=_POLICY)
        mail.set_content(message.text_body, cte="base64")
        if message.html_body:
            mail.add_alternative(message.html_body, subtype="html", cte="base64")
        # The policy refuses a line break in any of these.
        mail["Subject"] = message.subject
        mail["From"] = Address(sender_name, addr_spec=sender)
        mail["To"] = Address(addr_spec=recipient)
        if settings.MAIL_REPLY_TO:
            mail["Reply-To"] = settings.MAIL_REPLY_TO
        mail["Date"] = format_datetime(timezone.localtime())
        for name, value in headers(message).items():
            mail[name] = value
        return Envelope(sender, recipient, mail.as_bytes())
    except (ValueError, UnicodeError) as error:
        raise Unsendable(f"{type(error).__name__}: {error}") from error


def headers(message: Message) -> dict[str, str]:
    """What the mail says of itself besides subject, sender, recipient and date."""
    return {
        "Message-ID": message.message_id,
        # So that nobody's holiday notice answers us.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "ja",
    }

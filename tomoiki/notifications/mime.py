"""From a row of the outbox to what travels over the wire."""

from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError, sanitize_address
from django.core.validators import validate_email

from tomoiki.notifications.models import Message

# Seven bits, so that Japanese passes every server on the way.
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = BASE64


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
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text_body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to_address],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers=headers(message),
    )
    # Django takes a Charset as well as a name, which its types do not say.
    mail.encoding = _UTF8  # type: ignore[assignment]
    if message.html_body:
        mail.attach_alternative(message.html_body, "text/html")
    try:
        return Envelope(
            sender=sanitize_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], "utf-8"),
            recipient=sanitize_address(message.to_address, "utf-8"),
            content=mail.message().as_bytes(linesep="\r\n"),
        )
    except (BadHeaderError, ValueError) as error:
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

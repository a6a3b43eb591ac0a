"""The dialogue with the mail server: one connection for a batch, and an exact account of how far each message came."""

import re
import smtplib
import ssl
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings

_LINE_STARTING_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


class Undelivered(Exception):
    """A message was not accepted. ``reply`` is what the server said, or what broke, in one line."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class NotSent(Undelivered):
    """It certainly has not left; it may be tried again."""


class NoConnection(NotSent):
    """The server cannot be spoken to at all: no message of the batch can leave now."""


class Refused(Undelivered):
    """The server will never take mail for this address."""


class Rejected(Undelivered):
    """The server will never take this message."""


class MaybeSent(Undelivered):
    """The message was handed over, and the server's answer is missing: only a person can decide."""


class Transport:
    """One SMTP connection, opened when first needed and kept until ``close``.

    ``encryption`` is ``none``, ``starttls`` or ``tls``; ``name`` is how we introduce ourselves.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        encryption: str = "none",
        timeout: float = 20,
        name: str = "localhost",
    ) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password
        self.encryption, self.timeout, self.name = encryption, timeout, name
        self._smtp: smtplib.SMTP | None = None

    @classmethod
    def from_settings(cls) -> "Transport":
        """The mail server that the ``MAIL_*`` settings name."""
        return cls(
            host=settings.MAIL_HOST,
            port=settings.MAIL_PORT,
            user=settings.MAIL_USER,
            password=settings.MAIL_PASSWORD,
            encryption=settings.MAIL_ENCRYPTION,
            timeout=settings.MAIL_TIMEOUT_SECONDS,
            # Without a name smtplib asks the resolver for the machine's, which may take long and says nothing.
            name=urlsplit(settings.SITE_URL).hostname or "localhost",
        )

    def open(self) -> None:
        """Make sure that there is a living connection. Raises ``NoConnection``."""
        if self._smtp is not None and self._alive(self._smtp):
            return
        self.close()
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._connect()
            if self.user:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            if smtp is not None:
                smtp.close()
            raise NoConnection(_in_words(error)) from error
        self._smtp = smtp

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Hand ``content`` over to one recipient over the connection that ``open`` made.

        Returns when the server has accepted it; raises ``NotSent``, ``Refused``, ``Rejected`` or ``MaybeSent``.
        """
        smtp = self._smtp
        if smtp is None:
            raise NoConnection("not connected")
        try:
            self._introduce(smtp, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotSent(_in_words(error)) from error
        # From the first byte of the message on, silence means that nobody knows.
        try:
            smtp.send(_LINE_STARTING_WITH_A_DOT.sub(b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MaybeSent(_in_words(error)) from error
        if 200 <= code < 300:
            return
        said = _said(code, reply)
        if 400 <= code < 500:
            self._stop(NotSent(said))
        if 500 <= code < 600:
            self._stop(Rejected(said))
        self.close()
        raise MaybeSent(said)

    def close(self) -> None:
        """Say goodbye, if anybody is there. Never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        if self.encryption == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host,
                self.port,
                local_hostname=self.name,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, local_hostname=self.name, timeout=self.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.encryption == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        """Sender, recipient, and the server's word that it will listen."""
        code, reply = smtp.mail(sender)
        if code != 250:
            # A sender refused for good is a mistake in our settings, not in the message: it may be mended.
            self._stop(NotSent(_said(code, reply)))
        code, reply = smtp.rcpt(recipient)
        if 500 <= code < 600:
            self._stop(Refused(_said(code, reply)))
        if code not in (250, 251):
            self._stop(NotSent(_said(code, reply)))
        code, reply = smtp.docmd("DATA")
        if 500 <= code < 600:
            self._stop(Rejected(_said(code, reply)))
        if code != 354:
            self._stop(NotSent(_said(code, reply)))

    def _stop(self, reason: Undelivered) -> NoReturn:
        """Clear the table for the next message and raise ``reason``."""
        if self._smtp is not None and not self._answers(self._smtp, "RSET"):
            self.close()
        raise reason

    def _alive(self, smtp: smtplib.SMTP) -> bool:
        return self._answers(smtp, "NOOP")

    @staticmethod
    def _answers(smtp: smtplib.SMTP, command: str) -> bool:
        try:
            return smtp.docmd(command)[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {_UNPRINTABLE.sub(' ', text)}".strip()[:500]


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return _UNPRINTABLE.sub(" ", f"{type(error).__name__}: {error}")[:500]

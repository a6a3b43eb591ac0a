"""Django's own mail goes the one way too: nothing leaves except through the outbox."""

import hashlib
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.utils import timezone

log = structlog.get_logger(__name__)


class MailOutsideOutbox(RuntimeError):
    """Code called Django's ``send_mail``; it should put a notice into the outbox instead."""


class OutboxOnlyBackend(BaseEmailBackend):
    """``EMAIL_BACKEND``: takes error reports to ``ADMINS`` into the outbox, and refuses everything else.

    The same report reaches an administrator once an hour, however often the error comes. A report that cannot
    be stored is logged and dropped: reporting an error must not raise another one.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        taken = 0
        administrators = {address.lower() for _, address in [*settings.ADMINS, *settings.MANAGERS]}
        for mail in email_messages:
            recipients = {address.lower() for address in mail.recipients()}
            if not recipients <= administrators:
                if self.fail_silently:
                    log.error("mail.outside_outbox", subject=mail.subject)
                    continue
                raise MailOutsideOutbox(mail.subject)
            taken += self._report(mail, recipients)
        return taken

    def _report(self, mail: EmailMessage, recipients: set[str]) -> int:
        # The models are not there yet when settings name this class.
        from tomoiki.notifications.models import Message
        from tomoiki.notifications.outbox import put_secret

        hour = timezone.now().strftime("%Y%m%d%H")
        digest = hashlib.sha256(f"{mail.subject}".encode()).hexdigest()[:32]
        try:
            with transaction.atomic():
                for address in sorted(recipients):
                    key = f"error-report:{hour}:{digest}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
                    if not Message.objects.filter(key=key).exists():
                        # A traceback may hold what people typed: shown to nobody, wiped once sent.
                        put_secret(
                            key=key,
                            code="error_report",
                            to_address=address,
                            subject=str(mail.subject),
                            text=str(mail.body),
                            recipient=None,
                        )
        except DatabaseError as error:
            # Without the traceback: the one that matters is in the report's own log line.
            log.warning("mail.report_dropped", subject=mail.subject, error=type(error).__name__)
            return 0
        return 1

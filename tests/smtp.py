"""A real SMTP server on a port of its own, which misbehaves as a test asks it to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """What the server received, and how it shall answer.

    ``refusals`` gives the reply to RCPT by address, ``data_replies`` the replies to the next messages, one after the
    other. ``drop_after_data`` takes a message and hangs up without a word. Clearing ``may_greet`` or ``may_answer``
    leaves the client waiting at EHLO, or after it has handed its message over.
    """

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}
        self.data_replies: list[str] = []
        self.drop_after_data = False
        self.may_greet, self.may_answer = threading.Event(), threading.Event()
        self.may_greet.set()
        self.may_answer.set()
        self.greeted, self.handed_over = threading.Event(), threading.Event()

    @property
    def mails(self) -> list[EmailMessage]:
        """The messages as their readers see them."""
        return [_parsed(envelope) for envelope in self.received]

    def subjects_for(self, address: str) -> list[str]:
        """The subjects that reached ``address``, in the order of their arrival."""
        return [str(_parsed(each)["Subject"]) for each in self.received if address in each.rcpt_tos]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        self.greeted.set()
        await _until(self.may_greet)
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.refusals.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self.data_replies.pop(0) if self.data_replies else "250 2.0.0 accepted"
        if reply.startswith("250"):
            self.received.append(envelope)
        self.handed_over.set()
        await _until(self.may_answer)
        if self.drop_after_data:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return reply


async def _until(event: threading.Event) -> None:
    # The test sets it from its own thread, which an asyncio.Event would not notice.
    while not event.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def _parsed(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


class _AnyPort(Controller):
    """Listens on a port that the system picks."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.AbstractServer)
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        super()._trigger_server()


@contextmanager
def smtp_sink() -> Iterator[tuple[Sink, int]]:
    """A running server: what it keeps, and its port."""
    sink = Sink()
    controller: Any = _AnyPort(sink, hostname="127.0.0.1", port=0, ready_timeout=10)
    controller.start()
    # The controller looks whether its server answers; that is nobody's mail.
    sink.connections = 0
    sink.greeted.clear()
    try:
        yield sink, controller.port
    finally:
        sink.may_greet.set()
        sink.may_answer.set()
        controller.stop()

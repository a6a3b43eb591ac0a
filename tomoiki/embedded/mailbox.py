"""Reads the mails that the demo's sink has kept, for the page that shows them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{6}")
PARSER = BytesParser(policy=policy.default)


@dataclass(frozen=True)
class Mail:
    """One mail as it was handed over by SMTP. ``name`` is its file's, without ending; newer names sort higher."""

    name: str
    message: EmailMessage

    @property
    def received_at(self) -> datetime:
        return datetime.strptime(self.name.rpartition("-")[0], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def recipient(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or part.get_content_type() for part in self.message.iter_attachments()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, UnicodeError):
            # A charset that Python does not know: better some signs lost than no mail.
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""


class Mailbox:
    """The sink's folder. A mail that vanishes while it is read was cleared away for newer ones."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder) if folder else None

    def mails(self) -> list[Mail]:
        """All mails, newest first; only their headers are read."""
        if self.folder is None or not self.folder.is_dir():
            return []
        names = sorted((path.stem for path in self.folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
        return [mail for name in names if (mail := self._read(name, headers_only=True))]

    def get(self, name: str) -> Mail | None:
        """The mail of that name; None when there is none, or when it is no name of a mail at all."""
        return self._read(name) if NAME.fullmatch(name) else None

    def _read(self, name: str, *, headers_only: bool = False) -> Mail | None:
        if self.folder is None:
            return None
        try:
            with (self.folder / f"{name}.eml").open("rb") as file:
                message = PARSER.parse(file, headersonly=headers_only)
        except OSError:
            return None
        return Mail(name, message)

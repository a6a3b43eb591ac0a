"""The demo's mail server: takes every mail over SMTP and keeps it in a folder, for `/demo/mail/` to show.

python -m tomoiki.embedded.mail_sink PORT FOLDER
"""

import secrets
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# The newest stay; a demo that runs for weeks must not fill the disk.
KEPT = 200


class Folder:
    """aiosmtpd's handler: one file a mail, named by its time so that the names sort."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - their name
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}.eml"
        draft = self.path / f".{name}"
        draft.write_bytes(raw)
        # Whole or not at all: the page never reads half a mail.
        draft.rename(self.path / name)
        for old in sorted(self.path.glob("*.eml"), reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)
        return "250 kept"


def main(port: int, folder: Path) -> None:
    controller = Controller(Folder(folder), hostname="127.0.0.1", port=port)
    # Blocked before the server's thread starts, so that the thread inherits it and the signal waits for us.
    awaited = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    controller.start()
    signal.sigwait(awaited)
    controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

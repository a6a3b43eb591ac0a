"""Where this checkout keeps its private servers and their data, and where they listen.

Read by `tomoiki.settings.local` before Django is there, so it needs nothing but the standard library.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "tomoiki"
SUPERUSER = "tomoiki"


def local_folder(checkout: Path = CHECKOUT) -> Path:
    """The folder of everything that the embedded servers and the demo write.

    An ordinary user has it in the checkout. PostgreSQL refuses to run as root, and the user it runs as instead may not
    be able to reach the checkout (a home folder is often closed): root has it under /var/tmp, one for each checkout.
    """
    named = os.environ.get("TOMOIKI_LOCAL_FOLDER", "")
    if named:
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/tmp") / f"tomoiki-{hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]}"  # noqa: S108
    return checkout / ".local"


@dataclass(frozen=True)
class State:
    """What one start tells the next, and every command run beside the servers: ports and passwords."""

    postgres_port: int = 0
    postgres_password: str = ""
    valkey_port: int = 0
    valkey_password: str = ""
    mail_port: int = 0
    # Started by `up`: the servers outlive the command that used them last.
    keep_running: bool = False

    @classmethod
    def read(cls, folder: Path) -> "State":
        """The state kept in ``folder``; an empty one when there is none or it cannot be understood."""
        try:
            stored = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()
        if not isinstance(stored, dict):
            return cls()
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        default = cls()
        return replace(
            default, **{name: value for name, value in known.items() if type(value) is type(getattr(default, name))}
        )

    def write(self, folder: Path) -> None:
        """Keep the state in ``folder``, for its owner's eyes only, whole or not at all."""
        draft = folder / f".state-{os.getpid()}.json"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        draft.replace(folder / "state.json")

    def database_url(self, database: str = DATABASE) -> str:
        return (
            f"postgres://{SUPERUSER}:{quote(self.postgres_password, safe='')}@127.0.0.1:{self.postgres_port}/{database}"
        )

    def redis_url(self) -> str:
        return f"redis://:{quote(self.valkey_password, safe='')}@127.0.0.1:{self.valkey_port}/0"

    def environment(self, folder: Path) -> dict[str, str]:
        """The settings, as environment variables, that make Django use these servers and folders."""
        found = {
            "PRIVATE_FILES_ROOT": str(folder / "files"),
            "DEMO_MAIL_FOLDER": str(folder / "mail"),
        }
        if self.postgres_port:
            found["DATABASE_URL"] = self.database_url()
        if self.valkey_port:
            found["REDIS_URL"] = self.redis_url()
        if self.mail_port:
            found["MAIL_HOST"] = "127.0.0.1"
            found["MAIL_PORT"] = str(self.mail_port)
        return found


def default_environment() -> dict[str, str]:
    """What a command of this checkout uses unless the environment says otherwise."""
    folder = local_folder()
    return State.read(folder).environment(folder)

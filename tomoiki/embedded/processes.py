"""Small tools for starting other programs: their user, their port, their end, and words for people."""

import ctypes
import fcntl
import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Trouble(Exception):
    """Something that the person at the keyboard can mend; its text says what and how."""


def say(text: str = "") -> None:
    """Print a line at once. A terminal that has been closed is no reason to stop half-way."""
    try:
        print(text, flush=True)
    except OSError:
        # Nobody reads any more; whatever is printed later goes nowhere instead of failing again.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives until the process ends


@dataclass(frozen=True)
class Account:
    """The user that the servers run as: ourselves, or for root an existing unprivileged user."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a program run as this user."""
        if not self.is_other:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}


def server_account() -> Account:
    """PostgreSQL refuses to run as root, so root lends the servers to a user who owns nothing."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in ("nobody", "daemon", "www-data"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(name, found.pw_uid, found.pw_gid)
        if account.uid != 0 and can_run(["/bin/sh", "-c", ":"], account):
            return account
    raise Trouble(
        "PostgreSQL does not run as root, and none of the users nobody, daemon and www-data can be used instead.\n"
        "Run the same command as an ordinary user."
    )


def can_run(command: Sequence[str | Path], account: Account) -> bool:
    """Whether ``account`` may reach and run a program."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=clean_environment(), timeout=30,
            check=False, **account.options(),
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def clean_environment() -> dict[str, str]:
    """An environment in which nothing of the person's own PostgreSQL settings (PGDATA, PGPORT, ...) is left."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": "/"}


def ends_with_parent() -> Callable[[], None] | None:
    """For `preexec_fn`: on Linux the kernel ends the child when we are killed outright and cannot end it ourselves."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()
    set_parent_death_signal = 1

    def arrange() -> None:
        libc.prctl(set_parent_death_signal, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return arrange


def loopback_addresses() -> list[str]:
    """127.0.0.1, and ::1 where there is one: browsers try both for `localhost`."""
    addresses = ["127.0.0.1"]
    if socket.has_ipv6:
        try:
            with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
                probe.bind(("::1", 0))
        except OSError:
            pass
        else:
            addresses.append("::1")
    return addresses


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; PermissionError where it never may."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are only being cleared away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """``preferred`` if nobody listens there, else any free port."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message; empty when there is none."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[bool]:
    """Hold a lock for the length of a block; yields whether it was to be had.

    The kernel lets go of it with the process, however that ends: nothing is left to be cleared away.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def run_as(command: Sequence[str | Path], account: Account, *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program of the servers to its end, in a folder that everyone may enter."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", cwd="/", env=clean_environment(), timeout=timeout, check=False, **account.options(),
    )  # fmt: skip

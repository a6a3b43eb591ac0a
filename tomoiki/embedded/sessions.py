"""For how long the servers are needed: by one command, by several at once, or until they are told to stop."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from tomoiki.embedded.processes import lock
from tomoiki.embedded.servers import Servers, prepare_folder


class Stopped(BaseException):
    """A signal asked this process to end. Not an Exception: nothing on the way may take it for an error."""


@contextmanager
def ending_by_signal() -> Iterator[None]:
    """Turn Ctrl-C, a request to end and a closed terminal into `Stopped`, so that what was started is stopped."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            # Once is enough: a second Ctrl-C must not cut the stopping short.
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def shared_servers(folder: Path) -> Iterator[Servers]:
    """The servers of this checkout, running. The last command to use them stops them, unless `up` started them."""
    servers = Servers(folder)
    prepare_folder(folder, open_to_servers=servers.account.is_other)
    in_use, changing = folder / "in-use.lock", folder / "changing.lock"
    try:
        with lock(in_use, shared=True, wait=True):
            with lock(changing, wait=True):
                servers.start()
            yield servers
    finally:
        with lock(changing, wait=True), lock(in_use) as nobody_else:
            if nobody_else and not servers.state.keep_running:
                servers.stop()


@contextmanager
def temporary_servers(folder: Path) -> Iterator[Servers]:
    """Servers of one command alone: quick, empty, gone afterwards. Tests use them."""
    home = folder / "tests"
    account = Servers(folder).account
    for each in (folder, home):
        prepare_folder(each, open_to_servers=account.is_other)
    with ExitStack() as held:
        # One at a time: nobody may take a folder that is just being made for an abandoned one.
        with lock(folder / "tests.lock", wait=True):
            for left in home.iterdir():
                _clear_away(left)
            own = Path(tempfile.mkdtemp(dir=home))
            held.enter_context(lock(own / "in-use.lock"))
        servers = Servers(own, durable=False)
        try:
            servers.start()
            yield servers
        finally:
            servers.remove()
            shutil.rmtree(own, ignore_errors=True)


def _clear_away(folder: Path) -> None:
    """Stop and delete the servers of a command that was killed before it could do so itself."""
    with lock(folder / "in-use.lock") as abandoned:
        if abandoned:
            Servers(folder, durable=False).remove()
            shutil.rmtree(folder, ignore_errors=True)


def keep_running(folder: Path) -> Servers:
    """Start the servers and leave them running when nobody uses them."""
    with shared_servers(folder) as servers:
        replace(servers.state, keep_running=True).write(folder)
    return servers


def stop_keeping(folder: Path) -> bool:
    """Stop what `keep_running` or a killed command left behind; False while another command uses the servers."""
    if not folder.exists():
        return True
    servers = Servers(folder)
    with lock(folder / "changing.lock", wait=True), lock(folder / "in-use.lock") as nobody_else:
        if servers.state.keep_running:
            replace(servers.state, keep_running=False).write(folder)
        if nobody_else:
            servers.stop()
        return nobody_else

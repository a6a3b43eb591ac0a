"""`make demo`: the whole portal in one terminal. Servers, mail sink, web, worker and beat start and end together."""

import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from tomoiki.embedded import accounts
from tomoiki.embedded.processes import (
    Trouble,
    ends_with_parent,
    free_port,
    is_free,
    lock,
    loopback_addresses,
    say,
    tail,
)
from tomoiki.embedded.servers import Servers, prepare_folder
from tomoiki.embedded.sessions import Stopped, ending_by_signal, shared_servers
from tomoiki.embedded.state import CHECKOUT, local_folder

READY_SECONDS = 60


class Child:
    """One program of the demo, with its log. It ends with us, even if we are killed."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C in the terminal reaches only us, and we end the children in good order.
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=ends_with_parent(),  # noqa: PLW1509 - we have one thread
            )  # fmt: skip

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def check(self) -> None:
        """Raises Trouble, with the end of the log, when the program has ended by itself."""
        status = self.process.poll()
        if status is not None:
            raise Trouble(
                f"The {self.name} process ended by itself (status {status}). The end of {self.log}:\n{tail(self.log)}"
            )

    def stop(self, seconds: float = 15) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        # What it started itself and left behind, if anything.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def check_port(port: int) -> None:
    """Raises Trouble when no web server may listen there."""
    another = f"Choose another one: make demo PORT={port + 1 if 1024 <= port < 65535 else 8123}"
    if not 0 < port < 65536:
        raise Trouble(f"{port} is not a port: a port is a number from 1 to 65535.\n{another}")
    try:
        free = all(is_free(port, address) for address in loopback_addresses())
    except PermissionError:
        raise Trouble(f"Port {port} is reserved for the administrator of this machine.\n{another}") from None
    if not free:
        raise Trouble(f"Port {port} is taken by another program.\n{another}")


def run(port: int, *, empty: bool = False) -> None:
    """Run the demo until a signal ends it; ``empty`` leaves out the demo data.

    Raises Trouble when it cannot start or a part of it fails.
    """
    folder = local_folder()
    prepare_folder(folder, open_to_servers=os.geteuid() == 0)
    with ExitStack() as held:
        if not held.enter_context(lock(folder / "demo.lock")):
            raise Trouble(_already_running(folder))
        check_port(port)
        (folder / "demo.json").write_text(json.dumps({"pid": os.getpid(), "port": port}), encoding="utf-8")
        held.callback((folder / "demo.json").unlink, missing_ok=True)
        with ending_by_signal():
            try:
                say("Starting PostgreSQL and Valkey ...")
                _run_everything(held.enter_context(shared_servers(folder)), port, empty=empty)
            except Stopped:
                # Signals are ignored until the servers are down, too.
                held.close()
                say("Stopped. `make demo` brings the portal back with its data.")


def _already_running(folder: Path) -> str:
    try:
        running = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "The demo of this folder is already running."
    return (
        f"The demo of this folder is already running at http://localhost:{running['port']}/ "
        f"(process {running['pid']}).\nUse that one, or stop it first: Ctrl-C in its terminal."
    )


def _run_everything(servers: Servers, port: int, *, empty: bool) -> None:
    folder = servers.folder
    logs = folder / "log"
    for each in (logs, folder / "mail", folder / "files", folder / "beat"):
        each.mkdir(mode=0o700, exist_ok=True)
    mail_port = free_port(servers.state.mail_port)
    replace(servers.state, mail_port=mail_port).write(folder)
    environment = demo_environment(servers, port)
    with ExitStack() as children:

        def start(name: str, *command: str, **more: str) -> Child:
            return children.enter_context(Child(name, list(command), {**environment, **more}, logs))

        running = [start("mail-sink", "tomoiki.embedded.mail_sink", str(mail_port), str(folder / "mail"))]
        try:
            _prepare(environment, logs, empty=empty)
            say("Starting the web server, the worker and the clock ...")
            binds = [f"--bind={f'[{a}]' if ':' in a else a}:{port}" for a in loopback_addresses()]
            running += [
                start(
                    "web", "gunicorn", "tomoiki.wsgi", *binds, "--preload", "--workers=2", "--worker-class=gthread",
                    "--threads=4", "--graceful-timeout=5", "--no-control-socket", "--log-level=warning",
                    TOMOIKI_PROCESS="web",
                ),
                start(
                    "worker", "celery", "--app=tomoiki.celery", "worker", "--concurrency=1", "--loglevel=INFO",
                    "--without-gossip", "--without-mingle", "--hostname=demo@localhost",
                    # One process does everything here: the model of meanings is loaded after its fork, without threads.
                    "--queues=celery,embeddings", OMP_NUM_THREADS="1",
                ),
                start(
                    "clock", "celery", "--app=tomoiki.celery", "beat", "--loglevel=INFO", "--pidfile=",
                    f"--schedule={folder / 'beat' / 'schedule'}",
                ),
            ]  # fmt: skip
            _wait_until_ready(port, running)
            _greet(port)
            _watch(servers, running)
        except Stopped:
            say("\nStopping ...")
            # All at once; the mail sink is last, so that a mail under way still arrives.
            for child in running[1:]:
                child.process.terminate()
            raise


def _watch(servers: Servers, children: list[Child]) -> NoReturn:
    """Until a signal: see that everything runs. Raises Trouble when a child has ended, Stopped with the terminal."""
    rounds = 0
    while not _terminal_is_gone(wait_seconds=0.5):
        rounds += 1
        for child in children:
            child.check()
        if rounds % 20 == 0 and not servers.running():
            servers.start()
            say("PostgreSQL or Valkey had stopped and was started again.")
    raise Stopped


def _terminal_is_gone(*, wait_seconds: float) -> bool:
    """Whether the window was closed. `make` does not always pass that signal on, so the terminal itself is asked."""
    try:
        watched = [0] if os.isatty(0) else []
        poll = select.poll()
        for descriptor in watched:
            poll.register(descriptor, 0)
        return bool(poll.poll(wait_seconds * 1000))
    except OSError:
        return True


def demo_environment(servers: Servers, port: int) -> dict[str, str]:
    """Nothing but the servers of this checkout, whatever the person's own environment names: demo data go there."""
    return {
        **os.environ,
        **servers.environment(),
        "DJANGO_SETTINGS_MODULE": "tomoiki.settings.local",
        "DEBUG": "false",
        "SITE_URL": f"http://localhost:{port}",
        "MAIL_ENCRYPTION": "none",
        "MAIL_USER": "",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environment: dict[str, str], logs: Path, *, empty: bool) -> None:
    """Migrate and load; its progress goes to the terminal, its log to a file."""
    log = logs / "prepare.log"
    command = [sys.executable, "-m", "tomoiki.embedded.prepare", *(["--empty"] if empty else [])]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stderr=file, start_new_session=True,
            preexec_fn=ends_with_parent(),  # noqa: PLW1509 - we have one thread
        )  # fmt: skip
        try:
            status = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if status != 0:
        raise Trouble(f"The database could not be prepared. The end of {log}:\n{tail(log)}")


def _wait_until_ready(port: int, children: list[Child]) -> None:
    end = time.monotonic() + READY_SECONDS
    # Straight to this machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        for child in children:
            child.check()
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if time.monotonic() > end:
            raise Trouble(f"The web server did not answer within {READY_SECONDS} seconds; see {children[1].log}.")
        time.sleep(0.1)


def _greet(port: int) -> None:
    address = f"http://localhost:{port}"
    say(f"\n  The portal is ready:   {address}/")
    say(f"  The mails it sends:    {address}/demo/mail/")
    if accounts.ACCOUNTS:
        say(f"\n  Demo accounts, all with the password {accounts.PASSWORD}\n")
        say(accounts.table(accounts.ACCOUNTS))
    say("\n  Ctrl-C stops it and keeps its data; `make demo-reset` throws them away.\n")


def reset() -> None:
    """Delete the demo's data. Raises Trouble while something uses them."""
    folder = local_folder()
    if not folder.exists():
        return
    prepare_folder(folder, open_to_servers=os.geteuid() == 0)
    with lock(folder / "demo.lock") as ours:
        if not ours:
            raise Trouble(_already_running(folder))
        with lock(folder / "changing.lock", wait=True), lock(folder / "in-use.lock") as nobody_else:
            if not nobody_else:
                raise Trouble("A shell or a test run still uses the servers of this folder. Close it first.")
            Servers(folder).remove()

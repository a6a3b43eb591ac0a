"""A whole portal for browser tests: its own database with the demo's data, web server, worker, clock and mail sink.

It is started by the first test that needs it, shared by all workers of the run, and stopped when the run ends.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from tests.identity.people import PEOPLE
from tests.identity.running import environment as identity_environment
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
RUN_FOLDER = "TOMOIKI_TEST_RUN"
START_SECONDS = 60
STOP_SECONDS = 1.5


@dataclass(frozen=True)
class Portal:
    """Where the running portal answers, where its mails lie, and what ``tests.browser.picks`` found in it.

    ``ids`` are objects by name, ``sessions`` the keys of sessions by the visitor's name, ``environment`` is what its
    processes run in.
    """

    url: str
    mail_folder: Path
    ids: dict[str, str | int]
    sessions: dict[str, str]
    environment: dict[str, str]

    def run(self, module: str, *arguments: str) -> str:
        """What a program of the tests prints that is run beside the portal's own."""
        return _run(["-m", module, *arguments], self.environment)


def begin_run() -> None:
    """Make the folder that all workers of this run share; called before they are started."""
    if RUN_FOLDER not in os.environ:
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="tomoiki-run-")


def end_run() -> None:
    """Stop the portal, if one was started, and leave nothing of it behind."""
    folder = Path(os.environ[RUN_FOLDER])
    pids = [int(pid) for pid in _lines(folder / "pids")]
    for number, wait in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 0)):
        for pid in reversed(pids):
            with suppress(ProcessLookupError):
                os.killpg(pid, number)
        if pids:
            time.sleep(wait)
    for database in _lines(folder / "database"):
        _drop_database(database)
    shutil.rmtree(folder, ignore_errors=True)


def running_portal() -> Portal:
    """The portal of this run; started by whoever comes first, while the others wait."""
    folder = Path(os.environ[RUN_FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found, failed = folder / "portal.json", folder / "failed"
        if failed.exists():
            raise RuntimeError(f"the portal could not be started: {failed.read_text()}")
        if not found.exists():
            try:
                found.write_text(json.dumps(_start(folder)))
            except Exception as error:
                failed.write_text(str(error))
                raise
        facts = json.loads(found.read_text())
    return Portal(facts["url"], folder / "mail", facts["ids"], facts["sessions"], facts["environment"])


def _start(folder: Path) -> dict[str, Any]:
    database = f"portal_{os.getpid()}"
    (folder / "database").write_text(database)
    _drop_database(database)
    _maintenance(f'CREATE DATABASE "{database}"')
    port, mail_port, identity_port = free_port(), free_port(), free_port()
    (folder / "mail").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
        "DJANGO_SETTINGS_MODULE": "tomoiki.settings.local",
        "DEBUG": "false",
        "DATABASE_URL": _database_url(database),
        "REDIS_URL": _other_redis(str(settings.REDIS_URL)),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "MAIL_ENCRYPTION": "none",
        "DEMO_MAIL_FOLDER": str(folder / "mail"),
        "PRIVATE_FILES_ROOT": str(folder / "files"),
        "LOG_LEVEL": "WARNING",
        "GBIZID_CLIENT_ID": "portal",
        "GBIZID_CLIENT_SECRET": "portal-secret",
        "GBIZID_ISSUER": f"http://127.0.0.1:{identity_port}",
    }
    back = f"http://127.0.0.1:{port}/account/oidc/gbizid/login/callback/"
    _spawn(["tests.identity", str(identity_port), back], identity_environment(folder, PEOPLE), folder)
    for command in (["migrate", "--verbosity=0"], ["load_demo"]):
        _run(["manage.py", *command], environment)
    for parts in (
        ["tomoiki.embedded.mail_sink", str(mail_port), str(folder / "mail")],
        [
            "celery",
            "--app=tomoiki",
            "worker",
            "--concurrency=1",
            "--loglevel=WARNING",
            "--beat",
            f"--schedule={folder / 'schedule'}",
        ],
        ["gunicorn", "tomoiki.wsgi", f"--bind=127.0.0.1:{port}", "--threads=4", "--no-control-socket"],
    ):
        _spawn(parts, {**environment, "TOMOIKI_PROCESS": "web" if parts[0] == "gunicorn" else ""}, folder)
    _wait_for(f"http://127.0.0.1:{identity_port}/.well-known/openid-configuration", folder)
    _wait_for(f"http://127.0.0.1:{port}/healthz", folder)
    picks = json.loads(_run(["-m", "tests.browser.picks"], environment))
    return {"url": f"http://127.0.0.1:{port}", "environment": environment, **picks}


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr[-3000:]}")
    return done.stdout


def _spawn(parts: list[str], environment: dict[str, str], folder: Path) -> None:
    # A session of its own, so that the whole group can be stopped when the run ends.
    with (folder / "portal.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *parts], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    with (folder / "pids").open("a") as pids:
        pids.write(f"{process.pid}\n")


def _wait_for(address: str, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server on loopback
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"it does not answer: {(folder / 'portal.log').read_text()[-3000:]}")


def _lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def _database_url(name: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def _other_redis(url: str) -> str:
    """Another database of the same server: the portal's tasks are not those of the tests."""
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{(number + 8) % 16}"))


def _drop_database(name: str) -> None:
    _maintenance(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _maintenance(statement: str) -> None:
    with psycopg.connect(_database_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)

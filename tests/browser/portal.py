"""A whole portal for browser tests: its own database with the demo's data, web server, worker and mail sink.

It is started by the first test that needs it, shared by all workers of the run, and stopped when the run ends.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
RUN_FOLDER = "TOMOIKI_TEST_RUN"
START_SECONDS = 60


@dataclass(frozen=True)
class Portal:
    """Where the running portal answers, where its mails lie, and what its pages may be opened with."""

    url: str
    mail_folder: Path
    picks: dict[str, Any]


def begin_run() -> None:
    """Make the folder that all workers of this run share; called before they are started."""
    os.environ.setdefault(RUN_FOLDER, tempfile.mkdtemp(prefix="tomoiki-run-"))


def end_run() -> None:
    """Stop the portal, if one was started."""
    found = Path(os.environ.get(RUN_FOLDER, "/nonexistent")) / "portal.json"
    if not found.exists():
        return
    facts = json.loads(found.read_text())
    for pid in reversed(facts["pids"]):
        try:
            os.killpg(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue
    time.sleep(1)
    _drop_database(facts["database"])
    found.unlink()


def running_portal() -> Portal:
    """The portal of this run; started by whoever comes first, while the others wait."""
    folder = Path(os.environ[RUN_FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = folder / "portal.json"
        if not found.exists():
            found.write_text(json.dumps(_start(folder)))
        facts = json.loads(found.read_text())
    return Portal(facts["url"], Path(facts["mail_folder"]), facts["picks"])


def _start(folder: Path) -> dict[str, Any]:
    database = f"portal_{os.getpid()}"
    _drop_database(database)
    _maintenance(f'CREATE DATABASE "{database}"')
    port, mail_port = _free_port(), _free_port()
    mail_folder = folder / "mail"
    mail_folder.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
        "DJANGO_SETTINGS_MODULE": "tomoiki.settings.local",
        "DEBUG": "false",
        "DATABASE_URL": _database_url(database),
        "REDIS_URL": _other_redis(str(settings.REDIS_URL)),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "DEMO_MAIL_FOLDER": str(mail_folder),
        "PRIVATE_FILES_ROOT": str(folder / "files"),
        "LOG_LEVEL": "WARNING",
    }
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "--verbosity=0"], ["load_demo"]):
        subprocess.run([*manage, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    pids: list[int] = []
    log = (folder / "portal.log").open("ab")
    sink = [sys.executable, "-m", "tomoiki.embedded.mail_sink", str(mail_port), str(mail_folder)]
    worker = [sys.executable, "-m", "celery", "-A", "tomoiki", "worker", "--concurrency=1", "--loglevel=WARNING"]
    web = [sys.executable, "-m", "gunicorn", "tomoiki.wsgi", f"--bind=127.0.0.1:{port}", "--threads=4", "--no-control-socket"]
    for command in (sink, worker, web):
        pids.append(_spawn(command, environment, log))
    _wait_for(f"http://127.0.0.1:{port}/healthz", folder)
    picked = subprocess.run(
        [sys.executable, "-m", "tests.browser.picks"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return {
        "url": f"http://127.0.0.1:{port}",
        "mail_folder": str(mail_folder),
        "database": database,
        "pids": pids,
        "picks": json.loads(picked.stdout),
    }


def _spawn(command: list[str], environment: dict[str, str], log: IO[bytes]) -> int:
    # A session of its own, so that the whole group can be stopped when the run ends.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    return process.pid


def _wait_for(address: str, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server on loopback
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the portal did not start: {(folder / 'portal.log').read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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

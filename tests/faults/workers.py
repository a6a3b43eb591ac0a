"""Real Celery workers beside a test, each on the test's own database and a queue of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """A worker process that can be killed, and what it has written to its log."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process, self.log = process, log

    def lines(self) -> list[dict[str, Any]]:
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return [line for line in found if isinstance(line, dict)]

    def kill(self) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def celery_worker(queue: str, folder: Path, **environment: str) -> Iterator[Worker]:
    """A worker of one process that serves ``queue``; gone when the block ends."""
    log = folder / f"worker-{time.monotonic_ns()}.log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "-m", "celery", "-A", "tomoiki", "worker", "--pool=solo", f"--queues={queue}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--loglevel=INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"],
            cwd=ROOT,
            env={
                **inherited,
                "DJANGO_SETTINGS_MODULE": "tomoiki.settings.test",
                "DATABASE_URL": _url_of_the_test_database(),
                "LOG_FORMAT": "json",
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    worker = Worker(process, log)
    try:
        yield worker
    finally:
        if process.poll() is None:
            worker.kill()


def wait_until(true: Callable[[], bool], worker: Worker | None = None, *, seconds: float = 25) -> None:
    """Come back as soon as ``true`` holds; show the worker's log when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen: " + (worker.log.read_text(encoding="utf-8")[-3000:] if worker else ""))


def _url_of_the_test_database() -> str:
    found = connection.settings_dict
    host, port = found["HOST"] or "", found["PORT"] or ""
    who = quote(found["USER"] or "")
    if found["PASSWORD"]:
        who += ":" + quote(found["PASSWORD"], safe="")
    if host.startswith("/"):
        # A socket's folder goes where a host's name would.
        host = quote(host, safe="")
    return f"postgres://{who}@{host}{f':{port}' if port else ''}/{found['NAME']}"

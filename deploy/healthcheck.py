"""Container health: `python deploy/healthcheck.py web|worker|beat`. Ends with 0 when the process does its work."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

# The most frequent task is due twice a minute.
BEAT_SILENCE_SECONDS = 300


def web() -> bool:
    """The web server answers; asked by the name it is known under, since it refuses all others."""
    host = urlsplit(os.environ["SITE_URL"]).hostname or "localhost"
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - a fixed address
        return bool(answer.status == 200)


def worker() -> bool:
    """This container's worker answers over the broker."""
    name = f"celery@{socket.gethostname()}"
    command = ["celery", "--app=tomoiki.celery", "inspect", "ping", "--timeout=8", f"--destination={name}"]
    return subprocess.run(command, capture_output=True, check=False, timeout=25).returncode == 0  # noqa: S603


def beat() -> bool:
    """The clock has sent a task not long ago."""
    return time.time() - Path(os.environ["BEAT_HEARTBEAT_FILE"]).stat().st_mtime < BEAT_SILENCE_SECONDS


CHECKS: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


if __name__ == "__main__":
    try:
        healthy = CHECKS[sys.argv[1]]()
    except Exception as error:  # whatever goes wrong here, the container is not healthy
        sys.exit(f"{type(error).__name__}: {error}")
    sys.exit(0 if healthy else "no sign of life")

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tomoiki.embedded.servers import Servers
from tomoiki.embedded.state import CHECKOUT


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for private servers. Not below pytest's own, which the servers' user cannot enter when root tests."""
    folder = Path(tempfile.mkdtemp(prefix="tomoiki-tested-", dir="/var/tmp"))
    yield folder
    Servers(folder).remove()
    shutil.rmtree(folder)


@pytest.fixture
def embedded(home: Path):
    """Start `python -m tomoiki.embedded` with words, its data in ``home``; returns the process."""
    started: list[subprocess.Popen] = []

    def start(*words: str, **environment: str) -> subprocess.Popen[str]:
        inherited = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "MAIL_PORT"}
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tomoiki.embedded", *words],
            cwd=CHECKOUT,
            env={**inherited, "TOMOIKI_LOCAL_FOLDER": str(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()

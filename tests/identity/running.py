"""Starting the provider beside a test, and walking through its pages as a person's browser would."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


@dataclass(frozen=True)
class IdentityProvider:
    """Where the running provider answers."""

    url: str

    def log_in(self, authorize_url: str, person: str) -> str:
        """Log ``person`` in at the provider and return the address to which it sends their browser back."""
        with requests.Session() as browser:
            page = browser.get(authorize_url, timeout=10)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None, page.text[:500]
            answer = browser.post(
                page.url,
                {"login": person, "password": "gbiz-password", "csrfmiddlewaretoken": token[1]},
                headers={"Referer": page.url},
                allow_redirects=False,
                timeout=10,
            )
            while answer.is_redirect and urljoin(answer.url, answer.headers["Location"]).startswith(self.url):
                address = urljoin(answer.url, answer.headers["Location"])
                answer = browser.get(address, allow_redirects=False, timeout=10)
            assert answer.is_redirect, answer.text[:500]
            return answer.headers["Location"]


def environment(folder: Path, people: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What ``python -m tests.identity`` reads: its database in ``folder``, a fresh key, and whom it knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "DJANGO_"))},
        "IDENTITY_DATABASE": str(folder / "identity.sqlite3"),
        "IDENTITY_PEOPLE": json.dumps(people),
        "IDENTITY_PRIVATE_KEY": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    }


@contextmanager
def running_provider(
    folder: Path, people: dict[str, dict[str, Any]], callbacks: list[str]
) -> Iterator[IdentityProvider]:
    """A provider that knows ``people`` (their claims by name) and sends browsers back to ``callbacks`` only."""
    port = free_port()
    with (folder / "identity.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.identity", str(port), *callbacks],
            cwd=ROOT,
            env=environment(folder, people),
            stdout=log,
            stderr=log,
        )
        try:
            provider = IdentityProvider(f"http://127.0.0.1:{port}")
            _wait_for(f"{provider.url}/.well-known/openid-configuration", process, folder / "identity.log")
            yield provider
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server on loopback
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the identity provider did not start: {log.read_text()[-2000:]}")

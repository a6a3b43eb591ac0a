"""Measure pages over HTTP against gunicorn with many rows; prints a table and writes bench.json.

python -m tests.bench [--posts 20000] [--requests 150]; needs DATABASE_URL and REDIS_URL, makes a database of its own.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "tomoiki_bench"
PORT = 18_765
WARM_UP = 15
SETTINGS = "tests.bench.settings"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--organisations", type=int, default=2_000)
    parser.add_argument("--requests", type=int, default=150)
    asked = parser.parse_args()
    server = os.environ["DATABASE_URL"]
    _maintain(server, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)', f'CREATE DATABASE "{DATABASE}"')
    try:
        rows = _measure_everything(_database_url(server, DATABASE), asked)
    finally:
        _maintain(server, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    _print(rows)
    (ROOT / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def _measure_everything(database_url: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    os.environ.update(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE=SETTINGS)
    import django  # the environment must name the bench's settings and database first

    django.setup()
    from django.core.management import call_command  # as above

    from tests.bench.data import fill  # as above

    print(f"filling {asked.posts:,} posts of {asked.organisations:,} organisations ...", flush=True)
    call_command("migrate", verbosity=0)
    post = fill(organisations=asked.organisations, posts=asked.posts)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    call_command("collectstatic", interactive=False, verbosity=0)
    pages = [
        ("home", "/", asked.posts),
        ("board", "/board/", asked.posts),
        ("board: a word", "/board/?" + urllib.parse.urlencode({"q": "手話"}), asked.posts),
        ("board: area and kind", "/board/?area=14205&resource=place", asked.posts),
        ("post", f"/posts/{post}/", asked.posts),
        ("organisations", "/organisations/", asked.organisations),
    ]
    with _Server(database_url):
        floor = _measure("/bench/bare/", asked.requests)
        plain = _measure("/bench/list/", asked.requests)
        rows = [
            _row("floor: one query", 1, floor, floor),
            _row("floor: plain list of 20", 20, plain, floor),
        ]
        for name, path, number in pages:
            rows.append(_row(name, number, _measure(path, asked.requests), floor))
    return rows


class _Server:
    """gunicorn as in production, on loopback."""

    def __init__(self, database_url: str) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "LOG_LEVEL": "ERROR",
        }

    def __enter__(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "tomoiki.wsgi",
            f"--bind=127.0.0.1:{PORT}",
            "--threads=4",
            "--no-control-socket",
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                _Client().get("/healthz")
            except OSError:
                time.sleep(0.2)
            else:
                return
        self.process.terminate()
        raise RuntimeError("the server did not start")

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(15)


class _Client:
    """One kept connection, as a browser has it."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)

    def get(self, path: str) -> int:
        """Fetch ``path`` and return the number of queries it took; raises when it is no page."""
        self.connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answers {response.status}")
        return int(response.getheader("X-Queries") or 0)


def _measure(path: str, number: int) -> tuple[list[float], int]:
    """Milliseconds of ``number`` requests after a warm-up, and the queries of the last."""
    client = _Client()
    for _ in range(WARM_UP):
        client.get(path)
    times = []
    queries = 0
    for _ in range(number):
        begun = time.perf_counter()
        queries = client.get(path)
        times.append((time.perf_counter() - begun) * 1_000)
    return times, queries


def _row(name: str, rows: int, measured: tuple[list[float], int], floor: tuple[list[float], int]) -> dict[str, Any]:
    times, queries = measured
    cuts = quantiles(times, n=100)
    base = quantiles(floor[0], n=100)
    return {
        "name": name,
        "rows": rows,
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "p99_ms": round(cuts[98], 2),
        "floor_ms": round(base[49], 2),
        "ratio": round(cuts[49] / base[49], 1),
        "queries": queries,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    print(f"{'page':28}{'rows':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'floor':>8}{'ratio':>7}{'queries':>9}")
    for row in rows:
        print(
            f"{row['name']:28}{row['rows']:>10,}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['p99_ms']:>9}"
            f"{row['floor_ms']:>8}{row['ratio']:>7}{row['queries']:>9}"
        )


def _database_url(server: str, name: str) -> str:
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(server)._replace(path=f"/{name}"))


def _maintain(server: str, *statements: str) -> None:
    with psycopg.connect(_database_url(server, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


if __name__ == "__main__":
    main()

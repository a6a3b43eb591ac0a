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
    parser.add_argument("--organisations", type=int, default=100_000)
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

    from tests.bench.data import COLLEAGUES, fill  # as above
    from tests.bench.searches import addresses, cursor_far_down, in_the_database  # as above

    print(f"filling {asked.posts:,} posts of {asked.organisations:,} organisations ...", flush=True)
    call_command("migrate", verbosity=0)
    filled = fill(organisations=asked.organisations, posts=asked.posts)
    owner, staff = _session(filled.owner), _session(filled.staff)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    call_command("collectstatic", interactive=False, verbosity=0)
    deep = cursor_far_down()
    pages = [
        ("home", "/", "", asked.posts),
        ("board", "/board/", "", asked.posts),
        *((name, address, "", asked.posts) for name, address in addresses(deep)),
        ("post", f"/posts/{filled.post}/", "", asked.posts),
        *((name, address, cookie, asked.organisations) for name, address, cookie in _directory(owner)),
        ("people", f"/organisation/{filled.organisation}/people/", owner, COLLEAGUES),
        *((name, path, staff, asked.organisations) for name, path in _office(filled)),
    ]
    with _Server(database_url):
        floor = _measure("/bench/bare/", asked.requests)
        plain = _measure("/bench/list/", asked.requests)
        rows = [
            _row("floor: one query", 1, floor, floor),
            _row("floor: plain list of 20", 20, plain, floor),
        ]
        asked_of_database = in_the_database(asked.requests, deep)
        rows += [_row(name, asked.posts, (times, 0), floor) for name, times in asked_of_database]
        for name, path, cookie, number in pages:
            rows.append(_row(name, number, _measure(path, asked.requests, cookie), floor))
    return rows


def _directory(member: str) -> list[tuple[str, str, str]]:
    """The directory with each of its conditions: name, address, session."""
    conditions: list[tuple[str, dict[str, Any]]] = [
        ("", {}),
        ("order of readings", {"order": "kana"}),
        ("kind", {"kind": "university"}),
        ("theme", {"theme": "children"}),
        ("stage", {"stage": "operator"}),
        ("small town", {"area": "14402"}),
        ("large city", {"area": "14100"}),
        ("with neighbours", {"area": "14402", "nearby": "on"}),
        ("word of 1", {"q": "畑"}),
        ("rare word of 1", {"q": "鯨"}),
        ("word of 2", {"q": "手話"}),
        ("rare word of 2", {"q": "捕鯨"}),
        ("word of 3", {"q": "居場所"}),
        ("one name", {"q": "の会4321"}),
        ("two words, place, kind", {"q": "手話 子ども", "area": "14205", "kind": "npo"}),
    ]
    found = [
        (f"directory: {name}".rstrip(": "), _address("/organisations/", **query), "") for name, query in conditions
    ]
    deep = "after~2026-01-01T00:00:00+09:00~50000"
    return [
        *found,
        ("directory: far down", _address("/organisations/", cursor=deep), ""),
        ("directory: map, remembered", _address("/organisations/", view="map"), ""),
        ("directory: map of a word", _address("/organisations/", view="map", q="の会4321"), ""),
        ("directory, a member", "/organisations/", member),
        ("directory, a member: word", _address("/organisations/", q="防災"), member),
    ]


def _office(filled: Any) -> list[tuple[str, str]]:
    """What staff open every day: name, address."""
    lists = "/admin/members/organisation/"
    return [
        ("office: start", "/admin/"),
        ("office: organisations", lists),
        ("office: applications", f"{lists}?state__exact=applied"),
        ("office: approved", f"{lists}?state__exact=approved"),
        ("office: a word of 2", _address("/organisations/", q="手話")),
        ("office: one name", _address("/organisations/", q="の会4321")),
        ("office: an application", f"{lists}{filled.application}/change/"),
    ]


def _address(path: str, **query: Any) -> str:
    return f"{path}?{urllib.parse.urlencode(query)}"


def _session(user: Any) -> str:
    """A session in which ``user`` is logged in, as a cookie."""
    from django.conf import settings  # the environment must name the bench's settings and database first
    from django.test import Client  # as above

    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


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

    def get(self, path: str, cookie: str = "") -> int:
        """Fetch ``path`` and return the number of queries it took; raises when it is no page."""
        self.connection.request("GET", path, headers={"Accept-Encoding": "identity", "Cookie": cookie})
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answers {response.status}")
        return int(response.getheader("X-Queries") or 0)


def _measure(path: str, number: int, cookie: str = "") -> tuple[list[float], int]:
    """Milliseconds of ``number`` requests after a warm-up, and the queries of the last."""
    client = _Client()
    for _ in range(WARM_UP):
        client.get(path, cookie)
    times = []
    queries = 0
    for _ in range(number):
        begun = time.perf_counter()
        queries = client.get(path, cookie)
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

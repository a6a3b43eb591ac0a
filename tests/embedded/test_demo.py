"""`make demo`: what it says when it cannot start, and that it ends as cleanly as it begins."""

import json
import os
import signal
import smtplib
import socket
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from tomoiki.embedded import accounts, demo
from tomoiki.embedded.mailbox import Mailbox
from tomoiki.embedded.processes import Trouble, free_port, lock
from tomoiki.embedded.state import State


def test_a_second_copy_is_refused_and_told_where_the_first_one_is(home: Path, embedded):
    with lock(home / "demo.lock"):
        (home / "demo.json").write_text(json.dumps({"pid": 4321, "port": 8123}), encoding="utf-8")
        process = embedded("demo", "--port", str(free_port()))
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "already running at http://localhost:8123/ (process 4321)" in said
    assert not (home / "pg").exists()


def test_the_demo_is_not_reset_under_a_running_copy(home: Path, embedded):
    (home / "files").mkdir()
    with lock(home / "demo.lock"):
        process = embedded("reset")
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "already running" in said
    assert (home / "files").exists()


def test_a_taken_port_is_named_before_anything_is_started(home: Path, embedded):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = embedded("demo", "--port", str(port))
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {port} is taken by another program.\nChoose another one: make demo PORT=" in said
    assert not (home / "pg").exists()


@pytest.mark.parametrize(
    ("port", "words"),
    [(0, "not a port"), (65536, "not a port")],
)
def test_a_number_that_is_no_port_is_refused(port, words):
    with pytest.raises(Trouble, match=words):
        demo.check_port(port)


def test_a_word_that_is_no_port_is_refused(embedded):
    process = embedded("demo", "--port", "eight")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "“eight” is not a port" in said


def test_a_command_without_words_says_what_is_missing(embedded):
    process = embedded("run")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Which command?" in said


def test_servers_named_by_the_environment_are_used_and_none_is_started(home: Path, embedded):
    named = {"DATABASE_URL": "postgres://named/db", "REDIS_URL": "redis://named/0"}
    process = embedded("run", "--", "sh", "-c", "echo $DATABASE_URL $REDIS_URL; exit 7", **named)
    said, _ = process.communicate(timeout=30)
    assert said == "postgres://named/db redis://named/0\n"
    assert process.returncode == 7
    assert list(home.iterdir()) == []


def test_accounts_stand_in_columns_though_japanese_signs_are_wide():
    table = accounts.table([accounts.DemoAccount("企業", "a@x.example"), accounts.DemoAccount("NPO等", "b@x.example")])
    assert table == "  企業   a@x.example\n  NPO等  b@x.example"


def answer(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 - our own address
        return response.status, response.read().decode()


def children_of(pid: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(stat.parent.name)
            found |= {child} | children_of(child)
    return found


def wait_until(happened, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.fault
def test_the_whole_demo_starts_takes_mail_and_ends_without_a_trace(home: Path, embedded):
    port = free_port()
    process = embedded("demo", "--port", str(port), "--empty", DATABASE_URL="postgres://127.0.0.1:1/not-this-one")
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert f"http://localhost:{port}/" in said
    assert "Starting PostgreSQL and Valkey" in said

    state = State.read(home)
    with psycopg.connect(state.database_url()) as connection:
        assert len(connection.execute("SELECT 1 FROM django_migrations").fetchall()) > 20
    status, ready = answer(f"http://127.0.0.1:{port}/readyz")
    assert (status, json.loads(ready)["ready"]) == (200, True)

    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "届いた便り", "office@tomoiki.example", "sato@hinata.example"
    mail.set_content("本文\n")
    with smtplib.SMTP("127.0.0.1", state.mail_port, timeout=10) as smtp:
        smtp.send_message(mail)
    assert [kept.subject for kept in Mailbox(home / "mail").mails()] == ["届いた便り"]
    assert "届いた便り" in answer(f"http://127.0.0.1:{port}/demo/mail/")[1]

    # The mail sink, web with two workers, worker with its pool, clock; the pool is the last to come.
    until = time.monotonic() + 30
    while len(family := children_of(process.pid)) < 7 and time.monotonic() < until:
        time.sleep(0.2)
    assert len(family) >= 7
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopped." in rest
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    assert not (home / "pg" / "data" / "postmaster.pid").exists()
    assert not (home / "demo.json").exists()


@pytest.mark.fault
def test_a_demo_killed_outright_takes_its_processes_along_and_can_be_started_again(home: Path, embedded):
    process = embedded("demo", "--port", str(free_port()), "--empty")
    wait_until((home / "log" / "clock.log").exists, 90)
    family = children_of(process.pid)
    assert family
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    wait_until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()], 30)
    port = free_port()
    again = embedded("demo", "--port", str(port), "--empty")
    wait_until(lambda: "ready" in (again.stdout.readline() or "ready"), 60)
    assert answer(f"http://127.0.0.1:{port}/healthz") == (200, "ok")
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=60)
    assert again.returncode == 0

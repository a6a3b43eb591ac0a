"""The private servers: started, stopped, killed and found again without losing anything."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tomoiki.embedded.processes import Trouble, is_free, lock
from tomoiki.embedded.servers import Servers, prepare_folder
from tomoiki.embedded.sessions import keep_running, shared_servers, stop_keeping, temporary_servers

fault = pytest.mark.fault


def ask(servers: Servers, question: str):
    with psycopg.connect(servers.state.database_url()) as connection:
        return connection.execute(question).fetchall()


def postgres_pid(servers: Servers) -> int:
    return int((servers.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < end
        time.sleep(0.05)


@fault
def test_servers_keep_their_data_and_their_passwords_over_a_stop(home: Path):
    servers = Servers(home)
    servers.start()
    with psycopg.connect(servers.state.database_url()) as connection:
        # Japanese is split into trigrams only where the database knows letters beyond ASCII.
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE kept AS SELECT cardinality(show_trgm('子ども食堂')) AS trigrams")
    with redis.Redis.from_url(servers.state.redis_url()) as client:
        client.set("kept", "yes")
    before = servers.state
    servers.stop()
    assert not servers.running()
    servers.start()
    assert servers.running()
    assert (servers.state.postgres_password, servers.state.valkey_password) == (
        before.postgres_password,
        before.valkey_password,
    )
    assert ask(servers, "SELECT trigrams FROM kept") == [(6,)]
    with redis.Redis.from_url(servers.state.redis_url()) as client:
        assert client.get("kept") == b"yes"


@fault
def test_nobody_gets_in_without_the_password_and_nobody_reads_the_folder(home: Path):
    servers = Servers(home, durable=False)
    servers.start()
    state = servers.state
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(state.database_url().replace(state.postgres_password, "guess"))
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=state.valkey_port) as client:
        client.ping()
    assert stat.S_IMODE(home.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    for name in ("pg", "valkey"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o700


@fault
def test_a_killed_server_comes_back_and_what_was_left_running_is_used(home: Path):
    servers = Servers(home, durable=False)
    servers.start()
    first = postgres_pid(servers)
    # Another process, as after a killed command: it finds the running server by its folder.
    again = Servers(home, durable=False)
    again.start()
    assert postgres_pid(again) == first
    os.kill(first, signal.SIGKILL)
    wait_until_gone(first)
    again.start()
    assert postgres_pid(again) != first
    assert again.running()


@fault
def test_a_left_over_pid_that_belongs_to_another_program_by_now_does_not_stop_the_start(home: Path):
    servers = Servers(home, durable=False)
    servers.start()
    lines = (servers.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    servers.stop()
    # This very process stands for the program that got the number.
    (servers.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]), encoding="utf-8")
    servers.start()
    assert servers.running()


@fault
def test_ports_taken_in_the_meantime_are_exchanged(home: Path):
    servers = Servers(home, durable=False)
    servers.start()
    servers.stop()
    before = servers.state
    with socket.socket() as one, socket.socket() as other:
        for taken, port in ((one, before.postgres_port), (other, before.valkey_port)):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
        servers.start()
        assert servers.running()
    assert servers.state.postgres_port != before.postgres_port
    assert servers.state.valkey_port != before.valkey_port


@fault
def test_the_last_user_of_the_servers_stops_them(home: Path):
    with shared_servers(home) as first:
        with shared_servers(home) as second:
            assert second.running()
        assert first.running()
        assert not stop_keeping(home)
    assert not first.running()


@fault
def test_servers_started_by_up_stay_until_down(home: Path):
    servers = keep_running(home)
    with shared_servers(home):
        pass
    assert servers.running()
    assert stop_keeping(home)
    assert not servers.running()


@fault
def test_servers_of_one_command_leave_nothing_behind_and_clear_away_what_a_killed_one_left(home: Path):
    abandoned = home / "tests" / "abandoned"
    for folder in (home, home / "tests", abandoned):
        prepare_folder(folder, open_to_servers=os.geteuid() == 0)
    left = Servers(abandoned, durable=False)
    left.start()
    pid = postgres_pid(left)
    with temporary_servers(home) as servers:
        wait_until_gone(pid)
        assert ask(servers, "SHOW fsync") == [("off",)]
        with temporary_servers(home) as beside:
            # A second run at the same time is nobody's left-over.
            assert servers.running()
            assert beside.running()
    assert list((home / "tests").iterdir()) == []


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tomoiki.embedded.servers.os.geteuid", lambda: 4321)
    with pytest.raises(Trouble, match="belongs to another user"):
        prepare_folder(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Trouble, match=r"file/local cannot be written \(Not a directory\)"):
        prepare_folder(tmp_path / "file" / "local")


def test_permissions_above_the_own_folder_are_left_alone(tmp_path: Path):
    tmp_path.chmod(0o750)
    prepare_folder(tmp_path / "deep" / "local", open_to_servers=True)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_lock_is_held_by_one_and_shared_by_those_who_only_look(tmp_path: Path):
    path = tmp_path / "lock"
    with lock(path) as ours, lock(path) as theirs:
        assert (ours, theirs) == (True, False)
    with lock(path, shared=True) as ours, lock(path, shared=True) as theirs:
        assert (ours, theirs) == (True, True)


def test_a_port_in_use_is_not_free():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)

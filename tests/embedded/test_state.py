"""Where the servers listen is known to every command of a checkout, and a damaged note does no harm."""

import json
import stat
from pathlib import Path

import pytest

from tomoiki.embedded.state import State, default_environment, local_folder

STATE = State(
    postgres_port=55001, postgres_password="a/b c", valkey_port=55002, valkey_password="p@ss", mail_port=55003
)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TOMOIKI_LOCAL_FOLDER", str(tmp_path))
    return tmp_path


def test_before_the_first_start_only_the_folders_are_known(folder: Path):
    assert default_environment() == {
        "PRIVATE_FILES_ROOT": str(folder / "files"),
        "DEMO_MAIL_FOLDER": str(folder / "mail"),
    }


def test_what_one_start_wrote_the_next_command_reads(folder: Path):
    STATE.write(folder)
    assert State.read(folder) == STATE
    assert stat.S_IMODE((folder / "state.json").stat().st_mode) == 0o600
    assert default_environment() == {
        "PRIVATE_FILES_ROOT": str(folder / "files"),
        "DEMO_MAIL_FOLDER": str(folder / "mail"),
        "DATABASE_URL": "postgres://tomoiki:a%2Fb%20c@127.0.0.1:55001/tomoiki",
        "REDIS_URL": "redis://:p%40ss@127.0.0.1:55002/0",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": "55003",
    }


@pytest.mark.parametrize("damaged", ["", "{", "[]", "null", '{"postgres_port": "5432", "unheard_of": 1}'])
def test_a_damaged_note_counts_as_none(folder: Path, damaged):
    (folder / "state.json").write_text(damaged, encoding="utf-8")
    assert State.read(folder) == State()


def test_parts_that_are_understood_are_kept(folder: Path):
    (folder / "state.json").write_text(json.dumps({"postgres_port": 55001, "mail_port": True}), encoding="utf-8")
    assert State.read(folder) == State(postgres_port=55001)


def test_an_ordinary_user_keeps_the_data_in_the_checkout_and_root_does_not(monkeypatch):
    monkeypatch.delenv("TOMOIKI_LOCAL_FOLDER", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert local_folder(Path("/srv/portal")) == Path("/srv/portal/.local")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    one, other = local_folder(Path("/srv/portal")), local_folder(Path("/srv/another"))
    assert one.parent == other.parent == Path("/var/tmp")  # noqa: S108 - only compared
    assert one != other

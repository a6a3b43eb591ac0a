"""Create .venv and install a locked set of dependencies into it, if that has not been done yet.

    python3 scripts/prepare_venv.py run|embedded|test|dev

Called by the Makefile with whatever `python3` is there, so it uses the standard library only, and no syntax that an
old Python cannot read: it must come far enough to say that it is too old.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from typing import NoReturn

NEEDED = (3, 11)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
# Each lock file holds all of the one before it.
GROUPS = ["run", "embedded", "test", "dev"]


def fail(message: str) -> NoReturn:
    sys.exit(f"\n{message}")


def say(message: str) -> None:
    print(message, flush=True)


def requirements(group: str) -> str:
    return os.path.join(CHECKOUT, "requirements", f"{group}.txt")


def digest(group: str) -> str:
    with open(requirements(group), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def stamp(group: str) -> str:
    return os.path.join(VENV, f"installed-{group}")


def is_installed(group: str) -> bool:
    """A larger set will do as well."""
    for each in GROUPS[GROUPS.index(group) :]:
        try:
            with open(stamp(each), encoding="utf-8") as file:
                if file.read() == digest(each):
                    return True
        except OSError:
            continue
    return False


def works(command: list) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def create() -> None:
    say(f"Creating the virtual environment .venv with Python {sys.version_info[0]}.{sys.version_info[1]} ...")
    # Without pip first: on Debian that part needs a package of its own, and the system's pip does as well.
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        fail(f"The virtual environment could not be created in {CHECKOUT}:\n{done.stdout}{done.stderr}".rstrip())


def installer() -> list:
    own = [PYTHON, "-m", "pip"]
    if works([*own, "--version"]) or works([PYTHON, "-m", "ensurepip", "--default-pip"]):
        return own
    systems = [sys.executable, "-m", "pip", "--python", PYTHON]
    if works([*systems, "--version"]):
        return systems
    fail("There is no pip to install with. On Debian: apt-get install python3-pip python3-venv")


def install(group: str) -> None:
    with open(requirements(group), encoding="utf-8") as file:
        total = sum(1 for line in file if "==" in line and not line.startswith((" ", "#")))
    say(f"Installing {total} packages (requirements/{group}.txt) ...")
    command = [
        *installer(), "install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--no-input",
        "--requirement", requirements(group),
    ]  # fmt: skip
    environment = dict(os.environ, PIP_USER="0", PYTHONUNBUFFERED="1")
    log = os.path.join(VENV, "install.log")
    seen = 0
    with open(log, "w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        for line in process.stdout or ():
            kept.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                if seen % 10 == 0:
                    say(f"  {seen} of {total}")
            elif line.startswith("Installing collected packages"):
                say("  unpacking ...")
    if process.wait() != 0:
        with open(log, encoding="utf-8") as kept:
            fail("The dependencies could not be installed:\n" + "".join(kept.readlines()[-15:]))
    with open(stamp(group), "w", encoding="utf-8") as file:
        file.write(digest(group))


def main(group: str) -> None:
    if sys.version_info < NEEDED:
        fail(
            f"Python {NEEDED[0]}.{NEEDED[1]} or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
            "Name another one: make demo PYTHON=python3.11"
        )
    if group not in GROUPS:
        fail("Which of these: " + ", ".join(GROUPS) + "?")
    if is_installed(group) and works([PYTHON, "-c", ""]):
        return
    try:
        lock = os.open(os.path.join(CHECKOUT, ".venv.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        fail(
            f"{CHECKOUT} cannot be written ({error.strerror}), and the dependencies are installed there.\n"
            "Use a copy in a folder of your own."
        )
    # A second `make` waits for the first one's installation; the lock goes with the process.
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not works([PYTHON, "-c", ""]):
        create()
    if not is_installed(group):
        install(group)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except KeyboardInterrupt:
        fail("Stopped. The next call goes on from here.")

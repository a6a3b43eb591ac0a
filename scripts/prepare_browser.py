"""See that Chromium and a Japanese font are there for the browser journeys; install them where that is allowed.

    python scripts/prepare_browser.py

Debian's packages, by apt, as root. Elsewhere it says what to install.
"""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing() -> list[str]:
    """The Debian packages that are needed and not there in another form either."""
    packages = []
    if not os.environ.get("CHROMIUM") and not any(shutil.which(name) for name in BROWSERS):
        packages.append("chromium")
    if not has_japanese_font():
        packages.append("fonts-noto-cjk")
    return packages


def has_japanese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    done = subprocess.run(["fc-list", ":lang=ja", "family"], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip())


def install(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' and '.join(packages)} for the browser journeys ...", flush=True)
    for command in (
        ["apt-get", "update", "--quiet=2"],
        ["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", "fontconfig", *packages],
    ):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def main() -> None:
    packages = missing()
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        return
    sys.exit(
        "\nThe browser journeys need Chromium and a Japanese font, and only root may install them.\n"
        f"On Debian: sudo apt-get install {' '.join(packages)}\n"
        "A browser somewhere else can be named: make test CHROMIUM=/path/to/chromium"
    )


if __name__ == "__main__":
    main()

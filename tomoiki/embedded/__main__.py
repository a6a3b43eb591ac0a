"""The embedded servers on the command line: `python -m tomoiki.embedded --help`."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from tomoiki.embedded import demo
from tomoiki.embedded.processes import Trouble, say
from tomoiki.embedded.sessions import Stopped, keep_running, shared_servers, stop_keeping, temporary_servers
from tomoiki.embedded.state import default_environment, local_folder


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tomoiki.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="run the whole portal until Ctrl-C")
    demo_parser.add_argument("--port", default="8000")
    demo_parser.add_argument("--empty", action="store_true", help="without demo data")
    commands.add_parser("reset", help="delete the demo's data")
    commands.add_parser("up", help="start the servers and leave them running")
    commands.add_parser("down", help="stop the servers")
    commands.add_parser("env", help="print the settings that point at the servers, for `eval`")
    run_parser = commands.add_parser("run", help="run a command with the servers; those in the environment go first")
    run_parser.add_argument("--temporary", action="store_true", help="with empty, quick servers of its own")
    run_parser.add_argument("words", nargs=argparse.REMAINDER, metavar="command")
    return parser.parse_args(given)


def run_command(words: list[str], *, temporary: bool) -> int:
    """Run ``words`` while the servers run; its exit status."""
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        raise Trouble("Which command? For example: python -m tomoiki.embedded run python manage.py shell")
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return _wait_for(words, dict(os.environ))
    folder = local_folder()
    with temporary_servers(folder) if temporary else shared_servers(folder) as servers:
        return _wait_for(words, {**servers.environment(), **os.environ})


def _wait_for(words: list[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(words, env=environment)
    except OSError as error:
        raise Trouble(f"{words[0]} could not be started: {error.strerror}.") from error

    def pass_on(number: int, frame: FrameType | None) -> None:
        # Ctrl-C has reached the command from the terminal already; in a shell it only clears the line.
        if number != signal.SIGINT:
            child.send_signal(number)

    before = {each: signal.signal(each, pass_on) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        status = child.wait()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return status if status >= 0 else 128 - status


def main(given: Sequence[str] | None = None) -> int:
    asked = arguments(given)
    try:
        match asked.command:
            case "demo":
                if not asked.port.isdecimal():
                    raise Trouble(f"“{asked.port}” is not a port. For example: make demo PORT=8123")
                demo.run(int(asked.port), empty=asked.empty)
            case "reset":
                demo.reset()
                say("The demo's data are gone. `make demo` builds them anew.")
            case "up":
                keep_running(local_folder())
                say("PostgreSQL and Valkey are running. `python -m tomoiki.embedded down` stops them.")
            case "down":
                if not stop_keeping(local_folder()):
                    raise Trouble("The servers are in use. They stop when the last command that uses them ends.")
                say("PostgreSQL and Valkey are stopped.")
            case "env":
                for name, value in default_environment().items():
                    say(f"export {name}={shlex.quote(value)}")
            case "run":
                return run_command(asked.words, temporary=asked.temporary)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

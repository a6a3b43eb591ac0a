"""What is written for those who deploy the portal agrees with itself and with the code."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from tomoiki.embedded.accounts import ACCOUNTS, PASSWORD
from tomoiki.embedded.state import CHECKOUT
from tomoiki.settings.safety import NUMBERS, problems

COMPOSE = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
# Set by the image or by who starts a process, not by those who fill in .env.
OF_THE_IMAGE = {"DJANGO_SETTINGS_MODULE", "STATIC_ROOT", "PRIVATE_FILES_ROOT"}


def example() -> dict[str, str]:
    lines = (CHECKOUT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def documented() -> set[str]:
    rows = re.findall(r"^\| (`[^|]+) \|", (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def read_by_the_code() -> set[str]:
    found = set(NUMBERS)
    for folder in ("tomoiki", "members", "matching", "courses", "accompaniment", "deploy"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""", text))
            found |= set(re.findall(r"""\benviron(?:ment)?(?:\.get\(|\.setdefault\(|\[)["']([A-Z_]+)["']""", text))
    # Names of the operating system and of libraries.
    return found - {"PATH", "HOME", "LC_ALL", "PYTEST_XDIST_WORKER"}


def fill_in(value: str, given: dict[str, str]) -> str:
    """As compose does with ${NAME}, ${NAME:-default} and ${NAME:?message}."""

    def answer(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        found = given.get(name, "")
        assert found or kind != ":?", rest
        return found or (rest if kind == ":-" else "")

    return re.sub(r"\$\{([A-Z_]+)(?:(:-|:\?)([^}]*))?\}", answer, value)


def environment_of(service: str, given: dict[str, str]) -> dict[str, str]:
    image = dict(pair for line in re.findall(r"ENV (.*)", DOCKERFILE.replace("\\\n", " ")) for pair in _pairs(line))
    return image | {name: fill_in(str(value), given) for name, value in SERVICES[service]["environment"].items()}


def _pairs(line: str) -> list[list[str]]:
    return [word.split("=", 1) for word in shlex.split(line)]


FILLED = {
    "SECRET_KEY": "q8Zr1vT5xW2nB7mK4pL9sD6fG3hJ0aYcUeIoRtEwQzXvNbM1k2",
    "POSTGRES_PASSWORD": "5f2c9a1be7",
    "REDIS_PASSWORD": "77aa01cd42",
}


def test_every_variable_of_compose_stands_in_the_example_and_the_other_way_round():
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) == set(example())


def test_every_setting_is_documented_and_nothing_else_is():
    passed = {name for service in SERVICES.values() for name in service.get("environment", {})}
    of_other_images = {name for name in passed if name.startswith(("POSTGRES_", "MP_", "REDISCLI_"))} | {"TZ"}
    used = read_by_the_code() | set(example()) | (passed - of_other_images)
    # Read by the test suite and by make.
    assert documented() == used | {"TEST_DB_SUFFIX", "CHROMIUM"}


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "embeddings", "beat"])
def test_the_example_is_refused_until_its_secrets_are_filled_in(service):
    untouched = problems(environment_of(service, example()))
    assert [problem.split()[0] for problem in untouched] == ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"]
    assert problems(environment_of(service, example() | FILLED)) == []


def test_the_settings_for_the_mail_catcher_are_safe_ones():
    catcher = {"MAIL_HOST": "mail", "MAIL_PORT": "1025", "MAIL_ENCRYPTION": "none", "MAIL_PLAINTEXT_ALLOWED": "true"}
    assert problems(environment_of("web", example() | FILLED | catcher)) == []
    assert SERVICES["mail"]["profiles"] == ["mailcatcher"]


def test_the_model_of_meanings_is_loaded_by_one_process_and_without_threads():
    command = SERVICES["embeddings"]["command"]
    assert {"--queues=embeddings", "--concurrency=1"} <= set(command)
    for name in ("migrate", "web", "worker", "embeddings", "beat"):
        assert SERVICES[name]["environment"]["OMP_NUM_THREADS"] == "1"
    others = [service["command"] for name, service in SERVICES.items() if name == "worker"]
    assert all("embeddings" not in str(each) for each in others)


def test_every_service_that_stays_has_a_health_check_and_comes_back():
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped"
        # The web's is the image's own.
        assert "test" in service["healthcheck"] if name != "web" else "HEALTHCHECK" in DOCKERFILE
    assert {name for name, service in SERVICES.items() if "build" in service} == {
        "migrate",
        "web",
        "worker",
        "embeddings",
        "beat",
    }


def test_the_portal_runs_without_privileges_and_is_reached_from_this_machine_only():
    for name in ("migrate", "web", "worker", "embeddings", "beat"):
        assert SERVICES[name]["read_only"]
        assert SERVICES[name]["cap_drop"] == ["ALL"]
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    last_user = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1]
    assert last_user == "10001:10001"


def test_the_named_volumes_are_those_in_use():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert used == set(yaml.safe_load(COMPOSE)["volumes"])


def test_programs_named_by_the_containers_are_there():
    words = DOCKERFILE + COMPOSE
    named = set(re.findall(r"\b(?:deploy|requirements|tomoiki)/[\w/]+\.(?:py|txt)\b", words))
    assert named >= {"deploy/gunicorn.py", "deploy/healthcheck.py", "requirements/run.txt"}
    for name in named:
        assert (CHECKOUT / name).exists(), name
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert named.isdisjoint(ignored)
    assert ".env" in ignored


def test_the_readme_lists_every_target_and_every_account_of_the_demo():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    assert set(targets) - {"help"} == set(re.findall(r"^\| `make ([a-z-]+)` \|", readme, re.MULTILINE))
    rows = re.findall(r"^\| ([^|`]+) \| `([^`]+@[^`]+)` \|$", readme, re.MULTILINE)
    assert rows == [(account.who, account.email) for account in ACCOUNTS]
    assert f"`{PASSWORD}`" in readme


def test_links_in_the_documents_lead_somewhere():
    for document in (CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (Path(document).parent / target).exists(), f"{document}: {target}"

"""Production refuses to start with an unsafe value, says which, and names all of them at once."""

import os
import subprocess
import sys

import pytest

from tomoiki.embedded.state import CHECKOUT
from tomoiki.settings.safety import problems

SAFE = {
    "SECRET_KEY": "q8Zr1vT5xW2nB7mK4pL9sD6fG3hJ0aYcUeIoRtEwQzXvNbM1k2",
    "ALLOWED_HOSTS": "portal.example.jp",
    "SITE_URL": "https://portal.example.jp",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://portal:s3cret@db:5432/portal",
    "REDIS_URL": "redis://:s3cret@redis:6379/0",
    "PRIVATE_FILES_ROOT": "/srv/files",
    "MAIL_HOST": "mail.example.jp",
    "MAIL_ENCRYPTION": "starttls",
    "MAIL_FROM": "ともいき事務局 <office@portal.example.jp>",
}


def named(found: list[str]) -> list[str]:
    """The variable that each problem begins with."""
    return [problem.split()[0] for problem in found]


def test_a_complete_environment_is_safe():
    assert problems(SAFE) == []


def test_an_empty_environment_is_told_everything_at_once():
    assert named(problems({})) == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "TRUSTED_PROXY_COUNT",
        "DATABASE_URL",
        "REDIS_URL",
        "PRIVATE_FILES_ROOT",
        "MAIL_HOST",
        "MAIL_FROM",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "change-me-" + SAFE["SECRET_KEY"]),
        ("SECRET_KEY", "local-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"),
        ("SECRET_KEY_FALLBACKS", "old"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "portal.example.jp,*"),
        ("ALLOWED_HOSTS", "."),
        ("ALLOWED_HOSTS", "other.example.jp"),
        ("SITE_URL", "http://portal.example.jp"),
        ("SITE_URL", "https://portal.example.jp/"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://portal.example.jp:port"),
        ("TRUSTED_PROXY_COUNT", "0"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("CSRF_TRUSTED_ORIGINS", "http://idp.example.jp"),
        ("CSRF_TRUSTED_ORIGINS", "*"),
        ("GBIZID_CLIENT_ID", "client-without-secret"),
        ("GBIZID_ISSUER", "http://idp.example.jp/oauth"),
        ("GBIZID_ISSUER", "https://idp.example.jp/oauth/"),
        ("DEBUG", "true"),
        ("DEBUG", "1"),
        ("STAFF_SECOND_FACTOR_REQUIRED", "false"),
        ("STAFF_SECOND_FACTOR_REQUIRED", "flase"),
        ("LOG_LEVEL", "DEBUG"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "postgres://portal:change-me@db/portal"),
        ("REDIS_URL", "memcached://redis:6379/0"),
        ("REDIS_URL", "redis://:change-me@redis:6379/0"),
        ("PRIVATE_FILES_ROOT", "files"),
        ("MAIL_ENCRYPTION", "none"),
        ("MAIL_ENCRYPTION", "ssl"),
        ("MAIL_PASSWORD", "change-me"),
        ("MAIL_FROM", "office"),
        ("MAIL_FROM", "jimukyoku@tomoiki.example"),
        ("MAIL_PORT", "0"),
        ("STATEMENT_TIMEOUT_MS", "0"),
        ("LOCK_TIMEOUT_MS", "off"),
        ("HSTS_SECONDS", "0"),
    ],
)
def test_one_unsafe_value_is_one_problem_that_names_it(name, value):
    assert named(problems({**SAFE, name: value})) == [name]


@pytest.mark.parametrize(
    "more",
    [
        {"ALLOWED_HOSTS": ".example.jp"},
        {"ALLOWED_HOSTS": "PORTAL.example.jp, internal"},
        {"MAIL_HOST": "localhost", "MAIL_ENCRYPTION": "none"},
        {"MAIL_ENCRYPTION": "none", "MAIL_PLAINTEXT_ALLOWED": "true"},
        {"DEBUG": "false", "STAFF_SECOND_FACTOR_REQUIRED": "True"},
        {
            "GBIZID_CLIENT_ID": "client",
            "GBIZID_CLIENT_SECRET": "a-secret",
            "GBIZID_ISSUER": "https://login.example.com:8443/oauth",
        },
        {"STATEMENT_TIMEOUT_MS": "5000", "HSTS_SECONDS": "3600"},
    ],
)
def test_safe_choices_are_admitted(more):
    assert problems({**SAFE, **more}) == []


def test_a_password_never_travels_in_the_clear_even_where_mails_may():
    more = {"MAIL_ENCRYPTION": "none", "MAIL_PLAINTEXT_ALLOWED": "true", "MAIL_PASSWORD": "s3cret"}
    assert named(problems({**SAFE, **more})) == ["MAIL_PASSWORD"]


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tomoiki.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_django_does_not_start_and_the_message_lists_what_to_mend():
    done = run("import django; django.setup()", {**SAFE, "ALLOWED_HOSTS": "*", "SITE_URL": "http://x"})
    assert done.returncode == 1
    assert "- ALLOWED_HOSTS admits every host name" in done.stderr
    assert "- SITE_URL must be the portal's public address" in done.stderr
    assert SAFE["SECRET_KEY"] not in done.stderr


def test_a_web_server_without_named_settings_gets_those_of_production():
    done = run(
        "import os; del os.environ['DJANGO_SETTINGS_MODULE']\nimport tomoiki.wsgi",
        {name: value for name, value in SAFE.items() if name != "SECRET_KEY"},
    )
    assert done.returncode == 1
    assert "- SECRET_KEY is missing" in done.stderr


def test_in_production_django_itself_finds_nothing_to_warn_of_and_cookies_and_redirects_are_strict(tmp_path):
    code = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.test import Client
plain = Client(HTTP_HOST="portal.example.jp")
page = plain.get("/join/")
print(page.status_code, page["Location"])
print(plain.get("/healthz").status_code)
secure = plain.get("/healthz", HTTP_X_FORWARDED_PROTO="https")
print(secure["Strict-Transport-Security"])
print(plain.get("/healthz", HTTP_HOST="elsewhere.example").status_code)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_NAME, settings.DEMO)
"""
    static = {"STATIC_ROOT": str(tmp_path / "static")}
    collect = "import django; django.setup()\nfrom django.core.management import call_command as c; c('collectstatic')"
    # As the image is built: without any secret.
    built = run(collect, {**static, "DJANGO_SETTINGS_MODULE": "tomoiki.settings.build"})
    assert built.returncode == 0, built.stderr
    done = run(code, {**SAFE, **static, "LOG_LEVEL": "CRITICAL"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-5:] == [
        "301 https://portal.example.jp/join/",
        "200",
        "max-age=31536000",
        "400",
        "__Host-session True __Host-csrf False",
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"EMBEDDINGS": "none"}, []),
        ({"EMBEDDINGS": "on"}, ["EMBEDDINGS"]),
        ({"EMBEDDINGS": "server"}, ["EMBEDDINGS_URL", "EMBEDDINGS_MODEL"]),
        ({"EMBEDDINGS": "server", "EMBEDDINGS_URL": "https://e.example/v1", "EMBEDDINGS_MODEL": "m"}, []),
        (
            {
                "EMBEDDINGS": "server",
                "EMBEDDINGS_URL": "http://e.example/v1",
                "EMBEDDINGS_MODEL": "m",
                "EMBEDDINGS_KEY": "k",
            },
            ["EMBEDDINGS_URL"],
        ),
        (
            {
                "EMBEDDINGS": "server",
                "EMBEDDINGS_URL": "http://embedder:8000/v1",
                "EMBEDDINGS_MODEL": "m",
                "EMBEDDINGS_KEY": "k",
            },
            [],
        ),
    ],
)
def test_who_makes_vectors_is_one_of_three_and_reached_safely(given, told):
    assert named(problems(SAFE | given)) == told

"""What is written when something goes wrong: the way there, and nothing of what a visitor typed."""

import io
import json
import logging
from logging.config import DictConfigurator
from typing import Any

import pytest

from tomoiki.settings.logs import logging_config, without_secrets


def written(fmt: str) -> str:
    """What the formatter of ``fmt`` makes of an exception that a library logs."""
    config: Any = DictConfigurator(logging_config(fmt=fmt, level="INFO"))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(config.configure_formatter(config.config["formatters"]["structured"]))
    logger = logging.Logger("django.request")  # noqa: LOG001 - of its own, so that the process keeps its handlers
    logger.addHandler(handler)
    password = "himitsu-no-kotoba"
    try:
        raise ValueError(len(password))
    except ValueError:
        logger.exception("Internal Server Error: %s", "/join/")
    return stream.getvalue()


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_a_traceback_tells_the_way_and_no_values(fmt: str) -> None:
    text = written(fmt)
    assert "Internal Server Error: /join/" in text
    assert "ValueError: 17" in text
    assert "himitsu-no-kotoba" not in text


def test_production_writes_one_object_a_line() -> None:
    line = written("json")
    assert line.count("\n") == 1
    assert json.loads(line)["exception"].startswith("Traceback (most recent call last):")


@pytest.mark.parametrize(
    ("request_line", "kept"),
    [
        ("GET /invitations/3q2-7wHhX0nE9tZcVbYkLmPqRsTuVwXyZaBcDeFgHiJ/", "GET /invitations/[...]/"),
        ("POST /r/Zk3mX9qLw7RtYpVbNcHsJdFgKu2e4A6T/", "POST /r/[...]/"),
        ("GET /account/confirm-email/MTI:1tQz9X:b5f0c2d7e4a1938dQk/", "GET /account/confirm-email/[...]/"),
        (
            "GET /account/password/reset/key/1c-cvk3xz-9f86d081884c7d659a2feaa0c55ad015/",
            "GET /account/password/reset/key/[...]/",
        ),
        ("GET /account/login/?next=/invitations/3q2-7wHhX0nE9tZcVbYkLmPqRsTuVwXyZaBcDeFgHiJ/", "GET /account/login/"),
        ("GET /organisations/?q=%E6%A3%AE%E6%98%A5%E5%AD%90", "GET /organisations/"),
        ("GET /organisation/12345/referrals/67/", "GET /organisation/12345/referrals/67/"),
        (
            "GET /organisation/12/edit/visibility-and-other-things/",
            "GET /organisation/12/edit/visibility-and-other-things/",
        ),
    ],
)
def test_a_request_is_written_without_the_link_that_is_a_key(request_line: str, kept: str) -> None:
    written = without_secrets(None, "info", {"event": "request_started", "request": request_line})
    assert written == {"event": "request_started", "request": kept}


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_what_django_says_of_a_page_holds_no_such_link_either(fmt: str) -> None:
    config: Any = DictConfigurator(logging_config(fmt=fmt, level="INFO"))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(config.configure_formatter(config.config["formatters"]["structured"]))
    logger = logging.Logger("django.security.csrf")  # noqa: LOG001 - of its own, as above
    logger.addHandler(handler)
    logger.warning("Forbidden (%s): %s", "CSRF cookie not set.", "/r/Zk3mX9qLw7RtYpVbNcHsJdFgKu2e4A6T/")
    assert "/r/[...]/" in stream.getvalue()
    assert "Zk3mX9qL" not in stream.getvalue()

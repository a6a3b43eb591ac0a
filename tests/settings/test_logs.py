"""What is written when something goes wrong: the way there, and nothing of what a visitor typed."""

import io
import json
import logging
from logging.config import DictConfigurator
from typing import Any

import pytest

from tomoiki.settings.logs import logging_config


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

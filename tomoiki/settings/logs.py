"""Structured logging: one JSON object a line in production, readable lines in development."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

#: What opens a page for whoever knows it: invitations, links of referrals, confirmations, new passwords.
_SECRET = re.compile(r"(?<=[/=])(?=[^/&?=]*[0-9A-Z:])[A-Za-z0-9_:.~-]{20,}(?=[/&]|$)")


def without_secrets(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out of a request's line what only its visitor may know: links that are keys, and what was searched for."""
    for key in ("request", "event"):
        text = event.get(key)
        if isinstance(text, str):
            event[key] = _SECRET.sub("[...]", text.partition("?")[0] if key == "request" else text)
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, fmt: str, level: str) -> dict[str, Any]:
    """Configure structlog and return Django's ``LOGGING``.

    ``fmt`` is ``json`` or ``console``; ``level`` is a standard level name.
    """
    structlog.configure(
        processors=[
            *SHARED_PROCESSORS,
            structlog.stdlib.filter_by_level,
            without_secrets,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        # Plain: a pretty traceback prints what variables held, a visitor's name and password among them.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED_PROCESSORS, without_secrets],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    # What Django and libraries log comes here with its exception untouched.
                    structlog.processors.format_exc_info,
                    renderer,
                ],
            }
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stream"], "level": "WARNING", "propagate": False},
            "fontTools": {"level": "WARNING"},
        },
    }

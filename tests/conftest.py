"""What every test shares: strict templates, a clean cache, nothing left of one test in the next."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.template import engines

from tests.browser.portal import begin_run, end_run
from tests.strictness import FailsWhenPrinted

#: The browser and the portal before it, for every test that asks for them: Playwright may be started only once.
pytest_plugins = ["tests.browser.windows"]

# Playwright's own loop must not keep Django from the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True, scope="session")
def _undefined_template_variables_fail() -> None:
    engines["django"].engine.string_if_invalid = FailsWhenPrinted()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits and sessions of one test do not meet the next; each worker has its own keys."""
    yield
    if "client" in request.fixturenames or request.node.get_closest_marker("django_db"):
        # Not cache.clear(): that empties the whole Redis database, which the workers share.
        client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
        keys = list(client.scan_iter(match=f"{settings.CACHES['default']['KEY_PREFIX']}:*", count=1000))
        if keys:
            client.delete(*keys)


def pytest_configure(config: pytest.Config) -> None:
    begin_run()


def pytest_sessionfinish(session: pytest.Session) -> None:
    # The controller finishes last; a worker must not take the portal from the others.
    if not hasattr(session.config, "workerinput"):
        end_run()

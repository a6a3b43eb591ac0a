"""The bench's server: as in production, but plain HTTP on loopback and two pages more, to measure against."""

import os

os.environ.setdefault("SECRET_KEY", "bench-only-0123456789-0123456789-0123456789-0123456789")

from tomoiki.settings.base import *  # noqa: F403 - the base, as in production
from tomoiki.settings.base import CACHES, MIDDLEWARE

ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.pages.CountQueries", *MIDDLEWARE]
STAFF_SECOND_FACTOR_REQUIRED = False
# What the bench counts must not be remembered by a portal that shares its Redis.
CACHES = {name: {**cache, "KEY_PREFIX": "bench"} for name, cache in CACHES.items()}

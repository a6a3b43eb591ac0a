"""A cache for what the database holds as well: pages go on without it."""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis, but reading finds nothing and writing does nothing while it cannot be reached.

    Deleting still raises: a session that was ended must not come back with the server.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            log.warning("cache.unreachable", error=type(error).__name__)
            return default

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        try:
            super().set(key, value, *args, **options)
        except RedisError as error:
            log.warning("cache.unreachable", error=type(error).__name__)

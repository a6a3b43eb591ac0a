"""How often somebody may report."""

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

HOUR = 3600
#: Of one visitor, or one person who is logged in.
REPORTS_EACH = 10
#: Of all visitors together: whoever comes from a thousand addresses fills no list either.
REPORTS_OF_VISITORS = 60


def reporter_key(request: HttpRequest) -> str:
    """Tells one reporter from another and says nothing about who it is."""
    user = request.user
    who = f"user:{user.pk}" if user.is_authenticated else f"network:{get_adapter().get_client_ip(request)}"
    return salted_hmac("tomoiki.report", who, algorithm="sha256").hexdigest()


def report_allowed(request: HttpRequest) -> bool:
    """Count one more report of this reporter; False when it is over the limit."""
    counts = [(f"report:of:{reporter_key(request)}", REPORTS_EACH)]
    if not request.user.is_authenticated:
        counts.append(("report:of:visitors", REPORTS_OF_VISITORS))
    try:
        return not [key for key, limit in counts if _count(key) > limit]
    except RedisError as error:
        # People must be able to reach the office while the counters are away.
        log.warning("report.limits_unreachable", error=type(error).__name__)
        return True


def _count(key: str) -> int:
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        return 1

"""How often a public form may be sent."""

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

HOUR = 3600
#: Leaves room for colleagues behind one office's address.
MESSAGES_PER_ADDRESS_OF_NETWORK = 20
#: The receipt goes to whatever address was typed; nobody is to be flooded with it.
MESSAGES_PER_MAIL_ADDRESS = 5


def contact_allowed(request: HttpRequest, email: str) -> bool:
    """Count one more message of this visitor and to this mail address; False when either is over its limit."""
    counts = [
        (f"pages:contact:from:{get_adapter().get_client_ip(request)}", MESSAGES_PER_ADDRESS_OF_NETWORK),
        (f"pages:contact:to:{email.lower()}", MESSAGES_PER_MAIL_ADDRESS),
    ]
    try:
        over = [key for key, limit in counts if _count(key) > limit]
        return not over
    except RedisError as error:
        # People must be able to reach the office while the counters are away.
        log.warning("contact.limits_unreachable", error=type(error).__name__)
        return True


def _count(key: str) -> int:
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        return 1

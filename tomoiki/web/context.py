"""What every page's template knows besides its own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tomoiki.web.header import unread_for


def names() -> dict[str, Any]:
    """The part that needs neither a request nor a database; error pages use it alone."""
    return {
        "site_name": settings.SITE_NAME,
        "site_owner": settings.SITE_OWNER,
        "is_demo": getattr(settings, "DEMO", False),
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Names of the site, whether this is the demo, and the number on the bell (asked for only when shown)."""

    def unread() -> int:
        user = getattr(request, "user", None)
        return unread_for(user) if user is not None else 0

    return {**names(), "unread_count": SimpleLazyObject(unread)}

"""Production: refuses to start with an unsafe value, and says which; all of them at once."""

import os

from django.core.exceptions import ImproperlyConfigured

from tomoiki.settings.safety import problems

_found = problems(os.environ)
if _found:
    raise ImproperlyConfigured(
        "The portal does not start with these settings (docs/settings.md explains each):\n"
        + "\n".join(f"- {problem}" for problem in _found)
    )

from tomoiki.settings.base import *  # noqa: E402, F403 - only after the environment was found safe
from tomoiki.settings.base import CONTENT_SECURITY_POLICY, env  # noqa: E402

# TLS ends at the proxy, which must set this header itself and drop what a visitor sends under that name.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# The load balancer and the container's health check ask without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
# Whether the domain's other hosts have TLS too is for its owner to know.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# The prefix makes browsers refuse these cookies without TLS, for other paths and from subdomains.
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {**CONTENT_SECURITY_POLICY["DIRECTIVES"], "upgrade-insecure-requests": True},
}

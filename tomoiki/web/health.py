"""Liveness and readiness for the load balancer."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class ReadinessCheck:
    """``check`` returns a short fact when all is well and raises when it is not."""

    name: str
    check: Callable[[], str]


readiness_checks: Registry[ReadinessCheck] = Registry("readiness checks", key=lambda check: check.name)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    cache.set("readyz", "1", 5)
    if cache.get("readyz") != "1":
        raise RuntimeError("a value written was not read back")
    return "ok"


readiness_checks.register(ReadinessCheck("database", _database))
readiness_checks.register(ReadinessCheck("redis", _redis))


@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, Redis and the outbox are in order; 503 and which is not, otherwise.

    Failures are named by their kind only: the page is public.
    """
    results: dict[str, str] = {}
    healthy = True
    for check in readiness_checks:
        try:
            results[check.name] = check.check()
        except Exception as error:  # every failure of a dependency means not ready
            healthy = False
            results[check.name] = f"failed: {type(error).__name__}"
    return JsonResponse({"ready": healthy, "checks": results}, status=200 if healthy else 503)

"""Pages for when something goes wrong: they stay calm and say what to do next."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from tomoiki.web.context import names


def _without_database(template: str, status: int) -> HttpResponse:
    # No request context: the session or the database may be what failed.
    return HttpResponse(loader.render_to_string(template, names()), status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``"""
    return _without_database("400.html", 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``"""
    return render(request, "403.html", status=403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``"""
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: touches neither the database nor the session."""
    return _without_database("500.html", 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: mostly a page that stood open for too long; nothing was saved, and nothing is lost."""
    return _without_database("403_csrf.html", 403)

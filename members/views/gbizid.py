"""The way to GビズID."""

from typing import cast

import structlog
from allauth.socialaccount.providers.openid_connect.views import login as begin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

log = structlog.get_logger(__name__)


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """allauth's own beginning of a login, which asks the provider where its pages are; kind words when it is away."""
    try:
        return cast(HttpResponse, begin(request, provider_id))
    except RequestException as error:
        log.warning("gbizid.unreachable", error=type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)

"""Old links to an organisation that went up in another lead on to that one."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from members.merging import end_of_chain
from members.models import Organisation

_ABOUT_AN_ORGANISATION = re.compile(r"organisations?/<int:pk>/")


class MergedOrganisationsMiddleware:
    """Where a page of an organisation is not there, looks whether that one was merged.

    For now, not for good (302): a merge may be undone. Who may see the page of the other is decided there.
    """

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, Http404) or request.method not in ("GET", "HEAD") or match is None:
            return None
        if "admin" in match.namespaces or not _ABOUT_AN_ORGANISATION.search(match.route):
            return None
        merged = Organisation.objects.filter(pk=match.kwargs["pk"], merged_into__isnull=False).first()
        if merged is None:
            return None
        target = end_of_chain(merged)
        if not Organisation.objects.visible_to(request.user).filter(pk=target.pk).exists():
            return None
        return redirect(match.view_name, **{**match.kwargs, "pk": target.pk})

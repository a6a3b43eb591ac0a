"""The front door."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.enums import OrganisationKind
from tomoiki.pages.figures import figures
from tomoiki.pages.newest import newest_of_both
from tomoiki.pages.questions import TEASER

KINDS = [kind for kind in OrganisationKind if kind != OrganisationKind.OTHER]


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the consortium is, what is asked and offered right now, and how to join."""
    return render(
        request,
        "pages/home.html",
        {
            "figures": figures(),
            "posts": newest_of_both(request.user),
            "kinds": KINDS,
            "questions": TEASER,
        },
    )

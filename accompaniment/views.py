from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def intro(request: HttpRequest) -> HttpResponse:
    """What the six months beside a practitioner will be, and how to hear when applications open."""
    return render(request, "accompaniment/intro.html")

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def intro(request: HttpRequest) -> HttpResponse:
    """What learning with the consortium will be, and how to hear when it begins."""
    return render(request, "courses/intro.html")

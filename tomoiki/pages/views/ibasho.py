"""The consortium's own measure of success, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matching.ibasho_figures import FEWEST
from tomoiki.pages.ibasho_years import ibasho_years


@login_not_required
@require_safe
def ibasho(request: HttpRequest) -> HttpResponse:
    """/ibasho/: how many places there are where people belong, and what those who come say, by year."""
    years = ibasho_years()
    context = {
        "years": years,
        "fewest": FEWEST,
        # From left to right, as time goes.
        "places": [(f"{each['year']}年度", each["ibasho"]) for each in reversed(years)],
        "visits": [(f"{each['year']}年度", each["visits_a_month"]) for each in reversed(years)],
        "most_places": max((each["ibasho"] for each in years), default=0),
        "most_visits": max((each["visits_a_month"] for each in years), default=0),
    }
    return render(request, "pages/ibasho.html", context)

"""Everything that happened to an organisation, for its own people and staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.views.common import organisation_or_404
from tomoiki.web.timeline import timeline_page


@never_cache
@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """/organisation/<pk>/timeline/: posts, introductions, meetings and what came of them, newest first."""
    organisation = organisation_or_404(request, pk, "members.view_timeline")
    page = timeline_page(organisation, request.GET.get("cursor", ""))
    context = {"organisation": organisation, "page": page, "paged": bool(request.GET.get("cursor"))}
    return render(request, "members/timeline.html", context)

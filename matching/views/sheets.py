"""The 回覧板 of a post, to be printed."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from matching.models import Post
from matching.papers import public_url
from matching.papers import sheet as make_sheet
from matching.standing import place_of
from matching.views.files import pdf_response


@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """/posts/<pk>/sheet/: for those of its organisation, while it is on the board; ``?ruby=0`` without readings."""
    own = Post.objects.owned_by(request.user).select_related("organisation__municipality").with_groups()
    post = get_object_or_404(own, pk=pk)
    if not place_of(request.user).may_act_for(post.organisation_id):
        raise PermissionDenied
    if not post.is_open:
        raise Http404("nobody could answer")
    readings = request.GET.get("ruby") != "0"
    name = f"kairan-{post.pk}{'' if readings else '-plain'}.pdf"
    return pdf_response(make_sheet(post, url=public_url(post), readings=readings), name)

"""Switching between one's organisations."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from members import acting


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Offer another of one's organisations first in the forms that follow; nothing is done in its name by that."""
    wanted = request.POST.get("organisation", "")
    chosen = next((each for each in acting.choices(request) if str(each.pk) == wanted), None)
    if chosen is None:
        raise Http404
    acting.choose(request, chosen)
    messages.success(request, f"書くときやお返事をするときに、「{chosen.name}」が先に選ばれるようにしました。")
    after = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(after)
    return redirect("pages:me")

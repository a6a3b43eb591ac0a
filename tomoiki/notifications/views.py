from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tomoiki.notifications import transitions
from tomoiki.notifications.enums import ALWAYS_MAILED, Topic
from tomoiki.notifications.forms import PreferencesForm
from tomoiki.notifications.models import Notification
from tomoiki.web.pagination import keyset_page


def _person(request: HttpRequest) -> Any:
    """Who is logged in; LoginRequiredMiddleware lets nobody else come this far."""
    return request.user


@never_cache
@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first; with ``?unread=1`` only those not opened."""
    unread_only = bool(request.GET.get("unread"))
    notices = Notification.objects.of(request.user)
    page = keyset_page(notices.unread() if unread_only else notices, request.GET.get("cursor", ""), field="created_at")
    address = reverse("notifications:list")
    return render(
        request,
        "notifications/list.html",
        {
            "page": page,
            "unread_only": unread_only,
            "newest": notices.order_by("-created_at", "-pk").values_list("pk", flat=True).first() or 0,
            "tabs": [
                {"url": address, "label": "すべて", "current": not unread_only, "count": None},
                {"url": f"{address}?unread=1", "label": "まだ読んでいないもの", "current": unread_only, "count": None},
            ],
        },
    )


@require_POST
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    try:
        notice = transitions.open_notification(pk, actor=_person(request))
    except Notification.DoesNotExist as error:
        raise Http404 from error
    if notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None):
        return redirect(notice.link)
    return redirect("notifications:list")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read that was there when the person opened the list."""
    try:
        up_to = int(request.POST.get("up_to", ""))
    except ValueError as error:
        raise Http404 from error
    # Beyond what the column can hold there is nothing to mark.
    marked = transitions.read_all(up_to=min(max(up_to, 0), 2**63 - 1), actor=_person(request))
    if marked:
        messages.success(request, "お知らせをすべて読んだことにしました。")
    return redirect("notifications:list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Which notices come by e-mail as well."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        transitions.choose_topics(by_mail=form.cleaned_data["by_mail"], among=form.topics, actor=_person(request))
        messages.success(request, "お知らせの受け取り方を保存しました。")
        return redirect("notifications:preferences")
    return render(
        request,
        "notifications/preferences.html",
        {"form": form, "always": [topic for topic in Topic if topic in ALWAYS_MAILED]},
    )

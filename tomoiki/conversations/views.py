"""Reporting (通報): one short form for whatever may be reported."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tomoiki.audit.actors import SystemActor
from tomoiki.conversations import transitions
from tomoiki.conversations.forms import ReportForm
from tomoiki.conversations.limits import report_allowed, reporter_key
from tomoiki.conversations.reportable import Reportable, reportables

#: Acts for a visitor without an account.
REPORT_FORM = SystemActor("report_form")


def _find(request: HttpRequest, kind: str, pk: int) -> tuple[Reportable, models.Model]:
    able = reportables.get(kind)
    subject = able.find(request.user, pk) if able is not None else None
    if able is None or subject is None:
        raise Http404
    return able, subject


def _page(request: HttpRequest, able: Reportable, subject: Any, form: ReportForm | None) -> HttpResponse:
    context = {"form": form, "noun": able.noun, "title": able.title(subject), "back_url": able.url(subject)}
    return render(request, "conversations/report.html" if form else "conversations/report_sent.html", context)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The form; whoever has reported the same before reads that it arrived."""
    able = reportables.get(kind)
    if able is not None and able.members_only and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    able, subject = _find(request, kind, pk)
    visitor = not request.user.is_authenticated
    form = ReportForm(request.POST if request.method == "POST" else None, asks_address=visitor)
    if request.method == "POST" and form.is_valid():
        if report_allowed(request):
            transitions.report(
                kind,
                pk,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                address=form.cleaned_data.get("address", ""),
                key=reporter_key(request),
                actor=REPORT_FORM if isinstance(request.user, AnonymousUser) else request.user,
                on_behalf=request.user if visitor else None,
            )
            return redirect("conversations:report_sent", kind, pk)
        form.add_error(
            None, "続けて送られた回数が多いため、受け付けられませんでした。1時間ほどおいて、もう一度お送りください。"
        )
    return _page(request, able, subject, form)


@never_cache
@login_not_required
@require_safe
def report_sent(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Thanks, and what happens next."""
    able, subject = _find(request, kind, pk)
    return _page(request, able, subject, None)

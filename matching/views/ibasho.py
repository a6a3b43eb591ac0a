"""An organisation's own ibasho: the list, one with its history, and what may be changed about it."""

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.forms.ibasho import CloseForm, IbashoDetailsForm, MeasureForm
from matching.ibasho_figures import Scope, quality_of, standing_on
from matching.models import Ibasho, IbashoChange, IbashoSurvey
from matching.views.person import person_of
from matching.views.refusals import tell
from members.models import Organisation
from tomoiki.vocabulary.words import Words
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow import TransitionError

METHODS = ["GET", "HEAD", "POST"]
PAGE_SIZE = 20


@require_safe
def my_ibasho(request: HttpRequest) -> HttpResponse:
    """/my/ibasho/: those of one's organisations, open and closed."""
    user = person_of(request)
    own = Ibasho.objects.filter(organisation__in=Organisation.objects.of(user))
    rows = own.select_related("organisation", "municipality")
    page = keyset_page(rows, request.GET.get("cursor", ""), field="name", size=PAGE_SIZE, by_text=True)
    organisations = Organisation.objects.of(user).values_list("pk", flat=True)
    context = {
        "page": page,
        "able": Organisation.objects.able_to_act(user).exists(),
        "standing": standing_on(timezone.localdate(), Scope(organisations=list(organisations) or [0])),
    }
    return render(request, "matching/my_ibasho.html", context)


@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """/my/ibasho/new/"""
    user = person_of(request)
    organisations = Organisation.objects.able_to_act(user).order_by("name", "pk")
    if not organisations.exists():
        messages.info(request, "居場所は、登録した団体の担当者が書けます。")
        return redirect("matching:my_ibasho")
    form = IbashoDetailsForm(request.POST if request.method == "POST" else None, organisations=organisations)
    if form.is_bound and form.is_valid():
        try:
            made = transitions.open_ibasho(on_behalf=form.cleaned_data["on_behalf"], data=form.told(), actor=user)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "居場所を登録しました。来る人へのアンケートも、ここから始められます。")
            return redirect(made)
    return render(request, "matching/ibasho_form.html", {"form": form, "ibasho": None})


def _found(request: HttpRequest, pk: int) -> Ibasho:
    rows = Ibasho.objects.visible_to(request.user).select_related("organisation", "municipality")
    return get_object_or_404(rows, pk=pk)


def _to_change(request: HttpRequest, pk: int, permission: str) -> Ibasho:
    ibasho = _found(request, pk)
    if not rules.has_perm(permission, person_of(request), ibasho):
        raise PermissionDenied(permission)
    return ibasho


@require_safe
def ibasho(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/: how it stands, how it came there, and what those who come say."""
    found = _found(request, pk)
    surveys = list(IbashoSurvey.objects.filter(ibasho=found).order_by("-opens_on", "-pk")[:12])
    today = timezone.localdate()
    rounds = [
        {
            "survey": each,
            "running": each.is_running(today),
            "quality": quality_of(IbashoSurvey.objects.filter(pk=each.pk), public=False),
        }
        for each in surveys[:2]
    ]
    context = {
        "ibasho": found,
        "who": Words.load("ibasho_who").labels("ibasho_who", found.who),
        "measures": list(found.measures.order_by("-on", "-pk")[:24]),
        "changes": list(
            IbashoChange.objects.filter(ibasho=found).select_related("outcome__introduction__post").order_by("-pk")[:12]
        ),
        "rounds": rounds,
        "older": surveys[2:],
        "may_edit": rules.has_perm("matching.edit_ibasho", person_of(request), found),
    }
    return render(request, "matching/ibasho.html", context)


@never_cache
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/edit/"""
    found = _to_change(request, pk, "matching.edit_ibasho")
    initial = {
        "name": found.name,
        "who": found.who,
        "who_comes": found.who_comes,
        "municipality": found.municipality.code if found.municipality else "",
        "address": found.address,
        "opened_on": found.opened_on,
    }
    form = IbashoDetailsForm(request.POST if request.method == "POST" else None, ibasho=found, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            transitions.edit_ibasho(found.pk, data=form.told(), actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "保存しました。")
            return redirect(found)
    return render(request, "matching/ibasho_form.html", {"form": form, "ibasho": found})


@never_cache
@require_http_methods(METHODS)
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/measure/: new numbers from a day on."""
    found = _to_change(request, pk, "matching.measure_ibasho")
    initial = {"open_days_a_month": found.open_days_a_month, "people_a_time": found.people_a_time}
    form = MeasureForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            transitions.measure_ibasho(found.pk, on=given.pop("on"), numbers=given, actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "日数と人数を記録しました。")
            return redirect(found)
    return render(request, "matching/ibasho_measure.html", {"form": form, "ibasho": found})


@never_cache
@require_http_methods(METHODS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/close/: it is not open any more."""
    found = _to_change(request, pk, "matching.close_ibasho")
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            transitions.close_ibasho(found.pk, on=form.cleaned_data["on"], actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "閉じたことを記録しました。これまでの記録は残ります。")
            return redirect(found)
    return render(request, "matching/ibasho_close.html", {"form": form, "ibasho": found})


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/reopen/"""
    found = _to_change(request, pk, "matching.close_ibasho")
    transitions.reopen_ibasho(found.pk, actor=person_of(request))
    messages.success(request, "もう一度開いたことを記録しました。")
    return redirect(found)

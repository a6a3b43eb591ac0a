"""A round of the three questions, for whoever keeps the ibasho: its link and papers, typing in, and what came of it."""

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.forms.ibasho import SheetForm, SurveyForm, TallyForm
from matching.ibasho_figures import quality_of
from matching.models import Ibasho, IbashoAnswer, IbashoSurvey
from matching.papers_of_thanks import survey_poster, survey_sheet
from matching.views.files import pdf_response
from matching.views.person import person_of
from matching.views.refusals import tell
from tomoiki.documents.qr import qr_svg
from tomoiki.workflow import TransitionError

METHODS = ["GET", "HEAD", "POST"]
#: Of what people wrote, the newest.
MOST_WORDS = 100


def address_of(survey: IbashoSurvey) -> str:
    """What stands in the code on the poster."""
    return f"{settings.SITE_URL}{reverse('matching:ibasho_answer', args=[survey.token])}"


@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/ibasho/<pk>/survey/: a new round."""
    found = get_object_or_404(Ibasho.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    if not rules.has_perm("matching.start_survey", person_of(request), found):
        raise PermissionDenied("matching.start_survey")
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = transitions.start_survey(found.pk, actor=person_of(request), **form.cleaned_data)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(
                request, "アンケートの用意ができました。ポスターを印刷して、来る人に見えるところに貼ってください。"
            )
            return redirect(made)
    return render(request, "matching/ibasho_survey_form.html", {"form": form, "ibasho": found})


def _found(request: HttpRequest, pk: int) -> IbashoSurvey:
    rows = IbashoSurvey.objects.visible_to(request.user).select_related("ibasho__organisation")
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/surveys/<pk>/: how to ask, and what was answered, beside the round before."""
    found = _found(request, pk)
    earlier = (
        IbashoSurvey.objects.filter(ibasho=found.ibasho, opens_on__lt=found.opens_on).order_by("-opens_on").first()
    )
    quality = quality_of(IbashoSurvey.objects.filter(pk=found.pk), public=False)
    before = quality_of(IbashoSurvey.objects.filter(pk=earlier.pk), public=False) if earlier else None
    words = IbashoAnswer.objects.filter(survey=found).exclude(words="").order_by("-pk")
    context: dict[str, Any] = {
        "survey": found,
        "ibasho": found.ibasho,
        "running": found.is_running(timezone.localdate()),
        "address": address_of(found),
        "qr": qr_svg(address_of(found), title="アンケートのページ"),
        "quality": quality,
        "rows": _beside(quality, before),
        "earlier": earlier,
        "words": list(words.values_list("words", flat=True)[:MOST_WORDS]),
        "may_enter": rules.has_perm("matching.record_survey", person_of(request), found),
    }
    return render(request, "matching/ibasho_survey.html", context)


def _beside(quality: Any, before: Any) -> list[dict[str, Any]]:
    """Each question with how many agree now and before."""
    earlier = {each.name: each for each in before.questions} if before else {}
    return [
        {
            "question": each,
            "most": max(1, *each.counts.values()),
            "before": earlier[each.name].agree if earlier.get(each.name) and earlier[each.name].answers else None,
        }
        for each in quality.questions
    ]


@never_cache
@require_http_methods(METHODS)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/surveys/<pk>/enter/: sheets of paper and telephone calls, one by one or counted."""
    found = _found(request, pk)
    user = person_of(request)
    if not rules.has_perm("matching.record_survey", user, found):
        raise PermissionDenied("matching.record_survey")
    counted = "tally" in request.POST
    sent = request.method == "POST"
    sheet_form = SheetForm(request.POST if sent and not counted else None, prefix="one")
    tally_form = TallyForm(request.POST if sent and counted else None, prefix="many")
    form: Any = tally_form if counted else sheet_form
    if form.is_bound and form.is_valid():
        try:
            if counted:
                transitions.record_tallies(
                    found.pk,
                    tallies=tally_form.tallies(),
                    channel=form.cleaned_data["channel"],
                    form_key=form.cleaned_data["form_key"],
                    actor=user,
                )
            else:
                transitions.record_sheet(
                    found.pk,
                    scores=sheet_form.scores(),
                    words=form.cleaned_data["words"],
                    channel=form.cleaned_data["channel"],
                    form_key=form.cleaned_data["form_key"],
                    actor=user,
                )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "回答を記録しました。続けて入力できます。")
            return redirect("matching:ibasho_survey_enter", found.pk)
    context = {
        "survey": found,
        "ibasho": found.ibasho,
        "sheet_form": sheet_form,
        "tally_form": tally_form,
        "forms": [form] if form.is_bound else [],
    }
    return render(request, "matching/ibasho_survey_enter.html", context)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/surveys/<pk>/close/: its link takes no more answers from tomorrow on."""
    found = _found(request, pk)
    transitions.close_survey(found.pk, actor=person_of(request))
    messages.success(request, "アンケートは今日で終わります。紙の回答は、このあとも入力できます。")
    return redirect(found)


@never_cache
@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/surveys/<pk>/poster/: with the code, to be put up."""
    found = _found(request, pk)
    return pdf_response(survey_poster(found, address=address_of(found)), f"ibasho-poster-{found.pk}.pdf")


@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """/my/surveys/<pk>/sheet/: the questions on paper."""
    found = _found(request, pk)
    return pdf_response(survey_sheet(found), f"ibasho-sheet-{found.pk}.pdf")

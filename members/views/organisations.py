"""Mending an application, and leaving."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from members.enums import OrganisationState
from members.forms import OrganisationForm
from members.forms.organisations import application_initial
from members.models import Organisation
from members.retention import months_of, span
from members.retention_rules import READING, WITHDRAWN
from members.transitions import resubmit_organisation, withdraw_organisation
from members.views.common import add_errors, as_words, organisation_or_404
from members.workflow import REVIEW_WORKING_DAYS
from tomoiki.workflow import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend what staff asked for and apply again; what somebody else stored meanwhile is never overwritten unseen."""
    organisation = organisation_or_404(request, pk, "members.resubmit_organisation")
    if organisation.state != OrganisationState.RETURNED:
        messages.info(request, "この申込みは、いまは直す必要がありません。")
        return redirect("members:account")
    context: dict[str, Any] = {"organisation": organisation, "version": organisation.updated_at.isoformat()}

    def shown(form: forms.Form, status: int = 200) -> HttpResponse:
        return render(request, "members/resubmit.html", {**context, "form": form}, status=status)

    if request.method != "POST":
        return shown(OrganisationForm(initial=application_initial(organisation), besides=pk))
    # What was seen stays what was seen.
    context["version"] = request.POST.get("version", "")
    if "lookup" in request.POST:
        looked_up, context["answer"] = OrganisationForm.after_lookup(request.POST, besides=pk)
        return shown(looked_up)
    form = OrganisationForm(request.POST, besides=pk)
    if not form.is_valid():
        return shown(form)
    if form.certain_double():
        form.add_error("corporate_number", "この法人番号の団体は、すでに登録されています。")
        return shown(form)
    try:
        resubmit_organisation(
            pk,
            data=form.values(),
            version=parse_datetime(request.POST.get("version", "")),
            actor=request.user,  # type: ignore[arg-type]
        )
    except ValidationError as error:
        add_errors(form, error)
        return shown(form)
    except TransitionError as error:
        if error.code != "changed_meanwhile":
            messages.error(request, error.message)
            return redirect("members:account")
        fresh = organisation_or_404(request, pk, "members.resubmit_organisation")
        context |= {
            "organisation": fresh,
            "version": fresh.updated_at.isoformat(),
            "conflict": error.message,
            "differences": _differences(fresh, form),
        }
        return shown(form, status=409)
    messages.success(
        request,
        f"直した内容を送りました。{REVIEW_WORKING_DAYS}日ほど（土日祝日を除く）で、結果をメールでお知らせします。",
    )
    return redirect("pages:me")


def _differences(organisation: Organisation, form: OrganisationForm) -> list[tuple[str, str, str]]:
    """Label, what is stored now and what was typed, for each field where these differ."""
    stored, typed = application_initial(organisation), form.typed()
    return [
        (str(form[name].label), as_words(form, name, stored[name]), as_words(form, name, value))
        for name, value in typed.items()
        if name in stored and stored[name] != value
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the consortium, after a page that says what that means."""
    organisation = organisation_or_404(request, pk, "members.withdraw_organisation")
    if organisation.state not in (OrganisationState.APPROVED, OrganisationState.SUSPENDED):
        messages.info(request, "この団体は、いまは退会の手続きができません。")
        return redirect("members:account")
    if request.method == "POST":
        try:
            withdraw_organisation(pk, actor=request.user)  # type: ignore[arg-type]
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"「{organisation.name}」の退会の手続きが終わりました。ありがとうございました。")
        return redirect("members:account")
    context = {
        "organisation": organisation,
        "readable_for": span(months_of(READING)),
        "erased_after": span(months_of(WITHDRAWN)),
    }
    return render(request, "members/withdraw.html", context)

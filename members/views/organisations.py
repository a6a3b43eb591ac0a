"""Keeping an organisation up to date, mending an application, leaving."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from members.enums import OrganisationState
from members.forms import OrganisationForm, ProfileForm
from members.forms.organisations import OUTSIDE, AddressForm, profile_initial
from members.models import Organisation
from members.transitions import resubmit_organisation, update_profile, withdraw_organisation
from members.views.common import organisation_or_404
from members.workflow import REVIEW_WORKING_DAYS
from tomoiki.workflow import TransitionError


def _version(request: HttpRequest) -> datetime | None:
    return parse_datetime(request.POST.get("version", ""))


def _differences(organisation: Organisation, form: forms.Form) -> list[tuple[str, str, str]]:
    """Label, what is stored now and what was typed, for each field where these differ."""
    stored = profile_initial(organisation)
    typed = {**form.cleaned_data}
    place = typed.get("municipality")
    typed["municipality"] = place.code if place else OUTSIDE
    return [
        (str(form[name].label), _as_words(form, name, stored[name]), _as_words(form, name, value))
        for name, value in typed.items()
        if name in stored and stored[name] != value
    ]


def _as_words(form: forms.Form, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return "はい" if value else "いいえ"
    if isinstance(field, forms.ChoiceField):
        flat: dict[Any, Any] = {}
        for key, label in cast("Iterable[tuple[Any, Any]]", field.choices):
            flat.update(label if isinstance(label, list | tuple) else [(key, label)])
        return str(flat.get(value, value))
    return str(field.prepare_value(value) or "（空欄）")


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    """Beside their fields where the form has these."""
    for name, found in getattr(error, "error_dict", {"__all__": error.error_list}).items():
        form.add_error(name if name in form.fields else None, found)


@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the organisation tells of itself."""
    organisation = organisation_or_404(request, pk, "members.update_organisation")
    if organisation.state == OrganisationState.RETURNED:
        return redirect("members:resubmit", pk=pk)
    if organisation.state not in (OrganisationState.APPROVED, OrganisationState.SUSPENDED):
        messages.info(request, "この団体の内容は、登録が終わると変えられます。")
        return redirect("members:account")

    def store(values: Mapping[str, Any], version: datetime | None) -> None:
        update_profile(pk, data=values, version=version, actor=request.user)  # type: ignore[arg-type]

    return _edit(
        request,
        organisation,
        form_class=ProfileForm,
        template="members/profile_edit.html",
        store=store,
        success="団体の内容を保存しました。",
        target=organisation.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend what staff asked for and apply again."""
    organisation = organisation_or_404(request, pk, "members.resubmit_organisation")
    if organisation.state != OrganisationState.RETURNED:
        messages.info(request, "この申込みは、いまは直す必要がありません。")
        return redirect("members:account")

    def store(values: Mapping[str, Any], version: datetime | None) -> None:
        resubmit_organisation(pk, data=values, version=version, actor=request.user)  # type: ignore[arg-type]

    return _edit(
        request,
        organisation,
        form_class=OrganisationForm,
        template="members/resubmit.html",
        store=store,
        success=f"直した内容を送りました。{REVIEW_WORKING_DAYS}日ほど（土日祝日を除く）で、結果をメールでお知らせします。",
        target="pages:me",
        besides=pk,
    )


def _edit(
    request: HttpRequest,
    organisation: Organisation,
    *,
    form_class: type[AddressForm],
    template: str,
    store: Any,
    success: str,
    target: str,
    **kwargs: Any,
) -> HttpResponse:
    """A form about ``organisation``; what somebody else stored meanwhile is shown, never overwritten unseen."""
    context: dict[str, Any] = {"organisation": organisation, "version": organisation.updated_at.isoformat()}
    if request.method != "POST":
        form: forms.Form = form_class(initial=profile_initial(organisation), **kwargs)
        return render(request, template, {**context, "form": form})
    if "lookup" in request.POST:
        form, context["answer"] = form_class.after_lookup(request.POST, **kwargs)
        # What was seen stays what was seen.
        context["version"] = request.POST.get("version", "")
        return render(request, template, {**context, "form": form})
    form = form_class(request.POST, **kwargs)
    if not form.is_valid():
        context["version"] = request.POST.get("version", "")
        return render(request, template, {**context, "form": form})
    if isinstance(form, OrganisationForm) and form.certain_double():
        form.add_error("corporate_number", "この法人番号の団体は、すでに登録されています。")
        return render(request, template, {**context, "form": form})
    values = form.values() if isinstance(form, OrganisationForm) else form.cleaned_data
    try:
        store(values, _version(request))
    except ValidationError as error:
        _add_errors(form, error)
    except TransitionError as error:
        if error.code != "changed_meanwhile":
            messages.error(request, error.message)
            return redirect("members:account")
        fresh = Organisation.objects.select_related("municipality").get(pk=organisation.pk)
        context |= {
            "organisation": fresh,
            "version": fresh.updated_at.isoformat(),
            "conflict": error.message,
            "differences": _differences(fresh, form),
        }
        return render(request, template, {**context, "form": form}, status=409)
    else:
        messages.success(request, success)
        return redirect(target)
    return render(request, template, {**context, "form": form})


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
    return render(request, "members/withdraw.html", {"organisation": organisation})

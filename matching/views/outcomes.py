"""Reporting what came of an introduction."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matching.enums import Again, Direction, IbashoChangeKind, IntroductionState, OutcomeResult, Unit, Welcome
from matching.forms.outcomes import IbashoForm, OutcomeForm
from matching.models import Ibasho, Introduction, Participant
from matching.transitions import report_outcome
from matching.views.introduction_page import find_introduction, page_url, person, reader_of
from matching.views.introduction_steps import METHODS, acting_side
from matching.workflow import INTRODUCTIONS
from members.models import Organisation, User
from tomoiki.workflow import TransitionError


@require_http_methods(METHODS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/report/: one side's report, ?side= for somebody who belongs to several."""
    user = person(request)
    introduction = find_introduction(user, pk)
    if request.method == "POST":
        side = acting_side(introduction, user, request.POST.get("participant"))
    else:
        found = _side_to_report(introduction, user, request.GET.get("side", ""))
        if found is None:
            return redirect(page_url(introduction))
        side = found
    if side.has_reported:
        # Also the second of two clicks.
        return redirect("matching:report_thanks", pk=introduction.pk)
    try:
        INTRODUCTIONS.check(introduction, "report")
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect(page_url(introduction))
    data = request.POST if request.method == "POST" else None
    form = OutcomeForm(data, side=side)
    ibasho_form = IbashoForm(data, known=_known(introduction), owner=_helped(introduction))
    # Both are asked, so that all errors are told at once.
    if all([form.is_valid(), ibasho_form.is_valid()]) and "edit" not in request.POST:
        if "send" not in request.POST:
            # What cannot be written anew afterwards is looked over first.
            return render(request, "matching/report_check.html", _looked_over(introduction, side, form, ibasho_form))
        try:
            report_outcome(
                introduction.pk, participant=side.pk, data=form.told() | {"ibasho": ibasho_form.told()}, actor=user
            )
        except ValidationError as error:
            _add_errors(form, ibasho_form, error)
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect(page_url(introduction))
        else:
            return redirect("matching:report_thanks", pk=introduction.pk)
    context = {
        "introduction": introduction,
        "side": side,
        "form": form,
        "ibasho_form": ibasho_form,
        "forms": [form, ibasho_form],
    }
    return render(request, "matching/report.html", context)


@require_safe
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/report/thanks/: what happens next, and what the other side does."""
    user = person(request)
    introduction = find_introduction(user, pk)
    own = reader_of(user).own_sides(introduction)
    if not any(side.has_reported for side in own):
        return redirect(page_url(introduction))
    context = {"introduction": introduction, "next_sentence": _next_sentence(introduction, own)}
    return render(request, "matching/report_thanks.html", context)


def _next_sentence(introduction: Introduction, own: list[Participant]) -> str:
    if introduction.state == IntroductionState.COMPLETED:
        return "報告がそろいました。このおつなぎは、これで終わりです。"
    waiting = [side for side in introduction.together() if side.required and not side.has_reported]
    if not waiting:
        return "報告がそろいました。"
    names = "と".join(side.honoured for side in waiting)
    if any(side in own for side in waiting):
        return f"次は、{names}としての報告もお願いします。"
    return f"{names}にも報告をお願いしています。そろうと、このおつなぎは終わりになります。"


def _side_to_report(introduction: Introduction, user: User, wanted: str) -> Participant | None:
    """The side asked for by number, else the first that has not reported; None for who reports for none."""
    acting = reader_of(user).acting_sides(introduction)
    chosen = next((side for side in acting if str(side.pk) == wanted), None)
    return chosen or next((side for side in acting if not side.has_reported), None) or next(iter(acting), None)


def _helped(introduction: Introduction) -> Organisation:
    """Whose ibasho a new one is: the side that was helped."""
    sides = introduction.together() or introduction.sides()
    return next((side for side in sides if side.side == Direction.NEED), sides[0]).organisation


def _known(introduction: Introduction) -> list[Ibasho]:
    """The ibasho of those who take part: also what the other side has told of already."""
    organisations = [side.organisation_id for side in introduction.sides()]
    return list(Ibasho.objects.filter(organisation__in=organisations).select_related("organisation"))


def _add_errors(form: OutcomeForm, ibasho_form: IbashoForm, error: ValidationError) -> None:
    """Put what the domain said beside the field of either form that it names, the rest above both."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        if name in form.fields:
            form.add_error(name, errors)
        elif name in ibasho_form.fields:
            ibasho_form.add_error(name, errors)
        else:
            form.add_error(None, errors)


def _looked_over(
    introduction: Introduction, side: Participant, form: OutcomeForm, ibasho_form: IbashoForm
) -> dict[str, Any]:
    """The report as it will be sent: each question with its answer, and everything that was typed to go along."""
    told, change = form.cleaned_data, ibasho_form.cleaned_data
    shown: dict[str, Any] = {
        "result": OutcomeResult(told["result"]).label,
        "again": Again(told["again"]).label,
    }
    if "welcome" in form.fields:
        shown["welcome"] = Welcome(told["welcome"]).label
    if told["quantity"] is not None:
        shown["quantity"] = f"{told['quantity']:,}{Unit(told['unit']).label}"
    if told["people_reached"] is not None:
        shown["people_reached"] = f"{told['people_reached']:,}人"
    if told["story"]:
        shown["story"] = told["story"]
    rows = [(form.fields[name].label, shown[name]) for name in _ORDER if name in shown]
    if change["kind"]:
        rows += [("居場所の変化", IbashoChangeKind(change["kind"]).label), *_change_rows(ibasho_form)]
    hidden = [
        (bound.html_name, value)
        for each in (form, ibasho_form)
        for bound in each
        for value in (each.data.getlist(bound.html_name) if hasattr(each.data, "getlist") else ())
    ]
    return {"introduction": introduction, "side": side, "rows": rows, "hidden": hidden}


_ORDER = ("result", "story", "quantity", "people_reached", "welcome", "again")


def _change_rows(form: IbashoForm) -> list[tuple[str, str]]:
    given = form.cleaned_data
    known = form.known.get(str(given.get("ibasho", "")))
    rows = [("居場所", known.name if known else given["name"])]
    for name, unit in (("days_before", "日"), ("days_after", "日"), ("people_before", "人"), ("people_after", "人")):
        if given.get(name) is not None:
            rows.append((str(form.fields[name].label), f"{given[name]:,}{unit}"))
    return rows

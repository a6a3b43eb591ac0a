"""Finding a date: propose, tick, fix, move, call off, and take it over into a calendar."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from matching import transitions
from matching.forms.appointments import CancelForm, MoveForm, ProposeForm, TickForm
from matching.meeting_calendar import event_of
from matching.meetings import appointments_of, card_of_appointment
from matching.models import Appointment, Introduction
from matching.views.introduction_page import Reader, find_introduction, page_url, person, reader_of
from matching.views.introduction_steps import METHODS, add_errors
from matching.workflow import APPOINTMENTS, INTRODUCTIONS
from members.acting import preselected
from members.models import User
from tomoiki.documents.calendar import calendar_file
from tomoiki.workflow import TransitionError


def _find(user: User, pk: int) -> tuple[Appointment, Introduction, Reader]:
    """An appointment of those who talk with each other; 404 otherwise."""
    number = get_object_or_404(Appointment.objects.visible_to(user), pk=pk).introduction_id
    introduction = find_introduction(user, number)
    appointment = next(each for each in appointments_of(introduction) if each.pk == pk)
    return appointment, introduction, reader_of(user)


@never_cache
@require_http_methods(METHODS)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/appointments/new/: three dates to choose from."""
    user = person(request)
    introduction = find_introduction(user, pk)
    sides = reader_of(user).sides_in(introduction)
    if not sides and not user.is_staff:
        raise Http404
    if not _may(request, introduction):
        return redirect(page_url(introduction))
    current = next((each for each in appointments_of(introduction) if each.is_proposed), None)
    chosen = preselected(request)
    first = next((side for side in sides if chosen is not None and side.speaks.pk == chosen.pk), None)
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        sides=sides,
        initial={
            # Only offered first: what is sent is what the form says.
            **({"participant": str(first.pk)} if first else {}),
            **({name: getattr(current, name) for name in ("minutes", "place", "online_url")} if current else {}),
        },
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data

        def run() -> Any:
            return transitions.propose_appointment(
                introduction.pk,
                participant=int(given["participant"]) if given.get("participant") else None,
                dates=form.dates,
                minutes=given["minutes"],
                place=given["place"],
                online_url=given["online_url"],
                note=given["note"],
                # Nobody else's form can be meant, whatever key was sent.
                idempotency_key=f"{user.pk}:{given['key']}"[:64] if given["key"] else None,
                actor=user,
            )

        done = _run(request, form, run)
        if done is not None:
            messages.success(request, "候補日を送りました。お返事が届いたら、お知らせします。")
            return redirect(done.get_absolute_url())
        if not form.errors:
            return redirect(page_url(introduction))
    context = {"form": form, "introduction": introduction, "current": current, "staff": not sides}
    return render(request, "matching/appointment_propose.html", context, status=_status(form))


@never_cache
@require_safe
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/: where it stands, what suits whom, and what can be done."""
    user = person(request)
    return _show(request, *_find(user, pk))


def _show(
    request: HttpRequest,
    found: Appointment,
    introduction: Introduction,
    reader: Reader,
    *,
    tick_form: TickForm | None = None,
    fix_error: str = "",
) -> HttpResponse:
    sides = reader.sides_in(introduction)
    open_ = INTRODUCTIONS.allows(introduction, "meet")
    card = card_of_appointment(found, introduction, [side.pk for side in sides], now=timezone.now())
    acts = open_ and (bool(sides) or reader.user.is_staff)
    forms = []
    if open_ and APPOINTMENTS.allows(found, "answer"):
        forms = [tick_form if tick_form and tick_form.side.pk == side.pk else _tick_form(found, side) for side in sides]
    context = {
        "card": card,
        "appointment": found,
        "introduction": introduction,
        "forms": forms,
        "returned": [tick_form] if tick_form else [],
        "fix_error": fix_error,
        "may_fix": acts and APPOINTMENTS.allows(found, "fix") and any(not row.past for row in card.rows),
        "may_move": acts and APPOINTMENTS.allows(found, "move") and not found.is_past,
        "may_cancel": acts and APPOINTMENTS.allows(found, "cancel") and not found.is_past,
        "may_propose": acts,
    }
    status = 422 if tick_form or fix_error else 200
    return render(request, "matching/appointment.html", context, status=status)


def _tick_form(found: Appointment, side: Any, *args: Any) -> TickForm:
    said = {
        date.pk: reply.suits
        for date in found.dates.all()
        for reply in date.replies.all()
        if reply.participant_id == side.pk
    }
    return TickForm(*args, side=side, dates=list(found.dates.all()), said=said)


@require_http_methods(METHODS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/answer/: ○, △ or × for each of the dates."""
    user = person(request)
    found, introduction, reader = _find(user, pk)
    if request.method != "POST":
        return redirect(found)
    side = next(
        (each for each in reader.sides_in(introduction) if str(each.pk) == request.POST.get("participant")), None
    )
    if side is None:
        raise Http404
    form = _tick_form(found, side, request.POST)
    if not form.is_valid():
        return _show(request, found, introduction, reader, tick_form=form)

    def run() -> Any:
        return transitions.answer_appointment(found.pk, participant=side.pk, suits=form.suits, actor=user)

    if _run(request, form, run) is not None:
        messages.success(request, "都合をお答えしました。ほかの団体にお知らせします。")
    elif form.errors:
        return _show(request, found, introduction, reader, tick_form=form)
    return redirect(found)


@require_http_methods(METHODS)
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/fix/: この日に決める."""
    user = person(request)
    found, introduction, reader = _find(user, pk)
    if request.method != "POST":
        return redirect(found)
    wanted = request.POST.get("date", "")
    if not (wanted.isdecimal() and len(wanted) < 19):
        return _show(request, found, introduction, reader, fix_error="決める日を、ひとつ選んでください。")
    try:
        transitions.fix_appointment(found.pk, date=int(wanted), actor=user)
    except ValidationError as error:
        return _show(request, found, introduction, reader, fix_error=" ".join(error.messages))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "打ち合わせの日を決め、参加している全員にお知らせしました。")
    return redirect(found)


@never_cache
@require_http_methods(METHODS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/move/: another time or place."""
    user = person(request)
    found, introduction, reader = _find(user, pk)
    if not _acts(reader, introduction) or not APPOINTMENTS.allows(found, "move"):
        return redirect(found)
    form = MoveForm(request.POST if request.method == "POST" else None, appointment=found)
    if form.is_bound and form.is_valid():
        if _run(request, form, lambda: transitions.move_appointment(found.pk, actor=user, **form.cleaned_data)):
            messages.success(request, "打ち合わせを変え、参加している全員にお知らせしました。")
        if not form.errors:
            return redirect(found)
    context = {"form": form, "introduction": introduction, "appointment": found}
    return render(request, "matching/appointment_move.html", context, status=_status(form))


@never_cache
@require_http_methods(METHODS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/cancel/: it does not take place."""
    user = person(request)
    found, introduction, reader = _find(user, pk)
    if not _acts(reader, introduction) or not APPOINTMENTS.allows(found, "cancel"):
        return redirect(found)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        note = form.cleaned_data["note"]
        if _run(request, form, lambda: transitions.cancel_appointment(found.pk, note=note, actor=user)):
            messages.success(request, "取りやめて、参加している団体にお知らせしました。")
        if not form.errors:
            return redirect(found)
    context = {"form": form, "introduction": introduction, "appointment": found}
    return render(request, "matching/appointment_cancel.html", context, status=_status(form))


@never_cache
@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """/appointments/<pk>/calendar/: the .ics, which replaces what a calendar took over before."""
    found, introduction, _ = _find(person(request), pk)
    event = event_of(found, introduction)
    if event is None:
        raise Http404
    response = HttpResponse(calendar_file([event]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="uchiawase-{found.pk}.ics"'
    return response


def _acts(reader: Reader, introduction: Introduction) -> bool:
    return bool(reader.sides_in(introduction)) or reader.user.is_staff


def _may(request: HttpRequest, introduction: Introduction) -> bool:
    try:
        INTRODUCTIONS.check(introduction, "meet")
    except TransitionError as error:
        messages.error(request, error.message)
        return False
    return True


def _run(request: HttpRequest, form: Any, transition: Callable[[], Any]) -> Any:
    """What ``transition`` gave; None where it was refused, with a word beside the field or on top."""
    try:
        return transition()
    except ValidationError as error:
        add_errors(form, error)
    except TransitionError as error:
        messages.error(request, error.message)
    return None


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200

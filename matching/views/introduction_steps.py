"""What a participant does on the way of an introduction: answer, begin, end. Each in a named organisation's name."""

from collections.abc import Callable
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matching.enums import Answer, IntroductionState
from matching.forms.introductions import AnswerForm, EndEarlyForm, StartForm, WithdrawForm
from matching.models import Introduction, Participant
from matching.transitions import (
    answer_introduction,
    end_introduction_early,
    start_introduction,
    withdraw_introduction,
)
from matching.transitions.answers import is_late
from matching.views.introduction_page import find_introduction, page_url, person, reader_of, show_page
from matching.workflow import INTRODUCTIONS
from members.acting import preselected
from members.models import Organisation, User
from tomoiki.workflow import TransitionError

# A form whose session ran out comes back by GET after the login: every one of these pages has an answer to that.
METHODS = ["GET", "HEAD", "POST"]


def acting_side(introduction: Introduction, user: User, pk: str | None) -> Participant:
    """The side ``pk`` if ``user`` may act for it; 404 otherwise."""
    for side in reader_of(user).acting_sides(introduction):
        if str(side.pk) == pk:
            return side
    raise Http404


@require_http_methods(METHODS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/answer/: ぜひ, or 今回は見送る."""
    user = person(request)
    introduction = find_introduction(user, pk)
    if request.method != "POST":
        return redirect(page_url(introduction, "answer"))
    side = acting_side(introduction, user, request.POST.get("participant"))
    if side.answer == request.POST.get("answer"):
        # The second of two clicks: what it asks for has been done.
        return redirect(page_url(introduction))
    joins = INTRODUCTIONS.allows(introduction, "join") and side.joined_later
    late = is_late(introduction, side)
    if late and request.POST.get("answer") != Answer.YES:
        messages.info(request, "先にお返事のあった団体と進めることになりました。お返事をありがとうございました。")
        return redirect(page_url(introduction))
    if not late and not joins and not _may(request, introduction, "answer"):
        return redirect(page_url(introduction))
    form = AnswerForm(request.POST, side=side)
    if not form.is_valid():
        return show_page(request, introduction, user, answer_form=form)
    given = form.cleaned_data
    try:
        changed = answer_introduction(
            introduction.pk,
            participant=side.pk,
            answer=Answer(given["answer"]),
            reason=given["reason"],
            note=given["note"],
            words=given["words"],
            quantity=given.get("quantity"),
            actor=user,
        )
    except ValidationError as error:
        add_errors(form, error)
        return show_page(request, introduction, user, answer_form=form)
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, LATE if late else _answered(given["answer"], changed, joined=joins))
    return redirect(page_url(introduction))


#: What a candidate reads whose yes came when enough had been found.
LATE = (
    "「ぜひ」とのお気持ちを、ありがとうございます。この件は、先にお返事のあった団体と進めることになりました。"
    "お気持ちは事務局にお伝えし、次のご紹介に役立てます。"
)


def _answered(given: str, introduction: Introduction, *, joined: bool) -> str:
    if given == Answer.NO:
        return "お返事を送りました。相手の団体には「今回は見送り」とだけお伝えします。"
    if joined:
        return "おつなぎに加わりました。下の「やりとり」で、ごあいさつをお送りください。"
    if introduction.state == IntroductionState.AGREED:
        return "両方の「ぜひ」がそろいました。下の「やりとり」で、ごあいさつと打ち合わせの相談を始めてください。"
    return "「ぜひ」とお返事しました。相手の団体のお返事がそろうと、お知らせします。"


@require_http_methods(METHODS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/start/: 実施に入る."""
    user = person(request)
    introduction = find_introduction(user, pk)
    if request.method != "POST" or introduction.state == IntroductionState.UNDER_WAY:
        return redirect(page_url(introduction))
    form = StartForm(request.POST, organisations=_organisations(introduction, user))
    if not form.is_valid():
        messages.error(request, "どの団体として進めるかを選んでください。")
        return redirect(page_url(introduction))
    done = _run(request, lambda: start_introduction(introduction.pk, on_behalf=form.organisation, actor=user))
    if done:
        messages.success(request, "実施に入りました。終わったら、このページの「報告する」からお知らせください。")
    return redirect(page_url(introduction))


@require_http_methods(METHODS)
def end_early(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/end/: 途中で終わる, asked on a page of its own."""
    user = person(request)
    introduction = find_introduction(user, pk)
    organisations = _organisations(introduction, user)
    if introduction.state == IntroductionState.ENDED_EARLY or not organisations:
        return redirect(page_url(introduction))
    if not _may(request, introduction, "end_early"):
        return redirect(page_url(introduction))
    chosen = preselected(request)
    form = EndEarlyForm(
        request.POST if request.method == "POST" else None,
        organisations=organisations,
        # Only offered first: what is sent is what the form says.
        initial={"on_behalf": str(chosen.pk)} if chosen is not None else None,
    )
    if form.is_valid():
        given = form.cleaned_data
        return _finish(
            request,
            introduction,
            form,
            "matching/introduction_end.html",
            lambda: end_introduction_early(
                introduction.pk, on_behalf=form.organisation, reason=given["reason"], note=given["note"], actor=user
            ),
            "途中で終わりました。相手の団体と事務局にお知らせしました。",
        )
    return _show_form(request, introduction, form, "matching/introduction_end.html")


@require_http_methods(METHODS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/withdraw/: 取りやめる, before everybody agreed."""
    user = person(request)
    introduction = find_introduction(user, pk)
    allowed = rules.has_perm("matching.withdraw_introduction", user, introduction)
    if introduction.state == IntroductionState.WITHDRAWN or not allowed:
        return redirect(page_url(introduction))
    if not _may(request, introduction, "withdraw"):
        return redirect(page_url(introduction))
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _finish(
            request,
            introduction,
            form,
            "matching/introduction_withdraw.html",
            lambda: withdraw_introduction(introduction.pk, note=form.cleaned_data["note"], actor=user),
            "取りやめました。相手の団体にお知らせしました。",
        )
    return _show_form(request, introduction, form, "matching/introduction_withdraw.html")


def _organisations(introduction: Introduction, user: User) -> list[Organisation]:
    return reader_of(user).acting_organisations(introduction)


def _may(request: HttpRequest, introduction: Introduction, step: str) -> bool:
    """Whether the state allows ``step``; a word about it for a page that stood open for too long."""
    try:
        INTRODUCTIONS.check(introduction, step)
    except TransitionError as error:
        messages.error(request, error.message)
        return False
    return True


def _run(request: HttpRequest, transition: Callable[[], object]) -> bool:
    try:
        transition()
    except TransitionError as error:
        messages.error(request, error.message)
        return False
    return True


def _finish(
    request: HttpRequest,
    introduction: Introduction,
    form: Any,
    template: str,
    transition: Callable[[], object],
    said: str,
) -> HttpResponse:
    try:
        done = _run(request, transition)
    except ValidationError as error:
        add_errors(form, error)
        return _show_form(request, introduction, form, template)
    if done:
        messages.success(request, said)
    return redirect(page_url(introduction))


def _show_form(request: HttpRequest, introduction: Introduction, form: Any, template: str) -> HttpResponse:
    context = {"form": form, "introduction": introduction}
    return render(request, template, context)


def add_errors(form: Any, error: ValidationError) -> None:
    """Put what the domain said beside the fields it names, the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)

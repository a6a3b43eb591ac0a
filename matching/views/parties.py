"""Several in one introduction: asking others along, taking that back, leaving, and thinking once more."""

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching.forms.parties import InviteForm, LeaveForm
from matching.models import Introduction, Participant
from matching.transitions import ask_again, invite_participant, leave_introduction, release_participant
from matching.transitions.parties import may_leave
from matching.views.introduction_page import find_introduction, page_url, person
from matching.views.introduction_steps import METHODS, acting_side, add_errors
from matching.workflow import INTRODUCTIONS
from members.models import RelayedGroup, User
from tomoiki.workflow import TransitionError


def _introduction_for(user: User, pk: int, permission: str) -> Introduction:
    """The introduction when ``user`` may do that to it; 404 otherwise."""
    introduction = find_introduction(user, pk)
    if not rules.has_perm(permission, user, introduction):
        raise Http404
    return introduction


def _side_in(introduction: Introduction, request: HttpRequest) -> Participant:
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    for side in introduction.sides():
        if str(side.pk) == wanted:
            return side
    raise Http404


def _refused(request: HttpRequest, introduction: Introduction, step: str) -> bool:
    """Whether the state forbids ``step``, with a word about it for a page that stood open for too long."""
    try:
        INTRODUCTIONS.check(introduction, step)
    except TransitionError as error:
        messages.error(request, error.message)
        return True
    return False


@never_cache
@require_http_methods(METHODS)
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/invite/: ask one more to take part."""
    user = person(request)
    introduction = _introduction_for(user, pk, "matching.invite_participant")
    if _refused(request, introduction, "invite"):
        return redirect(page_url(introduction))
    form = InviteForm(request.POST if request.method == "POST" else None, introduction=introduction, user=user)
    if form.is_bound and form.is_valid():
        chosen, given = form.chosen, form.cleaned_data
        group = chosen if isinstance(chosen, RelayedGroup) else None
        try:
            invite_participant(
                introduction.pk,
                organisation=chosen.desk if isinstance(chosen, RelayedGroup) else chosen,
                group=group,
                required=given.get("required", False),
                invitation=given["invitation"],
                actor=user,
            )
        except ValidationError as error:
            _beside_the_name(form, error)
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect(page_url(introduction))
        else:
            messages.success(request, f"{chosen.name}さんに、参加をお願いしました。お返事が届いたら、お知らせします。")
            return redirect(page_url(introduction, "sides"))
    context = {"form": form, "introduction": introduction}
    return render(request, "matching/participant_invite.html", context, status=_status(form))


def _beside_the_name(form: InviteForm, error: ValidationError) -> None:
    for name, errors in getattr(error, "error_dict", {"name": error}).items():
        form.add_error(name if name in form.fields else "name", errors)


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@never_cache
@require_http_methods(METHODS)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/release/?side=: take back what was asked of somebody who has not answered."""
    user = person(request)
    introduction = _introduction_for(user, pk, "matching.release_participant")
    side = _side_in(introduction, request)
    if request.method == "POST":
        try:
            release_participant(introduction.pk, participant=side.pk, actor=user)
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{side.own_name}さんへのお願いを取り下げ、そのことをお知らせしました。")
        return redirect(page_url(introduction, "sides"))
    if not side.is_awaited:
        return redirect(page_url(introduction, "sides"))
    return render(request, "matching/participant_release.html", {"introduction": introduction, "side": side})


@never_cache
@require_http_methods(METHODS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/again/?side=: staff let one side think once more."""
    user = person(request)
    introduction = _introduction_for(user, pk, "matching.ask_again")
    side = _side_in(introduction, request)
    if request.method == "POST":
        try:
            ask_again(introduction.pk, participant=side.pk, actor=user)
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{side.own_name}さんに、もう一度たずねました。")
        return redirect(page_url(introduction))
    if _refused(request, introduction, "ask_again"):
        return redirect(page_url(introduction))
    return render(request, "matching/participant_again.html", {"introduction": introduction, "side": side})


@never_cache
@require_http_methods(METHODS)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/leave/?side=: 抜ける, while the others go on."""
    user = person(request)
    introduction = find_introduction(user, pk)
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    side = acting_side(introduction, user, wanted)
    if side.left_at is not None:
        return redirect(page_url(introduction))
    if _refused(request, introduction, "leave") or not may_leave(side, introduction):
        return redirect(page_url(introduction))
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            leave_introduction(
                introduction.pk, participant=side.pk, reason=given["reason"], note=given["note"], actor=user
            )
        except ValidationError as error:
            add_errors(form, error)
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect(page_url(introduction))
        else:
            messages.success(request, "おつなぎから抜けました。参加している団体と事務局にお知らせしました。")
            return redirect(page_url(introduction))
    context = {"form": form, "introduction": introduction, "side": side}
    return render(request, "matching/participant_leave.html", context, status=_status(form))

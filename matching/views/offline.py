"""Answers by telephone, fax and paper, and the news that a desk hands back to its groups."""

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.cards import card_of
from matching.enums import Answer, IntroductionState
from matching.forms.offline import GROUP, OUTSIDE, OfflineAnswerForm, OfflineResponseForm, SettleForm
from matching.models import Introduction, OfflineResponse, Participant, Post
from matching.news import news_for
from matching.papers import slip
from matching.views.files import pdf_response
from matching.views.introduction_page import find_introduction, page_url, person
from matching.views.person import person_of
from matching.views.refusals import tell
from matching.workflow import INTRODUCTIONS
from tomoiki.workflow import TransitionError

METHODS = ["GET", "HEAD", "POST"]


# --- the answer of one side ---


@never_cache
@require_http_methods(METHODS)
def offline_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/offline-answer/: a desk for its group, staff for any side."""
    user = person(request)
    introduction = find_introduction(user, pk)
    own = [side for side in introduction.sides() if rules.has_perm("matching.record_offline_answer", user, side)]
    if not own:
        raise Http404
    if not INTRODUCTIONS.allows(introduction, "answer"):
        messages.info(request, "このおつなぎは、もうお返事を待っていません。")
        return redirect(page_url(introduction))
    waiting = [side for side in own if side.answer == Answer.WAITING]
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    side = next((each for each in own if str(each.pk) == wanted), waiting[0] if waiting else own[0])
    if side.answer != Answer.WAITING and request.method != "POST":
        messages.info(request, "お返事は、もう記録されています。")
        return redirect(page_url(introduction))
    form = OfflineAnswerForm(request.POST if request.method == "POST" else None, side=side)
    if form.is_bound and form.is_valid():
        try:
            changed = transitions.record_offline_answer(introduction.pk, participant=side.pk, actor=user, **form.told())
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _answered(side, changed))
            return redirect(page_url(introduction))
    return render(
        request,
        "matching/offline_answer.html",
        {
            "form": form,
            "introduction": introduction,
            "side": side,
            "waiting": waiting,
            "card": card_of(introduction.post, viewer=request.user),
            "others": [each.label for each in introduction.sides() if each.pk != side.pk],
        },
    )


def _answered(side: Participant, introduction: Introduction) -> str:
    if introduction.state == IntroductionState.AGREED:
        return "お返事を記録しました。両方の「ぜひ」がそろい、やりとりが始まりました。"
    if introduction.state == IntroductionState.DECLINED:
        return "お返事を記録しました。相手の団体には「今回は見送り」とだけお伝えします。"
    return f"{side.own_name}さんのお返事を記録しました。相手の団体にお知らせします。"


# --- an answer to a post ---


def _post_or_404(request: HttpRequest, pk: int) -> Post:
    """A post of one's own, or any for staff."""
    posts = Post.objects.visible_to(request.user) if place_of_staff(request) else Post.objects.owned_by(request.user)
    return get_object_or_404(posts.for_cards(), pk=pk)


def place_of_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.user.is_staff)


@never_cache
@require_http_methods(METHODS)
def offline_responses(request: HttpRequest, pk: int) -> HttpResponse:
    """/posts/<pk>/offline/: what came by telephone and on paper, and a form for one more."""
    post = _post_or_404(request, pk)
    user = person_of(request)
    if not rules.has_perm("matching.record_offline_response", user, post):
        raise PermissionDenied("matching.record_offline_response")
    form = None
    if post.is_open or request.method == "POST":
        form = OfflineResponseForm(
            request.POST if request.method == "POST" else None,
            post=post,
            user=user,
            organisations=rules.has_perm("matching.respond_for_organisation", user, post),
            groups=place_of_staff(request),
        )
    if form is not None and form.is_bound and form.is_valid():
        try:
            return _recorded(request, post, form)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
    waiting = OfflineResponse.objects.filter(post=post).waiting().select_related("recorded_by")
    return render(
        request,
        "matching/offline_responses.html",
        {
            "post": post,
            "card": card_of(post, viewer=request.user),
            "form": form,
            "rows": [{"response": each, "form": SettleForm(auto_id=f"id_settle{each.pk}_%s")} for each in waiting],
            "settled": OfflineResponse.objects.filter(post=post, settled_at__isnull=False).count(),
        },
    )


def _recorded(request: HttpRequest, post: Post, form: OfflineResponseForm) -> HttpResponse:
    given = form.cleaned_data
    way: dict[str, Any] = {
        "channel": given["channel"],
        "received_on": given["received_on"],
        "actor": person_of(request),
    }
    if given["kind"] == OUTSIDE:
        transitions.record_offline_response(
            post.pk,
            who=given["who"],
            contact=given["contact"],
            words=given["words"],
            # Nobody else's form can be meant, whatever key was sent.
            idempotency_key=f"{request.user.pk}:{given['key']}"[:64] if given["key"] else None,
            **way,
        )
        messages.success(request, "お申し出を記録しました。折り返しご連絡をしたら、「済み」にしてください。")
        return redirect("matching:offline_responses", post.pk)
    if given["kind"] == GROUP:
        introduction = transitions.respond_for_group(
            post.pk, group=form.chosen, message=given["words"], quantity=given.get("quantity"), **way
        )
    else:
        introduction = transitions.respond_for_organisation(
            post.pk, organisation=form.chosen, message=given["words"], quantity=given.get("quantity"), **way
        )
    messages.success(request, f"{form.chosen}さんが手を挙げたことを記録し、担当者にお知らせしました。")
    return redirect(introduction)


@require_POST
def offline_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """/offline/<pk>/settle/: it was followed up, and who it was is forgotten."""
    response = get_object_or_404(OfflineResponse.objects.visible_to(request.user).select_related("post"), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "どうなったかを選んでください。")
    else:
        transitions.settle_offline_response(response.pk, result=form.cleaned_data["result"], actor=person_of(request))
        messages.success(request, "済みにしました。お名前と連絡先、お話の内容は消えました。")
    return redirect("matching:offline_responses", response.post_id)


# --- handing back ---


def _side_or_404(request: HttpRequest, pk: int) -> tuple[Introduction, Participant]:
    """The side of a group for which the person's desk speaks."""
    user = person(request)
    introduction = find_introduction(user, pk)
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    sides = [side for side in introduction.sides() if rules.has_perm("matching.tell_group", user, side)]
    side = next((each for each in sides if str(each.pk) == wanted), sides[0] if sides else None)
    if side is None:
        raise Http404
    return introduction, side


@never_cache
@require_http_methods(METHODS)
def tell_group(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/group/: the news in words to be read out, and the note that it was told."""
    introduction, side = _side_or_404(request, pk)
    if request.method == "POST":
        try:
            transitions.tell_group(introduction.pk, participant=side.pk, actor=person_of(request))
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{side.own_name}さんに伝えたことを記録しました。")
        return redirect(page_url(introduction))
    return render(
        request,
        "matching/tell_group.html",
        {
            "introduction": introduction,
            "side": side,
            "news": news_for(introduction, side),
            "slip_url": reverse("matching:group_slip", args=[introduction.pk]) + f"?side={side.pk}",
        },
    )


@never_cache
@require_safe
def group_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/group/slip/: the same words on paper, to be posted or faxed."""
    introduction, side = _side_or_404(request, pk)
    return pdf_response(slip(introduction, side), f"otsunagi-{introduction.pk}.pdf")

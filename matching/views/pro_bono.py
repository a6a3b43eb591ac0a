"""Pro bono by the employer: the coordinator's pages, and what the helped organisation says."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.cards import cards_for
from matching.enums import Direction, Resource, Visibility
from matching.enums.pro_bono import ProBonoState
from matching.forms.pro_bono import CallForm, HoursForm, PutForwardForm, ThanksForm
from matching.models import Introduction, Post, ProBonoApplication, ProBonoCall, ProBonoHours
from matching.standing import place_of
from matching.transitions.pro_bono.calls import open_introduction
from matching.views.person import person_of
from matching.views.refusals import tell
from members.acting import preselected
from members.models import Organisation
from tomoiki.documents.qr import qr_svg
from tomoiki.vocabulary.lists import labels
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow.table import TransitionError

#: What people can do beside their work.
FOR_PEOPLE = (Resource.SKILL, Resource.EXPERTISE, Resource.HANDS, Resource.PUBLICITY)
MOST_NEEDS = 20
PAGE_SIZE = 20


# --- the coordinator ---


@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """What one's organisations ask of their colleagues."""
    own = ProBonoCall.objects.visible_to(request.user).select_related("organisation")
    page = keyset_page(own, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    counts = _counts(page.items)
    rows = [{"call": call, "counts": counts[call.pk]} for call in page.items]
    return render(
        request, "matching/pro_bono/calls.html", {"rows": rows, "page": page, "place": place_of(request.user)}
    )


def _counts(found: Iterable[ProBonoCall]) -> dict[int, dict[str, int]]:
    """Per call how many wait for an answer, and how many were put forward; one query."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: {"waiting": 0, "forward": 0})
    rows = ProBonoApplication.objects.filter(
        call__in=[call.pk for call in found], state__in=[ProBonoState.APPLIED, ProBonoState.PUT_FORWARD]
    ).values_list("call", "state")
    for call, state in rows:
        counts[call]["waiting" if state == ProBonoState.APPLIED else "forward"] += 1
    return counts


def _needs(organisations: Iterable[Organisation], *, also: Iterable[int] = ()) -> list[Post]:
    """Needs that may be shown to colleagues: those in ``also`` first, then the newest that people can help with."""
    public = Post.objects.on_board().filter(direction=Direction.NEED, visibility=Visibility.PUBLIC).for_cards()
    others = public.exclude(organisation__in=[each.pk for each in organisations])
    chosen = list(others.filter(pk__in=list(also)).order_by("-published_at", "-pk"))
    newest = others.filter(resource__in=FOR_PEOPLE).exclude(pk__in=[post.pk for post in chosen])
    return chosen + list(newest.order_by("-published_at", "-pk")[:MOST_NEEDS])


def _asked_posts(request: HttpRequest) -> list[int]:
    """The needs that the address or the form names."""
    typed = [*request.GET.getlist("post"), *request.POST.getlist("posts")]
    return [int(pk) for pk in typed if pk.isdecimal() and len(pk) < 18]


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """Choose needs and get the link; ``?post=`` chooses one already."""
    place = place_of(request.user)
    if not place.able:
        messages.info(request, "社内募集は、登録が終わった団体の担当者の方が作れます。")
        return redirect("matching:pro_bono")
    asked = _asked_posts(request)
    chosen = preselected(request)
    form = CallForm(
        request.POST or None,
        organisations=place.organisations,
        posts=_needs(place.organisations, also=asked),
        initial={"posts": asked, **({"on_behalf": chosen.pk} if chosen in place.organisations else {})},
    )
    if request.method == "POST" and form.is_valid():
        user, key = person_of(request), form.cleaned_data["key"]
        try:
            made = transitions.make_pro_bono_call(
                on_behalf=form.cleaned_data["on_behalf"],
                data=form.values(),
                actor=user,
                idempotency_key=f"{user.pk}:{key}"[:64] if key else None,
            )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "社内募集ができました。下のリンクを、社内の方にお知らせください。")
            return redirect(made)
    return render(request, "matching/pro_bono/call_form.html", {"form": form})


def _call(request: HttpRequest, pk: int, permission: str = "") -> ProBonoCall:
    found = get_object_or_404(ProBonoCall.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    if permission and not rules.has_perm(permission, request.user, found):
        raise PermissionDenied(permission)
    return found


@never_cache
@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """The link, and for each need who applied and what came of it."""
    found = _call(request, pk)
    posts = list(found.posts.for_cards().order_by("-published_at", "-pk"))
    by_post: dict[int, list[ProBonoApplication]] = defaultdict(list)
    for application in found.applications.seen_by_coordinator().with_hours().select_related("introduction"):
        by_post[application.post_id].append(application)
    needs = [
        {"card": card, "applications": by_post[card.post.pk], "waiting": _waiting(by_post[card.post.pk])}
        for card in cards_for(posts, viewer=request.user)
    ]
    link = settings.SITE_URL + reverse("matching:pro_bono_open", args=[found.token])
    context = {
        "call": found,
        "needs": needs,
        "link": link,
        "qr": mark_safe(qr_svg(link, title="社内募集のページを開くQRコード")),  # made here, of our own address
        "may_edit": rules.has_perm("matching.edit_pro_bono_call", request.user, found),
        "skills": labels("skill"),
        "hours": ProBonoHours.objects.filter(application__call=found, in_own_name=False).total(),
    }
    return render(request, "matching/pro_bono/call.html", context)


def _waiting(rows: Iterable[ProBonoApplication]) -> int:
    return sum(1 for row in rows if row.state == ProBonoState.APPLIED)


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words, the needs or the last day; ``?post=`` adds a need."""
    found = _call(request, pk, "matching.edit_pro_bono_call")
    kept = list(found.posts.values_list("pk", flat=True))
    asked = _asked_posts(request)
    # A need that is over stays to be seen; it can no longer be chosen anew.
    needs = list(found.posts.for_cards().order_by("-published_at", "-pk"))
    needs += [post for post in _needs([found.organisation], also=asked) if post.pk not in kept]
    form = CallForm(
        request.POST or None,
        organisations=[found.organisation],
        posts=needs,
        call=found,
        initial={"posts": [*kept, *asked]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            transitions.update_pro_bono_call(pk, data=form.values(), actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "社内募集を保存しました。リンクは変わりません。")
            return redirect(found)
    return render(request, "matching/pro_bono/call_form.html", {"form": form, "call": found})


@require_POST
def call_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more applications."""
    found = _call(request, pk, "matching.edit_pro_bono_call")
    transitions.close_pro_bono_call(pk, actor=person_of(request))
    messages.success(request, "受け付けを締め切りました。申し込んだ方への推薦は、続けられます。")
    return redirect(found)


@require_POST
def call_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link; the old one leads nowhere."""
    found = _call(request, pk, "matching.edit_pro_bono_call")
    transitions.renew_call_link(pk, actor=person_of(request))
    messages.success(request, "リンクを作り直しました。前のリンクは、もう使えません。")
    return redirect(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def put_forward(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """Choose who is named to the organisation whose need it is."""
    found = _call(request, pk, "matching.put_forward")
    need = get_object_or_404(found.posts.for_cards(), pk=post)
    waiting = found.applications.filter(post=need, state=ProBonoState.APPLIED).order_by("created_at", "pk")
    joins = open_introduction(found.organisation, need)
    if not waiting:
        messages.info(request, "推薦できる申し込みが、いまはありません。")
        return redirect(found)
    form = PutForwardForm(request.POST or None, applications=waiting, joins=joins is not None)
    if request.method == "POST" and form.is_valid():
        try:
            introduction = transitions.put_forward(
                pk,
                post=post,
                applications=form.chosen,
                message=form.cleaned_data.get("message", ""),
                actor=person_of(request),
            )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, f"{need.who}へ推薦しました。ご本人にも、メールでお知らせしています。")
            return redirect(introduction)
    context = {
        "form": form,
        "call": found,
        "post": need,
        "card": cards_for([need], viewer=request.user)[0],
        "joins": joins is not None,
    }
    return render(request, "matching/pro_bono/put_forward.html", context)


def _application(request: HttpRequest, pk: int) -> ProBonoApplication:
    rows = ProBonoApplication.objects.of_calls_visible_to(request.user)
    return get_object_or_404(rows.select_related("call__organisation", "post"), pk=pk)


@require_POST
def not_chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a colleague politely that it will not be this time."""
    found = _application(request, pk)
    try:
        transitions.not_choose_application(pk, actor=person_of(request))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "今回は見送ることを、ご本人にメールでお知らせしました。")
    return redirect(found.call)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of one colleague, and more of them."""
    found = _application(request, pk)
    may_write = rules.has_perm("matching.record_pro_bono_hours", request.user, found)
    form = HoursForm(request.POST or None) if may_write and found.is_active else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied("matching.record_pro_bono_hours")
        if form.is_valid() and _record(form, found, person_of(request)):
            messages.success(request, "時間を記録しました。")
            return redirect("matching:pro_bono_hours", pk=pk)
    rows = found.hours.filter(in_own_name=False)
    context = {"form": form, "application": found, "rows": rows, "total": rows.total()}
    return render(request, "matching/pro_bono/hours.html", context)


def _record(form: HoursForm, application: ProBonoApplication, user: Any) -> bool:
    key = form.cleaned_data["key"]
    try:
        transitions.record_hours(
            application.pk, actor=user, idempotency_key=f"{user.pk}:{key}"[:64] if key else None, **form.values()
        )
    except (TransitionError, ValidationError) as error:
        tell(form, error)
        return False
    return True


# --- the helped organisation ---


def _helper(request: HttpRequest, pk: int) -> ProBonoApplication:
    """Somebody who was put forward in an introduction of one's own."""
    introductions = Introduction.objects.visible_to(request.user)
    shown = ProBonoApplication.objects.filter(
        introduction__in=introductions, state__in=[ProBonoState.PUT_FORWARD, ProBonoState.ENDED]
    )
    return get_object_or_404(shown.select_related("call__organisation", "post", "introduction"), pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks to one person, by name."""
    found = _helper(request, pk)
    if not rules.has_perm("matching.thank_volunteer", request.user, found):
        raise Http404
    form = ThanksForm(request.POST or None, initial={"words": found.thanks})
    if request.method == "POST" and form.is_valid():
        try:
            transitions.thank_volunteer(pk, words=form.cleaned_data["words"], actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, f"{found.name}さんに、お礼のことばをお送りしました。")
            return redirect(_panel(found))
    return render(request, "matching/pro_bono/thanks.html", {"form": form, "application": found, "back": _panel(found)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's part is done: said by the helped organisation, or by the coordinator."""
    found = ProBonoApplication.objects.of_calls_visible_to(request.user).filter(pk=pk, own_name_since=None).first()
    found = found or _helper(request, pk)
    if not rules.has_perm("matching.end_pro_bono", request.user, found):
        raise Http404
    if request.method == "POST":
        try:
            transitions.end_pro_bono(pk, actor=person_of(request))
        except TransitionError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{found.name}さんの活動を終えました。ご本人にお知らせしています。")
        return redirect(_panel(found))
    return render(request, "matching/pro_bono/end.html", {"application": found, "back": _panel(found)})


def _panel(application: ProBonoApplication) -> str:
    introduction = application.introduction
    return f"{introduction.get_absolute_url()}#pro-bono" if introduction else application.call.get_absolute_url()

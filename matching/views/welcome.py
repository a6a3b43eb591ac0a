"""Was it truly welcome? The page that the mail links to, the slip on paper, and what may be done with the words."""

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.enums import TALKING_STATES, Direction
from matching.forms.welcome import RecordWelcomeForm, UseForm, WelcomeForm
from matching.models import Introduction, Participant, WelcomeConfirmation
from matching.models.welcome import receives
from matching.papers_of_thanks import welcome_slip
from matching.transitions.welcome import SLIP
from matching.views.files import pdf_response
from matching.views.introduction_page import find_introduction, page_url, person
from matching.views.refusals import tell
from matching.welcome_keys import link_for, opened
from members.models import User
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require

METHODS = ["GET", "HEAD", "POST"]


def _side(introduction: Introduction, user: User, permission: str, wanted: str) -> Participant:
    """The side named, else the first that the person may speak for; 404 where there is none."""
    own = [side for side in introduction.sides() if rules.has_perm(permission, user, side)]
    side = next((each for each in own if str(each.pk) == wanted), None)
    if side is None and (not wanted.isdecimal() or not own):
        side = next((each for each in own if not hasattr(each, "confirmation")), next(iter(own), None))
    if side is None:
        raise Http404
    return side


def _context(introduction: Introduction, side: Participant, form: Any) -> dict[str, Any]:
    givers = [each for each in introduction.together() if each.side == Direction.OFFER]
    reports = [each.outcome for each in givers if each.has_reported]
    return {
        "introduction": introduction,
        "side": side,
        "givers": givers,
        # What the giver told is read by the receiving side anyway.
        "reports": [each for each in reports if each.story],
        "form": form,
    }


@never_cache
@require_http_methods(METHODS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/welcome/: for those who are logged in, with one button."""
    user = person(request)
    introduction = find_introduction(user, pk)
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    side = _side(introduction, user, "matching.confirm_welcome", wanted)
    known = WelcomeConfirmation.objects.filter(participant=side).first()
    if known is not None:
        known.participant = side
        initial = {"named_as": known.named_as}
        context = {**_context(introduction, side, UseForm(initial=initial)), "confirmation": known}
        return render(request, "matching/welcome_done.html", context)
    if introduction.state not in TALKING_STATES:
        messages.info(request, "このおつなぎについては、いまお答えいただくことはありません。")
        return redirect(page_url(introduction))
    form = WelcomeForm(request.POST if request.method == "POST" else None, side=side)
    if form.is_bound and form.is_valid() and _told(form, introduction, side, user):
        messages.success(request, "ありがとうございました。お答えが届きました。")
        return redirect("matching:welcome", introduction.pk)
    return render(request, "matching/welcome.html", _context(introduction, side, form))


def _told(form: WelcomeForm, introduction: Introduction, side: Participant, actor: Actor) -> bool:
    try:
        transitions.confirm_welcome(introduction.pk, participant=side.pk, actor=actor, **form.told())
    except (TransitionError, ValidationError) as error:
        tell(form, error)
        return False
    return True


@login_not_required
@never_cache
@require_http_methods(METHODS)
def open_link(request: HttpRequest, key: str) -> HttpResponse:
    """/w/<key>/: the same by the link of a mail or the code of a slip, without logging in.

    It shows what was given and by whom, and takes one answer; nothing else of the introduction is told.
    """
    found = opened(key)
    if found is None:
        return render(request, "matching/welcome_gone.html", status=404)
    sides = Participant.objects.with_groups().select_related(
        "introduction__post", "organisation__municipality", "desk", "confirmation"
    )
    side = sides.filter(pk=found.participant).first()
    actor: Actor | None = SLIP
    if found.person is not None:
        actor = User.objects.filter(pk=found.person, is_active=True).first()
    if side is None or actor is None or not receives(side):
        return render(request, "matching/welcome_gone.html", status=404)
    introduction = Introduction.objects.with_participants().select_related("post").get(pk=side.introduction_id)
    if isinstance(actor, User) and not rules.has_perm("matching.confirm_welcome", actor, side):
        # They have left the organisation meanwhile.
        return render(request, "matching/welcome_gone.html", status=404)
    if hasattr(side, "confirmation"):
        return render(request, "matching/welcome_thanks.html", {"introduction": introduction, "side": side})
    if introduction.state not in TALKING_STATES:
        return render(request, "matching/welcome_gone.html", status=404)
    form = WelcomeForm(request.POST if request.method == "POST" else None, side=side)
    if form.is_bound and form.is_valid() and _told(form, introduction, side, actor):
        return redirect("matching:welcome_open", key)
    context = {**_context(introduction, side, form), "reports": [], "by_link": True}
    return render(request, "matching/welcome.html", context)


@never_cache
@require_http_methods(METHODS)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/welcome/record/: what a group said on paper or by telephone, by its desk or by staff."""
    user = person(request)
    introduction = find_introduction(user, pk)
    wanted = request.POST.get("participant") or request.GET.get("side", "")
    side = _side(introduction, user, "matching.record_welcome", wanted)
    if WelcomeConfirmation.objects.filter(participant=side).exists():
        messages.info(request, "お答えは、もう記録されています。")
        return redirect(page_url(introduction))
    form = RecordWelcomeForm(request.POST if request.method == "POST" else None, side=side)
    if form.is_bound and form.is_valid():
        try:
            transitions.record_welcome(introduction.pk, participant=side.pk, actor=user, **form.told())
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, f"{side.own_name}さんのお答えを記録しました。")
            return redirect(page_url(introduction))
    return render(request, "matching/welcome_record.html", _context(introduction, side, form))


@never_cache
@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/welcome/slip/: boxes to tick and a code, to be handed to a group without an account."""
    user = person(request)
    introduction = find_introduction(user, pk)
    side = _side(introduction, user, "matching.record_welcome", request.GET.get("side", ""))
    if side.group_id is None:
        raise Http404("answers for itself")
    address = f"{settings.SITE_URL}{link_for(side)}"
    return pdf_response(welcome_slip(introduction, side, address=address), f"orei-{introduction.pk}.pdf")


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """/thanks/<pk>/use/: the words may be used, or no longer."""
    user = person(request)
    known = get_object_or_404(WelcomeConfirmation.objects.visible_to(user), pk=pk)
    try:
        if "end" in request.POST:
            transitions.end_words(known.pk, actor=user)
            messages.success(request, "紹介の許可を取り消しました。相手の団体にお知らせします。")
        else:
            require(user, "matching.allow_words", known)
            form = UseForm(request.POST)
            if not form.is_valid():
                messages.error(request, "名前の出し方を選んでください。")
            else:
                transitions.allow_words(known.pk, named_as=form.cleaned_data["named_as"], actor=user)
                messages.success(request, "ことばを紹介してよいことを、相手の団体にお知らせします。")
    except TransitionError as error:
        messages.error(request, error.message)
    return redirect(known.introduction)

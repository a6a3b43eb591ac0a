"""Agreeing to a story, and taking that back."""

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tomoiki.stories import transitions
from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.forms import ConsentForm
from tomoiki.stories.models import Story, StoryPartner
from tomoiki.stories.views.cards import page_of
from tomoiki.stories.views.writing import METHODS, person
from tomoiki.vocabulary.words import Words
from tomoiki.workflow import TransitionError


def _found(request: HttpRequest, pk: int) -> Story:
    user = person(request)
    rows = Story.objects.all() if user.is_staff else Story.objects.concerning(user)
    return get_object_or_404(rows.whole(), pk=pk)


def _chosen(request: HttpRequest, parts: list[StoryPartner]) -> StoryPartner:
    """The part named in the form or the address, else the first that has not answered."""
    wanted = request.POST.get("partner") or request.GET.get("partner", "")
    named = next((each for each in parts if str(each.pk) == wanted), None)
    if named is not None:
        return named
    if request.method == "POST":
        raise Http404("a part of somebody else's")
    return next((each for each in parts if each.consent == Consent.WAITING), parts[0])


@never_cache
@require_http_methods(METHODS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/consent/: the story as it will be, and one decision about it."""
    user = person(request)
    story = _found(request, pk)
    parts = [each for each in story.partners.all() if rules.has_perm("stories.decide_consent", user, each)]
    if not parts:
        raise PermissionDenied("stories.decide_consent")
    if story.state != StoryState.ASKING_CONSENT:
        messages.info(request, f"いまは「{story.get_state_display()}」のため、お答えいただくことはありません。")
        return redirect("stories:preview", story.pk)
    part = _chosen(request, parts)
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        persons=[each for each in story.persons.all() if each.partner_id == part.pk],
        initial={"partner": part.pk, "version": story.version},
    )
    if form.is_bound and form.is_valid():
        try:
            transitions.decide_consent(story.pk, partner=part.pk, actor=user, **form.told())
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect("stories:consent", story.pk)
        except ValidationError as error:
            for name, problems in error.message_dict.items():
                for problem in problems:
                    form.add_error(name if name in form.fields else None, problem)
        else:
            messages.success(
                request,
                "同意をありがとうございます。全部の団体の同意がそろうと、事務局が公開します。"
                if form.told()["agrees"]
                else "直してほしいところを、書いた団体にお伝えしました。直ったら、もう一度うかがいます。",
            )
            return redirect("stories:preview", story.pk)
    context = {
        "page": page_of(story, Words.load("theme")),
        "story": story,
        "part": part,
        "parts": parts,
        "form": form,
    }
    return render(request, "stories/consent.html", context)


@never_cache
@require_http_methods(METHODS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/consent/withdraw/: one organisation no longer agrees."""
    user = person(request)
    story = _found(request, pk)
    parts = [each for each in story.partners.all() if rules.has_perm("stories.withdraw_consent", user, each)]
    if not parts:
        raise PermissionDenied("stories.withdraw_consent")
    part = _chosen(request, [each for each in parts if each.consent == Consent.YES] or parts)
    if request.method != "POST":
        return render(request, "stories/take_back.html", {"story": story, "part": part})
    try:
        transitions.withdraw_consent(story.pk, partner=part.pk, actor=user)
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "同意を取り消しました。公開のページからは、もう見られません。")
    return redirect("stories:preview", story.pk)


@require_POST
def person_out(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """/stories/<pk>/persons/<person>/withdraw/: somebody in it no longer agrees."""
    story = _found(request, pk)
    try:
        transitions.withdraw_person(story.pk, person=person, actor=request.user)  # type: ignore[arg-type]
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "その方の同意の取り消しを記録しました。公開のページからは、もう見られません。")
    return redirect("stories:preview", story.pk)

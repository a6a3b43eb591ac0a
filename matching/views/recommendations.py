"""What is recommended to a post or to an organisation, and saying that it does not fit."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from matching import transitions
from matching.cards import Card, card_of, cards_for
from matching.enums import Direction
from matching.forms.recommendations import DismissalForm, local
from matching.models import Post, RecommendationDismissal
from matching.standing import Visitor, place_of
from matching.suggesting.profiles import suggestions_for
from matching.suggesting.reading import dismissed_by, near_in_meaning, recommended_to
from matching.suggesting.storing import put_back
from matching.views.person import person_of
from members.models import Organisation, User
from tomoiki.workflow.table import TransitionError

#: Beside a post, on its own page of recommendations, and for an organisation.
BESIDE, ALL, FOR_ORGANISATION = 3, 12, 12


def aside_of(shown: Post, user: Visitor, *, is_own: bool, otherwise: Callable[[], list[Card]]) -> dict[str, Any]:
    """The column beside a post: to its owner what fits it, and why; to everybody else what means something alike.

    ``otherwise`` gives what stands there while the post has no vector.
    """
    if is_own:
        return {"recommended": recommended_to(shown, user, BESIDE)}
    near = near_in_meaning(shown, user, BESIDE)
    return {"similar": cards_for(near, viewer=user) if near else otherwise(), "by_meaning": bool(near)}


@require_safe
def post_recommendations(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that fits one of one's own posts, the best first, and what was found not to fit."""
    own = get_object_or_404(
        Post.objects.owned_by(request.user).select_related("organisation", "photo").with_groups(), pk=pk
    )
    place = place_of(request.user)
    dismissed = [row for row in dismissed_by([own.organisation_id], own) if row.own_post_id == own.pk]
    return render(
        request,
        "matching/recommendations/post.html",
        {
            "post": own,
            "card": card_of(own, viewer=request.user, with_state=True),
            "recommended": recommended_to(own, request.user, ALL),
            "other": Direction(own.direction).opposite,
            "call_label": "声をかける" if own.direction == Direction.NEED else "手を挙げる",
            "may_act": place.may_act_for(own.organisation_id),
            "dismissed": _seen(dismissed, request.user),
        },
    )


@require_safe
def organisation_recommendations(request: HttpRequest, pk: int) -> HttpResponse:
    """Needs that an organisation could help with by its profile, also around its branches."""
    organisation = get_object_or_404(Organisation.objects.of(request.user).active(), pk=pk)
    place = place_of(request.user)
    at_large = RecommendationDismissal.objects.filter(organisation=organisation, own_post=None)
    return render(
        request,
        "matching/recommendations/organisation.html",
        {
            "organisation": organisation,
            "suggestions": suggestions_for(organisation, request.user, FOR_ORGANISATION),
            "may_act": place.may_act_for(organisation.pk),
            "dismissed": _seen(list(at_large.select_related("post").order_by("-created_at", "-pk")[:20]), request.user),
        },
    )


def _seen(rows: list[RecommendationDismissal], user: Visitor) -> list[RecommendationDismissal]:
    """Those whose post the person may still read."""
    readable = set(
        Post.objects.visible_to(user).filter(pk__in=[row.post_id for row in rows]).values_list("pk", flat=True)
    )
    return [row for row in rows if row.post_id in readable]


@require_POST
def recommendation_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not fit. Then a page with the way back, which asks for a reason if one likes to give it."""
    post, form = _asked(request, pk)
    given = form.cleaned_data
    try:
        transitions.dismiss_recommendation(
            post.pk,
            on_behalf=given["on_behalf"],
            own_post=given["own_post"],
            reason=given["reason"],
            actor=person_of(request),
        )
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect(post)
    if given["reason"]:
        messages.success(request, "理由をお聞かせいただき、ありがとうございます。次のおすすめに役立てます。")
        return redirect(given["back"] or _list_url(given["own_post"], given["on_behalf"]))
    query = {"on_behalf": given["on_behalf"].pk} | ({"own_post": given["own_post"].pk} if given["own_post"] else {})
    query |= {"back": given["back"]} if given["back"] else {}
    return redirect(f"{reverse('matching:recommendation_dismissed', args=[post.pk])}?{urlencode(query)}")


@require_safe
def recommendation_dismissed(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found not to fit, with the way back and the question why."""
    user = cast(User, request.user)
    post = get_object_or_404(Post.objects.visible_to(user).for_cards(), pk=pk)
    own, organisation = request.GET.get("own_post", ""), request.GET.get("on_behalf", "")
    if not all(number.isdecimal() and len(number) < 19 for number in (organisation, own or "0")):
        raise Http404
    rows = RecommendationDismissal.objects.filter(organisation__in=Organisation.objects.able_to_act(user))
    found = get_object_or_404(
        rows.select_related("own_post", "organisation"), post=post, organisation=organisation, own_post=own or None
    )
    back = local(request.GET.get("back", ""))
    hidden = {"on_behalf": found.organisation_id, "own_post": found.own_post_id, "reason": found.reason, "back": back}
    return render(
        request,
        "matching/recommendations/dismissed.html",
        {
            "post": post,
            "card": card_of(post, viewer=user),
            "dismissal": found,
            "form": DismissalForm(user=user, initial=hidden),
            "back": back,
            "list_url": _list_url(found.own_post, found.organisation),
        },
    )


@require_POST
def recommendation_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """It may fit after all."""
    post, form = _asked(request, pk)
    given = form.cleaned_data
    transitions.restore_recommendation(
        post.pk, on_behalf=given["on_behalf"], own_post=given["own_post"], actor=person_of(request)
    )
    if given["own_post"]:
        # Without a post of their own it is chosen when the page is read.
        put_back(given["own_post"], post)
    messages.success(request, f"「{post}」を、おすすめに戻しました。")
    return redirect(given["back"] or _list_url(given["own_post"], given["on_behalf"]))


def _asked(request: HttpRequest, pk: int) -> tuple[Post, DismissalForm]:
    """The post that is judged, and for whom; both must be the person's to see and to speak for."""
    user = cast(User, request.user)
    post = get_object_or_404(Post.objects.visible_to(user), pk=pk)
    form = DismissalForm(request.POST, user=user)
    if not form.is_valid():
        # The buttons send nothing that could be wrong: somebody else's organisation or post.
        raise Http404
    return post, form


def _list_url(own: Post | None, organisation: Organisation) -> str:
    if own is not None:
        return reverse("matching:post_recommendations", args=[own.pk])
    return reverse("matching:organisation_recommendations", args=[organisation.pk])

"""Raising a hand for a post."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from matching import transitions
from matching.cards import card_of
from matching.enums import IntroductionState
from matching.forms.responses import ResponseForm
from matching.models import Introduction, Post
from matching.standing import Place, place_of
from matching.views.person import person_of
from matching.views.refusals import tell
from members.acting import preselected
from tomoiki.workflow.table import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, with what happens after it is sent; a hand already raised leads to its introduction."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_cards(), pk=pk)
    place = place_of(request.user)
    helpers = [each for each in place.organisations if each.pk != post.organisation_id]
    if not post.is_open or not helpers:
        return _cannot(request, post, place)
    chosen = preselected(request)
    form = ResponseForm(
        request.POST or None,
        target=post,
        organisations=helpers,
        # Only offered first: what is sent is what the form says.
        initial={"on_behalf": chosen.pk} if chosen in helpers else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            introduction = transitions.respond_to_post(
                post.pk,
                on_behalf=form.cleaned_data["on_behalf"],
                message=form.cleaned_data["message"],
                quantity=form.cleaned_data.get("quantity"),
                post=form.cleaned_data.get("post"),
                actor=person_of(request),
            )
        except TransitionError as error:
            already = open_response(post, [form.cleaned_data["on_behalf"].pk])
            if already is not None:
                messages.info(request, "この掲載には、もう手を挙げています。お返事をお待ちください。")
                return redirect(already)
            tell(form, error)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(
                request,
                f"{post.organisation}へ、手を挙げたことをお伝えしました。お返事が届くと、メールとお知らせでお伝えします。",
            )
            return redirect(introduction)
    return render(request, "matching/respond.html", {"form": form, "post": post, "card": card_of(post)})


def open_response(post: Post, organisations: list[int]) -> Introduction | None:
    """The introduction that is on its way already between ``post`` and one of ``organisations``."""
    if not organisations:
        return None
    return (
        Introduction.objects.open()
        .exclude(state=IntroductionState.PROPOSED)
        .filter(participants__post=post)
        .filter(participants__organisation__in=organisations)
        .order_by("-created_at")
        .first()
    )


def _cannot(request: HttpRequest, post: Post, place: Place) -> HttpResponse:
    if not post.is_open:
        messages.info(request, "いまは受け付けていないため、手を挙げることはできません。")
    elif place.able:
        messages.info(request, "ご自分の団体の掲載には、手を挙げられません。")
    # The post's page tells what is missing, and how to come by it.
    return redirect(post)

"""Raising a hand for a post."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from matching import transitions
from matching.cards import card_of
from matching.enums import IntroductionState
from matching.enums.doors import Purpose
from matching.forms.responses import ResponseForm
from matching.giving import has_room
from matching.models import Introduction, Participant, Post
from matching.standing import Place, place_of
from matching.views.person import person_of
from matching.views.refusals import tell
from members.acting import preselected
from members.models import Organisation, RelayedGroup
from tomoiki.workflow.table import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, with what happens after it is sent; a hand already raised leads to its introduction."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_cards(), pk=pk)
    place = place_of(request.user)
    helpers = [each for each in place.organisations if each.pk != post.organisation_id]
    if not post.is_open or not helpers or not has_room(post):
        return _cannot(request, post, place)
    form = ResponseForm(
        request.POST or None,
        target=post,
        organisations=helpers,
        # Only offered first: what is sent is what the form says.
        initial=_offered_first(request, post, helpers),
    )
    if request.method == "POST" and form.is_valid():
        try:
            introduction = _raise_hand(request, post, form.cleaned_data)
        except TransitionError as error:
            already = open_response(post, [form.cleaned_data["on_behalf"].pk], group=form.cleaned_data.get("group"))
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
    return render(
        request, "matching/respond.html", {"form": form, "post": post, "card": card_of(post, viewer=request.user)}
    )


def _offered_first(request: HttpRequest, post: Post, helpers: list[Organisation]) -> dict[str, int]:
    """From a recommendation: the post that it was made for (``?with=``), and whose that is."""
    wanted = request.GET.get("with", "")
    if wanted.isdecimal() and len(wanted) < 19:
        brought = Post.objects.on_board().filter(pk=wanted, organisation__in=helpers).first()
        if brought is not None and brought.direction != post.direction:
            return {"post": brought.pk, "on_behalf": brought.organisation_id}
    chosen = preselected(request)
    return {"on_behalf": chosen.pk} if chosen in helpers else {}


def _raise_hand(request: HttpRequest, post: Post, given: dict[str, Any]) -> Introduction:
    """In an organisation's own name, or for a group that its desk speaks for."""
    words: dict[str, Any] = {
        "message": given["message"],
        "quantity": given.get("quantity"),
        "post": given.get("post"),
        "actor": person_of(request),
    }
    group = given.get("group")
    if group is None and words["post"] is not None and request.GET.get("with") == str(words["post"].pk):
        own = words.pop("post")
        return transitions.follow_recommendation(post.pk, own_post=own, on_behalf=given["on_behalf"], **words)
    if group is None:
        return transitions.respond_to_post(post.pk, on_behalf=given["on_behalf"], **words)
    return transitions.respond_for_group(
        post.pk, group=group, channel=given["channel"], received_on=given["received_on"], **words
    )


def open_response(post: Post, organisations: list[int], *, group: RelayedGroup | None = None) -> Introduction | None:
    """The introduction that is on its way already between ``post`` and one of ``organisations``, or their group."""
    if not organisations:
        return None
    own = Participant.objects.filter(organisation__in=organisations, group=group)
    return (
        Introduction.objects.open()
        .exclude(state=IntroductionState.PROPOSED)
        # Research and interviews go on beside it.
        .filter(participants__post=post, purpose=Purpose.HELP)
        .filter(pk__in=own.values("introduction"))
        .order_by("-created_at")
        .first()
    )


def _cannot(request: HttpRequest, post: Post, place: Place) -> HttpResponse:
    if not post.is_open:
        messages.info(request, "いまは受け付けていないため、手を挙げることはできません。")
    elif not has_room(post):
        messages.info(request, "いまは話が進んでいるため、新しく手を挙げることはできません。空くと、また受け付けます。")
    elif place.able:
        messages.info(request, "ご自分の団体の掲載には、手を挙げられません。")
    # The post's page tells what is missing, and how to come by it.
    return redirect(post)

"""The page that the mail before a post's end leads to: one button keeps it up."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching.cards import card_of
from matching.models import Post
from matching.standing import place_of
from matching.transitions import renew_post
from matching.transitions.posts import end_of_life
from matching.views.person import person_of
from matching.workflow import POSTS
from tomoiki.web.templatetags.ui import ja_date
from tomoiki.workflow.table import TransitionError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens when it is kept up, until when, and the ways to let it end."""
    post = get_object_or_404(Post.objects.owned_by(request.user).for_cards(), pk=pk)
    if not place_of(request.user).may_act_for(post.organisation_id):
        raise PermissionDenied
    if request.method == "POST":
        try:
            post = renew_post(pk, actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            messages.error(request, error.message if isinstance(error, TransitionError) else " ".join(error.messages))
            return redirect("matching:post_renewal", pk)
        messages.success(request, f"掲載をのばしました。{ja_date(post.last_day)}まで載っています。")
        return redirect(post)
    return render(
        request,
        "matching/post_renewal.html",
        {
            "post": post,
            "card": card_of(post, viewer=request.user, with_state=True),
            "until": _last_day_if_renewed(post),
            "hindrance": _hindrance(post),
            "may_fulfil": POSTS.allows(post, "fulfil"),
            "may_close": POSTS.allows(post, "close"),
        },
    )


def _last_day_if_renewed(post: Post) -> date | None:
    renewed = Post(available_until=post.available_until, expires_at=end_of_life(post, since=timezone.now()))
    return renewed.last_day


def _hindrance(post: Post) -> str:
    """Why the button would not help; empty where it does."""
    if not POSTS.allows(post, "renew"):
        return "state"
    if post.available_until is not None and post.available_until < timezone.localdate():
        return "dates_past"
    if post.quantity_left == 0:
        return "nothing_left"
    longer = post.expires_at is None or end_of_life(post, since=timezone.now()) > post.expires_at
    return "" if longer else "dates_end"

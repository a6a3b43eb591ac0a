"""A person's own list of posts to find again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from matching import transitions
from matching.cards import cards_for
from matching.enums import PostState, Visibility
from matching.models import Favourite, Post
from matching.views.person import person_of
from members.models import Organisation
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow.table import TransitionError

PAGE_SIZE = 20


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What the person put there, the newest first; what they may read no more is told by its title, if by anything."""
    own = Favourite.objects.of(request.user).select_related("post")
    page = keyset_page(own, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    keys = [favourite.post_id for favourite in page.items]
    readable = Post.objects.readable_by(request.user).filter(pk__in=keys).for_cards()
    cards = {card.post.pk: card for card in cards_for(readable, viewer=request.user, with_state=True)}
    rows = [
        {
            "pk": each.post_id,
            "card": (card := cards.get(each.post_id)),
            "title": card.title if card else _last_title(each.post, request.user),
            "kept_at": each.created_at,
        }
        for each in page.items
    ]
    return render(request, "matching/favourites.html", {"page": page, "rows": rows})


def _last_title(post: Post, user: Any) -> str:
    """What still tells a post that the person may read no more; not what was taken down, nor what turned to members."""
    hidden = post.state == PostState.TAKEN_DOWN
    if post.visibility == Visibility.MEMBERS and not hidden:
        hidden = not (user.is_staff or Organisation.objects.of(user).active().exists())
    return "いまは見られない掲載" if hidden else post.title


@require_POST
def favourite(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a post on one's list, or (``drop``) take it off; back to where one came from."""
    if "drop" in request.POST:
        transitions.drop_favourite(pk, actor=person_of(request))
        messages.success(request, "お気に入りからはずしました。")
        return _back(request, pk)
    post = get_object_or_404(Post.objects.readable_by(request.user), pk=pk)
    try:
        transitions.keep_favourite(post.pk, actor=person_of(request))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, "お気に入りに入れました。内容が変わったとき、まもなく終わるときなどに、お知らせします。"
        )
    return _back(request, pk)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """Only ever to a page of this site."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("matching:post", pk)

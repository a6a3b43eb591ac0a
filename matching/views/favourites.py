"""A person's own list of posts to find again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from matching import transitions
from matching.cards import cards_for
from matching.models import Favourite, Post
from matching.views.person import person_of
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow.table import TransitionError

PAGE_SIZE = 20


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What the person put there, the newest first; what they may read no more is told by its title alone."""
    own = Favourite.objects.of(request.user).select_related("post")
    page = keyset_page(own, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    keys = [favourite.post_id for favourite in page.items]
    readable = Post.objects.readable_by(request.user).filter(pk__in=keys).for_cards()
    cards = {card.post.pk: card for card in cards_for(readable, viewer=request.user, with_state=True)}
    rows = [{"post": favourite.post, "card": cards.get(favourite.post_id)} for favourite in page.items]
    return render(request, "matching/favourites.html", {"page": page, "rows": rows})


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

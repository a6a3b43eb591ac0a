from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matching.cards import cards_for
from matching.filters import BoardFilter
from matching.models import Post
from tomoiki.web.pagination import bounded_count, keyset_page

PAGE_SIZE = 20


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """All needs and offers that the visitor may see, newest first."""
    visible = Post.objects.visible_to(request.user).on_board()
    conditions = BoardFilter(request.GET, queryset=visible)
    posts = conditions.qs
    page = keyset_page(posts.for_cards(), request.GET.get("cursor", ""), size=PAGE_SIZE)
    set_conditions = conditions.conditions(request.path)
    return render(
        request,
        "matching/board.html",
        {
            "form": conditions.form,
            "conditions": set_conditions,
            "page": page,
            "cards": cards_for(page.items, viewer=request.user),
            "total": bounded_count(posts),
        },
    )

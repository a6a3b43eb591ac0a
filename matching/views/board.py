from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from matching import found
from matching.cards import cards_for
from matching.filters import BoardFilter
from matching.models import Post, SavedSearch
from matching.post_search import bounded_number, newest_page
from matching.relevance import MOST as RANKED
from matching.relevance import ranked_page
from matching.saved_searches import conditions_of
from tomoiki.web.pagination import COUNT_LIMIT, bounded_count, keyset_page, number_in_words

PAGE_SIZE = 20
RELEVANCE = "relevance"
#: Of fewer hits visitors hear that there are posts that only members see.
FEW = 3
#: Long columns that no card shows.
UNSEEN = (
    "search_text",
    "search_terms",
    "organisation__search_text",
    "organisation__search_text_members",
    "organisation__description",
    "organisation__details",
)


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """All needs and offers that the visitor may see: newest first, or those first that answer the words best."""
    visible = Post.objects.on_board_for(request.user)
    conditions = BoardFilter(request.GET, queryset=visible)
    set_conditions = conditions.conditions(request.path)
    posts, query, cursor = conditions.qs, conditions.query, request.GET.get("cursor", "")
    number = bounded_number(posts) if set_conditions else 0
    partly = False
    if query is not None and not number and query.looser is not None:
        # Nothing has all the words: what has some of them is better than an empty page, and is said to be so.
        loosely = BoardFilter(request.GET, queryset=visible, loosely=True, lists=conditions.lists)
        number = bounded_number(loosely.qs)
        if number:
            posts, partly = loosely.qs, True
    by_relevance = query is not None and request.GET.get("order") == RELEVANCE
    if by_relevance and query is not None:
        page = ranked_page(posts, query, cursor, size=PAGE_SIZE)
    elif set_conditions:
        page = newest_page(posts.for_cards().defer(*UNSEEN), cursor, size=PAGE_SIZE)
    else:
        page = keyset_page(posts.for_cards().defer(*UNSEEN), cursor, size=PAGE_SIZE)
    kept = _kept(request)
    nothing = bool(set_conditions) and (not number or partly)
    return render(
        request,
        "matching/board.html",
        {
            "form": conditions.form,
            "conditions": set_conditions,
            "page": page,
            "cards": found.marked_cards(cards_for(page.items, viewer=request.user), conditions),
            "total": number_in_words(number) if set_conditions else bounded_count(posts),
            "searched": query is not None,
            "partly": partly,
            "also_meant": found.also_meant(conditions),
            "slips": found.slips(conditions, request.path) if nothing else [],
            "others": _others(conditions, visible, request.path) if nothing else [],
            "orders": _orders(request, by_relevance=by_relevance) if query is not None and number > 1 else [],
            "only_newest": by_relevance and number >= COUNT_LIMIT,
            "ranked": RANKED,
            # Said of every search that finds little, whether members' posts would have been found or not.
            "may_be_for_members": bool(set_conditions) and number < FEW and not request.user.is_authenticated,
            "keep_url": _keep_url(conditions, kept) if set_conditions else "",
            "kept": kept,
        },
    )


def _others(conditions: BoardFilter, visible: QuerySet[Post], path: str) -> list[found.Suggestion]:
    """Other questions where this one finds nothing."""
    return [*found.with_neighbours(conditions, path), *found.fewer_words(conditions, visible, path)]


def _orders(request: HttpRequest, *, by_relevance: bool) -> list[dict[str, object]]:
    """The two orders as tabs."""
    return [
        {"url": found.address(request.GET, request.path, order=order), "label": label, "current": current}
        for order, label, current in (("", "新しい順", not by_relevance), (RELEVANCE, "合う順", by_relevance))
    ]


def _kept(request: HttpRequest) -> SavedSearch | None:
    """The person's own search whose conditions are being changed."""
    number = request.GET.get("kept", "")
    if not (number.isdecimal() and len(number) < 19):
        return None
    return SavedSearch.objects.of(request.user).filter(pk=int(number)).first()


def _keep_url(conditions: BoardFilter, kept: SavedSearch | None) -> str:
    """Where these conditions can be kept, in the place of ``kept``'s; empty where they are none that last."""
    lasting = conditions_of(conditions)
    if not lasting.values:
        return ""
    page = reverse("matching:saved_search_edit", args=[kept.pk]) if kept else reverse("matching:saved_search_new")
    return f"{page}?{lasting.query.urlencode()}"

"""The directory of organisations."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.directory import ALL, PLACED, Directory, in_kana_order
from tomoiki.pages.directory_cards import COLUMNS, cards_of
from tomoiki.pages.directory_counts import directory_counts
from tomoiki.pages.filters import BY_KANA, LIST, MAP, NEWEST, DirectoryFilter
from tomoiki.pages.tile_map import place_map
from tomoiki.web.pagination import bounded_count, keyset_page

PAGE_SIZE = 20


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The organisations that the visitor may see, as a list or with the map above it; the newest members first."""
    visible = Directory(request.user)
    conditions = DirectoryFilter(request.GET, directory=visible)
    found = conditions.qs
    by_kana = request.GET.get("order") == BY_KANA
    shows_map = request.GET.get("view") == MAP
    page = keyset_page(
        (in_kana_order(found) if by_kana else found).select_related("municipality", "logo").only(*COLUMNS),
        request.GET.get("cursor", ""),
        field="kana" if by_kana else "approved_at",
        by_text=by_kana,
        size=PAGE_SIZE,
    )
    counts = directory_counts(conditions) if shows_map else {}

    def place_address(code: str) -> str:
        return conditions.address(request.path, without="area", area=code)

    way, order = MAP if shows_map else LIST, BY_KANA if by_kana else NEWEST
    context = {
        "form": conditions.form,
        "conditions": conditions.conditions(request.path),
        "cleared_url": conditions.cleared(request.path),
        "page": page,
        "cards": cards_of(page.items, visible, themes=conditions.themes, places=conditions.places),
        "total": bounded_count(found).replace("件", "団体"),
        "by_kana": by_kana,
        "shows_map": shows_map,
        "views": _ways(conditions, request.path, "view", {LIST: "一覧", MAP: "地図"}, way),
        "orders": _ways(conditions, request.path, "order", {NEWEST: "新しい順", BY_KANA: "フリガナ順"}, order),
        "map": place_map(counts, conditions.place, place_address) if shows_map else None,
        "nowhere": counts.get(ALL, 0) - counts.get(PLACED, 0),
    }
    return render(request, "pages/organisations.html", context)


def _ways(
    conditions: DirectoryFilter, path: str, name: str, labels: dict[str, str], current: str
) -> list[dict[str, object]]:
    """Links to the same result shown another way."""
    return [
        {"label": label, "url": conditions.address(path, **{name: value}), "current": value == current}
        for value, label in labels.items()
    ]

"""A person's kept searches: the list, keeping and changing one, what it found, and letting it go."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from matching.cards import cards_for
from matching.enums.searches import SearchRhythm
from matching.filters import Lists
from matching.forms.searches import SavedSearchForm
from matching.models import Post, SavedSearch
from matching.saved_searches import Conditions, conditions_of
from matching.transitions.searches import MOST, REMEMBERED, change_search, forget_search, keep_search
from matching.views.person import person_of
from matching.views.refusals import tell
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow.table import TransitionError

PAGE_SIZE = 20
DONE = {
    SearchRhythm.DAILY: "条件を保存しました。新しく合うものが載ったら、次の朝7時ごろにお知らせします。",
    SearchRhythm.AT_ONCE: "条件を保存しました。新しく合うものが載ったら、すぐにお知らせします。",
    SearchRhythm.NEVER: "条件を保存しました。お知らせはしません。",
}


@never_cache
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    """Those a person keeps; there are few."""
    searches = list(SavedSearch.objects.of(person_of(request)))
    lists = Lists.load()
    rows = [{"search": search, "conditions": conditions_of(search.query, lists)} for search in searches]
    return render(request, "matching/saved_searches.html", {"rows": rows, "most": MOST, "full": len(searches) >= MOST})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_new(request: HttpRequest) -> HttpResponse:
    """Keep the conditions that the board's address had."""
    person = person_of(request)
    if request.method == "POST":
        conditions = conditions_of(QueryDict(request.POST.get("conditions", "")[:2_000]))
        form = SavedSearchForm(request.POST)
    else:
        conditions = conditions_of(request.GET)
        initial = {
            "name": conditions.name,
            "rhythm": SearchRhythm.DAILY,
            "conditions": conditions.query.urlencode(),
            "key": uuid4().hex,
        }
        form = SavedSearchForm(initial=initial)
    if not conditions.values:
        messages.info(request, "さがす条件を選んでから、保存してください。")
        return redirect("matching:board")
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            search = keep_search(
                **form.values(),
                conditions=conditions.values,
                actor=person,
                idempotency_key=f"{person.pk}:{key}"[:64] if key else None,
            )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, DONE[SearchRhythm(search.rhythm)])
            return redirect(search)
    return _form_page(request, form, conditions)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or rhythm, or other conditions, which the board's address had."""
    person = person_of(request)
    search = get_object_or_404(SavedSearch.objects.of(person), pk=pk)
    if request.method == "POST":
        given = conditions_of(QueryDict(request.POST.get("conditions", "")[:2_000]))
        form = SavedSearchForm(request.POST)
    else:
        given = conditions_of(request.GET)
        given = given if given.values else conditions_of(search.query)
        initial = {"name": search.name, "rhythm": search.rhythm, "conditions": given.query.urlencode()}
        form = SavedSearchForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_search(pk, **form.values(), conditions=given.values or None, actor=person)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "保存した条件を直しました。")
            return redirect("matching:saved_searches")
    return _form_page(request, form, given, search)


def _form_page(
    request: HttpRequest, form: SavedSearchForm, conditions: Conditions, search: SavedSearch | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "search": search,
        "conditions": conditions,
        "board_url": f"{reverse('matching:board')}?{conditions.query.urlencode()}",
    }
    return render(request, "matching/saved_search_form.html", context)


@never_cache
@require_safe
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """What a search told of in the last months, newest first, as far as it may still be seen."""
    person = person_of(request)
    search = get_object_or_404(SavedSearch.objects.of(person), pk=pk)
    told = Post.objects.on_board_for(person).filter(pk__in=search.hits.values("post"))
    page = keyset_page(told.for_cards(), request.GET.get("cursor", ""), size=PAGE_SIZE)
    return render(
        request,
        "matching/saved_search.html",
        {
            "search": search,
            "conditions": conditions_of(search.query),
            "page": page,
            "cards": cards_for(page.items, viewer=person),
            "days": REMEMBERED.days,
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then lets it go."""
    person = person_of(request)
    if request.method == "POST":
        found = SavedSearch.objects.filter(pk=pk).first()
        if found is not None and found.person_id != person.pk:
            raise Http404
        # Clicked twice, it is gone already.
        if found is not None:
            forget_search(pk, actor=person)
            messages.success(request, f"「{found.name}」を消しました。もうお知らせしません。")
        return redirect("matching:saved_searches")
    search = get_object_or_404(SavedSearch.objects.of(person), pk=pk)
    return render(request, "matching/saved_search_forget.html", {"search": search})

"""The directory of organisations, and the page of one."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.cards import cards_for
from matching.models import Post
from members.models import Affiliation, Organisation
from tomoiki.pages.filters import DirectoryFilter
from tomoiki.web.pagination import bounded_count, keyset_page

PAGE_SIZE = 20
POSTS_PER_PAGE = 12


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The organisations that the visitor may see, the newest members first."""
    # Applications are the office's business and stand in its own lists.
    visible = Organisation.objects.visible_to(request.user).active()
    conditions = DirectoryFilter(request.GET, queryset=visible)
    found = conditions.qs
    page = keyset_page(
        found.select_related("municipality"), request.GET.get("cursor", ""), field="approved_at", size=PAGE_SIZE
    )
    return render(
        request,
        "pages/organisations.html",
        {
            "form": conditions.form,
            "conditions": conditions.conditions(request.path),
            "page": page,
            "total": bounded_count(found).replace("件", "団体"),
        },
    )


@login_not_required
@require_safe
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """What one organisation does, asks and offers; how to reach it, for members."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.user).select_related("municipality"), pk=pk)
    user = request.user
    posts = Post.objects.visible_to(user).on_board().filter(organisation=shown)
    page = keyset_page(posts.for_cards(), request.GET.get("cursor", ""), size=POSTS_PER_PAGE)
    belongs = user.is_authenticated and Affiliation.objects.current().filter(user=user, organisation=shown).exists()
    # Telephone and street are for those who belong to the consortium, as the registration form says.
    trusted = user.is_authenticated and (user.is_staff or belongs or Organisation.objects.active().of(user).exists())
    return render(
        request,
        "pages/organisation.html",
        {
            "organisation": shown,
            "page": page,
            "cards": cards_for(page.items),
            "facts": _facts(shown),
            "contact": _contact(shown) if trusted else [],
            "trusted": trusted,
            "belongs": belongs,
            "may_edit": user.has_perm("members.update_organisation", shown) and not user.is_staff,
            "may_ask_to_join": not belongs and not user.is_staff and user.is_authenticated,
        },
    )


def _facts(organisation: Organisation) -> list[tuple[str, str]]:
    return [
        ("団体の種類", organisation.kind_label),
        ("活動の拠点", str(organisation.municipality or "")),
        ("フリガナ", organisation.name_kana),
    ]


def _contact(organisation: Organisation) -> list[tuple[str, str]]:
    code = organisation.postal_code
    postal = f"〒{code[:3]}-{code[3:]} " if code else ""
    return [
        ("代表電話", organisation.phone),
        ("住所", f"{postal}{organisation.whole_address}" if organisation.address else ""),
        ("法人番号", organisation.corporate_number),
    ]

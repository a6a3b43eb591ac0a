"""The page of one organisation: what its kind tells, what it asks and offers, and how to reach it."""

from collections.abc import Sequence
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.cards import cards_for
from matching.models import Post
from members.enums import FieldAudience
from members.models import Branch, Organisation, RelayedGroup
from members.profiles import Profile, profile_of
from members.visibility import Readership, readable_by
from tomoiki.places.models import Municipality
from tomoiki.web.pagination import keyset_page

POSTS_PER_PAGE = 12
#: Groups of a desk that stand on its page; the desk's own list has all of them.
GROUPS_SHOWN = 30


@login_not_required
@require_safe
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """What one organisation does, asks and offers; how to reach it, for whom it chose."""
    shown = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("municipality", "logo"), pk=pk
    )
    user = request.user
    posts = Post.objects.visible_to(user).on_board().filter(organisation=shown)
    page = keyset_page(posts.for_cards(), request.GET.get("cursor", ""), size=POSTS_PER_PAGE)
    readership = Readership(user)
    may = readership.readable(shown)
    belongs = readership.belongs(shown)
    inside = belongs or user.is_staff
    profile = profile_of(shown)
    return render(
        request,
        "pages/organisation.html",
        {
            "organisation": shown,
            "profile": profile,
            "description": shown.description if "description" in may else "",
            "logo": shown.logo if "logo" in may else None,
            "themes": profile.words.labels("theme", shown.themes) if "themes" in may else [],
            "parts": profile.facts(may, "kind"),
            "about": _about(shown, profile, may),
            "branches": _branches(shown) if "branches" in may else [],
            "branches_word": profile.question("branches").label,
            "website": shown.website if "website" in may else "",
            "links": shown.links if "links" in may else [],
            "contact": _contact(shown, profile, may),
            "points": [fact for fact in profile.facts(may, "contact") if fact.shown],
            "hidden": _hides_contact(shown, may),
            "inside": inside,
            "groups": _groups(shown, user) if inside and shown.is_desk else None,
            "page": page,
            "cards": cards_for(page.items, viewer=user),
            "trusted": readership.is_member or belongs,
            "belongs": belongs,
            "may_edit": user.has_perm("members.update_organisation", shown) and not user.is_staff,
            "may_ask_to_join": not belongs and not user.is_staff and user.is_authenticated,
        },
    )


def _about(organisation: Organisation, profile: Profile, may: frozenset[str]) -> list[tuple[str, str]]:
    rows = [
        ("団体の種類", organisation.kind_label),
        ("活動の拠点", str(organisation.municipality or "")),
    ]
    if "areas" in may and organisation.areas:
        rows.append((profile.question("areas").label, _area_names(organisation.areas)))
    if "stage" in may:
        rows.append((profile.question("stage").label, organisation.get_stage_display()))
    rows.append(("フリガナ", organisation.name_kana))
    return rows


def _area_names(codes: Sequence[str]) -> str:
    places = Municipality.objects.filter(code__in=codes).order_by("order", "code")
    return "、".join(place.name for place in places)


def _branches(organisation: Organisation) -> list[tuple[str, list[Branch]]]:
    """The branches by municipality, in the order of the prefecture's lists."""
    rows = organisation.branches.select_related("municipality").order_by("municipality__order", "order", "pk")
    return [(name, list(group)) for name, group in groupby(rows, key=lambda branch: branch.municipality.name)]


def _contact(organisation: Organisation, profile: Profile, may: frozenset[str]) -> list[tuple[str, str]]:
    code = organisation.postal_code
    postal = f"〒{code[:3]}-{code[3:]} " if code else ""
    rows = {
        "phone": organisation.phone,
        "address": f"{postal}{organisation.whole_address}" if organisation.address else "",
        "corporate_number": organisation.corporate_number,
    }
    return [(profile.question(name).label, value) for name, value in rows.items() if name in may and value]


def _hides_contact(organisation: Organisation, may: frozenset[str]) -> bool:
    """Whether there is a way to reach it that members may read, and this visitor may not."""
    members = readable_by(organisation, FieldAudience.MEMBERS)
    held = {
        "phone": organisation.phone,
        "address": organisation.address,
        "contact": organisation.details.get("contact"),
    }
    return any(value and name in members and name not in may for name, value in held.items())


def _groups(organisation: Organisation, user: object) -> tuple[int, list[str]]:
    """How many groups the desk speaks for, and the names of the first: for the desk and the office only."""
    groups = RelayedGroup.objects.visible_to(user).active().filter(desk=organisation)  # type: ignore[arg-type]
    return groups.count(), [group.name for group in groups[:GROUPS_SHOWN]]

"""A member's own page: what waits, what goes on, what is theirs, what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from matching.cards import cards_for
from matching.models import Introduction, Post
from matching.progress import Progress, progress_of
from matching.suggesting.home import recommendations_for_home
from members.models import Organisation, Practitioner, User
from tomoiki.pages.newest import news_for
from tomoiki.pages.situations import first_steps_of, places_of, situation_of
from tomoiki.web.waiting import waiting_for

SHOWN_INTRODUCTIONS = 3
SHOWN_POSTS = 3
#: Of several organisations together, so that none hides the others so soon.
SHOWN_POSTS_OF_SEVERAL = 6


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Everything about the person who is logged in; it always says what to do next."""
    user = cast(User, request.user)
    places = places_of(user)
    organisations = [place.organisation for place in places]
    acting = [place for place in places if place.acts]
    practitioner = Practitioner.objects.filter(user=user, active=True).first()
    several = len(places) > 1
    posts = Post.objects.filter(organisation__in=organisations).for_cards().order_by("-created_at", "-pk")
    own = list(posts[: SHOWN_POSTS_OF_SEVERAL if several else SHOWN_POSTS])
    return render(
        request,
        "pages/me.html",
        {
            "greeting": f"こんにちは、{user.get_short_name()}さん" if user.name else "こんにちは",
            "places": places,
            "several": several,
            "acting": acting,
            "situation": situation_of(user, places, practitioner),
            "practitioner": practitioner,
            "waiting": waiting_for(user),
            "introductions": _going(user, organisations),
            "posts": cards_for(own, with_state=True),
            "first_steps": first_steps_of(acting, has_posts=bool(own)),
            "recommendations": recommendations_for_home(user, [place.organisation for place in acting]),
            "news": news_for(user, organisations),
        },
    )


@dataclass(frozen=True)
class Going:
    """An introduction under way: with whom, in whose name, how far."""

    introduction: Introduction
    progress: Progress
    partners: str
    own: str


def _going(user: User, organisations: Sequence[Organisation]) -> list[Going]:
    belongs = frozenset(organisation.pk for organisation in organisations)
    if not belongs:
        return []
    rows = Introduction.objects.of(user).open().with_participants().order_by("-updated_at", "-pk")
    found = []
    for introduction in rows[:SHOWN_INTRODUCTIONS]:
        sides = introduction.sides()
        own = [side for side in sides if side.organisation_id in belongs or side.desk_id in belongs]
        found.append(
            Going(
                introduction=introduction,
                progress=progress_of(introduction, belongs),
                partners="、".join(side.label for side in sides if side not in own),
                own="、".join(side.own_label for side in own),
            )
        )
    return found

"""The doors of a need or a story that stand open to whoever looks at it."""

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse

from matching.enums import Direction
from matching.views.doors import DOORS, STORY_DOORS
from members.models import Organisation

register = template.Library()


def _kinds(user: Any) -> set[str]:
    """The kinds of the organisations in whose name the person may act; one query, none for a visitor."""
    if not user.is_authenticated:
        return set()
    return set(Organisation.objects.able_to_act(user).values_list("kind", flat=True))


@register.inclusion_tag("matching/doors/_doors.html", takes_context=True)
def need_doors(context: RequestContext, post: Any) -> dict[str, Any]:
    """Buttons of an open need for universities, banks and media; nothing for others."""
    if post.direction != Direction.NEED or not post.is_open:
        return {"doors": []}
    kinds = _kinds(context["user"])
    return {
        "doors": [
            {"label": door.button, "url": reverse("matching:need_door", args=[post.pk, name])}
            for name, door in DOORS.items()
            if door.kind in kinds
        ]
    }


@register.inclusion_tag("matching/doors/_doors.html", takes_context=True)
def story_doors(context: RequestContext, story: Any) -> dict[str, Any]:
    """Buttons of a published story for universities and media; nothing for others."""
    kinds = _kinds(context["user"])
    return {
        "doors": [
            {"label": door.button, "url": reverse("matching:story_door", args=[story.pk, name])}
            for name, door in STORY_DOORS.items()
            if door.kind in kinds
        ]
    }

"""The doors of a need that stand open to whoever looks at it."""

from typing import Any

from django import template
from django.template import RequestContext

from matching.doors import need_links
from matching.models import Post

register = template.Library()


@register.inclusion_tag("matching/doors/_doors.html", takes_context=True)
def need_doors(context: RequestContext, post: Post) -> dict[str, Any]:
    """Buttons for universities, banks and media; nothing for others."""
    return {"doors": need_links(context["user"], post)}

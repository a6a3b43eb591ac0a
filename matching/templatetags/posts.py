"""What templates ask of a post's resource."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from matching.enums import Carrying, Direction, Resource
from matching.models import Post
from matching.resources import kind_of

register = template.Library()


@register.filter
def resource_template(post: Post) -> str:
    """The template in which the post's resource is read."""
    return kind_of(post.resource).template


@register.filter
def transport_url(post: Post) -> str:
    """Where offers of transport are found near a post that nobody can carry; empty for all others."""
    if post.carrying != Carrying.NO_MEANS:
        return ""
    asked: list[tuple[str, str]] = [("direction", Direction.OFFER.value), ("resource", Resource.TRANSPORT.value)]
    if len(post.areas) == 1:
        asked += [("area", post.areas[0]), ("nearby", "on")]
    return f"{reverse('matching:board')}?{urlencode(asked)}"

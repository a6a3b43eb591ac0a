"""What a card offers its reader to do without opening it."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from matching.models import Favourite, Post

register = template.Library()


@register.simple_tag(takes_context=True)
def favourite_button(context: Any, post: Post) -> SafeString | str:
    """The button that keeps ``post``, for whoever is logged in; one query for all cards of a page."""
    request = context["request"]
    if not request.user.is_authenticated:
        return ""
    kept = getattr(request, "kept_posts", None)
    if kept is None:
        # A list has an end: a person's favourites are a few hundred at most.
        kept = request.kept_posts = set(Favourite.objects.of(request.user).values_list("post", flat=True))
    return render_to_string(
        "matching/_favourite.html",
        {"pk": post.pk, "on": post.pk in kept, "about": post.title, "back": request.get_full_path(), "small": True},
        request=request,
    )

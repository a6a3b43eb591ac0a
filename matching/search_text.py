"""What a search box finds a post by: normalised words of everything a visitor may see."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from matching.models import Post
from members.models import Organisation, RelayedGroup
from tomoiki.places.models import Municipality
from tomoiki.text import search_text
from tomoiki.vocabulary.lists import labels


def build(post: Post) -> str:
    """The text for ``post.search_text``. Two small queries at most, and only when the post is written."""
    return _text(post, labels("theme") if post.themes else {}, _place_names(post.areas))


def rebuild(organisation: Organisation) -> None:
    """Let the posts of ``organisation`` be found by its new name; what they say is not changed."""
    _rebuild(Post.objects.filter(organisation=organisation))


def rebuild_for(group: RelayedGroup) -> None:
    """Let the posts of ``group`` be found by its new name."""
    _rebuild(Post.objects.filter(on_behalf_of=group))


def _rebuild(found: QuerySet[Post]) -> None:
    posts = list(found.select_related("organisation", "on_behalf_of"))
    themes = labels("theme")
    places = _place_names({code for post in posts for code in post.areas})
    for post in posts:
        post.search_text = _text(post, themes, places)
    Post.objects.bulk_update(posts, ["search_text"], batch_size=500)


def _place_names(codes: Iterable[str]) -> dict[str, str]:
    """code -> name, in the order of the lists."""
    wanted = list(codes)
    if not wanted:
        return {}
    rows = Municipality.objects.filter(code__in=wanted).order_by("order", "code")
    return dict(rows.values_list("code", "name"))


def _text(post: Post, themes: Mapping[str, str], places: Mapping[str, str]) -> str:
    return search_text(
        post.title,
        post.body,
        # Who is not named to everybody is not found by the name either.
        post.organisation.name if post.organisation.listed_publicly else None,
        # A group that is not named to everybody is not found by its name either.
        [post.on_behalf_of.name, post.on_behalf_of.name_kana] if post.on_behalf_of and post.group_named else [],
        post.get_direction_display(),
        post.get_resource_display() if post.resource else "",
        [themes.get(code, "") for code in post.themes],
        [name for code, name in places.items() if code in post.areas],
        post.area_note,
        post.when_note,
        post.quantity_note,
        "オンライン" if post.online else "",
    )

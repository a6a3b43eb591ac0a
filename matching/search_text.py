"""What a search box finds a post by: normalised words of everything a visitor may see."""

from matching.models import Post
from members.models import Organisation
from tomoiki.places.models import Municipality
from tomoiki.text import search_text
from tomoiki.vocabulary.lists import labels


def rebuild(organisation: Organisation) -> None:
    """Let the posts of ``organisation`` be found by its new name; what they say is not changed."""
    posts = list(Post.objects.filter(organisation=organisation).select_related("organisation"))
    for post in posts:
        post.search_text = build(post)
    Post.objects.bulk_update(posts, ["search_text"], batch_size=500)


def build(post: Post) -> str:
    """The text for ``post.search_text``. Two small queries at most, and only when the post is written."""
    theme_labels = labels("theme") if post.themes else {}
    places = (
        Municipality.objects.filter(code__in=post.areas).order_by("order", "code").values_list("name", flat=True)
        if post.areas
        else ()
    )
    return search_text(
        post.title,
        post.body,
        post.organisation.name,
        post.get_direction_display(),
        post.get_resource_display() if post.resource else "",
        [theme_labels.get(code, "") for code in post.themes],
        list(places),
        post.area_note,
        post.when_note,
        post.quantity_note,
        "オンライン" if post.online else "",
    )

"""What of a post everybody reads, and what in it looks like somebody's own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matching.models import Post
from tomoiki.web.pointing_out import PointedOut, point_out

#: Columns of a post in its writer's own words.
TEXTS = ("title", "body", "area_note", "when_note", "quantity_note", "photo_alt")


def texts_in(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name, label, text) of what ``values``, columns of a post by name, say in words."""
    for name in TEXTS:
        if values.get(name):
            yield name, str(getattr(Post._meta.get_field(name), "verbose_name", name)), values[name]
    for words in _words_in(values.get("details") or {}):
        yield "details", "くわしいこと", words


def _words_in(details: Mapping[str, Any]) -> Iterator[str]:
    """Free words among the answers of a resource; codes of lists are no words."""
    for value in details.values():
        if isinstance(value, str) and (not value.isascii() or any(sign.isdigit() or sign == "@" for sign in value)):
            yield value


def pointed_out_in(post: Post, names: Iterable[str] | None = None) -> list[PointedOut]:
    """What ``post`` has in it; only in the columns ``names`` if any are given."""
    wanted = (*TEXTS, "details") if names is None else names
    return point_out(texts_in({name: getattr(post, name) for name in wanted}))

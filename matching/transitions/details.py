"""What a resource's own fields may hold, whoever writes them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from matching.models import Post
from matching.resources import kind_of

#: Columns that only some resources fill, and what stands there for all others.
_EMPTY: dict[str, Any] = {"skills": [], "carrying": ""}


def tidy_details(post: Post, data: Mapping[str, Any], *, checked: bool = False) -> dict[str, Any]:
    """``data`` with ``details``, ``skills`` and ``carrying`` as the resource's class takes them.

    What belonged to another resource goes with it. What stands there already may stay, also when its list has lost
    it; so may, once ``checked``, what was accepted when it was proposed. Raises ``ValidationError`` by field.
    """
    tidy = dict(data)
    resource, direction = data.get("resource", post.resource), data.get("direction", post.direction)
    kind = kind_of(resource)
    same = resource == post.resource and direction == post.direction
    held = dict(post.details) if same else {}
    if "details" in data:
        given = data["details"]
        if not isinstance(given, Mapping):
            raise ValidationError({"details": "内容を読み取れませんでした。もう一度入力してください。"})
        tidy["details"] = kind.clean(given, direction, before={**held, **given} if checked else held)
    elif not same and post.details:
        tidy["details"] = {}
    for name, empty in _EMPTY.items():
        detail = kind.detail(name)
        if detail is not None and name in data:
            if not checked:
                tidy[name] = detail.clean(data[name], direction, kind.load(), getattr(post, name) if same else None)
        elif data.get(name):
            raise ValidationError({name: "この種類には、この項目はありません。"})
        elif detail is None and getattr(post, name):
            tidy[name] = empty
    return tidy


def require_answers(post: Post) -> None:
    """Raise ``ValidationError`` by field for what the resource must say before others read it."""
    missing = kind_of(post.resource).missing(post)
    if missing:
        raise ValidationError(missing)

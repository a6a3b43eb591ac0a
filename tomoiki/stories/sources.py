"""What a story can be drafted from: upper apps register their objects, with words that are there already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class StorySource:
    """``find(user, pk)`` gives the object that this person may make a story of, or None.

    ``draft(obj, user)`` gives what the form begins with: the fields of ``Story``, and ``partners``, ``persons``,
    ``photos`` and ``quotes`` as ``transitions.save_story`` takes them. ``title(obj)`` names it on the form.
    """

    name: str
    find: Callable[[Any, int], Model | None]
    draft: Callable[[Any, Any], Mapping[str, Any]]
    title: Callable[[Any], str]


story_sources: Registry[StorySource] = Registry("story sources", key=lambda source: source.name)


def found(text: str, user: Any) -> tuple[StorySource, Model] | None:
    """What ``introduction-12`` names, if this person may make a story of it."""
    name, _, number = text.rpartition("-")
    source = story_sources.get(name)
    if source is None or not number.isdecimal() or len(number) > 18:
        return None
    obj = source.find(user, int(number))
    return None if obj is None else (source, obj)

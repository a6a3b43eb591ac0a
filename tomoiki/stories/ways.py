"""What somebody may do about a published story beyond reading it: upper apps add links for those whom they concern."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tomoiki.web.registry import Registry

if TYPE_CHECKING:
    from tomoiki.stories.models import Story


@dataclass(frozen=True)
class WayLink:
    label: str
    url: str


@dataclass(frozen=True)
class StoryWay:
    """``links(user, story)`` in a bounded number of queries; none for a visitor."""

    name: str
    links: "Callable[[Any, Story], Iterable[WayLink]]"


story_ways: Registry[StoryWay] = Registry("story ways", key=lambda way: way.name)


def links_for(user: Any, story: "Story") -> list[WayLink]:
    """All links for this person on the page of ``story``."""
    return [link for way in story_ways for link in way.links(user, story)]

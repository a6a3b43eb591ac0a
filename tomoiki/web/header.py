"""What the header counts for a person: unread notices, and whatever an upper app adds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class HeaderBadge:
    """A number on the bell: ``count`` answers for one signed-in person, in one query."""

    name: str
    count: Callable[[Any], int]


#: The bell shows the sum.
header_badges: Registry[HeaderBadge] = Registry("header badges", key=lambda badge: badge.name)


def unread_for(user: Any) -> int:
    """The number on ``user``'s bell; 0 for a visitor."""
    if not user.is_authenticated:
        return 0
    return sum(badge.count(user) for badge in header_badges)

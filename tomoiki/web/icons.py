"""The icons of the sprite, known by name."""

import re
from functools import lru_cache

from django.contrib.staticfiles import finders

SPRITE = "icons/sprite.svg"


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The names that ``{% icon %}`` accepts, read once from the sprite (built by scripts/build_icons.py)."""
    path = finders.find(SPRITE)
    if not isinstance(path, str):
        return frozenset()
    with open(path, encoding="utf-8") as sprite:
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read()))

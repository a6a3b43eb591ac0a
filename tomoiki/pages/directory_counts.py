"""The numbers on the map, remembered for a moment when there are many."""

import hashlib
import json
from typing import cast

from django.core.cache import caches

from members.models.organisation import OrganisationQuerySet
from tomoiki.pages.filters import DirectoryFilter
from tomoiki.web.pagination import COUNT_LIMIT

#: Counting 100,000 organisations takes half a second; their numbers change slowly.
SECONDS = 120


def directory_counts(conditions: DirectoryFilter) -> dict[str, int]:
    """How many of the result, whatever the place, are in each municipality (``Directory.counts``).

    Few are counted anew each time, so that the map and the list never differ. The cache that goes on without its
    server holds the rest.
    """
    found = cast(OrganisationQuerySet, conditions.anywhere())
    cache, key = caches["sessions"], _key(conditions)
    known: dict[str, int] | None = cache.get(key)
    if known is not None:
        return known
    counts = conditions.directory.counts(found)
    if sum(counts.values()) >= COUNT_LIMIT:
        cache.set(key, counts, SECONDS)
    return counts


def _key(conditions: DirectoryFilter) -> str:
    """The same for whoever may find the same by the same conditions; never a person's own."""
    asked = {name: value for name, value in conditions.chosen.items() if name not in ("area", "nearby")}
    text = json.dumps([str(conditions.directory.audience), asked], ensure_ascii=False, sort_keys=True)
    return f"directory:{hashlib.sha256(text.encode()).hexdigest()}"

"""What a kept search finds now, as its person may see it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from matching.filters import BoardFilter, Lists
from matching.models import Post, SavedSearch
from members.models import Organisation
from members.models.organisation import Visitor


@dataclass(frozen=True)
class Conditions:
    """Conditions of the board that may be kept: as parameters, and in words."""

    values: dict[str, list[str]]
    words: tuple[str, ...]
    #: Whether all of it can still be asked; a theme may be gone from its list.
    valid: bool

    @property
    def query(self) -> QueryDict:
        """The values as an address."""
        found = QueryDict(mutable=True)
        for name, values in self.values.items():
            found.setlist(name, values)
        return found

    @property
    def name(self) -> str:
        """A name to begin with: 手話 困りごと 藤沢市."""
        return " ".join(self.words)[:40].strip()


def conditions_of(asked: QueryDict | BoardFilter, lists: Lists | None = None) -> Conditions:
    """What of the board's address, or of its filter, may be kept; ``lists``: loaded once for several."""
    found = asked if isinstance(asked, BoardFilter) else BoardFilter(asked, queryset=Post.objects.none(), lists=lists)
    valid = found.form.is_valid()
    query: QueryDict = found.data
    values = {
        name: kept
        for name in BoardFilter.kept
        if name in found.form.cleaned_data and (kept := [value for value in query.getlist(name) if value])
    }
    # Nearby says nothing without a municipality.
    if "area" not in values:
        values.pop("nearby", None)
    return Conditions(values, tuple(each.label for each in found.conditions("")), valid)


def matching_posts(search: SavedSearch, *, visitor: Visitor) -> QuerySet[Post]:
    """Open posts that fit, without those of the person's own organisations; none when a condition is gone."""
    visible = Post.objects.visible_to(visitor).on_board().exclude(organisation__in=Organisation.objects.of(visitor))
    found = BoardFilter(search.query, queryset=visible)
    return found.qs if found.is_valid() else visible.none()


def newly_published(search: SavedSearch, since: datetime) -> QuerySet[Post]:
    """Those published after ``since`` of which the search has not told yet, the newest first."""
    return (
        matching_posts(search, visitor=search.person)
        .filter(published_at__gt=since)
        .exclude(pk__in=search.hits.values("post"))
        .order_by("-published_at", "-pk")
    )

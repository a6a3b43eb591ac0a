"""The synonyms in use: those that staff edit, or the shipped ones where there are no rows."""

from typing import Any

from django.db.models import Count, Max

from tomoiki.text.synonyms import Group, Synonyms, read_groups
from tomoiki.vocabulary.models import SynonymGroup

_kept: dict[str, Any] = {}


def current() -> Synonyms:
    """The synonyms as staff have them now. One small query; the groups are read anew only when one was changed."""
    stamp = SynonymGroup.objects.aggregate(count=Count("pk"), last=Max("changed_at"), highest=Max("pk"))
    if not stamp["count"]:
        return Synonyms.shipped()
    if _kept.get("stamp") != stamp:
        rows = SynonymGroup.objects.filter(active=True).order_by("pk")
        groups = [Group(tuple(row.words), row.direction, row.note) for row in rows]
        _kept.update(stamp=stamp, synonyms=Synonyms(groups))
    return _kept["synonyms"]


def version() -> str:
    """The mark of the synonyms in use; columns formed with another are out of date."""
    return current().version()


def store_shipped() -> None:
    """Add the shipped groups that are missing; what staff edited or took out of use stays as it is."""
    SynonymGroup.objects.bulk_create(
        [
            SynonymGroup(words=list(group.words), direction=group.direction, note=group.note, code=code_of(group))
            for group in read_groups()
        ],
        ignore_conflicts=True,
    )


def code_of(group: Group) -> str:
    """By which a shipped group is known again: its direction and first word."""
    return f"{group.direction}:{group.words[0]}"

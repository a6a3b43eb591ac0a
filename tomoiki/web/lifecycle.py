"""What becomes of the traces of a person and of an organisation, declared once for each foreign key by its own app.

A person hands over, asks for their data, and is erased; an organisation is merged (and unmerged), exported and
erased. Each model that refers to one says here what that means for its rows, or why it means nothing. A test fails
for a foreign key of which nobody said so. The engines that carry it out stand in ``members.transitions``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast, Left

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class Nothing:
    """Nothing is to be done with these rows, for this reason (one English sentence for whoever reads the code)."""

    reason: str


@dataclass(frozen=True)
class BriefLine:
    """One line of a handover's brief: what it is, where to open it, and by when something is due."""

    text: str
    url: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Pass:
    """Rows that a successor takes over: the foreign key is set to the successor.

    ``rows(leaver, organisation)`` gives those still open, ``line(row)`` tells one in the brief, under ``title``.
    """

    title: str
    rows: Callable[[Any, Any], QuerySet[Any]]
    line: Callable[[Any], BriefLine]


@dataclass(frozen=True)
class Move:
    """Rows that go over to the organisation which remains.

    ``clashes(rows, winner)`` are those that may not, as the winner has their like; they stay with the loser.
    ``settle(row, winner)`` gives what is changed about such a row instead (column -> value), if anything; it may
    name the foreign key's own column (``organisation_id``) where the row can go over in another shape.
    ``along(row, winner)`` gives what changes elsewhere with a row that goes over: objects, each with its columns.
    ``follows(rows, back)``: when a merge is undone, which of the winner's ``rows`` hang on what goes back and so go
    with it (an answer given since to a post that goes back); ``back`` holds model label -> numbers.
    ``label`` is what staff call these rows; by default the model's name.
    """

    clashes: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None
    settle: Callable[[Any, Any], Mapping[str, Any]] | None = None
    along: Callable[[Any, Any], Iterable[tuple[models.Model, Mapping[str, Any]]]] | None = None
    follows: Callable[[QuerySet[Any], Mapping[str, set[int]]], QuerySet[Any]] | None = None
    label: str = ""


#: Key in the JSON -> (Japanese label, how the value is read off a row).
Columns = Mapping[str, tuple[str, str | Callable[[Any], Any]]]


@dataclass(frozen=True)
class Rows:
    """Rows that belong into somebody's own data.

    ``columns``: key in the JSON -> (Japanese label, how the value is read off a row: an attribute's name or a
    function). ``rows`` narrows or prefetches; by default all rows whose foreign key leads to the person.
    """

    title: str
    columns: Columns
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """``rows`` as they are exported, oldest first."""
        return (self.rows(rows) if self.rows else rows).order_by("pk")

    def read(self, row: Any) -> dict[str, Any]:
        """The values of one row by their keys."""
        values = {}
        for key, (_, how) in self.columns.items():
            value = getattr(row, how) if isinstance(how, str) else how(row)
            values[key] = value() if callable(value) else value
        return values


@dataclass(frozen=True)
class Wipe:
    """The row stays, so that figures stay true; these columns are set to these values."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Delete:
    """The rows go."""


@dataclass(frozen=True)
class Carry:
    """``carry(rows, actor)`` does what is to be done; it runs inside the transaction of the erasure."""

    carry: Callable[[QuerySet[Any], Any], None]


HandingOver = Pass | Nothing
Merging = Move | Nothing
Exporting = Rows | Nothing
Erasing = Wipe | Delete | Carry | Nothing


@dataclass(frozen=True)
class PersonLink:
    """A foreign key (or many-to-many field) to a person: ``key`` is ``matching.Post.author``."""

    key: str
    hand_over: HandingOver
    export: Exporting
    erase: Erasing


@dataclass(frozen=True)
class OrganisationLink:
    """A foreign key to an organisation: ``key`` is ``matching.Post.organisation``."""

    key: str
    merge: Merging
    export: Exporting
    erase: Erasing


person_links: Registry[PersonLink] = Registry("person links", key=lambda link: link.key)
organisation_links: Registry[OrganisationLink] = Registry("organisation links", key=lambda link: link.key)


@dataclass(frozen=True)
class Identity:
    """By what a person or an organisation is known in texts, taken down before it is wiped.

    ``names`` count only where nobody else bears them; ``others`` are addresses, numbers and the like; ``familiar``
    is what only those who know it mean by it (つきのみち of NPO法人つきのみち).
    """

    pk: int
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    familiar: tuple[str, ...] = ()
    #: Those that it was merged with and that are erased together with it: what was its own may be theirs now.
    together: tuple[int, ...] = ()

    @property
    def pks(self) -> tuple[int, ...]:
        return (self.pk, *self.together)

    def pattern(self, *, familiar: bool = False) -> str:
        """A regular expression of PostgreSQL that finds any of them, however the parts of a name are spaced."""
        names = (*self.names, *self.familiar) if familiar else self.names
        found = [r"[[:space:]　]*".join(re.escape(part) for part in name.split()) for name in names]
        found += [_whole(other) for other in self.others]
        # Of a single sign one cannot tell whom it means.
        return "|".join(sorted({each for each in found if len(each) > 1}, key=len, reverse=True))


@dataclass(frozen=True)
class Trace:
    """Where somebody stands in words, and no foreign key tells so: in what others were told, in a log.

    ``erase(identity, actor)`` runs inside the transaction of the erasure, before the person or organisation itself
    is wiped. ``export`` with ``find(identity)`` puts such rows into the person's own data.
    """

    name: str
    erase: Callable[[Identity, Any], None]
    export: Rows | None = None
    find: Callable[[Identity], QuerySet[Any]] | None = None


def _whole(text: str) -> str:
    """``text`` where it is not a part of something longer; a telephone number also with its hyphens elsewhere."""
    digits = re.sub(r"[^0-9]", "", text)
    is_number = len(digits) >= 9 and not re.search(r"[^0-9\s()+-]", text)
    pattern = "-?".join(digits) if is_number else re.escape(text)
    # Letters of the Latin alphabet only: Japanese words stand directly beside an address.
    return rf"(?<![0-9A-Za-z._%+-]){pattern}(?![0-9A-Za-z])" if text else ""


person_traces: Registry[Trace] = Registry("traces of persons", key=lambda trace: trace.name)
organisation_traces: Registry[Trace] = Registry("traces of organisations", key=lambda trace: trace.name)


def mask(
    rows: QuerySet[Any], columns: Iterable[str], identity: Identity, instead: str, *, familiar: bool = False
) -> None:
    """Write ``instead`` wherever a text of ``rows`` says who it was; columns of JSON are looked through as well.

    ``familiar``: these are texts of those who knew it.
    """
    pattern = identity.pattern(familiar=familiar)
    if not pattern:
        return
    for column in columns:
        named = rows.model._meta.get_field(column)
        text: Any = Cast(column, models.TextField())
        masked: Any = models.Func(
            text,
            models.Value(pattern),
            models.Value(instead),
            models.Value("gi"),
            function="regexp_replace",
            output_field=models.TextField(),
        )
        if isinstance(named, models.JSONField):
            masked = Cast(masked, models.JSONField())
        elif named.max_length:
            # The new words may be longer than the name.
            masked = Left(masked, named.max_length)
        found = rows.alias(as_text=text).filter(as_text__iregex=pattern)
        rows.model._base_manager.filter(pk__in=found.order_by().values("pk")).update(**{column: masked})


@dataclass(frozen=True)
class BriefSection:
    """What a successor should know although no row names the leaver: the organisation's introductions, say.

    ``lines(organisation, leaver)`` in a bounded number of queries.
    """

    name: str
    title: str
    lines: Callable[[Any, Any], Iterable[BriefLine]]
    order: int = 50


brief_sections: Registry[BriefSection] = Registry("brief sections", key=lambda section: section.name)


@dataclass(frozen=True)
class RetentionRule:
    """One sort of data that is erased some months after it is no longer needed.

    ``due(before)`` gives the numbers of what ended before that moment; ``erase(pk, actor)`` erases one, in a
    transaction of its own. Staff set the months; ``default_months`` stand until they do. ``warn(before)`` is called
    first each night and tells those concerned; ``due`` then leaves out who has not been told for long enough.
    """

    name: str
    label: str
    help_text: str
    default_months: int
    due: Callable[[datetime], Iterable[int]]
    erase: Callable[[int, Any], Any]
    order: int = field(default=50)
    warn: Callable[[datetime], Any] | None = None


retention_rules: Registry[RetentionRule] = Registry("retention rules", key=lambda rule: rule.name)


def field_of(key: str) -> "models.Field[Any, Any]":
    """The model field that a link's ``key`` names. Raises ``LookupError`` where there is none."""
    label, _, name = key.rpartition(".")
    model = apps.get_model(label)
    fields = {each.name: each for each in (*model._meta.fields, *model._meta.many_to_many)}
    if name not in fields:
        raise LookupError(key)
    return fields[name]


def rows_of(key: str, target: models.Model) -> QuerySet[Any]:
    """The rows whose field ``key`` leads to ``target``, whatever a default manager would hide."""
    named = field_of(key)
    return named.model._base_manager.filter(**{named.name: target})


def references_to(label: str) -> Iterator[str]:
    """The keys of all fields of all apps that lead to the model ``label``, those of third parties included."""
    wanted = apps.get_model(label)
    for model in apps.get_models(include_auto_created=True):
        for each in (*model._meta.fields, *model._meta.many_to_many):
            if each.remote_field is not None and each.related_model is wanted:
                yield f"{model._meta.label}.{each.name}"


def undeclared() -> list[str]:
    """The fields that lead to a person or an organisation and of which nobody said what becomes of them."""
    return sorted(
        [key for key in references_to(settings.AUTH_USER_MODEL) if key not in person_links]
        + [key for key in references_to("members.Organisation") if key not in organisation_links]
    )

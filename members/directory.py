"""The directory: which organisations somebody may look for, and by what of them.

A visitor finds an organisation only by what that visitor may read of it: words, themes, stage and places alike.
Pages, maps and counts all ask here.
"""

from collections.abc import Collection, Iterable
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField

from members.enums import FieldAudience
from members.models import Branch, Organisation
from members.models.lookups import kana_order
from members.models.organisation import OrganisationQuerySet, Visitor
from members.profiles import SHARED
from members.visibility import Readership
from tomoiki.places.models import Municipality
from tomoiki.text import normalise_name, split_words
from tomoiki.text.lookups import in_any_spelling

#: Which of the audiences that a field may have a visitor is part of. Staff are part of all: they are not asked.
_PART_OF = {
    FieldAudience.PUBLIC: (FieldAudience.PUBLIC,),
    FieldAudience.MEMBERS: (FieldAudience.PUBLIC, FieldAudience.MEMBERS),
}
#: In ``Directory.counts``: all that were counted, and those that stand in some municipality.
ALL, PLACED = "all", "placed"


class Directory:
    """The directory as one visitor may read it; two queries for a member, none for a visitor."""

    def __init__(self, user: Visitor) -> None:
        self.readership = Readership(user)
        if user.is_authenticated and user.is_staff:
            self.audience = FieldAudience.STAFF
        else:
            self.audience = FieldAudience.MEMBERS if self.readership.is_member else FieldAudience.PUBLIC

    def everything(self) -> OrganisationQuerySet:
        """Members in good standing, for visitors those that are listed publicly: ``visible_to`` in fewer words.

        Applications and suspended organisations are the office's business and stand in its own lists.
        """
        if self.audience == FieldAudience.PUBLIC:
            return Organisation.objects.listed()
        return Organisation.objects.active()

    def readable(self, name: str) -> Q:
        """Those whose field ``name`` (one that all kinds have) this visitor may read."""
        if self.audience == FieldAudience.STAFF:
            return Q(pk__isnull=False)
        allowed = _PART_OF[self.audience]
        chosen = Q(**{f"audiences__{name}__in": [str(each) for each in allowed]})
        if SHARED[name] in allowed:
            return chosen | Q(**{f"audiences__{name}__isnull": True})
        return chosen

    def with_words(self, text: str) -> Q:
        """All words of ``text``, each also in the one spelling of names: ㈱ココチ and 株式会社ここち are one."""
        column = "search_text" if self.audience == FieldAudience.PUBLIC else "search_text_members"
        found = Q()
        for word in split_words(text):
            found &= in_any_spelling(f"{column}__holds", word, normalise_name(word))
        return found

    def about(self, themes: Collection[str]) -> Q:
        """Those with any of these themes."""
        return Q(themes__overlap=list(themes)) & self.readable("themes")

    def of_stage(self, stages: Collection[str]) -> Q:
        return Q(stage__in=list(stages)) & self.readable("stage")

    def within(self, codes: Iterable[str]) -> Q:
        """Those that sit, are active or have a branch in one of the municipalities ``codes``."""
        wanted = sorted(codes)
        places = list(Municipality.objects.filter(code__in=wanted).values_list("pk", flat=True))
        branches = Branch.objects.filter(municipality__in=places).values("organisation")
        return (
            Q(municipality__in=places)
            | (Q(areas__overlap=wanted) & self.readable("areas"))
            | (Q(pk__in=branches) & self.readable("branches"))
        )

    def counts(self, found: OrganisationQuerySet) -> dict[str, int]:
        """How many of ``found`` are in each municipality, as ``within(around([code]))`` would find them; one query.

        Besides the codes there are ``ALL`` and ``PLACED``, those that stand somewhere on the map.
        """
        rows = found.order_by().annotate(
            shown_areas=Case(
                When(self.readable("areas"), then=F("areas")),
                default=Value([], output_field=ArrayField(CharField(max_length=5))),
            ),
            shows_branches=Case(
                When(self.readable("branches"), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )
        try:
            query = rows.values("pk", "municipality_id", "shown_areas", "shows_branches").query
            sql, parameters = query.sql_with_params()
        except EmptyResultSet:
            return {}
        places = Municipality._meta.db_table
        statement = f"""
            WITH found (id, municipality, areas, branches) AS MATERIALIZED ({sql}),
            stands (id, place) AS (
                SELECT id, municipality FROM found
                UNION ALL
                SELECT found.id, place.id
                FROM found, unnest(found.areas) AS area (code) JOIN {places} AS place USING (code)
                UNION ALL
                SELECT found.id, branch.municipality_id
                FROM found JOIN {Branch._meta.db_table} AS branch ON branch.organisation_id = found.id
                WHERE found.branches
            ),
            square (place, code) AS (
                SELECT id, code FROM {places}
                UNION ALL
                SELECT ward.id, city.code FROM {places} AS ward JOIN {places} AS city ON city.id = ward.parent_id
                UNION ALL
                SELECT city.id, ward.code FROM {places} AS ward JOIN {places} AS city ON city.id = ward.parent_id
            ),
            once AS (SELECT DISTINCT stands.id, square.code FROM stands JOIN square USING (place))
            SELECT code, count(*) FROM once GROUP BY code
            UNION ALL SELECT '{PLACED}', count(DISTINCT id) FROM stands WHERE place IS NOT NULL
            UNION ALL SELECT '{ALL}', count(*) FROM found
        """  # noqa: S608 - names of tables, and a query made by the ORM with its own parameters
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cast(dict[str, int], dict(cursor.fetchall()))


def in_kana_order(organisations: OrganisationQuerySet) -> "QuerySet[Any]":
    """With ``kana`` to page by; whoever gave no reading stands at the end, by the name."""
    return organisations.annotate(kana=kana_order())

"""The municipalities as they come with the portal, and the step that stores them after each migration."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction

# Codes, names and readings: 日本郵便 郵便番号データ. Regions: かながわグランドデザイン 地域政策圏.
# Neighbours share a border (on land or along a river), written by hand; a city has those of its wards as well.
DATA = Path(__file__).with_name("data") / "municipalities.csv"


@dataclass(frozen=True)
class Row:
    """One line of the data file."""

    code: str
    name: str
    name_kana: str
    district: str
    region: str
    city_code: str
    neighbour_codes: tuple[str, ...]


def read_rows() -> Iterator[Row]:
    """The lines of the data file; a city stands before its wards."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            neighbours = tuple(line.pop("neighbour_codes").split())
            yield Row(**line, neighbour_codes=neighbours)


@transaction.atomic
def load_municipalities() -> int:
    """Add the municipalities that are missing and return how many those were; what staff edited stays as it is."""
    from tomoiki.places.models import Municipality  # the app's start imports this module before models are loaded

    known = dict(Municipality.objects.values_list("code", "pk"))
    rows = list(read_rows())
    new = [row for row in rows if row.code not in known]
    for order, row in enumerate(rows, start=1):
        if row.code in known:
            continue
        municipality = Municipality.objects.create(
            code=row.code,
            name=row.name,
            name_kana=row.name_kana,
            district=row.district,
            region=row.region,
            parent_id=known[row.city_code] if row.city_code else None,
            order=order * 10,
        )
        known[row.code] = municipality.pk
    _store_neighbours(rows, known)
    return len(new)


def _store_neighbours(rows: list[Row], known: dict[str, int]) -> None:
    """Make the neighbours those of the file: staff cannot edit them, so a correction reaches every database."""
    from tomoiki.places.models import Municipality  # as above

    link = Municipality.neighbours.through
    of_file = {known[row.code] for row in rows}
    wanted = {
        pair
        for row in rows
        for code in row.neighbour_codes
        for pair in ((known[row.code], known[code]), (known[code], known[row.code]))
    }
    pairs = link.objects.filter(from_municipality__in=of_file, to_municipality__in=of_file)
    standing = {(start, end): pk for pk, start, end in pairs.values_list("pk", "from_municipality", "to_municipality")}
    link.objects.filter(pk__in=[standing[pair] for pair in standing.keys() - wanted]).delete()
    link.objects.bulk_create(
        [link(from_municipality_id=start, to_municipality_id=end) for start, end in sorted(wanted - standing.keys())],
        ignore_conflicts=True,
    )


def store_municipalities(sender: Any, *, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """The ``post_migrate`` step of this app."""
    from tomoiki.places.models import Municipality  # the app's start imports this module before models are loaded

    # After a migration back to zero there is no table.
    if using == DEFAULT_DB_ALIAS and Municipality._meta.db_table in connection.introspection.table_names():
        load_municipalities()

"""The schematic maps: one square a municipality or ward, standing about where it lies.

There is no boundary data here and no tile server: the squares are drawn from ``data/tiles.csv``, one map of the
prefecture and one of each designated city with its wards.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tomoiki.places.loading import read_rows

#: The code of the map of the whole prefecture; the others have that of their city.
PREFECTURE = ""

DATA = Path(__file__).with_name("data") / "tiles.csv"


@dataclass(frozen=True)
class Tile:
    """Where one municipality stands; rows go south, columns go east, both from 0."""

    code: str
    row: int
    column: int


@dataclass(frozen=True)
class TileMap:
    """One map: ``code`` is ``PREFECTURE`` or that of the city whose wards it shows."""

    code: str
    tiles: tuple[Tile, ...]

    @property
    def rows(self) -> int:
        return 1 + max(tile.row for tile in self.tiles)

    @property
    def columns(self) -> int:
        return 1 + max(tile.column for tile in self.tiles)


@cache
def tile_maps() -> dict[str, TileMap]:
    """All maps by their code, the prefecture first; each one's tiles in reading order."""
    city_of = {row.code: row.city_code for row in read_rows()}
    tiles: dict[str, list[Tile]] = defaultdict(list)
    with DATA.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            tile = Tile(line["code"], int(line["row"]), int(line["column"]))
            tiles[city_of[tile.code]].append(tile)
    return {
        code: TileMap(code, tuple(sorted(tiles[code], key=lambda tile: (tile.row, tile.column))))
        for code in sorted(tiles)
    }

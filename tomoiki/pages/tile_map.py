"""The map of the directory: squares with numbers, drawn from ``tomoiki.places.tiles``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tomoiki.places.models import Municipality
from tomoiki.places.tiles import PREFECTURE, TileMap, tile_maps
from tomoiki.web.pagination import COUNT_LIMIT

#: In units of the drawing: what one square takes, and what of it is drawn.
CELL, SQUARE = 100, 94
#: From how many on a square is drawn in the next deeper green.
STEPS = (1, 5, 20, 100)
CITY_COLUMNS = 5
_ENDINGS = ("市", "町", "村", "区")


@dataclass(frozen=True)
class Square:
    """One municipality on the map. ``url`` is empty where nobody is to be found."""

    name: str
    short: str
    #: What is left of the name without its city: 市 of 鎌倉市, 区 of 横浜市戸塚区.
    ending: str
    count: int
    depth: int
    x: int
    y: int
    url: str
    chosen: bool

    @property
    def middle(self) -> int:
        return self.x + SQUARE // 2

    @property
    def name_line(self) -> int:
        return self.y + 43

    @property
    def number_line(self) -> int:
        return self.y + 76

    @property
    def many(self) -> bool:
        """Whether more are there than the lists count."""
        return self.count >= COUNT_LIMIT

    @property
    def number(self) -> str:
        """As it stands on the square, counted as far as the lists count."""
        return f"{COUNT_LIMIT:,}" if self.many else str(self.count)

    @property
    def words(self) -> str:
        """12団体, 1,000団体以上."""
        return f"{self.number}団体{'以上' if self.many else ''}"


@dataclass(frozen=True)
class Drawing:
    """One map as the template draws it."""

    code: str
    title: str
    width: int
    height: int
    squares: Sequence[Square]
    chosen: bool


@dataclass(frozen=True)
class Region:
    """The same numbers as words, for those who read rather than look."""

    name: str
    rows: Sequence[Square]


@dataclass(frozen=True)
class PlaceMap:
    """The prefecture, its three large cities, and the list of the same."""

    prefecture: Drawing
    cities: Sequence[Drawing]
    regions: Sequence[Region]
    legend: Sequence[tuple[int, str]]

    @property
    def in_a_ward(self) -> bool:
        """Whether the wards stand open, since one of their cities was chosen."""
        return any(city.chosen for city in self.cities)


def place_map(counts: Mapping[str, int], chosen: str, address: Callable[[str], str]) -> PlaceMap:
    """The map of ``counts``; ``address`` leads from a code to the same list for that municipality. One query."""
    rows = {row.code: row for row in Municipality.objects.selectable().select_related("parent")}

    def square(row: Municipality, x: int = 0, y: int = 0) -> Square:
        count, short = counts.get(row.code, 0), _short(row)
        return Square(
            name=row.name,
            short=short,
            ending=row.short_name.removeprefix(short),
            count=count,
            depth=sum(count >= step for step in STEPS),
            x=x,
            y=y,
            url=address(row.code) if count else "",
            chosen=row.code == chosen,
        )

    def drawing(tile_map: TileMap) -> Drawing:
        margin = (CELL - SQUARE) // 2
        squares = [
            square(rows[tile.code], tile.column * CELL + margin, tile.row * CELL + margin)
            for tile in tile_map.tiles
            if tile.code in rows
        ]
        return Drawing(
            code=tile_map.code,
            title=rows[tile_map.code].name if tile_map.code in rows else "神奈川県",
            # The three cities at one scale.
            width=max(tile_map.columns, CITY_COLUMNS if tile_map.code else 0) * CELL,
            height=tile_map.rows * CELL,
            squares=squares,
            chosen=tile_map.code == chosen or any(each.chosen for each in squares),
        )

    prefecture, *cities = (drawing(tile_map) for code, tile_map in tile_maps().items() if code in {PREFECTURE, *rows})
    return PlaceMap(prefecture, cities, _regions(rows.values(), square), _legend())


def _short(row: Municipality) -> str:
    """As much of the name as a square has room for: 鎌倉, 保土ケ谷, 西区."""
    name = row.short_name
    return name[:-1] if len(name) > 2 and name.endswith(_ENDINGS) else name


def _regions(rows: Iterable[Municipality], square: Callable[[Municipality], Square]) -> list[Region]:
    regions: dict[str, list[Square]] = {}
    for row in rows:
        regions.setdefault(row.get_region_display(), []).append(square(row))
    return [Region(name, squares) for name, squares in regions.items()]


def _legend() -> list[tuple[int, str]]:
    ends = [f"{start}〜{end - 1}" for start, end in pairwise(STEPS)]
    return list(enumerate(["0", *ends, f"{STEPS[-1]}以上"]))

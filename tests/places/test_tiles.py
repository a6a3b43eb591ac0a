"""The schematic maps: everything stands on one of them, once, and neighbours stand near each other."""

from collections import Counter

import pytest

from tomoiki.places.loading import read_rows
from tomoiki.places.tiles import DATA, PREFECTURE, Tile, tile_maps

ROWS = {row.code: row for row in read_rows()}
PLACES = {tile.code: (code, tile) for code, tile_map in tile_maps().items() for tile in tile_map.tiles}

YOKOHAMA, KAWASAKI, SAGAMIHARA = "14100", "14130", "14150"


def distance(one: Tile, other: Tile) -> int:
    return max(abs(one.row - other.row), abs(one.column - other.column))


def code_of(name: str) -> str:
    return next(row.code for row in ROWS.values() if row.name == name)


def at(name: str) -> Tile:
    return PLACES[code_of(name)][1]


def test_every_municipality_stands_on_the_map_and_every_ward_on_that_of_its_city() -> None:
    assert set(PLACES) == set(ROWS)
    assert list(tile_maps()) == [PREFECTURE, YOKOHAMA, KAWASAKI, SAGAMIHARA]
    assert [len(tile_map.tiles) for tile_map in tile_maps().values()] == [33, 18, 7, 3]
    for code, (map_code, _) in PLACES.items():
        assert map_code == ROWS[code].city_code


def test_no_two_stand_on_the_same_place_and_the_file_names_each_as_it_is_called() -> None:
    for tile_map in tile_maps().values():
        places = Counter((tile.row, tile.column) for tile in tile_map.tiles)
        assert max(places.values()) == 1
        assert min(tile.row for tile in tile_map.tiles) == min(tile.column for tile in tile_map.tiles) == 0
    named = dict(line.split(",")[:2] for line in DATA.read_text(encoding="utf-8").splitlines()[1:])
    assert named == {row.code: row.name for row in ROWS.values()}


def test_a_telephone_is_wide_enough_for_each_map() -> None:
    # 335 px, with squares of at least 44 px.
    assert all(tile_map.columns <= 7 for tile_map in tile_maps().values())


def test_neighbours_stand_near_each_other() -> None:
    near = Counter[int]()
    for row in ROWS.values():
        for other in row.neighbour_codes:
            if ROWS[other].city_code != row.city_code:
                continue
            one, two = PLACES[row.code][1], PLACES[other][1]
            near[distance(one, two)] += 1
            # The large cities reach further than one square can show.
            large = {YOKOHAMA, SAGAMIHARA} & {row.code, other}
            assert distance(one, two) <= (3 if large else 2), (row.name, ROWS[other].name)
    assert near[1] > 2 * (near[2] + near[3])


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("箱根町", "小田原市"),
        ("小田原市", "平塚市"),
        ("平塚市", "茅ヶ崎市"),
        ("茅ヶ崎市", "藤沢市"),
        ("藤沢市", "鎌倉市"),
        ("厚木市", "海老名市"),
        ("大和市", "横浜市"),
        ("葉山町", "横須賀市"),
        ("横浜市旭区", "横浜市西区"),
        ("川崎市麻生区", "川崎市川崎区"),
        ("相模原市緑区", "相模原市中央区"),
    ],
)
def test_west_lies_left_of_east(west: str, east: str) -> None:
    assert at(west).column < at(east).column


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("川崎市", "横浜市"),
        ("横浜市", "鎌倉市"),
        ("鎌倉市", "逗子市"),
        ("横須賀市", "三浦市"),
        ("相模原市", "厚木市"),
        ("厚木市", "平塚市"),
        ("山北町", "箱根町"),
        ("箱根町", "湯河原町"),
        ("横浜市青葉区", "横浜市緑区"),
        ("横浜市中区", "横浜市金沢区"),
        ("川崎市多摩区", "川崎市幸区"),
    ],
)
def test_north_lies_above_south(north: str, south: str) -> None:
    assert at(north).row < at(south).row
